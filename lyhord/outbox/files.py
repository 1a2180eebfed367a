"""Files that go out with our words: looked at, drawn anew, kept under names of our own, handed to the connector."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from lyhord.channels.contract import Abilities, File
from lyhord.intake import files
from lyhord.lib import images
from lyhord.lib.errors import LyhordError
from lyhord.lib.sniff import sniffed
from lyhord.lib.text import clean, visible
from lyhord.outbox.models import Enclosure

NAMES = {
    "image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WebP", "application/pdf": "PDF",
    "text/plain": "TXT", "video/mp4": "MP4", "audio/mpeg": "MP3", "audio/ogg": "OGG", "video/webm": "WebM",
}  # fmt: skip
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/gif": ".gif", "application/pdf": ".pdf"}
PICTURES = images.KINDS
MILLION = 1_000_000


class BadFile(LyhordError):
    """The file cannot be sent there."""

    status = 422  # of the API


@dataclass(frozen=True)
class Looked:
    """A file after it was looked at: what it really is, and as it will leave."""

    name: str
    content: bytes
    content_type: str
    width: int = 0
    height: int = 0


def look(name: str, content: bytes, abilities: Abilities, network: str) -> Looked:
    """What the bytes are decides, not their label. A picture is drawn anew, so that places and notes stay here.

    Raises BadFile.
    """
    found = sniffed(content)
    if not content:
        raise BadFile(_("The file is empty."))
    require_fit(found, len(content), abilities, network)
    looked = Looked(named(name, found), content, found)
    if found in PICTURES:
        try:
            picture = images.recopy(content)
        except images.NotAPicture as problem:
            raise BadFile(_("The picture is damaged or too large to be read.")) from problem
        name = named(name, picture.content_type)
        looked = Looked(name, picture.content, picture.content_type, picture.width, picture.height)
        require_fit(looked.content_type, len(looked.content), abilities, network)
    return looked


def require_fit(content_type: str, size: int, abilities: Abilities, network: str) -> None:
    if not abilities.files:
        raise BadFile(_("%(network)s takes no files from us.") % {"network": network})
    most = abilities.files.get(content_type)
    if most is None:
        told = _("%(network)s takes no file of this kind (%(kind)s). It takes: %(kinds)s.")
        kinds = ", ".join(kind_name(kind) for kind in abilities.files)
        raise BadFile(told % {"network": network, "kind": kind_name(content_type), "kinds": kinds})
    if size > most:
        told = _("The file has %(size)s MB; %(network)s takes %(most)s MB.")
        raise BadFile(told % {"size": in_mb(size), "network": network, "most": in_mb(most)})


def kind_name(content_type: str) -> str:
    return NAMES.get(content_type, content_type)


def in_mb(size: int) -> str:
    return f"{size / MILLION:.1f}".removesuffix(".0")


def named(name: str, content_type: str) -> str:
    """The writer's name for it, without paths and tricks, with the ending of what it is."""
    bare = visible(clean(name)).replace("\\", "/").rpartition("/")[2].strip(". ")[:100]
    ending = ENDINGS.get(content_type, "")
    if not ending or bare.lower().endswith((ending, ".jpeg") if ending == ".jpg" else (ending,)):
        return bare or "file"
    stem = bare.rpartition(".")[0] or bare
    return f"{stem or 'file'}{ending}"


def write(looked: Looked) -> tuple[str, str]:
    """Write it under a random name; gives the path and the token of its address."""
    token = secrets.token_hex(16)
    path = f"{token[:2]}/{secrets.token_hex(16)}"
    files.write(path, looked.content)
    return path, token


def handed(enclosures: Iterable[Enclosure]) -> tuple[File, ...]:
    """The files as a connector gets them. Raises BadFile where one is not on the disk any more."""
    found = []
    for one in enclosures:
        try:
            content = (files.folder() / one.path).read_bytes()
        except OSError as problem:
            raise BadFile(_("The file %(name)s is not there any more.") % {"name": one.name}) from problem
        found.append(File(one.name, one.content_type, content, one.alt))
    return tuple(found)


def remove(now: datetime, most: int = 500) -> int:
    """Remove files that were given up or erased, then their rows; how many went."""
    rows = list(Enclosure.objects.filter(is_gone=True)[:most])
    for one in rows:
        (files.folder() / one.path).unlink(missing_ok=True)
    Enclosure.objects.filter(pk__in=[one.pk for one in rows]).delete()
    return len(rows)

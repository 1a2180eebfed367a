"""Where static files come from: compressed, their names holding a hash of what is in them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

from lyhord.web.assets import without_comments

# How Django finds the imports inside a module ("*.js", the expressions). Applied to our own modules alone: the scripts
# that come with packages name files that they do not bring.
_ANY_SCRIPT, _IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns  # type: ignore[attr-defined]

PACKED = {*settings.ROOMS, "django_htmx"}


class Sent:
    """A folder of scripts, read as they are sent: without comments and indentation."""

    def __init__(self, folder: Any) -> None:
        self.folder = folder

    def open(self, path: str) -> "ContentFile[bytes]":
        with self.folder.open(path) as script:
            return ContentFile(without_comments(script.read().decode()).encode(), name=path)


class Storage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise brings no types
    patterns: Any = (*HashedFilesMixin.patterns, *((f"{room}/*.js", _IMPORTS) for room in settings.ROOMS))

    def compress_files(self, paths: Iterable[str]) -> Iterator[Any]:
        """Only what people's pages take: packing the administrator's files was two thirds of laying out."""
        yield from super().compress_files(path for path in paths if path.split("/")[0] in PACKED)

    def post_process(self, paths: dict[str, tuple[Any, str]], *args: Any, **options: Any) -> Iterator[Any]:
        sent = {
            name: (Sent(folder) if is_ours(name) else folder, path) for name, (folder, path) in paths.items()
        }
        yield from super().post_process(sent, *args, **options)


def is_ours(name: str) -> bool:
    return name.endswith(".js") and name.split("/")[0] in settings.ROOMS

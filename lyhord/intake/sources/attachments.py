"""Files of posts: fetched by us, safely, and shown as our own copies."""

import json
import random
import secrets
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Trouble
from lyhord.channels.models import State
from lyhord.intake import files, rules
from lyhord.intake.models import Attachment
from lyhord.lib import backoff, images, safefetch, work
from lyhord.lib.http import BadAddress
from lyhord.lib.sniff import sniffed

LEASE = timedelta(minutes=5)
MOST = 50
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})  # answers after which another try makes sense
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})  # drawn anew by `images`


def due_attachments(now: datetime) -> list[tuple[int, int]]:
    """(account, attachment) to be given to `fetch_attachment`."""
    rows = Attachment.objects.filter(state=Attachment.WAITING, due_at__lte=now).order_by("due_at")
    return list(rows.values_list("post__account", "pk")[:MOST])


def fetch_attachment(attachment_id: int, now: datetime) -> bool:
    """Fetch one file; False if somebody else does."""
    rows = Attachment.objects.filter(pk=attachment_id, state=Attachment.WAITING)
    mine = work.claim(rows, now, lease=LEASE, most=1)
    for attachment in mine:
        fetch(attachment, now)
    return bool(mine)


def fetch(attachment: Attachment, now: datetime) -> None:
    try:
        if attachment.url.startswith(rules.INSIDE):
            fetched = from_envelope(attachment)
        elif attachment.url.startswith(rules.ASKED):
            fetched = from_network(attachment, now)
        else:
            fetched = safefetch.fetch(attachment.url, allow=settings.LYHORD_ALLOW_HOSTS)
    except safefetch.FetchRefused as problem:
        refuse(attachment, str(problem))
    except safefetch.FetchFailed as problem:
        put_off(attachment, str(problem), now)
    else:
        if fetched.status == 200:
            keep(attachment, fetched)
        elif fetched.status in LATER:
            put_off(attachment, f"The other side answered {fetched.status}.", now)
        else:
            refuse(attachment, f"The other side answered {fetched.status}.")


def from_envelope(attachment: Attachment) -> safefetch.Fetched:
    """A file that came with the post itself, held to the limits of one that is fetched. Raises FetchRefused."""
    envelope = attachment.post.envelope
    content = None
    if envelope is not None and not envelope.is_blank:
        connector, headers = registry.get(envelope.connector), json.loads(envelope.headers)
        content = connector.part(bytes(envelope.raw), headers, attachment.url)
    if content is None:
        raise safefetch.FetchRefused("The file is not in what came.")
    return taken(attachment, content)


def from_network(attachment: Attachment, now: datetime) -> safefetch.Fetched:
    """A file that only our account is given: its address would carry our secret. Raises FetchRefused, FetchFailed."""
    account = attachment.post.account
    if account.state != State.ACTIVE:
        raise safefetch.FetchFailed("The account is not in use now.")
    try:
        with channels.http_client(account) as http:
            side = channels.side_of(account)
            content = registry.get(account.connector).file(http, side, attachment.url, now)
    except Trouble as problem:
        raise safefetch.FetchFailed(str(problem)) from None
    except (httpx.HTTPError, httpx.InvalidURL, BadAddress) as problem:
        # An error of httpx names the address, and with it perhaps a secret.
        raise safefetch.FetchFailed(
            f"The network did not give the file ({type(problem).__name__})."
        ) from None
    if content is None:
        raise safefetch.FetchRefused("The network does not give this file.")
    return taken(attachment, content)


def taken(attachment: Attachment, content: bytes) -> safefetch.Fetched:
    if len(content) > safefetch.MAX_BYTES:
        raise safefetch.FetchRefused(
            f"The file has {len(content)} bytes; at most {safefetch.MAX_BYTES} are kept."
        )
    return safefetch.Fetched(attachment.url, content, sniffed(content), 200)


def put_off(attachment: Attachment, why: str, now: datetime) -> None:
    if attachment.attempts >= work.TRIES:
        refuse(attachment, why)
        return
    due_at = backoff.retry_at(now, attachment.attempts + 3, None, random.SystemRandom())
    waiting(attachment).update(due_at=due_at, problem=why)


def refuse(attachment: Attachment, why: str) -> None:
    waiting(attachment).update(state=Attachment.REFUSED, due_at=None, problem=why)


def keep(attachment: Attachment, fetched: safefetch.Fetched) -> None:
    """Write the file under a name of our own; a picture is drawn anew, anything else is only for download."""
    content, content_type, width, height = fetched.content, fetched.content_type, 0, 0
    try:
        picture = images.recopy(content)
        content, content_type = picture.content, picture.content_type
        width, height = picture.width, picture.height
    except images.NotAPicture:
        content_type = "application/octet-stream" if content_type in SHOWN else content_type
    token = secrets.token_hex(16)
    path = f"{token[:2]}/{secrets.token_hex(16)}"
    # The row knows of the file before it is there, so that a deletion in between finds it.
    with transaction.atomic():
        kept = waiting(attachment).update(
            state=Attachment.KEPT, due_at=None, problem="", path=path, token=token, content_type=content_type,
            size=len(content), width=width, height=height,
        )  # fmt: skip
        if kept:
            files.write(path, content)


def waiting(attachment: Attachment) -> QuerySet[Attachment]:
    """The row, unless a deletion came meanwhile."""
    return Attachment.objects.filter(pk=attachment.pk, state=Attachment.WAITING)

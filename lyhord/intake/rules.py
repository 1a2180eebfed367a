"""Decisions of intake on plain values."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lyhord.lib import text

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # nothing that we read is older; a time before it is a fault
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a text that was not told yet
AHEAD = timedelta(days=1)
EDIT_AFTER = timedelta(microseconds=1)  # an edit told with the time of the post itself still comes after it

LONGEST_TEXT = 200_000
LONGEST_NATIVE = 500
LONGEST_AUTHOR = 300
LONGEST_EXTRA = 20_000  # characters of JSON; a connector's notes, not a second copy of the post
DEEPEST_EXTRA = 6
INSIDE = "part:"  # begins the address of a file that came inside the envelope itself
ASKED = "ask:"  # of one that the network gives to our account alone


def moment(at: datetime | None, now: datetime) -> datetime:
    """The network's time, or ours where it gives none or an absurd one."""
    if at is None:
        return now
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return at if EARLIEST <= at <= now + AHEAD else now


def short_digest(key: str) -> str:
    """By which the ledger of seen keys knows an event: half a SHA-256 is beyond collisions and half as long."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def envelope_digest(account: int | None, url: str, raw: bytes) -> str:
    place = f"{account or ''}\n{url}\n".encode("utf-8", "surrogatepass")
    return hashlib.sha256(place + raw).hexdigest()


def clean(value: str) -> str:
    """As `lib.text.clean`. What is printable holds neither controls nor half characters, and most texts are."""
    return value if value.isprintable() else text.clean(value)


def reference(native: str | None, most: int = LONGEST_NATIVE) -> str:
    """A native id as we store it. A longer one keeps its beginning and is told apart by its digest."""
    native = clean(native or "")
    if len(native) <= most:
        return native
    return f"{native[: most - 33]}#{short_digest(native)}"


def line(value: str, most: int) -> str:
    """A name or title: one line, cut to what its column takes."""
    return " ".join(clean(value).split())[:most] if value else ""


def web_address(url: str, most: int = 1000) -> str:
    """Only what a browser may open; anything else (javascript:, too long) is left out."""
    url = clean(url).strip() if url else ""
    return url if url.lower().startswith(("https://", "http://")) and len(url) <= most else ""


def place_of_file(url: str) -> str:
    """Where a file lies: at a web address, inside the envelope that told of it, or with the network for us alone."""
    if url.startswith(ASKED):
        return url if len(url) <= 500 and url.isprintable() else ""
    return url if url.startswith(INSIDE) and len(url) <= 100 else web_address(url, 4_000)


def notes(told: Mapping[str, Any]) -> dict[str, Any]:
    """A connector's notes about a post as both databases take them; what is no JSON, or too much, is left out."""
    fit = fitting(told, DEEPEST_EXTRA) if told else {}
    return fit if fit and len(json.dumps(fit)) <= LONGEST_EXTRA else {}


def fitting(value: Any, depth: int) -> Any:
    """PostgreSQL keeps neither zero bytes, half characters nor NaN in JSON."""
    if isinstance(value, str):
        return clean(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping) and depth:
        return {clean(str(name)): fitting(part, depth - 1) for name, part in value.items()}
    if isinstance(value, list | tuple) and depth:
        return [fitting(part, depth - 1) for part in value]
    return None

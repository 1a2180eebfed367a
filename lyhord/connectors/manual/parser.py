"""What somebody wrote down of a place that no program reads, told as events. Pure."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from lyhord.channels.contract import Author, Event, Item, Media, Unreadable
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

PICTURE = "part:picture"
LOOKED: Mapping[str, Literal["shown", "deleted"]] = {"stands": "shown", "gone": "deleted"}


def parse(raw: bytes) -> list[Item]:
    note = read(raw)
    return [looked(note) if note.get("what") == "looked" else seen(note)]


def read(raw: bytes) -> Mapping[str, Any]:
    try:
        note = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(note, Mapping):
        raise Unreadable("Not a note: no object of fields.")
    return note


def seen(note: Mapping[str, Any]) -> Event:
    """A post as a person saw it. Its place is the link without the part that jumps within the page."""
    key, link, text = needed(note, "form_key"), address(needed(note, "link")), words(note, "text")
    if not text.strip() and not words(note, "picture"):
        raise Unreadable("The note holds neither words nor a picture.")
    is_own = note.get("is_own") is True
    return Event(
        kind="created",
        key=f"seen:{key}",
        account=words(note, "account"),
        item=f"seen:{key}",
        thread=place_of(address(words(note, "thread") or link)),
        author=author(note, link),
        at=moment(note.get("at")),
        text=text,
        title=words(note, "title"),
        visibility="private" if note.get("is_private") is True else "public",
        is_own=is_own,
        media=(Media(PICTURE, "picture", name=words(note, "picture_name") or "picture"),)
        if words(note, "picture")
        else (),
        link=link,
        extra={"by_hand": True},
    )


def looked(note: Mapping[str, Any]) -> Event:
    """Somebody looked again: it stands there still, or it is gone."""
    outcome = LOOKED.get(needed(note, "outcome"))
    if outcome is None:
        raise Unreadable("The outcome of looking again is neither of those that there are.")
    item = needed(note, "item")
    key = f"looked:{needed(note, 'form_key')}"
    return Event(kind=outcome, key=key, account=words(note, "account"), item=item, at=moment(note.get("at")))


def author(note: Mapping[str, Any], link: str) -> Author:
    """By the address of the profile; without one by the name at that site, which is the best that can be seen."""
    name, profile = needed(note, "author"), words(note, "author_link").strip()
    if profile:
        profile = address(profile)
        return Author(native=profile, handle=name, name=name, profile=profile)
    host = urlsplit(link).hostname or ""
    digest = hashlib.sha256(f"{host}\n{name.casefold()}".encode()).hexdigest()[:32]
    return Author(native=f"name:{digest}", handle=name, name=name)


def address(text: str) -> str:
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Unreadable("The link in the note is not a web address.")
    return text.strip()


def place_of(link: str) -> str:
    parts = urlsplit(link)
    place = urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))
    return place if len(place) <= 180 else f"link:{hashlib.sha256(place.encode()).hexdigest()[:32]}"


def picture(raw: bytes, place: str) -> bytes | None:
    if place != PICTURE:
        return None
    try:
        return base64.b64decode(words(read(raw), "picture"), validate=True) or None
    except (Unreadable, binascii.Error, ValueError):
        return None


def needed(note: Mapping[str, Any], name: str) -> str:
    value = note.get(name)
    if not isinstance(value, str) or not clean(value).strip():
        raise Unreadable(f"The note has no {name}.")
    return clean(value).strip()


def words(note: Mapping[str, Any], name: str) -> str:
    value = note.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"The field {name} of the note is no text.")
    return clean(value)


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise Unreadable("The time in the note is not one.") from None

"""What the demo network tells, as events. Pure: the same bytes are always the same events."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast, get_args

from lyhord.channels.contract import Author, Event, Item, Kind, Media, Unreadable, Unsupported, Visibility
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

KINDS = frozenset(get_args(Kind))
ITEMLESS = frozenset({"account", "erasure", "author_changed", "read"})
MEDIA_KINDS = frozenset({"picture", "video", "sound", "file"})


class Strange(Exception):
    """A part is not of the shape that it should have."""


def parse(raw: bytes) -> list[Item]:
    """One event, or a list of them; a bad one stands as Unreadable in its place."""
    try:
        told = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if isinstance(told, Mapping):
        told = [told]
    if not isinstance(told, list):
        raise Unreadable("Neither an event nor a list of events.")
    return [item(part) for part in told]


def item(part: Any) -> Item:
    if not isinstance(part, Mapping):
        return Unreadable(f"Not an event but {type(part).__name__}.")
    native = part.get("item") if isinstance(part.get("item"), str) else None
    try:
        kind = word(part, "kind") or "created"
        if kind not in KINDS:
            return Unsupported(f"The demo network's {kind!r} is not one that we use.", native)
        return event(cast(Kind, kind), part)
    except Strange as problem:
        return Unreadable(f"Not an event of the demo network: {problem}.", native)


def event(kind: Kind, part: Mapping[str, Any]) -> Event:
    native = word(part, "item") or None
    if native is None and kind not in ITEMLESS:
        raise Strange("it names no item")
    return Event(
        kind=kind,
        key=f"demo:{needed(part, 'id')}",
        account=word(part, "account"),
        item=native,
        thread=word(part, "thread") or (native if kind == "created" and not part.get("parent") else None),
        parent=word(part, "parent") or None,
        author=author(part.get("author")),
        at=moment(part.get("at")),
        text=word(part, "text"),
        visibility=visibility(part),
        is_own=part.get("is_own") is True,
        media=tuple(media(each) for each in listed(part, "media")),
        lang=word(part, "lang"),
        link=word(part, "link"),
        title=word(part, "title"),
        mentions=tuple(known(author(each)) for each in listed(part, "mentions")),
        aliases=tuple(plain(each, "aliases") for each in listed(part, "aliases")),
        ok=part.get("ok") is not False,
        is_spoken_to=part.get("is_spoken_to") is not False,
        extra=dict(part["extra"]) if isinstance(part.get("extra"), Mapping) else {},
    )


def visibility(part: Mapping[str, Any]) -> Visibility:
    return "public" if part.get("visibility", "public") == "public" else "private"


def author(value: Any) -> Author | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise Strange("its author is no object")
    followers = value.get("followers")
    return Author(
        native=needed(value, "id"),
        handle=word(value, "handle"),
        name=word(value, "name"),
        aliases=tuple(plain(each, "aliases") for each in listed(value, "aliases")),
        avatar=word(value, "avatar"),
        followers=followers if type(followers) is int and followers >= 0 else None,
        lang=word(value, "lang"),
        profile=word(value, "profile"),
        is_bot=value.get("is_bot") is True,
    )


def known(found: Author | None) -> Author:
    if found is None:
        raise Strange("a person is missing")
    return found


def media(value: Any) -> Media:
    if not isinstance(value, Mapping):
        raise Strange("a file is no object")
    kind = word(value, "kind")
    return Media(
        url=needed(value, "url"),
        kind=cast(Any, kind if kind in MEDIA_KINDS else "file"),
        alt=word(value, "alt"),
        name=word(value, "name"),
    )


def listed(part: Mapping[str, Any], name: str) -> list[Any]:
    value = part.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Strange(f"its {name} are no list")
    return value


def needed(part: Mapping[str, Any], name: str) -> str:
    value = word(part, name)
    if not value:
        raise Strange(f"its {name} is missing")
    return value


def word(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return "" if value is None else plain(value, name)


def plain(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise Strange(f"its {name} is no text")
    return clean(value)


def moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Strange("its time is not one") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)

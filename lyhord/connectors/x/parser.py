"""What X sends, told as events: the Activity API's hook, lists that we ask for, and its news of what must be deleted. Pure."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lyhord.channels.contract import Headers, Item, Unreadable, Unsupported
from lyhord.connectors.x import activity, compliance, messages, posts
from lyhord.connectors.x.posts import Beside
from lyhord.connectors.x.shapes import Part, Strange, text, within
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

OURS = "x-account"  # the number of our account, where the reader of the bytes knows it


def parse(raw: bytes, headers: Headers) -> list[Item]:
    ours = headers.get(OURS, "")
    return [item for value in values(raw) for item in whole(value, ours)]


def values(raw: bytes) -> list[Any]:
    """One document, or a line each as the streams and the compliance lists have them."""
    try:
        return [jsons.read(raw)]
    except BadJson as problem:
        lines = [line for line in raw.split(b"\n") if line.strip()]
        if len(lines) < 2:
            raise Unreadable(str(problem)) from None
    try:
        return [jsons.read(line) for line in lines]
    except BadJson as problem:
        raise Unreadable(str(problem)) from None


def whole(told: Any, ours: str) -> list[Item]:
    if not isinstance(told, Mapping):
        raise Unreadable("Not of X's: no object.")
    if "for_user_id" in told or "user_event" in told:
        return guarded(lambda: activity.older(told))
    if compliance.is_one(told):
        return guarded(lambda: [compliance.line(told)])
    data = told.get("data")
    if isinstance(data, Mapping) and "event_type" in data and "payload" in data:
        return guarded(lambda: activity.event(data))
    if isinstance(data, Mapping) and compliance.is_news(data):
        return guarded(lambda: [compliance.news(data)])
    if data is None:
        return nothing(told)
    try:
        along = posts.beside(within(told, "includes"), ours)
    except Strange as problem:
        raise Unreadable(f"Not as X tells it: {problem}.") from None
    return listed(data, along)


def nothing(told: Part) -> list[Item]:
    """Errors alone, or an empty page."""
    if "errors" in told or "meta" in told or "type" in told:
        return [Unsupported("X tells of nothing: an empty page or an error.")]
    raise Unreadable("Not of X's: neither data nor an event.")


def listed(data: Any, along: Beside) -> list[Item]:
    parts = data if isinstance(data, list) else [data]
    found = [item for part in parts for item in guarded(partial(listing, one, part, along), name(part))]
    known = {item.item for item in found}
    context = [
        item
        for ident, part in along.posts.items()
        for item in guarded(partial(listing, context_of, part, along), ident)
    ]
    return context_first(context, known) + found


def listing(read: Callable[..., Item], *told: Any) -> list[Item]:
    return [read(*told)]


def context_of(part: Part, along: Beside) -> Item:
    return posts.post(part, along, is_context=True)


def context_first(context: list[Item], known: set[str | None]) -> list[Item]:
    """What is quoted or answered stands before what speaks of it."""
    return [item for item in context if item.item not in known]


def name(part: Any) -> str | None:
    ident = part.get("id") if isinstance(part, Mapping) else None
    return ident if isinstance(ident, str) else None


def guarded(read: Callable[[], list[Item]], item: str | None = None) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    try:
        return read()
    except Strange as problem:
        return [Unreadable(f"Not as X tells it: {problem}.", item)]


def one(part: Any, along: Beside) -> Item:
    if not isinstance(part, Mapping):
        raise Strange("it is no object")
    if "event_type" in part:
        return messages.asked(part, along)
    if "username" in part:
        return Unsupported("A person, no words.", text(part, "id") or None)
    if "text" in part and "id" in part:
        return posts.post(part, along)
    kept = ", ".join(sorted(part))[:100]
    return Unsupported(f"X tells of something that is no post: {kept or 'empty'}.")

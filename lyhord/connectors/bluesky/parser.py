"""What the AT protocol's servers say, told as events: answers to what we asked, and messages of their streams. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from lyhord.channels.contract import Headers, Item, Unreadable, Unsupported
from lyhord.connectors.bluesky import chats, frames, records
from lyhord.connectors.bluesky.names import POST
from lyhord.connectors.bluesky.records import Json, Strange, Us
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

DEFS = "app.bsky.feed.defs#"
WORDS = {"mention", "reply", "quote"}
SIGNS = {"like", "repost", "like-via-repost", "repost-via-repost"}
Read = Callable[[Json, Us], list[Item]]


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    us = Us.of(headers)
    if frames.is_frame(raw):
        return frames.frame(raw, us)
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        return lines(raw, us, problem)
    if isinstance(document, list):
        return [item for part in document for item in guarded(part, us, one)]
    if not isinstance(document, Mapping):
        raise Unreadable("Neither a list nor an object.")
    return whole(document, us)


def lines(raw: bytes, us: Us, problem: BadJson) -> list[Item]:
    """Several messages of a stream, one a line."""
    parts = [line for line in raw.split(b"\n") if line.strip()]
    if len(parts) < 2 or not all(part.lstrip()[:1] == b"{" for part in parts):
        raise Unreadable(str(problem)) from None
    found: list[Item] = []
    for part in parts:
        try:
            found += guarded(jsons.read(part), us, one)
        except BadJson as bad:
            found.append(Unreadable(str(bad)))
    return found


def whole(document: Json, us: Us) -> list[Item]:
    for name, (read, is_newest_first) in LISTS.items():
        parts = document.get(name)
        if isinstance(parts, list):
            ordered = reversed(parts) if is_newest_first else parts
            found = [item for part in ordered for item in guarded(part, us, read)]
            return found or [Unsupported(f"A list of {name}, and nothing in it.")]
    if "thread" in document:
        return guarded(document["thread"], us, thread)
    return guarded(document, us, one)


def guarded(part: Any, us: Us, read: Read) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(part, Mapping):
        return [Unreadable(f"Not an object but {type(part).__name__}.")]
    try:
        return read(part, us)
    except Strange as problem:
        uri = part.get("uri")
        item = uri[:500] if isinstance(uri, str) else None
        return [Unreadable(f"Not as the AT protocol tells it: {problem}.", item)]
    except Unreadable as problem:
        return [problem]


def one(part: Json, us: Us) -> list[Item]:
    """A part by its shape."""
    if "error" in part:
        code = records.text(part["error"])[:100] or "without a name"
        return [Unsupported(f"The server answered with an error: {code}.")]
    if frames.is_jetstream(part):
        return frames.jetstream(part, us)
    if "reason" in part and "record" in part:
        return notification(part, us)
    if "record" in part and "author" in part:
        return seen(part, us)
    if "uri" in part and "value" in part:
        return kept(part, us)
    if "uri" in part and "cid" in part:
        return [
            Unsupported(
                "The answer to a write: it names the record and carries no words.", records.text(part["uri"])
            )
        ]
    if "sender" in part and "sentAt" in part:
        return chats.message(part, "", us, {})
    if isinstance(part.get("convo"), Mapping):
        return chats.convo(part["convo"], us)
    if records.text(part.get("$type")) == POST:
        return [Unreadable("A post without its address.")]
    return [Unsupported("An answer that carries no post.")]


def seen(view: Json, us: Us) -> list[Item]:
    return [*records.events(records.shown(view), us)]


def kept(part: Json, us: Us) -> list[Item]:
    """A record as its repository gives it."""
    uri = records.text(part.get("uri"))
    return frames.guarded(uri, "create", part.get("cid"), part.get("value"), None, us)


def notification(part: Json, us: Us) -> list[Item]:
    reason, uri = records.text(part.get("reason")), records.text(part.get("uri"))
    if reason in SIGNS:
        author, record = records.person(part.get("author")), records.mapping(part.get("record"), "the record")
        return [frames.sign(uri, record, author, records.moment(part.get("indexedAt")))]
    if reason not in WORDS:
        return [Unsupported(f"Bluesky's notification {reason!r} is not one that we use.", uri or None)]
    # A reply further down a thread is told to all above it; the record says whether it is for us.
    return [*records.events(records.shown(part), us, is_spoken_to=reason != "reply")]


def fed(part: Json, us: Us) -> list[Item]:
    """An entry of a feed."""
    if isinstance(part.get("reason"), Mapping) and "Repost" in records.text(part["reason"].get("$type")):
        return [Unsupported("A repost tells nothing new.")]
    return seen(records.mapping(part.get("post"), "the post"), us)


# Threads ------------------------------------------------------------------------------------------------------


def thread(node: Json, us: Us) -> list[Item]:
    """The posts above, oldest first, the post itself, and what stands below. No recursion: a thread may be deep."""
    above: list[Json] = []
    parent = node.get("parent")
    while isinstance(parent, Mapping):
        above.append(parent)
        parent = parent.get("parent")
    found = [item for each in reversed(above) for item in guarded(each, us, placed)]
    waiting = [node]
    while waiting:
        each = waiting.pop()
        found += guarded(each, us, placed)
        waiting += reversed(records.listed(each.get("replies")))
    return found


def placed(node: Json, us: Us) -> list[Item]:
    kind, uri = records.text(node.get("$type")).removeprefix(DEFS), records.text(node.get("uri"))
    if isinstance(node.get("post"), Mapping):
        return seen(node["post"], us)
    if kind == "blockedPost" or node.get("blocked") is True:
        return [Unsupported("A post that is kept from us by a block; it may well be there.", uri or None)]
    if kind == "notFoundPost" or node.get("notFound") is True:
        # Whether it was deleted is concluded by asking for the post itself (`fetch`).
        return [Unsupported("A post that is not found here.", uri or None)]
    raise Strange("a place in the thread without its post")


def numbered(part: Json, us: Us) -> list[Item]:
    """An entry of the flat form of a thread (app.bsky.unspecced.getPostThreadV2)."""
    value = records.mapping(part.get("value"), "the post")
    if isinstance(value.get("post"), Mapping):
        return seen(value["post"], us)
    return [Unsupported("A post that is not shown to us.", records.text(part.get("uri")) or None)]


LISTS: dict[str, tuple[Read, bool]] = {
    "notifications": (notification, True),
    "thread": (numbered, False),
    "posts": (seen, True),
    "feed": (fed, True),
    "records": (kept, False),
    "logs": (chats.log, False),
    "convos": (chats.convo, True),
    "messages": (lambda part, us: chats.message(part, "", us, {}), True),
}

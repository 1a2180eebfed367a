"""What a Mastodon server says, told as events: answers to what we asked, and records of the event stream. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lyhord.channels.contract import Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.mastodon import sse, statuses
from lyhord.connectors.mastodon.statuses import Status, Strange, Us
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

STATUS_URL = re.compile(r"/api/v1/statuses/([^/?]+)/context")
POSTING_URL = re.compile(r"/api/v1/statuses/?$")
FAVOURITE = "★"
MODERATED = {"disable", "suspend"}


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    us = Us.of(headers)
    if sse.is_stream(raw, headers):
        return [item for name, data in sse.records(raw) for item in streamed(name, data, us)]
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if isinstance(document, list):
        # A server lists the newest first; a post comes before the answers to it.
        return [item for part in reversed(document) for item in guarded(part, lambda part: one(part, us))]
    if not isinstance(document, Mapping):
        raise Unreadable("Neither a list nor an object.")
    return whole(document, us, url.partition("?")[0], method.upper())


def whole(document: Status, us: Us, url: str, method: str) -> list[Item]:
    if "ancestors" in document and "descendants" in document:
        return context(document, us, url)
    if "event" in document and "payload" in document:
        return streamed(str(document["event"]), str(document["payload"]), us)
    if is_status(document) and method == "DELETE":
        return guarded(document, lambda status: [deleted(statuses.native(status.get("id"), "id"))])
    if is_status(document) and (method == "PUT" or (method == "POST" and POSTING_URL.search(url))):
        return guarded(document, lambda status: written(status, us, method))
    return guarded(document, lambda part: one(part, us))


def written(status: Status, us: Us, method: str) -> list[Item]:
    """The answer to a post or an edit of ours: only the writer gets it, so it is our own."""
    if method == "PUT" and status.get("edited_at"):
        return [*statuses.edited(status, us, is_own=True)]
    return [*statuses.created(status, us, is_own=True)]


def guarded(part: Any, read: Callable[[Status], list[Item]]) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(part, Mapping):
        return [Unreadable(f"Not an object but {type(part).__name__}.")]
    item = part.get("id") if isinstance(part.get("id"), str) else None
    try:
        return read(part)
    except Strange as problem:
        return [Unreadable(f"Not as Mastodon tells it: {problem}.", item)]


def one(part: Status, us: Us) -> list[Item]:
    """A part by its shape: the servers that speak like Mastodon agree on that more than on addresses."""
    if "last_status" in part:
        return conversation(part, us)
    if "type" in part and ("account" in part or "status" in part):
        return notification(part, us)
    if is_status(part):
        return seen(part, us)
    if "error" in part:
        return [Unsupported("The server answered with an error: " + statuses.text(part["error"])[:200])]
    return [Unsupported("An answer that carries no post.")]


def is_status(part: Status) -> bool:
    return "content" in part and "account" in part and "id" in part


def seen(status: Status, us: Us) -> list[Item]:
    if isinstance(status.get("reblog"), Mapping):
        return [Unsupported("A boost tells nothing new.", statuses.text(status.get("id")) or None)]
    return [*statuses.created(status, us)]


def conversation(part: Status, us: Us) -> list[Item]:
    if part["last_status"] is None:
        return [Unsupported("A conversation without a post.")]
    return guarded(part["last_status"], lambda status: seen(status, us))


def notification(part: Status, us: Us) -> list[Item]:
    kind, status = statuses.text(part["type"]), part.get("status")
    if kind == "moderation_warning":
        return warning(part)
    if kind not in {"mention", "quote", "status", "update", "quoted_update", "favourite"}:
        return [Unsupported(f"Mastodon's notification {kind!r} is not one that we use.")]
    if status is None:
        return [Unsupported("The post of this notification is gone.")]
    if not isinstance(status, Mapping):
        raise Strange("the status is no object")
    if kind == "favourite":
        return [favourite(part, status)]
    if kind in {"update", "quoted_update"}:
        return [*statuses.edited(status, us)] or [Unsupported("An edit without its time.")]
    return [*statuses.created(status, us, is_spoken_to=True if kind in {"mention", "quote"} else None)]


def favourite(part: Status, status: Status) -> Event:
    # snac2 wraps the post that was liked into a boost of it.
    liked = status["reblog"] if isinstance(status.get("reblog"), Mapping) else status
    return Event(
        kind="reaction",
        key=f"reaction:{statuses.native(part.get('id'), 'id')}",
        item=statuses.native(liked.get("id"), "the id of the status"),
        author=statuses.person(part.get("account")),
        at=statuses.moment(part.get("created_at")),
        text=FAVOURITE,
        visibility=statuses.VISIBILITIES.get(str(liked.get("visibility")), "private"),
    )


def warning(part: Status) -> list[Item]:
    """Our own account was moderated by the people who run the server."""
    told = part.get("moderation_warning")
    action = statuses.text(told.get("action")) if isinstance(told, Mapping) else ""
    if action not in MODERATED:
        return [Unsupported(f"A warning by the server's moderators: {action or 'no action'}.")]
    key = f"account:{statuses.native(part.get('id'), 'id')}"
    return [Event(kind="account", key=key, at=statuses.moment(part.get("created_at")), text="disabled")]


def deleted(item: str) -> Event:
    return Event(kind="deleted", key=f"deleted:{item}", item=item)


def context(document: Status, us: Us, url: str) -> list[Item]:
    """Ancestors, oldest first, and descendants: all in one thread, whose name is its first post's."""
    parts = [each for name in ("ancestors", "descendants") for each in within(document[name])]
    root = root_of(within(document["ancestors"]), url)
    around = Us(us.native, us.names, root)
    return [item for part in parts for item in guarded(part, lambda status: seen(status, around))]


def within(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def root_of(ancestors: list[Any], url: str) -> str:
    """The first post of a thread, "" if it is not known: a deleted ancestor leaves a gap."""
    if ancestors:
        first = ancestors[0] if isinstance(ancestors[0], Mapping) else {}
        return "" if first.get("in_reply_to_id") else statuses.text(first.get("id"))
    asked = STATUS_URL.search(url)
    return asked.group(1) if asked else ""


# The event stream ---------------------------------------------------------------------------------------------


def streamed(name: str, data: str, us: Us) -> list[Item]:
    if name == "delete":
        item = clean(data).strip().strip('"')
        return [deleted(item)] if item else [Unreadable("A deletion without an id.")]
    if name not in {"update", "status.update", "status_update", "notification", "conversation"}:
        return [Unsupported(f"Mastodon's event {clean(name)!r} is not one that we use.")]
    try:
        document = jsons.read(data.encode("utf-8", "surrogatepass"))
    except BadJson as problem:
        return [Unreadable(str(problem))]
    return guarded(document, lambda part: told(name, part, us))


def told(name: str, part: Status, us: Us) -> list[Item]:
    if name == "notification":
        return notification(part, us) if "type" in part else [Unreadable("A notification without a type.")]
    if name == "conversation":
        return conversation(part, us) if "last_status" in part else [Unreadable("No conversation.")]
    if isinstance(part.get("reblog"), Mapping):
        return [Unsupported("A boost tells nothing new.")]
    found = statuses.created(part, us) if name == "update" else statuses.edited(part, us)
    if not found:
        return [Unsupported("An edit without its time.")]
    if not found[0].is_spoken_to:
        # The home timeline shows all whom we follow; what is not for us is not kept.
        return [Unsupported("Seen in the home timeline, and not addressed to us.", found[0].item)]
    return [*found]

"""What Reddit answers, told as events: listings, trees of comments, single things and modmail. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Event, Headers, Item, Unreadable, Unsupported
from lyhord.connectors.reddit import things
from lyhord.connectors.reddit.things import Part, Strange, Us
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson

USED = {"t1", "t3", "t4"}
MOST_DEPTH = 200  # of nested answers


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    if not raw.strip():
        return [Unsupported("An answer without a word.")]
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    us = Us.of(headers, url)
    if isinstance(document, list):
        return [item for part in document for item in whole(part, us)] or [Unsupported("An empty list.")]
    if not isinstance(document, Mapping):
        raise Unreadable("Neither a list nor an object.")
    return whole(document, us)


def whole(document: Any, us: Us) -> list[Item]:
    if not isinstance(document, Mapping):
        return [Unreadable(f"Not an object but {type(document).__name__}.")]
    if isinstance(document.get("json"), Mapping):
        return answered(document["json"], us)
    if isinstance(document.get("conversation"), Mapping) and isinstance(document.get("messages"), Mapping):
        return modmail(document["conversation"], document["messages"], us)
    if isinstance(document.get("conversations"), Mapping) and isinstance(document.get("messages"), Mapping):
        return conversations(document["conversations"], document["messages"], us)
    if "kind" in document and "data" in document:
        return thing(document, us)
    if {"name", "author"} <= set(document) and str(document["name"])[:2] in USED:
        return guarded(str(document["name"])[:2], document, us)  # an edit is answered with the bare thing
    return [Unsupported("An answer that carries no words of people.")]


def answered(told: Part, us: Us) -> list[Item]:
    """The answer to something that we did."""
    errors, data = told.get("errors"), told.get("data")
    if isinstance(errors, list) and errors:
        return [Unsupported("Reddit refused it, and says why in the answer.")]
    listed = data.get("things") if isinstance(data, Mapping) else None
    found = [item for part in listed for item in whole(part, us)] if isinstance(listed, list) else []
    return found or [Unsupported("The answer to a deed of ours, without words.")]


def thing(document: Part, us: Us) -> list[Item]:
    """A thing or a listing with all that hangs on it. A listing gives the newest first, a tree the oldest."""
    found: list[Item] = []
    waiting: list[tuple[Any, int]] = [(document, 0)]
    while waiting:
        part, depth = waiting.pop()
        if not isinstance(part, Mapping) or not isinstance(part.get("data"), Mapping):
            found.append(Unreadable(f"Not a thing but {type(part).__name__}."))
            continue
        kind, data = str(part.get("kind"))[:40], part["data"]
        if kind == "Listing":
            listed = data.get("children")
            if not isinstance(listed, list):
                found.append(Unreadable("A listing without children."))
                continue
            # What is taken first stands last: of a list the oldest, of answers below a word the first.
            ordered = listed if depth < 1 else reversed(listed)
            waiting += [(child, depth + 1) for child in ordered]
            continue
        if kind not in USED:
            found.append(Unsupported(f"A thing of Reddit's kind {kind!r} is not one that we use."))
            continue
        found += guarded(kind, data, us)
        if isinstance(data.get("replies"), Mapping) and depth < MOST_DEPTH:
            waiting.append((data["replies"], depth + 1))
    return found or [Unsupported("An empty listing.")]


def guarded(kind: str, data: Part, us: Us) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    try:
        return things.told(kind, data, us)
    except Strange as problem:
        return [Unreadable(f"Not as Reddit tells it: {problem}.", things.text(data.get("name")) or None)]


# Modmail ------------------------------------------------------------------------------------------------------


def conversations(listed: Part, messages: Part, us: Us) -> list[Item]:
    """A list of conversations with one message each; or one conversation, as the answer to a deed gives it."""
    if isinstance(listed.get("objIds"), list):
        return modmail(listed, messages, us)
    found: list[Item] = []
    for each in listed.values():
        if not isinstance(each, Mapping) or not isinstance(each.get("objIds"), list):
            found.append(Unreadable("Not a conversation of modmail."))
            continue
        names = [things.text(one.get("id")) for one in each["objIds"] if isinstance(one, Mapping)]
        found += modmail(each, {name: messages[name] for name in names if name in messages}, us)
    return found or [Unsupported("No conversation in modmail.")]


def modmail(conversation: Part, messages: Part, us: Us) -> list[Item]:
    ident = things.text(conversation.get("id"))
    if not ident:
        return [Unreadable("A conversation of modmail without its id.")]
    rows = sorted(
        messages.values(), key=lambda row: things.text(row.get("date")) if isinstance(row, Mapping) else ""
    )
    found: list[Item] = []
    for row in rows:
        try:
            found.append(message(ident, conversation, row, us))
        except Strange as problem:
            found.append(Unreadable(f"Not as Reddit's modmail tells it: {problem}.", f"modmail:{ident}"))
    return found or [Unsupported("A conversation without messages.")]


def message(ident: str, conversation: Part, row: Any, us: Us) -> Event | Unsupported:
    author = row.get("author") if isinstance(row, Mapping) else None
    name = things.text(row.get("id")) if isinstance(row, Mapping) else ""
    if not isinstance(author, Mapping) or not name:
        raise Strange("a message without author or id")
    item = f"modmail:{ident}:{name}"
    if author.get("isDeleted") is True:
        return Event(kind="deleted", key=f"deleted:{item}", item=item)
    if row.get("isInternal") is True:
        return Unsupported("A note of the moderators among themselves.", item)
    number, handle = author.get("id"), things.text(author.get("name"))
    person = things.person_of_number(handle, number if type(number) is int else 0)
    # All moderators of our subreddit speak for us.
    is_own = us.is_me(person) or row.get("participatingAs") == "moderator"
    words = things.text(row.get("bodyMarkdown"))
    return Event(
        kind="created", key=f"created:{item}", item=item, thread=f"modmail:{ident}", author=person,
        at=moment(row.get("date")), text=words, visibility="private", is_own=is_own,
        title=things.text(conversation.get("subject")), link=f"https://mod.reddit.com/mail/all/{ident}",
        extra={"own": is_own, "type": "modmail"},
    )  # fmt: skip


def moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Strange("the time is not one") from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)

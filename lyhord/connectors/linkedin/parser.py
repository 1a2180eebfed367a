"""What LinkedIn says, told as events: notifications by webhook or asked for, comments and posts as they stand. Pure.

A place is the post, by its activity; people are known by urn:li:person:..., whose names LinkedIn does not tell.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from lyhord.channels.contract import Author, Event, Headers, Item, Kind, Unreadable, Unsupported
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

Part = Mapping[str, Any]
NEWS = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
LIKE = "👍"
URN = re.compile(r"urn:li:[A-Za-z]+:[^\s/?#]{1,180}")
COMMENT = re.compile(r"urn:li:comment:\((urn:li:\w+:\d+),(\d+)\)")
LIKED = re.compile(r"urn:li:(?:like|reaction):\((urn:li:\w+:[\w-]+),(.+)\)")
ESCAPED = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")  # posts are written in LinkedIn's "little text"


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


def parse(raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if not isinstance(document, Mapping):
        raise Unreadable("Not an object.")
    us = text(headers.get("x-account"))
    if "notifications" in document:
        if document.get("type") != NEWS:
            return [
                Unsupported(
                    f"LinkedIn's news of the kind {text(document.get('type'))!r} are not ones that we use."
                )
            ]
        return [item for part in listed(document["notifications"]) for item in guarded(part, notification)]
    if "elements" in document:
        # The newest comes first; a comment comes before the answers to it.
        return [
            item
            for part in reversed(listed(document["elements"]))
            for item in guarded(part, lambda p: one(p, us))
        ]
    return guarded(document, lambda part: one(part, us))


def listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unreadable("What should be a list is none.")
    return value


def guarded(part: Any, read: Callable[[Part], list[Item]]) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(part, Mapping):
        return [Unreadable(f"Not an object but {type(part).__name__}.")]
    try:
        return read(part)
    except Strange as problem:
        return [Unreadable(f"Not as LinkedIn tells it: {problem}.")]


def one(part: Part, us: str) -> list[Item]:
    if "action" in part and "organizationalEntity" in part:
        return notification(part)
    if "message" in part and "actor" in part:
        return comment(part, us)
    if "commentary" in part and "author" in part:
        return [post(part, us)]
    return [Unsupported("An answer that carries no words of people.")]


# Notifications ------------------------------------------------------------------------------------------------


def notification(part: Part) -> list[Item]:
    action, page = text(part.get("action")), urn(part.get("organizationalEntity"), "the page")
    source = urn(part.get("sourcePost"), "the post") if part.get("sourcePost") else ""
    made = urn(part.get("generatedActivity"), "the activity") if part.get("generatedActivity") else ""
    at = moment(part.get("lastModifiedAt"))
    before = around(part, page, source)
    if action in {"COMMENT", "ADMIN_COMMENT"}:
        return [*before, told("created", part, page, source, at, is_own=action == "ADMIN_COMMENT")]
    if action == "COMMENT_EDIT":
        return [*before, told("edited", part, page, source, at)]
    if action == "COMMENT_DELETE":
        item = made or needed("", "the comment")
        return [
            Event(
                kind="deleted", key=f"deleted:{item}", account=page, item=item, thread=source or None, at=at
            )
        ]
    if action in {"SHARE_MENTION", "SHARE"}:
        return [shared(part, page, made, at, is_spoken_to=action == "SHARE_MENTION")]
    if action == "LIKE":
        return liked(page, source, made, at)
    return [Unsupported(f"LinkedIn's action {action!r} is not one that we use.")]


def told(
    kind: Kind, part: Part, page: str, source: str, at: datetime | None, *, is_own: bool = False
) -> Event:
    decorated = part.get("decoratedGeneratedActivity")
    told = decorated.get("comment") if isinstance(decorated, Mapping) else None
    if not isinstance(told, Mapping):
        raise Strange("a comment without its words")
    item = urn(part.get("generatedActivity") or told.get("entity"), "the comment")
    owner = urn(told.get("owner"), "the comment's owner")
    thread = source or urn(told.get("object"), "what was commented")
    above = text(told.get("parentComment")) or (
        text(told.get("object")) if COMMENT.fullmatch(text(told.get("object"))) else ""
    )
    return Event(
        kind=kind, key=key(kind, item, part.get("lastModifiedAt")), account=page, item=item, thread=thread,
        parent=above or thread, author=author(owner), at=at, text=words(told.get("text")),
        is_own=is_own or owner == page, link=link(thread), extra={"object": thread},
    )  # fmt: skip


def around(part: Part, page: str, source: str) -> list[Item]:
    """The post that was commented, so that people see what it is about."""
    told = part.get("decoratedSourcePost")
    if not isinstance(told, Mapping) or not source or not isinstance(told.get("text"), str):
        return []
    owner, share = text(told.get("owner")), text(told.get("entity"))
    return [
        Event(
            kind="created", key=f"seen:{source}", account=page, item=source, thread=source,
            author=author(owner) if URN.fullmatch(owner) else None, text=words(told.get("text")), is_own=owner == page,
            link=link(source), aliases=(share,) if URN.fullmatch(share) and share != source else (), is_spoken_to=False,
        )
    ]  # fmt: skip


def shared(part: Part, page: str, made: str, at: datetime | None, *, is_spoken_to: bool) -> Event:
    decorated = part.get("decoratedGeneratedActivity")
    told = decorated.get("share") if isinstance(decorated, Mapping) else None
    told = told if isinstance(told, Mapping) else {}
    item = made or urn(told.get("entity"), "the post")
    owner = urn(told.get("owner"), "the post's owner")
    share = text(told.get("entity"))
    return Event(
        kind="created", key=f"{'created' if is_spoken_to else 'seen'}:{item}", account=page, item=item, thread=item,
        author=author(owner), at=at, text=words(told.get("text")), is_own=owner == page, link=link(item),
        aliases=(share,) if URN.fullmatch(share) and share != item else (), is_spoken_to=is_spoken_to,
        extra={"object": item},
    )  # fmt: skip


def liked(page: str, source: str, made: str, at: datetime | None) -> list[Item]:
    found = LIKED.fullmatch(made)
    item = found[2] if found and URN.fullmatch(found[2]) else source
    if not item or not found:
        return [Unsupported("A like that does not say of whom or of what.")]
    person = author(found[1])
    return [
        Event(
            kind="reaction",
            key=f"reaction:{item}:{person.native}",
            account=page,
            item=item,
            author=person,
            at=at,
            text=LIKE,
        )
    ]


# Answers ------------------------------------------------------------------------------------------------------


def comment(part: Part, us: str) -> list[Item]:
    place = urn(part.get("object"), "what was commented")
    item = (
        text(part.get("commentUrn"))
        or text(part.get("$URN"))
        or f"urn:li:comment:({place},{needed(text(part.get('id')), 'the id')})"
    )
    person, message = urn(part.get("actor"), "the actor"), part.get("message")
    begun, changed = stamp(part.get("created")), stamp(part.get("lastModified"))
    found = COMMENT.fullmatch(item)
    thread = found[1] if found else place
    above = text(part.get("parentComment"))
    kinds: list[tuple[Kind, Any]] = [("created", begun)]
    if begun and changed and changed > begun:
        kinds.append(("edited", changed))
    return [
        Event(
            kind=kind, key=key(kind, item, time), item=item, thread=thread, parent=above or thread, author=author(person),
            at=moment(time), text=words(message.get("text") if isinstance(message, Mapping) else None),
            is_own=bool(us) and person == us, link=link(thread), extra={"object": thread},
        )
        for kind, time in kinds
    ]  # fmt: skip


def post(part: Part, us: str) -> Event:
    item, person = urn(part.get("id"), "the id"), urn(part.get("author"), "the author")
    return Event(
        kind="created", key=f"seen:{item}", item=item, thread=item, author=author(person),
        at=moment(part.get("publishedAt") or part.get("createdAt")), text=ESCAPED.sub(r"\1", words(part.get("commentary"))),
        is_own=bool(us) and person == us, link=link(item), is_spoken_to=False,
    )  # fmt: skip


def stamp(value: Any) -> Any:
    return value.get("time") if isinstance(value, Mapping) and type(value.get("time")) is int else None


def key(kind: Kind, item: str, time: Any) -> str:
    return f"edited:{item}:{time}" if kind == "edited" else f"{kind}:{item}"


def author(native: str) -> Author:
    return Author(native=native)


def link(thread: str) -> str:
    return f"https://www.linkedin.com/feed/update/{thread}/" if URN.fullmatch(thread) else ""


def urn(value: Any, what: str) -> str:
    found = text(value)
    if not URN.fullmatch(found):
        raise Strange(f"{what} is no URN")
    return found


def needed(value: str, what: str) -> str:
    if not value:
        raise Strange(f"{what} is missing")
    return value


def words(value: Any) -> str:
    if not isinstance(value, str):
        raise Strange("the words are missing")
    return clean(value)


def text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def moment(value: Any) -> datetime | None:
    """Milliseconds since 1970."""
    if value is None:
        return None
    if type(value) is not int or not 0 < value < 10**14:
        raise Strange("the time is not one")
    return datetime.fromtimestamp(value / 1000, UTC)

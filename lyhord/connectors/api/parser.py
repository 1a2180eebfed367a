"""What an outside system posts to us, told as events: one, or a list of them. Pure. The schema: docs/api-channel.md."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.api import fields
from lyhord.connectors.api.fields import Part, Strange
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

MOST = 1_000  # events in one request


def parse(raw: bytes) -> list[Item]:
    try:
        told = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    if isinstance(told, Mapping) and isinstance(told.get("events"), list):
        told = told["events"]
    if isinstance(told, Mapping):
        told = [told]
    if not isinstance(told, list) or not told:
        raise Unreadable(
            'Neither an event such as {"type": "message.created", "data": {...}} nor a list of them.'
        )
    if len(told) > MOST:
        raise Unreadable(f"The request has {len(told)} events; at most {MOST} are taken at once.")
    return [one(event) for event in told]


def one(event: Any) -> Item:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(event, Mapping):
        return Unreadable("An event must be an object with type and data.")
    kind, data = event.get("type"), event.get("data")
    if not isinstance(kind, str):
        return Unreadable("type is missing: message.created and the like.")
    told = KINDS.get(kind)
    if told is None:
        return Unsupported(f"Events of the type {clean(kind)[:60]!r} are not ones that we use.")
    if not isinstance(data, Mapping):
        return Unreadable("data must be an object.")
    try:
        return told(data, event)
    except Strange as problem:
        item = data.get("id")
        return Unreadable(f"{kind}: {problem}.", item if isinstance(item, str) else None)


def message(kind: Any, data: Part, event: Part) -> Event:
    item = fields.native(data, "id")
    text, media = fields.text(data), fields.media(data)
    if not text.strip() and not media:
        raise Strange("text is missing, and there are no attachments")
    parent, thread = fields.optional(data, "parent"), fields.optional(data, "thread")
    at = fields.moment(data, "edited_at" if kind == "edited" else "at") or fields.moment(event, "timestamp")
    version = f":{at.isoformat() if at else ''}:{digest(text)}" if kind == "edited" else ""
    return Event(
        kind=kind,
        key=f"{kind}:{item}{version}",
        account=fields.optional(data, "account") or "",
        item=item,
        thread=thread or (None if parent else item),
        parent=parent,
        author=fields.author(data, is_needed=kind == "created"),
        at=at,
        text=text,
        title=fields.words(data, "title"),
        visibility=fields.visibility(data),
        is_own=fields.switch(data, "is_own", False),
        is_spoken_to=fields.switch(data, "is_to_us", True),
        media=media,
        mentions=tuple(fields.person(each, "mentions[]") for each in fields.objects(data, "mentions")),
        lang=fields.words(data, "lang"),
        link=fields.words(data, "link"),
    )


def created(data: Part, event: Part) -> Event:
    return message("created", data, event)


def edited(data: Part, event: Part) -> Event:
    return message("edited", data, event)


def about(kind: Any, *, ok: bool = True) -> Callable[[Part, Part], Event]:
    """Of a message that is known: it was deleted, hidden, shown, read or delivered."""

    def told(data: Part, event: Part) -> Event:
        item = fields.native(data, "id")
        at = fields.moment(data, "at") or fields.moment(event, "timestamp")
        is_final = kind == "deleted"
        return Event(
            kind=kind,
            key=f"{kind}:{item}" if is_final else f"{kind}:{item}:{ok}:{at.isoformat() if at else ''}",
            account=fields.optional(data, "account") or "",
            item=item,
            at=at,
            ok=ok,
            text=fields.words(data, "why"),
            author=fields.author(data, is_needed=False),
            visibility=fields.visibility(data),
        )

    return told


def reaction(data: Part, event: Part) -> Event:
    item, author = fields.native(data, "id"), fields.author(data)
    sign = fields.words(data, "sign")
    at = fields.moment(data, "at") or fields.moment(event, "timestamp")
    assert author is not None
    return Event(
        kind="reaction",
        key=f"reaction:{item}:{author.native}:{at.isoformat() if at else ''}:{sign}",
        account=fields.optional(data, "account") or "",
        item=item,
        author=author,
        at=at,
        text=sign,
        visibility=fields.visibility(data),
    )


def person(kind: Any) -> Callable[[Part, Part], Event]:
    """Of a person: her name changed, or she asks that we forget her."""

    def told(data: Part, event: Part) -> Event:
        author = fields.author(data)
        assert author is not None
        at = fields.moment(data, "at") or fields.moment(event, "timestamp")
        return Event(
            kind=kind,
            key=f"{kind}:{author.native}:{at.isoformat() if at else digest(repr(author))}",
            account=fields.optional(data, "account") or "",
            author=author,
            at=at,
            visibility="private",
        )

    return told


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


KINDS: Mapping[str, Callable[[Part, Part], Event]] = {
    "message.created": created,
    "message.edited": edited,
    "message.deleted": about("deleted"),
    "message.hidden": about("hidden"),
    "message.shown": about("shown"),
    "message.read": about("read"),
    "message.delivered": about("delivered"),
    "message.failed": about("delivered", ok=False),
    "reaction.set": reaction,
    "author.changed": person("author_changed"),
    "author.erased": person("erasure"),
}

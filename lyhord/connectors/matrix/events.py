"""One event of Matrix, told as ours. Pure.

A post is known by its event id, a place by its room id: an event says both in all that a client or an application
service is given, but within `/sync`, where the room stands around it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import quote

from lyhord.channels.contract import Author, Event, Item, Media, Unsupported
from lyhord.lib.text import clean

Part = Mapping[str, Any]
ASK = "ask:"  # media are given to who is logged in alone (specification v1.11), so `Connector.file` asks for them
MXC = re.compile(r"mxc://(?P<server>[A-Za-z0-9.:\[\]-]{1,255})/(?P<media>[A-Za-z0-9_-]{1,255})")
KINDS: Mapping[str, Literal["picture", "video", "sound", "file"]] = {
    "m.image": "picture",
    "m.video": "video",
    "m.audio": "sound",
    "m.file": "file",
}
# A rich reply of before v1.13 repeats what it answers, each line behind "> ".
FALLBACK = re.compile(r"\A(?:>[^\n]*\n)+\n?")
MOST_NAMED = 100


class Strange(Exception):
    """A part is not of the shape that it should have; the text says which."""


@dataclass(frozen=True)
class Room:
    """What the reader learnt of a room. Without it a room counts as private, and its people have no names."""

    is_public: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    senders: Mapping[str, str] = field(default_factory=dict)  # event -> who wrote it
    reactions: Mapping[str, str] = field(default_factory=dict)  # reaction -> what it stands under


@dataclass(frozen=True)
class Us:
    native: str = ""
    mentions_only: bool = False


@dataclass(frozen=True)
class Place:
    """Where an event was found, and what is known of it."""

    us: Us
    ident: str
    room: Room


def read(part: Part, place: Place) -> list[Item]:
    """Raises Strange."""
    kind = text(part, "type")
    if not kind:
        raise Strange("its type is missing")
    ident = text(part, "room_id") or place.ident
    place = Place(place.us, ident, place.room)
    if kind == "m.receipt":
        return receipts(part, place)
    if is_redacted(part):
        return [gone(needed(part, "event_id"), place, part)] if kind in WORDS else [unused(part, kind)]
    told = TOLD.get(kind)
    if told is None:
        return [unused(part, kind)]
    return told(part, place)


def unused(part: Part, kind: str) -> Unsupported:
    return Unsupported(
        f"Matrix's event {kind[:80]!r} is not one that we use.", text(part, "event_id") or None
    )


# Messages -----------------------------------------------------------------------------------------------------


def message(part: Part, place: Place) -> list[Item]:
    content, relation = within(part, "content"), within(within(part, "content"), "m.relates_to")
    if text(relation, "rel_type") == "m.replace":
        return [edit(part, place, content, relation)]
    if not content:
        return [Unsupported("A message without content.", text(part, "event_id") or None)]
    return [event("created", part, place, content, relation)]


def edit(part: Part, place: Place, content: Part, relation: Part) -> Item:
    """Anyone may send an edit of anything; it counts only by who wrote the original (specification, replacement events)."""
    item, ident = needed(relation, "event_id"), needed(part, "event_id")
    wrote = place.room.senders.get(item)
    if wrote is not None and wrote != text(part, "sender"):
        return Unsupported("An edit by another person than the author does not count.", ident)
    new = within(content, "m.new_content")
    if not new:
        return Unsupported("An edit without its new words.", ident)
    return event("edited", part, place, new, {}, item=item)


def event(
    kind: Literal["created", "edited"],
    part: Part,
    place: Place,
    content: Part,
    relation: Part,
    item: str = "",
) -> Event:
    ident, sender = needed(part, "event_id"), needed(part, "sender")
    root = text(relation, "event_id") if text(relation, "rel_type") == "m.thread" else ""
    answered = text(within(relation, "m.in_reply_to"), "event_id")
    words = said(content, is_reply=bool(answered), is_sticker=text(part, "type") == "m.sticker")
    item = item or ident
    is_own = bool(place.us.native) and sender == place.us.native
    return Event(
        kind=kind,
        key=f"{kind}:{ident}",
        item=item,
        thread=place.ident or None,
        parent=answered or root or None,
        author=author(sender, place.room, is_bot=text(content, "msgtype") == "m.notice"),
        at=moment(part.get("origin_server_ts")),
        text=words,
        visibility="public" if place.room.is_public else "private",
        is_own=is_own,
        media=media(content),
        link=permalink(place.ident, item),
        mentions=tuple(author(name, place.room) for name in named(content)),
        is_spoken_to=is_own or is_to_us(content, answered, place),
        extra=extra(part, place, content, root),
    )


def extra(part: Part, place: Place, content: Part, root: str) -> dict[str, Any]:
    found = {
        "room": place.ident,
        "thread_root": root,
        "transaction": text(within(part, "unsigned"), "transaction_id"),
        "encrypted_file": text(within(content, "file"), "url"),
    }
    return {name: value for name, value in found.items() if value}


def is_to_us(content: Part, answered: str, place: Place) -> bool:
    """In a private room everything; in a public one all too, unless the account takes only what names it."""
    us = place.us
    if not place.room.is_public or not us.mentions_only or not us.native:
        return True
    if us.native in named(content) or place.room.senders.get(answered) == us.native:
        return True
    name = place.room.names.get(us.native, "")
    body = optional(content, "body").casefold()
    return us.native.casefold() in body or (bool(name) and name.casefold() in body)


def said(content: Part, *, is_reply: bool, is_sticker: bool) -> str:
    """The words of a message; the name of a file is none, but what stands under it is."""
    body, kind = optional(content, "body"), optional(content, "msgtype")
    if is_reply:
        body = FALLBACK.sub("", body, count=1)
    if kind == "m.location":
        return ", ".join(each for each in (body, optional(content, "geo_uri")) if each)
    filename = optional(content, "filename")
    if kind in KINDS and not content.get("file") and (not filename or filename == body):
        return ""
    return body or ("★" if is_sticker else "")


def media(content: Part) -> tuple[Media, ...]:
    """A file that is encrypted (`file` in place of `url`) cannot be opened and is left out."""
    url = optional(content, "url")
    if not MXC.fullmatch(url):
        return ()
    kind = KINDS.get(optional(content, "msgtype"), "picture" if "msgtype" not in content else "file")
    body = optional(content, "body")
    name = optional(content, "filename") or body
    return (
        Media(
            url=ASK + url, kind=kind, alt=body if body != name or "msgtype" not in content else "", name=name
        ),
    )


def named(content: Part) -> list[str]:
    users = within(content, "m.mentions").get("user_ids")
    found = users if isinstance(users, list) else []
    return [clean(each) for each in found if isinstance(each, str) and each][:MOST_NAMED]


def author(native: str, room: Room, *, is_bot: bool = False) -> Author:
    handle = native.removeprefix("@")
    return Author(
        native=native,
        handle=handle,
        name=clean(room.names.get(native, "")) or handle.partition(":")[0],
        profile=f"https://matrix.to/#/{quote(native, safe='@:')}",
        is_bot=is_bot,
    )


def permalink(room: str, item: str) -> str:
    """For people with a client; only who may enter the room reads it there."""
    if not room:
        return ""
    server = room.partition(":")[2]
    via = f"?via={quote(server)}" if server else ""
    return f"https://matrix.to/#/{quote(room, safe='!:')}/{quote(item, safe='$:')}{via}"


# News about them ----------------------------------------------------------------------------------------------


def reaction(part: Part, place: Place) -> list[Item]:
    relation = within(within(part, "content"), "m.relates_to")
    if text(relation, "rel_type") != "m.annotation":
        return [Unsupported("A reaction to nothing.", text(part, "event_id") or None)]
    ident = needed(part, "event_id")
    return [signed(ident, needed(relation, "event_id"), text(relation, "key") or "★", part, place)]


def signed(key: str, item: str, sign: str, part: Part, place: Place) -> Event:
    return Event(
        kind="reaction",
        key=f"reaction:{key}",
        item=item,
        thread=place.ident or None,
        author=author(needed(part, "sender"), place.room),
        at=moment(part.get("origin_server_ts")),
        text=sign,
        visibility="public" if place.room.is_public else "private",
    )


def redaction(part: Part, place: Place) -> list[Item]:
    """Names what is gone and nothing of it; until room version 10 beside the content, later within (v1.11)."""
    item = text(part, "redacts") or text(within(part, "content"), "redacts")
    if not item:
        raise Strange("what it redacts is missing")
    under = place.room.reactions.get(item)
    if under:
        return [signed(needed(part, "event_id"), under, "", part, place)]
    if under == "":
        return [Unsupported("What was removed is no message.", item)]
    return [gone(item, place, part)]


def gone(item: str, place: Place, part: Part) -> Event:
    because = within(within(part, "unsigned"), "redacted_because")
    return Event(
        kind="deleted",
        key=f"deleted:{item}",
        item=item,
        thread=place.ident or None,
        at=moment((because or part).get("origin_server_ts")),
        visibility="public" if place.room.is_public else "private",
    )


def is_redacted(part: Part) -> bool:
    unsigned = within(part, "unsigned")
    return "redacted_because" in unsigned or "redacted_by" in unsigned


def receipts(part: Part, place: Place) -> list[Item]:
    """Who has read how far: {event: {"m.read": {person: {ts}}}}. Ours, and private ones, tell nothing."""
    if place.room.is_public:
        return [Unsupported("Who reads along in a public room is not kept.")]
    found: list[Item] = []
    for item, kinds in within(part, "content").items():
        readers = within(kinds, "m.read") if isinstance(kinds, Mapping) else {}
        for person, when in readers.items():
            if person == place.us.native or not isinstance(when, Mapping):
                continue
            found.append(
                Event(
                    kind="read",
                    key=f"read:{clean(item)}:{clean(person)}",
                    item=clean(item),
                    thread=place.ident or None,
                    author=author(clean(person), place.room),
                    at=moment(when.get("ts")),
                    visibility="private",
                )
            )
    return found or [Unsupported("A receipt that tells of nobody else.")]


def member(part: Part, place: Place) -> list[Item]:
    """Who came, went, or is called otherwise now."""
    content, before = within(part, "content"), within(within(part, "unsigned"), "prev_content")
    state, was = text(content, "membership"), text(before, "membership")
    person = text(part, "state_key")
    name = optional(content, "displayname")
    if state == was == "join" and name and name != optional(before, "displayname"):
        ident = needed(part, "event_id")
        called = author(person, Room(names={person: name}))
        at = moment(part.get("origin_server_ts"))
        return [
            Event(kind="author_changed", key=f"member:{ident}", author=called, at=at, visibility="private")
        ]
    if person and person == place.us.native:
        return [Unsupported(f"Our account's place in the room is now {state[:20]!r}.")]
    return [Unsupported(f"Somebody's place in the room is now {state[:20]!r}.")]


def encrypted(part: Part, place: Place) -> list[Item]:
    why = "The message is encrypted, and we have no keys to read it."
    return [Unsupported(why, text(part, "event_id") or None)]


WORDS = frozenset({"m.room.message", "m.sticker", "m.room.encrypted"})
TOLD = {
    "m.room.message": message,
    "m.sticker": message,
    "m.reaction": reaction,
    "m.room.redaction": redaction,
    "m.room.member": member,
    "m.room.encrypted": encrypted,
}


# Shapes -------------------------------------------------------------------------------------------------------


def within(part: Part, name: str) -> Part:
    """An object that may be missing."""
    value = part.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Strange(f"its {name} is no object")
    return value


def text(part: Part, name: str) -> str:
    value = part.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Strange(f"its {name} is no text")
    return clean(value)


def optional(part: Part, name: str) -> str:
    """A text that people's clients write as they like: what is none is not there."""
    value = part.get(name)
    return clean(value) if isinstance(value, str) else ""


def needed(part: Part, name: str) -> str:
    found = text(part, name)
    if not found:
        raise Strange(f"its {name} is missing")
    return found


def moment(milliseconds: Any) -> datetime | None:
    if type(milliseconds) is not int:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None  # a server may tell any number; that is no reason to lose the words

"""What a homeserver says, told as events: answers to /sync, pages of a room, transactions of an application service. Pure."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from lyhord.channels.contract import Headers, Item, Unreadable, Unsupported
from lyhord.connectors.matrix import events
from lyhord.connectors.matrix.events import Part, Place, Room, Strange, Us
from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean

ACCOUNT, ROOMS, MENTIONS_ONLY = "x-account", "x-rooms", "x-mentions-only"
ROOM_OF = re.compile(r"/rooms/([^/?]+)/")


def parse(raw: bytes, headers: Headers, url: str) -> list[Item]:
    try:
        document = jsons.read(raw)
    except BadJson as problem:
        raise Unreadable(str(problem)) from None
    told = Knowledge(headers, url)
    if isinstance(document, list):
        return [item for part in document for item in one(part, told.place(""))]
    if not isinstance(document, Mapping):
        raise Unreadable("Neither a list nor an object.")
    return whole(document, told) or [Unsupported("An answer that tells nothing new.")]


class Knowledge:
    """What the reader wrote beside the bytes: who we are, and what it knows of the rooms."""

    def __init__(self, headers: Headers, url: str) -> None:
        self.us = Us(headers.get(ACCOUNT, ""), headers.get(MENTIONS_ONLY, "") == "1")
        self.rooms = rooms_of(headers.get(ROOMS, ""))
        found = ROOM_OF.search(url)
        self.asked = clean(unquote(found.group(1))) if found else ""
        self.is_backwards = "dir=b" in url or "dir=" not in url

    def place(self, room: str) -> Place:
        room = clean(room) or self.asked
        return Place(self.us, room, self.rooms.get(room, Room()))


def rooms_of(told: str) -> dict[str, Room]:
    try:
        found = jsons.read(told.encode("utf-8", "replace")) if told else {}
    except BadJson:
        return {}
    return {name: room(part) for name, part in mapping(found).items() if isinstance(part, Mapping)}


def room(part: Part) -> Room:
    words = (
        {key: value for key, value in mapping(part.get(name)).items() if isinstance(value, str)}
        for name in ("names", "senders", "reactions")
    )
    return Room(part.get("public") is True, *words)


def mapping(value: Any) -> Part:
    return value if isinstance(value, Mapping) else {}


def whole(document: Part, told: Knowledge) -> list[Item]:
    if "next_batch" in document or "rooms" in document:
        return synced(document, told)
    if isinstance(document.get("chunk"), list):
        return page(document["chunk"], told)
    if "events_before" in document or "events_after" in document:
        return context(document, told)
    if isinstance(document.get("events"), list) and "type" not in document:
        return transaction(document, told)
    if "type" in document:
        return one(document, told.place(""))
    if "errcode" in document:
        return [Unsupported(f"The server answered with an error: {str(document['errcode'])[:100]}")]
    return [Unsupported("An answer that carries no event.")]


def synced(document: Part, told: Knowledge) -> list[Item]:
    found: list[Item] = []
    rooms = mapping(document.get("rooms"))
    for state in ("join", "leave"):
        for name, part in mapping(rooms.get(state)).items():
            found += in_room(mapping(part), learnt(told.place(name), mapping(part)))
    for name, part in mapping(rooms.get("invite")).items():
        found.append(invitation(name, mapping(part)))
    for name in mapping(rooms.get("knock")):
        found.append(Unsupported(f"We asked to be let into {clean(name)[:100]!r}."))
    found += [
        Unsupported(unused(part)) for part in listed(mapping(document.get("presence")).get("events"))[:1]
    ]
    return found


def in_room(part: Part, place: Place) -> list[Item]:
    parts = [
        *listed(mapping(part.get("timeline")).get("events")),
        *listed(mapping(part.get("ephemeral")).get("events")),
        *listed(mapping(part.get("account_data")).get("events")),
    ]
    return [item for each in parts for item in one(each, place)]


def learnt(place: Place, part: Part) -> Place:
    """The room with what its own state in this answer says: public or not, who is called what, who wrote what."""
    state = [each for name in ("state", "timeline") for each in listed(mapping(part.get(name)).get("events"))]
    parts = [each for each in state if isinstance(each, Mapping)]
    known = place.room
    rules = [
        mapping(each.get("content")).get("join_rule")
        for each in parts
        if each.get("type") == "m.room.join_rules"
    ]
    is_public = known.is_public or (bool(rules) and rules[-1] == "public")
    names = {
        str(each.get("state_key")): name
        for each in parts
        if each.get("type") == "m.room.member"
        and isinstance(name := mapping(each.get("content")).get("displayname"), str)
    }
    wrote = senders(parts)
    return Place(
        place.us,
        place.ident,
        Room(
            is_public,
            {**names, **known.names},
            {**wrote, **known.senders},
            {**reacted(parts), **known.reactions},
        ),
    )


def senders(parts: list[Part]) -> dict[str, str]:
    return {
        part["event_id"]: part["sender"]
        for part in parts
        if isinstance(part.get("event_id"), str) and isinstance(part.get("sender"), str)
    }


def reacted(parts: list[Part]) -> dict[str, str]:
    """Reactions, and what they stand under; "" where that is gone."""
    found = {}
    for part in parts:
        if part.get("type") == "m.reaction" and isinstance(part.get("event_id"), str):
            under = mapping(mapping(part.get("content")).get("m.relates_to")).get("event_id")
            found[part["event_id"]] = under if isinstance(under, str) else ""
    return found


def invitation(name: str, part: Part) -> Unsupported:
    state = listed(mapping(part.get("invite_state")).get("events"))
    kinds = {each.get("type") for each in state if isinstance(each, Mapping)}
    if "m.room.encryption" in kinds:
        return Unsupported(
            f"An invitation to {clean(name)[:100]!r}, which is encrypted: we cannot read there."
        )
    return Unsupported(f"An invitation to {clean(name)[:100]!r}.")


def page(chunk: list[Any], told: Knowledge) -> list[Item]:
    """A page backwards has the newest first; what was said first comes first."""
    return together([*reversed(chunk)] if told.is_backwards else chunk, told)


def context(document: Part, told: Knowledge) -> list[Item]:
    before = [*reversed(listed(document.get("events_before")))]
    parts = [*before, document.get("event"), *listed(document.get("events_after"))]
    return together([each for each in parts if each is not None], told)


def transaction(document: Part, told: Knowledge) -> list[Item]:
    return together([*listed(document.get("events")), *listed(document.get("ephemeral"))], told)


def together(parts: list[Any], told: Knowledge) -> list[Item]:
    """Events that name their rooms themselves, each with what those beside it tell of its room."""
    rooms: dict[str, list[Part]] = {}
    for part in parts:
        rooms.setdefault(named(part), []).append(mapping(part))
    places = {
        name: learnt(told.place(name), {"timeline": {"events": beside}}) for name, beside in rooms.items()
    }
    return [item for part in parts for item in one(part, places[named(part)])]


def named(part: Any) -> str:
    found = mapping(part).get("room_id")
    return found if isinstance(found, str) else ""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def one(part: Any, place: Place) -> list[Item]:
    """What is wrong with one stands in its place, and the others go on."""
    if not isinstance(part, Mapping):
        return [Unreadable(f"Not an object but {type(part).__name__}.")]
    if "type" not in part:
        return [Unsupported(unused(part))]
    ident = part.get("event_id")
    try:
        return events.read(part, place)
    except Strange as problem:
        return [
            Unreadable(
                f"Not as Matrix tells it: {problem}.", clean(ident) if isinstance(ident, str) else None
            )
        ]


def unused(part: Any) -> str:
    kind = mapping(part).get("type")
    return (
        f"Matrix's {clean(kind)[:80]!r} is not one that we use."
        if isinstance(kind, str)
        else "An entry without a type."
    )

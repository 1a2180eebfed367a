"""Rooms: what is known of one, and the room in which we talk with one person alone."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.connectors.matrix.client import V3, Lost, NotSent, Server, Told, quoted

MOST_SENDERS = 200  # looked up by name for one answer
DIRECT = "m.direct"


class Failed(Exception):
    """The server answered, and not well; `told` says how."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.status)
        self.told = told


@dataclass
class Facts:
    """Of one room. `is_public`: everybody may enter, or read without entering."""

    is_public: bool = False
    names: dict[str, str] = field(default_factory=dict)


def facts(server: Server, room: str) -> Facts:
    """Raises Trouble."""
    rules = state(server, room, "m.room.join_rules").get("join_rule")
    history = state(server, room, "m.room.history_visibility").get("history_visibility")
    return Facts(is_public=rules == "public" or history == "world_readable")


def state(server: Server, room: str, kind: str, key: str = "") -> Mapping[str, Any]:
    """The content of a state event; empty where there is none, or we may not see it. Raises Trouble."""
    told = server.look(f"{V3}/rooms/{quoted(room)}/state/{kind}/{quoted(key) if key else ''}")
    return told.body if told.is_good else {}


def name_of(server: Server, room: str, person: str) -> str:
    found = state(server, room, "m.room.member", person).get("displayname")
    return found if isinstance(found, str) else ""


def written(server: Server, room: str, item: str) -> Mapping[str, Any] | None:
    """An event as it stands; None if there is none, or we may not see it. Raises Trouble."""
    told = server.look(f"{V3}/rooms/{quoted(room)}/event/{quoted(item)}")
    return told.body if told.is_good else None


# Talks with one person ----------------------------------------------------------------------------------------


def direct_room(server: Server, account: AccountSide, person: str) -> str:
    """The room in which we talk with `person`, made if there is none. The same again finds the same room.

    Raises NotSent, Lost and Failed.
    """
    known = listed(server, account).get(person, [])
    for room in reversed(known):
        if has_both(server, room, person):
            return room
    room = made(server, account, person)
    if room not in known:
        note(server, account, person, room)
    return room


def found_room(server: Server, account: AccountSide, person: str) -> str:
    """As `direct_room`, and "" where there is none. Raises NotSent and Lost."""
    known = listed(server, account).get(person, [])
    return known[-1] if known else looked_up(server, alias(server, account, person))


def listed(server: Server, account: AccountSide) -> dict[str, list[str]]:
    told = server.ask("GET", f"{V3}/user/{quoted(account.native)}/account_data/{DIRECT}")
    return {
        person: [room for room in rooms if isinstance(room, str)]
        for person, rooms in (told.body if told.is_good else {}).items()
        if isinstance(rooms, list)
    }


def has_both(server: Server, room: str, person: str) -> bool:
    """Whether the person is there, or asked to come: who left is not spoken with in a room that is empty."""
    told = server.ask("GET", f"{V3}/rooms/{quoted(room)}/state/m.room.member/{quoted(person)}")
    return told.is_good and told.body.get("membership") in {"join", "invite"}


def made(server: Server, account: AccountSide, person: str) -> str:
    """A room under a name of its own, so that an answer that was lost leaves no second one. Raises Failed."""
    name = alias(server, account, person)
    wish = {
        "preset": "trusted_private_chat",
        "is_direct": True,
        "invite": [person],
        "room_alias_name": name.removeprefix("#").partition(":")[0],
    }
    told = server.ask("POST", f"{V3}/createRoom", json=wish)
    room = told.body.get("room_id") if told.is_good else None
    if isinstance(room, str) and room:
        return room
    room = looked_up(server, name) if told.code == "M_ROOM_IN_USE" else ""
    if not room:
        raise Failed(told)
    if not has_both(server, room, person):
        invited = server.ask("POST", f"{V3}/rooms/{quoted(room)}/invite", json={"user_id": person})
        if not invited.is_good:
            raise Failed(invited)
    return room


def looked_up(server: Server, name: str) -> str:
    told = server.ask("GET", f"{V3}/directory/room/{quoted(name)}")
    room = told.body.get("room_id") if told.is_good else None
    return room if isinstance(room, str) else ""


def alias(server: Server, account: AccountSide, person: str) -> str:
    """A name that nobody else can guess: it would tell that the person wrote to us."""
    digest = hmac.new(
        server.token.encode(), f"{account.native}\n{person}".encode(), hashlib.sha256
    ).hexdigest()
    return f"#lyhord_{digest[:40]}:{account.native.partition(':')[2]}"


def note(server: Server, account: AccountSide, person: str, room: str) -> None:
    """Among our talks with one person, for every client of the account. That it fails harms nothing."""
    known = listed(server, account)
    known[person] = [*known.get(person, []), room]
    server.ask("PUT", f"{V3}/user/{quoted(account.native)}/account_data/{DIRECT}", json=known)


# Invitations --------------------------------------------------------------------------------------------------


def accept(server: Server, account: AccountSide, invitations: Mapping[str, Any]) -> None:
    """Enter the rooms that the account shall enter by itself. Raises Trouble when the server does not answer.

    A room that is encrypted is not entered: there we would look present and read nothing.
    """
    wish = str(account.settings.get("joins") or "direct")
    for room, part in invitations.items():
        events = invite_state(part)
        if wish == "none" or any(event.get("type") == "m.room.encryption" for event in events):
            continue
        if wish == "all" or is_direct(events, account.native):
            try:
                server.ask("POST", f"{V3}/join/{quoted(str(room))}", json={})
            except (NotSent, Lost) as problem:
                raise Trouble(str(problem)) from None


def invite_state(part: Any) -> list[Mapping[str, Any]]:
    state = part.get("invite_state") if isinstance(part, Mapping) else None
    events = state.get("events") if isinstance(state, Mapping) else None
    return [event for event in events if isinstance(event, Mapping)] if isinstance(events, list) else []


def is_direct(events: list[Mapping[str, Any]], native: str) -> bool:
    ours = [
        event for event in events if event.get("type") == "m.room.member" and event.get("state_key") == native
    ]
    contents = [event.get("content") for event in ours]
    return any(isinstance(content, Mapping) and content.get("is_direct") is True for content in contents)

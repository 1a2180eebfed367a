"""What we read of a homeserver: what is new by /sync, what was by /messages, one event again, and files."""

import json
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Headers, Hidden, Trouble
from lyhord.connectors.matrix import client, events, parser, rooms
from lyhord.connectors.matrix.client import V3, Server, Told, quoted
from lyhord.connectors.matrix.rooms import Facts
from lyhord.lib.text import N_

HOLD = 25_000  # milliseconds that the server may keep the request open until something happens
PATIENCE = httpx.Timeout(45, connect=10)
PAUSE = 1.0  # seconds, for servers that answer at once that there is nothing
A_PAGE = 100
MOST_PAGES = 50  # of what was said while nobody listened; in each room
MOST_ROOMS = 30  # asked for an event whose room is not known
MOST_KNOWN = 5_000
MOST_BYTES = 20_000_000
KINDS = ["m.room.message", "m.sticker", "m.reaction", "m.room.redaction", "m.room.encrypted", "m.room.member"]
FILTER = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "account_data": {"types": []},
        "ephemeral": {"types": ["m.receipt"]},
        "state": {"types": ["m.room.join_rules", "m.room.member"], "lazy_load_members": True},
        "timeline": {"limit": 50, "types": [*KINDS, "m.room.join_rules"]},
    },
}


class Rooms:
    """What this reading has learnt of rooms and of who wrote what; forgotten when the stream ends."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.facts: dict[str, Facts] = {}
        self.senders: OrderedDict[str, str] = OrderedDict()
        self.reactions: OrderedDict[str, str] = OrderedDict()

    def of(self, room: str) -> Facts:
        if room not in self.facts:
            self.facts[room] = rooms.facts(self.server, room)
        return self.facts[room]

    def learn(self, room: str, parts: list[Mapping[str, Any]]) -> None:
        """Raises Trouble."""
        known = self.of(room)
        for part in parts:
            content = part.get("content")
            content = content if isinstance(content, Mapping) else {}
            if part.get("type") == "m.room.join_rules":
                known.is_public = content.get("join_rule") == "public"
            if part.get("type") == "m.room.member" and isinstance(content.get("displayname"), str):
                known.names[str(part.get("state_key"))] = content["displayname"]
        remember(self.senders, parser.senders(list(parts)))
        remember(self.reactions, parser.reacted(list(parts)))
        for person in {str(part.get("sender")) for part in parts if part.get("sender")} - set(known.names):
            known.names[person] = rooms.name_of(self.server, room, person)
        for part in parts:
            self.learn_of(room, part)

    def learn_of(self, room: str, part: Mapping[str, Any]) -> None:
        """Who wrote what an edit stands for, and what a removal is of: only the server knows."""
        for item in pointed_at(part):
            if item in self.senders:
                continue
            found = rooms.written(self.server, room, item)
            if found is not None:
                remember(self.senders, parser.senders([found]))
                remember(self.reactions, parser.reacted([found]))

    def told(self, room: str, parts: list[Mapping[str, Any]]) -> dict[str, Any]:
        """What the parser needs beside these events."""
        known = self.of(room)
        people = {str(part.get("sender")) for part in parts}
        items = {item for part in parts for item in pointed_at(part)}
        return {
            "public": known.is_public,
            "names": {person: name for person, name in known.names.items() if person in people and name},
            "senders": {item: self.senders[item] for item in items if item in self.senders},
            "reactions": {item: self.reactions[item] for item in items if item in self.reactions},
        }


def remember(known: "OrderedDict[str, str]", more: Mapping[str, str]) -> None:
    for name, value in more.items():
        known.setdefault(name, value)
    while len(known) > MOST_KNOWN:
        known.popitem(last=False)


def pointed_at(part: Mapping[str, Any]) -> list[str]:
    """The events that one edits, removes or answers."""
    content = part.get("content")
    content = content if isinstance(content, Mapping) else {}
    relation = content.get("m.relates_to")
    relation = relation if isinstance(relation, Mapping) else {}
    answered = relation.get("m.in_reply_to")
    told = [
        relation.get("event_id") if relation.get("rel_type") == "m.replace" else None,
        answered.get("event_id") if isinstance(answered, Mapping) else None,
    ]
    if part.get("type") == "m.room.redaction":
        told += [part.get("redacts"), content.get("redacts")]
    return [item for item in told if isinstance(item, str) and item]


# What is new --------------------------------------------------------------------------------------------------


def synced(server: Server, account: AccountSide, cursor: str) -> Iterator[Arrival]:
    """Until the connection ends. The cursor is the server's own `next_batch`: nothing is skipped after a pause."""
    known = Rooms(server)
    while True:
        params = {"filter": json.dumps(FILTER), "timeout": str(HOLD if cursor else 0)}
        told = server.look(
            f"{V3}/sync", params=params | ({"since": cursor} if cursor else {}), timeout=PATIENCE
        )
        if told.status in {400, 404} and cursor:
            cursor = ""  # the server does not know the mark any more (its database was restored): begin anew
            yield Arrival(raw=b"", cursor=cursor)
            continue
        if not told.is_good:
            raise client.refused(told, datetime.now(UTC), server.token)
        after = told.body.get("next_batch")
        if not isinstance(after, str) or not after:
            raise Trouble("The homeserver answered /sync without a mark to go on from.")
        rooms.accept(server, account, part(part(told.body, "rooms"), "invite"))
        yield from missed(server, account, known, told, cursor)
        yield news(account, known, told, after)
        if after == cursor:
            time.sleep(PAUSE)
        cursor = after


def news(account: AccountSide, known: Rooms, told: Told, after: str) -> Arrival:
    """What one answer tells; b"" if nothing. Raises Trouble."""
    found: dict[str, Any] = {}
    for room, each in part(part(told.body, "rooms"), "join").items():
        parts = in_room(each)
        if parts:
            known.learn(room, parts)
            found[room] = known.told(room, parts)
    left = part(part(told.body, "rooms"), "leave") or part(part(told.body, "rooms"), "invite")
    has_receipts = any(listed(part(each, "ephemeral").get("events")) for each in joined(told))
    if not found and not left and not has_receipts:
        return Arrival(raw=b"", cursor=after)
    for room, each in part(part(told.body, "rooms"), "join").items():
        if room not in found and listed(part(each, "ephemeral").get("events")):
            found[room] = known.told(room, [])
    return Arrival(raw=told.raw, cursor=after, url=f"{V3}/sync", headers=ours(account, found))


def joined(told: Told) -> list[Mapping[str, Any]]:
    rooms_told = part(part(told.body, "rooms"), "join")
    return [each for each in rooms_told.values() if isinstance(each, Mapping)]


def in_room(each: Any) -> list[Mapping[str, Any]]:
    """State first, so that names are known when somebody speaks."""
    each = each if isinstance(each, Mapping) else {}
    found = [*listed(part(each, "state").get("events")), *listed(part(each, "timeline").get("events"))]
    return [event for event in found if isinstance(event, Mapping)]


def missed(server: Server, account: AccountSide, known: Rooms, told: Told, since: str) -> Iterator[Arrival]:
    """What lies between `since` and a timeline that was cut short, room by room, and the cursor stays where it was."""
    if not since:
        return
    for room, each in part(part(told.body, "rooms"), "join").items():
        timeline = part(each, "timeline") if isinstance(each, Mapping) else {}
        before = timeline.get("prev_batch")
        if timeline.get("limited") is True and isinstance(before, str):
            yield from pages(server, account, known, room, before, since, since, MOST_PAGES)


def pages(
    server: Server,
    account: AccountSide,
    known: Rooms,
    room: str,
    before: str,
    until: str,
    cursor: str,
    most: int,
) -> Iterator[Arrival]:
    """Pages of a room backwards from `before`. Raises Trouble."""
    for _page in range(most):
        params = {"dir": "b", "from": before, "limit": str(A_PAGE)} | ({"to": until} if until else {})
        path = f"{V3}/rooms/{quoted(room)}/messages"
        told = server.read(path, datetime.now(UTC), params=params)
        chunk = [event for event in listed(told.body.get("chunk")) if isinstance(event, Mapping)]
        if not chunk:
            return
        known.learn(room, chunk)
        headers = ours(account, {room: known.told(room, chunk)})
        yield Arrival(raw=told.raw, cursor=cursor, url=f"{path}?dir=b", headers=headers)
        after = told.body.get("end")
        if not isinstance(after, str) or after == before:
            return
        before = after


def ours(account: AccountSide, found: Mapping[str, Any]) -> Headers:
    """For the parser, which sees nothing but the bytes and their headers."""
    mentions_only = "1" if account.settings.get("mentions_only") else ""
    return {
        "content-type": "application/json",
        parser.ACCOUNT: account.native,
        parser.ROOMS: json.dumps(found),
        parser.MENTIONS_ONLY: mentions_only,
    }


# What was -----------------------------------------------------------------------------------------------------


def backfill(server: Server, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """All rooms, each from now backwards to `since`. The cursor names the rooms that are done."""
    done = set(cursor.split(" ")) if cursor else set()
    known = Rooms(server)
    found = server.read(f"{V3}/joined_rooms", since).body.get("joined_rooms")
    for room in [each for each in listed(found) if isinstance(each, str) and each not in done]:
        for arrival in pages(server, account, known, room, "", "", " ".join(sorted(done)), 1_000):
            yield arrival
            if is_before(arrival, since):
                break
        done.add(room)
        yield Arrival(raw=b"", cursor=" ".join(sorted(done)))


def is_before(arrival: Arrival, since: datetime) -> bool:
    chunk = listed(Told(200, arrival.raw, {}).body.get("chunk"))
    at = (
        events.moment(chunk[-1].get("origin_server_ts")) if chunk and isinstance(chunk[-1], Mapping) else None
    )
    return at is not None and at < since


# One again ----------------------------------------------------------------------------------------------------


def fetch(server: Server, account: AccountSide, item: str, room: str, now: datetime) -> Found | Gone | Hidden:
    """An event by its room; without one, among the rooms that we are in."""
    known = [room] if room else joined_rooms(server, now)
    for place in known:
        path = f"{V3}/rooms/{quoted(place)}/event/{quoted(item)}"
        told = server.look(path)
        if told.is_good:
            return shown(server, account, place, path, told)
        if told.status not in {403, 404}:
            raise client.refused(told, now, server.token)
    return Hidden(N_("The homeserver does not show us this message."))


def joined_rooms(server: Server, now: datetime) -> list[str]:
    found = server.read(f"{V3}/joined_rooms", now).body.get("joined_rooms")
    return [room for room in listed(found) if isinstance(room, str)][:MOST_ROOMS]


def shown(server: Server, account: AccountSide, room: str, path: str, told: Told) -> Found | Gone:
    """An event that was removed stays as an empty one, which says so itself."""
    body = told.body
    if "redacted_because" in part(body, "unsigned") or "redacted_because" in body:
        return Gone()
    known = Rooms(server)
    known.learn(room, [body])
    headers = ours(account, {room: known.told(room, [body])})
    found = [Arrival(raw=told.raw, cursor="", url=path, headers=headers)]
    newest = newest_edit(server, room, str(body.get("event_id") or ""), body.get("sender"))
    if newest is not None:
        found.append(Arrival(raw=newest, cursor="", url=path, headers=headers))
    return Found(tuple(found))


def newest_edit(server: Server, room: str, item: str, sender: Any) -> bytes | None:
    path = f"/_matrix/client/v1/rooms/{quoted(room)}/relations/{quoted(item)}/m.replace"
    told = server.look(path, params={"limit": "20"})
    edits = [each for each in listed(told.body.get("chunk")) if isinstance(each, Mapping)]
    mine = next((each for each in edits if each.get("sender") == sender), None) if told.is_good else None
    return json.dumps(mine).encode() if mine is not None else None


def file(server: Server, place: str, now: datetime) -> bytes | None:
    """A file by its mxc address; None if it is not there or too large. Raises Trouble."""
    found = events.MXC.fullmatch(place.removeprefix(events.ASK))
    if found is None:
        return None
    ident = f"{quoted(found['server'])}/{quoted(found['media'])}"
    # Servers before v1.11 of the specification have only the older door.
    for door in ("/_matrix/client/v1/media/download", "/_matrix/media/v3/download"):
        told = server.look(f"{door}/{ident}")
        if told.status != 404:
            break
    if told.status in {429, 500, 502, 503, 504} or told.is_token_dead:
        raise client.refused(told, now, server.token)
    return told.raw if told.status == 200 and len(told.raw) <= MOST_BYTES else None


def part(document: Any, name: str) -> Mapping[str, Any]:
    found = document.get(name) if isinstance(document, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

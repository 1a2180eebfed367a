"""After a lost answer: does it stand in the room? The server tells us our own transaction ids with our messages."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Outgoing, Retry, Sent, Unsure
from lyhord.connectors.matrix import events, rooms, sender
from lyhord.connectors.matrix.client import V3, Lost, NotSent, Server, quoted
from lyhord.lib.text import N_

# Synapse forgets a transaction id after 30 minutes at the soonest (rest/client/transactions.py; read 2026-11).
KEY_HOLDS = timedelta(minutes=25)
SETTLED = timedelta(minutes=5)  # no request is under way for longer
A_PAGE = 100
PAGES = 3


def settle(server: Server, account: AccountSide, outgoing: Outgoing, now: datetime) -> Sent | Unsure | Retry:
    if outgoing.verb == "report":
        return Unsure(N_("Reports cannot be read back. Ask the people who run the homeserver."))
    if outgoing.verb not in sender.WRITES:
        return Retry(N_("Asking twice for this does no harm."))
    since = now - outgoing.made_at if outgoing.made_at else None
    try:
        room = where(server, account, outgoing)
        found, is_whole = looked_up(server, account, outgoing, room) if room else (None, True)
    except (NotSent, Lost) as problem:
        return Unsure(str(problem))
    if found is not None:
        return found
    if since is not None and since < KEY_HOLDS:
        return Retry(N_("It is not there, and the server still knows its key: the same again is safe."))
    if since is not None and since > SETTLED and is_whole:
        return Retry(N_("It is not among our messages of that time."))
    return Unsure(N_("It is not among our newest messages, which does not prove that it is nowhere."))


def where(server: Server, account: AccountSide, outgoing: Outgoing) -> str:
    """The room it was to go to; "" where there is none, so that nothing can stand there."""
    is_moved = outgoing.visibility == "private" and outgoing.item_visibility == "public"
    room = str(outgoing.facts.get("room") or outgoing.thread or "")
    if outgoing.verb == "reply" and outgoing.person and (is_moved or not room):
        return rooms.found_room(server, account, outgoing.person)
    return room


def looked_up(
    server: Server, account: AccountSide, outgoing: Outgoing, room: str
) -> tuple[Sent | None, bool]:
    """What was found, and whether the pages reached back to before it was written."""
    before = ""
    for _page in range(PAGES):
        params = {"dir": "b", "limit": str(A_PAGE)} | ({"from": before} if before else {})
        told = server.ask("GET", f"{V3}/rooms/{quoted(room)}/messages", params=params)
        chunk = told.body.get("chunk") if told.is_good else None
        if not isinstance(chunk, list):
            return None, False
        parts = [part for part in chunk if isinstance(part, Mapping)]
        for part in parts:
            if is_it(part, account, outgoing):
                ident = str(part.get("event_id"))
                native = outgoing.item if outgoing.verb == "edit" else ident
                return Sent(native, events.permalink(room, ident), "read_back"), True
        after = told.body.get("end")
        if not isinstance(after, str) or not parts:
            return None, True
        if outgoing.made_at is not None and any(is_older(part, outgoing.made_at) for part in parts):
            return None, True
        before = after
    return None, False


def is_it(part: Mapping[str, Any], account: AccountSide, outgoing: Outgoing) -> bool:
    """By its transaction id, which only the device that sent it is told; else by our words since then."""
    if part.get("sender") != account.native:
        return False
    unsigned, content = part.get("unsigned"), part.get("content")
    told = unsigned.get("transaction_id") if isinstance(unsigned, Mapping) else None
    if isinstance(told, str) and told:
        return told == outgoing.key
    made_at = outgoing.made_at
    if made_at is None or is_older(part, made_at - timedelta(minutes=2)) or not isinstance(content, Mapping):
        return False
    wanted = f"* {outgoing.text}" if outgoing.verb == "edit" else outgoing.text
    return bool(wanted) and content.get("body") == wanted


def is_older(part: Mapping[str, Any], than: datetime) -> bool:
    at = events.moment(part.get("origin_server_ts"))
    return at is not None and at < than

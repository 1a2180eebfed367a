"""Reading private talks: those in which something happened since, one message again, and the past."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors._meta.client import Graph, Lost, NotSent
from lyhord.connectors._meta.places import arrival, quoted
from lyhord.connectors._meta.values import Strange, listed, moment, native, within
from lyhord.lib.text import N_

MESSAGE = "id,message,from,to,created_time,attachments,shares,sticker,story"
# Only the newest twenty of a talk are given whole (docs: Conversation, messages).
TALK = f"id,updated_time,participants,messages.limit(20){{{MESSAGE}}}"
A_PAGE = 20
MOST_PAGES = 10


def poll(
    graph: Graph, account: AccountSide, platform: str, cursor: str, now: datetime, place: str = "me"
) -> Iterator[Arrival]:
    """The newest talks first, until one that was seen; told from the oldest of them on, with the cursor at the end."""
    after = moment(cursor) if cursor else None
    params: dict[str, Any] = {"platform": platform, "fields": TALK, "limit": A_PAGE}
    found, newest = [], after
    for _page in range(MOST_PAGES):
        told, times, onwards = page(graph, place, params, now)
        if not times or (after and max(times) <= after):
            break
        newest = max(newest or max(times), *times)
        found.append(told)
        if after is None or not onwards or min(times) <= after:
            break
        params["after"] = onwards
    for told in reversed(found):
        mark = newest if told is found[0] else after
        yield arrival(told, account, f"{place}/conversations", mark.isoformat() if mark else "", now)


def backfill(
    graph: Graph, account: AccountSide, platform: str, cursor: str, since: datetime, place: str = "me"
) -> Iterator[Arrival]:
    """Talks from now backwards to `since`; the cursor is Meta's."""
    for _page in range(1000):
        params = {"platform": platform, "fields": TALK, "limit": A_PAGE} | (
            {"after": cursor} if cursor else {}
        )
        told, times, onwards = page(graph, place, params, since)
        if not times:
            return
        yield arrival(told, account, f"{place}/conversations", onwards, since)
        if not onwards or onwards == cursor or min(times) < since:
            return
        cursor = onwards


def page(graph: Graph, place: str, params: dict[str, Any], now: datetime) -> tuple[Any, list[datetime], str]:
    told = graph.read(f"{place}/conversations", params, now)
    try:
        times = [moment(each.get("updated_time")) for each in listed(told.body, "data")]
        onwards = native(within(within(told.body, "paging"), "cursors"), "after")
    except Strange as problem:
        raise Trouble(f"Meta's list is not as it should be: {problem}.") from None
    return told, [at for at in times if at], onwards


def fetch(graph: Graph, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    path = quoted(item)
    try:
        told = graph.get(path, {"fields": MESSAGE})
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if told.code == 100 or told.is_missing:
        # Meta shows only the newest twenty of a talk, so a message that it does not show says nothing.
        return Hidden(N_("Meta does not show us this message any more."))
    if not told.is_good:
        raise graph.trouble(told, now)
    return Found((arrival(told, account, path, "", now),))

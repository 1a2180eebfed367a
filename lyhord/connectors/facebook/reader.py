"""What we read of a page: its feed with the newest comments, mentions, recommendations; one thing again; and the past."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors._meta.client import Graph, Lost, NotSent, Told
from lyhord.connectors._meta.places import arrival, quoted
from lyhord.connectors._meta.values import Strange, digest, listed, moment, native, text, within
from lyhord.lib.text import N_

ATTACHED = "attachments{media_type,media,description,subattachments}"
COMMENT = "id,message,from,created_time,parent{id},permalink_url,is_hidden,attachment{type,media,description}"
ON_POST = f"comments.filter(stream).order(reverse_chronological).limit(50){{{COMMENT}}}"
POST = f"id,message,from,created_time,updated_time,permalink_url,is_published,{ATTACHED}"
RATING = "open_graph_story{id},recommendation_type,review_text,reviewer,created_time"
A_PAGE = 25
MOST_PAGES = 10  # a poll; the next one goes on from there
LISTS = {"feed": f"{POST},{ON_POST}", "tagged": POST, "ratings": RATING}


def poll(graph: Graph, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    """A page of a list becomes an arrival only if something in it is newer than what was seen."""
    seen = read_cursor(cursor)
    for name, fields in LISTS.items():
        path = f"{quoted(account.native)}/{name}"
        for told, newest in pages(graph, path, fields, seen.get(name, ""), now, is_needed=name == "feed"):
            seen = {**seen, name: max(newest, seen.get(name, ""))}
            yield arrival(told, account, path, json.dumps(seen), now)


def pages(
    graph: Graph, path: str, fields: str, after: str, now: datetime, *, is_needed: bool
) -> Iterator[tuple[Told, str]]:
    """The pages with something newer than `after`. The newest is told with the last of them: a poll that was broken off
    begins again, and what comes twice is known by its key."""
    params: dict[str, Any] = {"fields": fields, "limit": A_PAGE}
    found: list[Told] = []
    newest = ""
    for _page in range(MOST_PAGES):
        try:
            told = graph.read(path, params, now)
            times = [changed(each) for each in listed(told.body, "data")]
            onwards = native(within(within(told.body, "paging"), "cursors"), "after")
        except Strange as problem:
            raise Trouble(f"Meta's list is not as it should be: {problem}.") from None
        except Trouble as problem:
            if is_needed or problem.at or problem.account_state == "token_revoked":
                raise
            break  # ratings and mentions need rights of their own; comments come without them
        if not times or max(times) <= after:
            break
        newest = max(newest, *times)
        found.append(told)
        if not after or not onwards or min(times) <= after:
            break
        params = {**params, "after": onwards}
    yield from ((told, newest if told is found[-1] else after) for told in reversed(found[1:] + found[:1]))


def changed(part: Mapping[str, Any]) -> str:
    """When something last happened to it, or below it: as text that sorts."""
    at = moment(part.get("updated_time") or part.get("created_time"))
    below = [moment(each.get("created_time")) for each in listed(part, "comments")]
    return max((each.isoformat() for each in (at, *below) if each), default="")


def read_cursor(cursor: str) -> dict[str, str]:
    try:
        told = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return {name: str(told[name]) for name in LISTS if name in told} if isinstance(told, dict) else {}


def backfill(graph: Graph, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """The feed from now backwards to `since`; the cursor is Meta's."""
    path = f"{quoted(account.native)}/feed"
    for _page in range(1000):
        params = {"fields": f"{POST},{ON_POST}", "limit": A_PAGE} | ({"after": cursor} if cursor else {})
        told = graph.read(path, params, since)
        try:
            times = [moment(each.get("created_time")) for each in listed(told.body, "data")]
            onwards = native(within(within(told.body, "paging"), "cursors"), "after")
        except Strange as problem:
            raise Trouble(f"Meta's list is not as it should be: {problem}.") from None
        if not times:
            return
        yield arrival(told, account, path, onwards, since)
        oldest = min((at for at in times if at), default=None)
        if not onwards or onwards == cursor or (oldest and oldest < since):
            return
        cursor = onwards


def look(
    graph: Graph, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
) -> Found | Gone | Hidden:
    """One post or comment as it stands; an edit where its words are others than those that `facts` was told of."""
    is_post = item.startswith(f"{account.native}_")
    path = quoted(item)
    try:
        told = graph.get(path, {"fields": f"{POST},{ON_POST}" if is_post else COMMENT})
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None
    if told.is_missing:
        return missing(graph, account, now)
    if not told.is_good:
        if told.code == 100:
            return Hidden(N_("Meta does not show us this."))
        raise graph.trouble(told, now)
    try:
        words = digest(text(told.body, "message"))
    except Strange as problem:
        raise Trouble(f"Meta's answer is not as it should be: {problem}.") from None
    is_edited = "words" in facts and facts["words"] != words
    return Found((arrival(told, account, path, "", now, edited=is_edited),))


def missing(graph: Graph, account: AccountSide, now: datetime) -> Gone | Hidden:
    """One answer stands for "gone" and for "not for you": if our own page is shown, our rights are what they were."""
    graph.read(quoted(account.native), {"fields": "id"}, now)
    return Gone()

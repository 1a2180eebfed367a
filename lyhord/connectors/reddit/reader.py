"""What we read of Reddit: lists of what is new, one thing as it stands now, and what was."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Event, Found, Gone, Hidden, Trouble, Unreadable
from lyhord.connectors.reddit import client, parser, things
from lyhord.connectors.reddit.client import Reddit, Told
from lyhord.lib.text import N_

A_PAGE = 100
MOST_PAGES = 10  # Reddit lists a thousand things and no more
NAME = re.compile(r"t[134]_[a-z0-9]{1,13}")
MODMAIL = re.compile(r"modmail:([a-z0-9]{1,13})(?::([a-z0-9]{1,13}))?")
SUBREDDIT = re.compile(r"[A-Za-z0-9_]{2,21}")


@dataclass(frozen=True)
class Mark:
    """The newest thing seen in a list: its name with its time, since a name alone may be deleted."""

    name: str = ""
    at: float = 0.0


def subreddit(account: AccountSide) -> str:
    told = str(account.settings.get("subreddit") or "").strip().strip("/").removeprefix("r/")
    return told if SUBREDDIT.fullmatch(told) else ""


def lists(account: AccountSide) -> dict[str, tuple[str, dict[str, Any]]]:
    """name -> path and parameters."""
    found: dict[str, tuple[str, dict[str, Any]]] = {"inbox": ("/message/inbox", {"mark": "false"})}
    if ours := subreddit(account):
        found |= {"new": (f"/r/{ours}/new", {}), "comments": (f"/r/{ours}/comments", {})}
        if account.state.get("is_moderator"):
            found |= {"edited": (f"/r/{ours}/about/edited", {})}
    if wanted := str(account.settings.get("search") or "").strip():
        found |= {"search": ("/search", {"q": wanted[:500], "sort": "new", "type": "link", "t": "week"})}
    return found


def marks(cursor: str) -> dict[str, Mark]:
    try:
        told = json.loads(cursor or "{}")
        return {str(name): Mark(str(row[0]), float(row[1])) for name, row in told.items()}
    except (ValueError, AttributeError, TypeError, IndexError, KeyError):
        return {}


def written(known: Mapping[str, Mark]) -> str:
    return json.dumps({name: [mark.name, mark.at] for name, mark in known.items()}, sort_keys=True)


def poll(reddit: Reddit, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    known = marks(cursor)
    for name, (path, params) in lists(account).items():
        pages = newer(reddit, path, params, known.get(name, Mark()), now)
        for told in reversed(pages):
            known[name] = newest(told)
            yield arrival(told, account, path, written(known), name)
    if account.state.get("is_moderator") and subreddit(account):
        yield from modmail(reddit, account, known, now)


def newer(reddit: Reddit, path: str, params: Mapping[str, Any], mark: Mark, now: datetime) -> list[Told]:
    """Pages with something above the mark, the newest first; at the first time one page alone."""
    found: list[Told] = []
    after = ""
    for _page in range(MOST_PAGES):
        told = page(reddit, path, params, after, now)
        children = listed(told)
        if not children or newest(told) == mark:
            break
        found.append(told)
        after = things.text(told.document["data"].get("after"))
        if not mark.name or not after or min(place(child).at for child in children) < mark.at:
            break
    return found


def page(reddit: Reddit, path: str, params: Mapping[str, Any], after: str, now: datetime | None) -> Told:
    told = reddit.read(path, now, {**params, "limit": A_PAGE} | ({"after": after} if after else {}))
    data = told.document.get("data")
    if not isinstance(data, Mapping) or not isinstance(data.get("children"), list):
        raise Trouble(f"Reddit answered {path} with something else than a listing.")
    return told


def listed(told: Told) -> list[Mapping[str, Any]]:
    children = told.document["data"]["children"]
    return [
        child["data"]
        for child in children
        if isinstance(child, Mapping) and isinstance(child.get("data"), Mapping)
    ]


def place(data: Mapping[str, Any]) -> Mark:
    times = [data[name] for name in ("created_utc", "edited") if things.is_number(data.get(name))]
    return Mark(things.text(data.get("name")), max([0.0, *map(float, times)]))


def newest(told: Told) -> Mark:
    return max((place(child) for child in listed(told)), key=lambda mark: (mark.at, mark.name))


def modmail(reddit: Reddit, account: AccountSide, known: dict[str, Mark], now: datetime) -> Iterator[Arrival]:
    """Conversations with the last messages of each. Not to be had is no reason to stop: the scope may be lacking."""
    path = "/api/mod/conversations"
    told = reddit.look(path, {"entity": subreddit(account), "sort": "recent", "state": "all", "limit": 25})
    rows = told.document.get("conversations")
    if told.status == 429:
        raise client.refused(told, now)
    times = (
        [things.text(row.get("lastUpdated")) for row in rows.values() if isinstance(row, Mapping)]
        if isinstance(rows, Mapping)
        else []
    )
    last = max(times, default="")
    if told.is_good and last and last != known.get("modmail", Mark()).name:
        known["modmail"] = Mark(last)
        yield arrival(told, account, path, written(known), "modmail")


def arrival(told: Told, account: AccountSide, path: str, cursor: str, name: str) -> Arrival:
    headers = {"x-account": account.native, "x-account-name": account.handle, "x-list": name}
    return Arrival(raw=told.raw, cursor=cursor, url=f"{path}?raw_json=1", headers=headers, wait=told.pause)


def backfill(reddit: Reddit, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """Each list backwards to `since` or to Reddit's thousand. The cursor is the list with the name reached."""
    name, _sep, after = cursor.partition(" ")
    names = [each for each in lists(account) if each not in {"search", "edited"}]
    for each in names[names.index(name) if name in names else 0 :]:
        path, params = lists(account)[each]
        after = after if each == name else ""
        for _page in range(MOST_PAGES):
            told = page(reddit, path, params, after, None)
            children = listed(told)
            after = things.text(told.document["data"].get("after"))
            if children:
                yield arrival(told, account, path, f"{each} {after}", each)
            if not after or not children or min(place(child).at for child in children) < since.timestamp():
                break


def fetch(reddit: Reddit, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    if found := MODMAIL.fullmatch(item):
        return one(reddit, account, f"/api/mod/conversations/{found[1]}", item, "modmail", now)
    if not NAME.fullmatch(item):
        return Hidden(N_("This is not the name of anything on Reddit."))
    if item.startswith("t4_"):
        return one(reddit, account, f"/message/messages/{item[3:]}", item, "inbox", now)
    told = reddit.read("/api/info", now, {"id": item})
    data = told.document.get("data")
    children = data.get("children") if isinstance(data, Mapping) else None
    if not isinstance(children, list):
        raise Trouble("Reddit answered with something else than a listing.")
    events = read(told, account, "/api/info")
    if not children or any(event.kind == "deleted" and event.item == item for event in events):
        return Gone()
    itself = arrival(told, account, "/api/info", "", "fetch")
    post = next((event.thread for event in events if event.item == item and event.thread), None)
    if not item.startswith("t1_") or post is None:
        return Found((itself,))
    path = f"/comments/{post[3:]}/_/{item[3:]}"
    around = reddit.look(path, {"context": 8, "limit": 10})
    return (
        Found((arrival(around, account, path, "", "fetch"), itself)) if around.is_good else Found((itself,))
    )


def one(
    reddit: Reddit, account: AccountSide, path: str, item: str, name: str, now: datetime
) -> Found | Gone | Hidden:
    told = reddit.look(path)
    if told.status == 404:
        return Gone()
    if told.status == 403:
        return Hidden(N_("Reddit does not show us this message."))
    if not told.is_good:
        raise client.refused(told, now)
    if any(event.kind == "deleted" and event.item == item for event in read(told, account, path)):
        return Gone()
    return Found((arrival(told, account, path, "", name),))


def read(told: Told, account: AccountSide, path: str) -> list[Event]:
    try:
        items = parser.parse(told.raw, {"x-account": account.native}, f"{path}?raw_json=1", "GET")
    except Unreadable:
        return []
    return [item for item in items if isinstance(item, Event)]

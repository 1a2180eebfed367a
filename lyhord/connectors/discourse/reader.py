"""What we read of a forum: what is new, one post as it stands now, and what was."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors.discourse import client, posts
from lyhord.connectors.discourse.client import Forum, Told
from lyhord.connectors.discourse.posts import Strange
from lyhord.lib.text import N_

# name in the cursor and in the answer -> where it lies. Not among the documented paths is the second one (source:
# config/routes.rb, posts#latest; read 2026-11-22); a forum that hides it gives 403 or 404.
LISTS = {"latest_posts": "/posts.json", "private_posts": "/private-posts.json"}
A_PAGE = 50
MOST_PAGES = 10  # a poll; the next one goes on from there
MOST_OF_BACKFILL = 2_000
ITEM = re.compile(r"\d{1,18}")
PLACE = re.compile(r"(\d{1,18}):(\d{1,9})")


@dataclass(frozen=True)
class Cursor:
    """The highest number of a post seen, in each list."""

    numbers: Mapping[str, int]

    @classmethod
    def read(cls, cursor: str) -> "Cursor":
        try:
            told = json.loads(cursor or "{}")
            return cls({name: number for name in LISTS if type(number := told.get(name)) is int})
        except (ValueError, AttributeError):
            return cls({})

    def at(self, name: str) -> int:
        return self.numbers.get(name, 0)

    def moved(self, name: str, number: int) -> "Cursor":
        return Cursor({**self.numbers, name: number})

    def __str__(self) -> str:
        return json.dumps(dict(self.numbers), sort_keys=True)


def poll(forum: Forum, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    at = Cursor.read(cursor)
    for name, path in LISTS.items():
        for told in reversed(pages(forum, name, path, at.at(name), now)):
            at = at.moved(name, max(at.at(name), *numbers(told, name)))
            yield arrival(told, account, forum, path, str(at))


def pages(forum: Forum, name: str, path: str, after: int, now: datetime) -> list[Told]:
    """Pages with something above `after`, the newest first; at the first time one page alone."""
    found: list[Told] = []
    before = 0
    for _page in range(MOST_PAGES):
        told = page(forum, name, path, before, now)
        there = numbers(told, name) if told else []
        if told is None or not there or max(there) <= after:
            break
        found.append(told)
        if not after or min(there) <= after + 1:
            break
        before = min(there) - 1  # the post named is among the answer
    return found


def page(forum: Forum, name: str, path: str, before: int, now: datetime) -> Told | None:
    """None: this user may not ask for the list. Raises Trouble."""
    told = forum.look(path, {"before": before} if before else None)
    if name == "private_posts" and told.status in {403, 404} and not told.is_token_dead:
        return None
    if not told.is_good:
        raise client.refused(told, forum.key, now)
    if not isinstance(told.body.get(name), list):
        raise Trouble(f"{forum.host} answered {path} with something else than posts.")
    return told


def listed(told: Told, name: str) -> list[Mapping[str, Any]]:
    return [part for part in told.body.get(name) or [] if isinstance(part, Mapping)]


def numbers(told: Told, name: str) -> list[int]:
    return [part["id"] for part in listed(told, name) if type(part.get("id")) is int]


def arrival(told: Told, account: AccountSide, forum: Forum, path: str, cursor: str, **more: str) -> Arrival:
    headers = {"x-account": account.native, "x-base": forum.base, **more}
    return Arrival(raw=told.raw, cursor=cursor, url=path, headers=headers)


def backfill(forum: Forum, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """From now backwards to `since`, each list for itself. The cursor is the lowest number seen in each."""
    at = Cursor.read(cursor)
    for name, path in LISTS.items():
        for _page in range(MOST_OF_BACKFILL):
            before = at.at(name)
            told = page(forum, name, path, before - 1 if before else 0, since)
            there = numbers(told, name) if told else []
            if told is None or not there or before == 1:
                break
            at = at.moved(name, min(there))
            yield arrival(told, account, forum, path, str(at))
            if is_before(listed(told, name), since):
                break


def is_before(parts: list[Mapping[str, Any]], since: datetime) -> bool:
    for part in parts:
        try:
            at = posts.moment(part.get("created_at"))
        except Strange:
            continue
        if at is not None and at < since:
            return True
    return False


def path_of(item: str) -> str | None:
    """A post by its number, or by its topic and place in it, as answers name what they answer."""
    if ITEM.fullmatch(item):
        return f"/posts/{item}.json"
    place = PLACE.fullmatch(item)
    return f"/posts/by_number/{place[1]}/{place[2]}.json" if place else None


def fetch(forum: Forum, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    path = path_of(item)
    if path is None:
        return Hidden(N_("This is not the name of a post in a forum."))
    told = forum.look(path)
    if told.status in {404, 410}:
        return Gone()
    if told.status == 403 and not told.is_token_dead:
        return Hidden(N_("The forum does not show us this post."))
    if not told.is_good:
        raise client.refused(told, forum.key, now)
    if told.body.get("deleted_at") or told.body.get("user_deleted") is True:
        return Gone()
    topic = told.body.get("topic_id")
    if type(topic) is not int:
        raise Trouble(f"{forum.host} answered {path} with something else than a post.")
    around = forum.read(f"/t/{topic}.json", now)
    archetype = posts.text(around.body.get("archetype"))
    first = arrival(around, account, forum, f"/t/{topic}.json", "")
    return Found((first, arrival(told, account, forum, path, "", **{"x-archetype": archetype})))

"""What we read of YouTube: what is new, one comment as it stands now, and what was.

The list is ordered by the time of the comment at the top, so an answer to an old one does not bring it up again. The
first page (100 threads) is read at each poll, ten pages once an hour; threads whose number of answers has grown are
asked for the rest. What is open in the desk is looked at by itself.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors._google import errors
from lyhord.connectors._google.client import Api, Told
from lyhord.connectors.youtube import comments, quota
from lyhord.connectors.youtube.comments import Strange
from lyhord.lib.text import N_

BASE = "https://youtube.googleapis.com"
THREADS, COMMENTS = "/youtube/v3/commentThreads", "/youtube/v3/comments"
A_PAGE = 100
SWEEP_PAGES = 10
MOST_KNOWN = 1_000  # threads whose number of answers we remember
MOST_HELD = 200
MOST_ASKED = 20  # threads a poll whose further answers are asked for, 1 unit each
QUEUES = ("heldForReview", "likelySpam")


@dataclass(frozen=True)
class Cursor:
    """How far we have come: how many answers each thread had, who was held, what the first page was like."""

    counts: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # queue -> threads in it
    etag: str = ""
    swept: str = ""  # ISO time of the last sweep

    @classmethod
    def read(cls, cursor: str) -> "Cursor":
        try:
            told = json.loads(cursor or "{}")
            counts = {str(name): int(number) for name, number in told.get("counts", {}).items()}
            held = {str(name): tuple(map(str, ids)) for name, ids in told.get("held", {}).items()}
            return cls(counts, held, str(told.get("etag", "")), str(told.get("swept", "")))
        except (ValueError, AttributeError, TypeError):
            return cls()

    def __str__(self) -> str:
        newest = dict(list(self.counts.items())[-MOST_KNOWN:])
        held = {queue: ids[:MOST_HELD] for queue, ids in self.held.items()}
        return json.dumps({"counts": newest, "held": held, "etag": self.etag, "swept": self.swept})

    @property
    def all_held(self) -> set[str]:
        return {each for ids in self.held.values() for each in ids}


def poll(api: Api, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    before = Cursor.read(cursor)
    is_first = not cursor or before == Cursor()
    is_sweep = not is_first and is_due(before.swept, now)
    held, arrivals = unseen(api, account, before, now, QUEUES if is_sweep or is_first else QUEUES[:1])
    at = replace(before, held=held)
    freed = before.all_held - at.all_held
    for told in arrivals:
        yield arrival(told, account, THREADS, str(at), now)
    for number, page in enumerate(pages(api, account, now, SWEEP_PAGES if is_sweep else 1)):
        etag = page.text("etag")
        if number == 0 and etag and etag == before.etag and not freed:
            continue
        grown = threads_grown(page, at.counts)
        at = replace(at, counts={**at.counts, **counts(page)}, etag=etag if number == 0 else at.etag)
        yield arrival(page, account, THREADS, str(at), now, was_held=freed)
        for thread in grown[:MOST_ASKED]:
            for told in answers(api, thread, now):
                yield arrival(told, account, COMMENTS, str(at), now)
    if is_sweep or is_first:
        yield Arrival(raw=b"", cursor=str(replace(at, swept=now.isoformat())))
    elif at != before:
        yield Arrival(raw=b"", cursor=str(at))


def is_due(swept: str, now: datetime) -> bool:
    try:
        return now - datetime.fromisoformat(swept) >= quota.SWEEP_EVERY
    except (ValueError, TypeError):
        return True


def unseen(
    api: Api, account: AccountSide, before: Cursor, now: datetime, queues: tuple[str, ...]
) -> tuple[dict[str, tuple[str, ...]], list[Told]]:
    """Who is held now, and the pages that hold somebody new. A queue that is not asked for stays as it was."""
    held, arrivals = dict(before.held), []
    for queue in queues:
        told = api.read(THREADS, now, **asking(account), moderationStatus=queue)
        ids = tuple(each for part in told.listed("items") if (each := comments.text(part.get("id"))))
        if set(ids) - before.all_held:
            arrivals.append(told)
        held[queue] = ids
    return held, arrivals


def asking(account: AccountSide) -> dict[str, Any]:
    return {
        "part": "snippet,replies",
        "allThreadsRelatedToChannelId": account.native,
        "order": "time",
        "maxResults": A_PAGE,
        "textFormat": "plainText",
    }


def pages(api: Api, account: AccountSide, now: datetime, most: int, after: str = "") -> Iterator[Told]:
    """Newest first. Raises Trouble."""
    for _page in range(most):
        told = api.read(THREADS, now, **asking(account), **({"pageToken": after} if after else {}))
        if not isinstance(told.body.get("items"), list):
            raise Trouble(N_("YouTube answered with something else than a list of comments."))
        yield told
        after = told.text("nextPageToken")
        if not after:
            return


def counts(page: Told) -> dict[str, int]:
    """Thread -> answers that it has. Oldest first, so that what is dropped first is old."""
    found: dict[str, int] = {}
    for part in reversed(page.listed("items")):
        near = part.get("snippet")
        number = near.get("totalReplyCount") if isinstance(near, Mapping) else None
        if isinstance(number, int) and number > 0 and (item := comments.text(part.get("id"))):
            found[item] = number
    return found


def threads_grown(page: Told, known: Mapping[str, int]) -> list[str]:
    """Threads with more answers than came along and than we knew of."""
    grown = []
    there = counts(page)
    for part in page.listed("items"):
        item = comments.text(part.get("id"))
        within = part.get("replies")
        told = within.get("comments") if isinstance(within, Mapping) else None
        came = len(told) if isinstance(told, list) else 0
        if there.get(item, 0) > max(came, known.get(item, 0)):
            grown.append(item)
    return grown


def answers(api: Api, thread: str, now: datetime, most: int = 5) -> Iterator[Told]:
    """All answers in a thread."""
    after = ""
    for _page in range(most):
        params = {"part": "snippet", "parentId": thread, "maxResults": A_PAGE, "textFormat": "plainText"}
        told = api.read(COMMENTS, now, **params, **({"pageToken": after} if after else {}))
        yield told
        after = told.text("nextPageToken")
        if not after:
            return


def arrival(
    told: Told,
    account: AccountSide,
    path: str,
    cursor: str,
    now: datetime,
    *,
    was_held: set[str] | None = None,
) -> Arrival:
    """With who we are and when we asked, for the parser: it sees nothing but the bytes and their headers."""
    headers = {"content-type": "application/json", "x-account": account.native, "x-asked": now.isoformat()}
    if was_held:
        headers["x-was-held"] = " ".join(sorted(was_held))
    return Arrival(raw=told.raw, cursor=cursor, url=path, headers=headers)


def backfill(api: Api, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """From now backwards to `since`, with all answers. The cursor is YouTube's token of the next page."""
    for page in pages(api, account, since, 500, cursor):
        after = page.text("nextPageToken")
        yield arrival(page, account, THREADS, cursor, since)
        for thread in threads_grown(page, {}):
            for told in answers(api, thread, since):
                yield arrival(told, account, COMMENTS, cursor, since)
        yield Arrival(raw=b"", cursor=after)
        if not after or is_before(page, since):
            return
        cursor = after


def is_before(page: Told, since: datetime) -> bool:
    """Whether the last thread of the page is older than that."""
    try:
        last = page.listed("items")[-1]["snippet"]["topLevelComment"]["snippet"]["publishedAt"]
        at = comments.moment(last)
    except (LookupError, TypeError, Strange):
        return False
    return at is not None and at < since


def fetch(api: Api, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    """A comment, and the one that it answers. Costs 1 to 5 units."""
    parent = item.partition(".")[0]
    ids = f"{parent},{item}" if "." in item else item
    told = api.told(COMMENTS, part="snippet", id=ids, textFormat="plainText")
    if told.status != 404:
        if not told.is_good:
            raise errors.trouble(api.problem(told, now))
        if not isinstance(told.body.get("items"), list):
            raise Trouble(N_("YouTube answered with something else than a list of comments."))
        if item in {comments.text(part.get("id")) for part in told.listed("items")}:
            return Found((arrival(told, account, COMMENTS, "", now),))
    return missing(api, account, item, now)


def missing(api: Api, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    """What YouTube or we hold back is not shown by its id; only what is in no queue either has been deleted."""
    for queue in (*QUEUES, "rejected"):
        told = api.told(THREADS, **asking(account), moderationStatus=queue)
        if not told.is_good:
            return Hidden(N_("YouTube does not show this comment, nor whether it is held back."))
        if item.encode() in told.raw:
            return Found((arrival(told, account, THREADS, "", now),))
        if told.text("nextPageToken"):
            return Hidden(
                N_("YouTube does not show this comment. So many are held back that it may be among them.")
            )
    return Gone()


def look(api: Api, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    """The comment again, and the answers in its thread: YouTube tells of neither. Costs 2 units."""
    found = fetch(api, account, item, now)
    if not isinstance(found, Found):
        return found
    more = [
        arrival(told, account, COMMENTS, "", now) for told in answers(api, item.partition(".")[0], now, 1)
    ]
    return Found((*found.arrivals, *more))

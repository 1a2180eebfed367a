"""What we read of LinkedIn: notifications that a webhook lost, a comment as it stands now, and our posts' comments."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lyhord.channels.contract import AccountSide, Arrival, Found, Gone, Hidden, Trouble
from lyhord.connectors.linkedin import client, parser
from lyhord.connectors.linkedin.client import LinkedIn, Told, coded
from lyhord.lib.text import N_

ACTIONS = "List(COMMENT,ADMIN_COMMENT,COMMENT_EDIT,COMMENT_DELETE,SHARE_MENTION,LIKE)"
REACH = timedelta(days=59)  # notifications are kept for sixty
OVERLAP = timedelta(minutes=10)  # news is told a little after it happened; the keys know what came before
A_PAGE = 50
MOST_PAGES = 40


def poll(linked: LinkedIn, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    """Notifications since the last time. The cursor is that time in milliseconds."""
    begin = max(since(cursor) or now - timedelta(days=1), now - REACH) - OVERLAP
    span = f"(start:{millis(begin)},end:{millis(now)})"
    base = f"/rest/organizationalEntityNotifications?q=criteria&actions={ACTIONS}&organizationalEntity={coded(account.native)}&timeRange={span}"
    for told in pages(linked, base, now):
        yield arrival(told, account, base.partition("?")[0], str(millis(now)))


def since(cursor: str) -> datetime | None:
    if not cursor.isdecimal() or len(cursor) > 14:
        return None
    return datetime.fromtimestamp(int(cursor) / 1000, UTC)


def millis(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def pages(linked: LinkedIn, base: str, now: datetime | None) -> Iterator[Told]:
    for number in range(MOST_PAGES):
        told = linked.read(f"{base}&start={number * A_PAGE}&count={A_PAGE}", now)
        listed = told.body.get("elements")
        if not isinstance(listed, list):
            raise Trouble("LinkedIn answered with something else than a list.")
        if listed:
            yield told
        if len(listed) < A_PAGE:
            return


def arrival(told: Told, account: AccountSide, path: str, cursor: str) -> Arrival:
    return Arrival(raw=told.raw, cursor=cursor, url=path, headers={"x-account": account.native})


def backfill(linked: LinkedIn, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """Our page's posts with their comments. The cursor counts the posts that are done."""
    done = int(cursor) if cursor.isdecimal() and len(cursor) < 7 else 0
    place = 0
    for told in pages(
        linked, f"/rest/posts?author={coded(account.native)}&q=author&sortBy=LAST_MODIFIED", None
    ):
        for post in told.body["elements"]:
            place += 1
            urn = parser.text(post.get("id")) if isinstance(post, Mapping) else ""
            if place <= done or not parser.URN.fullmatch(urn):
                continue
            if is_before(post, since):
                return
            for comments in comments_of(linked, urn, None):
                yield arrival(comments, account, f"/rest/socialActions/{coded(urn)}/comments", str(place))


def is_before(post: Mapping[str, Any], since: datetime) -> bool:
    at = post.get("lastModifiedAt")
    return type(at) is int and at < millis(since)


def comments_of(linked: LinkedIn, urn: str, now: datetime | None) -> Iterator[Told]:
    return pages(linked, f"/rest/socialActions/{coded(urn)}/comments?q=comments", now)


def path_of(item: str) -> str | None:
    """Where a comment lies: below its post, by its number."""
    found = parser.COMMENT.fullmatch(item)
    return f"/rest/socialActions/{coded(found[1])}/comments/{found[2]}" if found else None


def fetch(linked: LinkedIn, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    path = path_of(item)
    is_post = parser.URN.fullmatch(item) and item.startswith(("urn:li:share:", "urn:li:ugcPost:"))
    if path is None and not is_post:
        return Hidden(N_("LinkedIn shows us comments and posts, and this is neither."))
    path = path or f"/rest/posts/{coded(item)}"
    told = linked.look(path)
    if told.status == 404:
        return Gone()
    if told.status == 403:
        return Hidden(N_("LinkedIn does not show us this."))
    if not told.is_good:
        raise client.refused(told, now)
    return Found((arrival(told, account, path, ""),))

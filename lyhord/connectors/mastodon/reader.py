"""What we read of a Mastodon server: what is new, one post as it stands now, and what was."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from lyhord.channels.contract import (
    AccountSide,
    Arrival,
    Found,
    Gone,
    Headers,
    Hidden,
    Trouble,
    Unreadable,
    Unsupported,
)
from lyhord.connectors.mastodon import client, parser, statuses
from lyhord.connectors.mastodon.client import Lost, NotSent, Server, Told
from lyhord.connectors.mastodon.statuses import Strange
from lyhord.lib.text import N_

NOTIFICATIONS = "/api/v1/notifications"
CONVERSATIONS = "/api/v1/conversations"
UNUSED = ["follow", "follow_request", "reblog", "poll", "admin.sign_up", "admin.report"]
UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")  # in a part of a path
A_PAGE = 40
MOST_PAGES = 10  # a poll; the next one goes on from there


@dataclass(frozen=True)
class Cursor:
    """How far we have come in each list: the newest id seen. "" is the beginning."""

    notification: str = ""
    conversation: str = ""
    own: str = ""

    @classmethod
    def read(cls, cursor: str) -> "Cursor":
        try:
            told = json.loads(cursor or "{}")
            return cls(*(str(told.get(name, "")) for name in ("notification", "conversation", "own")))
        except (ValueError, AttributeError):
            return cls()

    def __str__(self) -> str:
        return json.dumps(vars(self))


def poll(server: Server, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    at = Cursor.read(cursor)
    lists: dict[str, tuple[str, dict[str, Any]]] = {
        "own": (f"/api/v1/accounts/{account.native}/statuses", {"exclude_reblogs": "true"}),
        "conversation": (CONVERSATIONS, {}),
        "notification": (NOTIFICATIONS, {"exclude_types[]": UNUSED}),
    }
    for name, (path, params) in lists.items():
        for told, newest in pages(
            server, path, params, getattr(at, name), now, is_needed=name == "notification"
        ):
            at = replace(at, **{name: newest})
            yield arrival(told, account, path, str(at), now)


def pages(
    server: Server, path: str, params: Mapping[str, Any], after: str, now: datetime, *, is_needed: bool
) -> Iterator[tuple[Told, str]]:
    """Pages above `after`, oldest page first. A server that knows no `min_id` gives the same page again: we stop."""
    for _page in range(MOST_PAGES):
        told = read(server, path, {**params, "limit": A_PAGE} | ({"min_id": after} if after else {}), now)
        if not told.is_good:
            if is_needed or told.status == 429 or client.is_token_dead(told):
                raise client.refused(told, now)
            return  # Takahe 0.11 and snac2 2.75 have no conversations
        listed = told.body
        if not isinstance(listed, list):
            raise Trouble(f"{server.host} answered {path} with something else than a list.")
        newest = position(listed[0]) if listed else ""
        if not newest or newest == after:
            return
        yield told, newest
        if not after or len(listed) < A_PAGE:
            return
        after = newest


def position(part: Any) -> str:
    """What a list is paged by: conversations go by their last post (docs: Conversations; read 2026-11)."""
    if not isinstance(part, Mapping):
        return ""
    last = part.get("last_status")
    return str((last if isinstance(last, Mapping) else part).get("id") or "")


def read(
    server: Server, path: str, params: Mapping[str, Any] | None, now: datetime, *, with_token: bool = True
) -> Told:
    try:
        return server.ask("GET", path, params=params, with_token=with_token)
    except (NotSent, Lost) as problem:
        raise Trouble(str(problem)) from None


def arrival(told: Told, account: AccountSide, path: str, cursor: str, now: datetime, **more: str) -> Arrival:
    wait = None
    if told.headers.get("x-ratelimit-remaining", "").strip() in {"0", "1", "2"}:
        until = client.wait_until(told.headers, now)
        wait = until - now if until else timedelta(minutes=1)
    headers = {"content-type": "application/json", **ours(account), **more}
    return Arrival(raw=told.raw, cursor=cursor, url=path, headers=headers, wait=wait)


def ours(account: AccountSide) -> Headers:
    """Who we are, for the parser: it sees nothing but the bytes and their headers."""
    names = [account.handle, account.state.get("acct"), account.state.get("link")]
    return {"x-account": account.native, "x-account-names": " ".join(str(name) for name in names if name)}


def streamed(server: Server, account: AccountSide, cursor: str) -> Iterator[Arrival]:
    """The stream has no replay; after each connecting the caller polls once."""
    headers = {"content-type": "text/event-stream", **ours(account)}
    for told in server.stream(str(account.state.get("streaming") or "")):
        record = told if is_for_us(told, headers) else b""
        yield Arrival(raw=record, cursor=cursor, url="/api/v1/streaming/user", headers=headers)


def is_for_us(record: bytes, headers: Headers) -> bool:
    """The stream brings all that those whom we follow write; what we have no use for is not even stored."""
    try:
        items = parser.parse(record, headers, "", "GET")
    except Unreadable:
        return True  # to be looked at by a person
    return any(not isinstance(item, Unsupported) for item in items)


def backfill(server: Server, account: AccountSide, cursor: str, since: datetime) -> Iterator[Arrival]:
    """Notifications from now backwards to `since`. The cursor is the oldest id seen."""
    for _page in range(1000):
        params = {"exclude_types[]": UNUSED, "limit": A_PAGE} | ({"max_id": cursor} if cursor else {})
        told = read(server, NOTIFICATIONS, params, since)
        if not told.is_good:
            raise client.refused(told, None)
        listed = told.body
        oldest = position(listed[-1]) if isinstance(listed, list) and listed else ""
        if not oldest or oldest == cursor:
            return
        cursor = oldest
        yield arrival(told, account, NOTIFICATIONS, cursor, since)
        if is_before(listed[-1], since):
            return


def is_before(part: Mapping[str, Any], since: datetime) -> bool:
    try:
        at = statuses.moment(part.get("created_at"))
    except Strange:
        return False
    return at is not None and at < since


def fetch(server: Server, account: AccountSide, item: str, now: datetime) -> Found | Gone | Hidden:
    path = f"/api/v1/statuses/{quoted(item)}"
    told = read(server, path, None, now)
    if told.status in {404, 410}:
        return missing(server, path, now)
    if told.status == 403:
        return Hidden(N_("The server does not show us this post."))
    if not told.is_good:
        raise client.refused(told, now)
    around = read(server, f"{path}/context", None, now)
    if not around.is_good or not isinstance(around.body, Mapping):
        return Found((arrival(told, account, path, "", now),))
    root = parser.root_of(parser.within(around.body.get("ancestors")), f"{path}/context")
    above = arrival(around, account, f"{path}/context", "", now)
    return Found((above, arrival(told, account, path, "", now, **{"x-thread": root})))


def missing(server: Server, path: str, now: datetime) -> Gone | Hidden:
    """A person who blocks us is shown to everyone else: that is no deletion."""
    if read(server, path, None, now, with_token=False).is_good:
        return Hidden(N_("The author shows this post to others, but not to us."))
    return Gone()


def quoted(item: str) -> str:
    return UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), item)

"""Reading a feed: only when it changed, and only what is new or different becomes an envelope."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import httpx

from lyhord.channels.contract import AccountSide, Arrival, Found, Hidden, Trouble, Unreadable
from lyhord.connectors.feeds import client, parser
from lyhord.connectors.feeds.client import Told
from lyhord.connectors.feeds.memory import Memory, compare
from lyhord.lib.text import N_


def address(account: AccountSide) -> str:
    """Where connecting found the feed, unless the address was changed since."""
    asked = str(account.settings.get("url") or "")
    return str(account.state.get("feed") or asked) if account.state.get("asked") == asked else asked


def poll(http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
    memory = Memory.read(cursor)
    asked = str(account.settings.get("url") or "")
    if memory.asked != asked:
        memory = Memory(asked=asked)
    url = memory.url or address(account)
    told = client.ask(http, url, account.allow_hosts, now, etag=memory.etag, modified=memory.modified)
    # A redirect for good is remembered, so that the old address is asked no more (RFC 9110, 15.4.2).
    memory = replace(memory, url=told.permanent)
    if told.is_unchanged:
        yield Arrival(raw=b"", cursor=str(memory), wait=client.wait(told.headers, None, now))
        return
    yield from news(told, account, memory, now)


def news(told: Told, account: AccountSide, memory: Memory, now: datetime) -> Iterator[Arrival]:
    try:
        feed, bad = parser.read(told.raw, told.headers, told.url)
    except Unreadable as problem:
        if not memory.is_strange:  # kept once for a person to look at, not at each reading
            yield arrival(told, account, replace(memory, is_strange=True, etag="", modified=""), now)
        raise Trouble(problem.why) from None
    found = compare(memory, feed)
    memory = replace(
        memory.after(found),
        is_strange=False,
        etag=told.headers.get("etag", "")[:500],
        modified=told.headers.get("last-modified", "")[:100],
    )
    wait = client.wait(told.headers, feed.ttl, now)
    if found.new or found.edited or (bad and not memory.known):
        yield replace(arrival(told, account, memory, now, found.headers()), wait=wait)
    else:
        yield Arrival(raw=b"", cursor=str(memory), wait=wait)


def arrival(
    told: Told, account: AccountSide, memory: Memory, now: datetime, more: dict[str, str] | None = None
) -> Arrival:
    headers = {
        "content-type": told.headers.get("content-type", ""),
        parser.SEEN_AT: now.isoformat(),
        parser.SPOKEN: "1" if account.settings.get("is_ours") else "0",
        **(more or {}),
    }
    # A feed may say again, byte for byte, what it said before an edit; that is another reading.
    url = f"{told.url}#read={now.isoformat()}"
    return Arrival(raw=told.raw, cursor=str(memory), url=url, headers=headers)


def fetch(http: httpx.Client, account: AccountSide, item: str, now: datetime) -> Found | Hidden:
    """The entry as the feed shows it now. What has left a feed is not gone: feeds show the newest alone."""
    told = client.ask(http, address(account), account.allow_hosts, now)
    try:
        feed, _bad = parser.read(told.raw, told.headers, told.url)
    except Unreadable as problem:
        raise Trouble(problem.why) from None
    if item not in parser.by_identity(feed):
        return Hidden(N_("The feed shows its newest entries alone, and this is not among them."))
    return Found((arrival(told, account, Memory(), now),))

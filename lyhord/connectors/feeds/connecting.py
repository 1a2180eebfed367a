"""Finding the feed behind the address that somebody wrote, be it the feed's own or a page that names it."""

import hashlib
from datetime import datetime

import httpx

from lyhord.channels.contract import AccountSide, Connected, ConnectFailed, Trouble, Unreadable
from lyhord.connectors.feeds import client, discovery, parser, reader
from lyhord.connectors.feeds.client import Told
from lyhord.connectors.feeds.entries import Feed
from lyhord.lib.sentences import filled
from lyhord.lib.text import N_, shorten

LONGEST_NATIVE = 200


def connect(http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
    url = reader.address(account)
    if not url:
        raise ConnectFailed(N_("Give the address of a feed, or of a page that has one."))
    told = asked(http, account, url, now)
    notes: tuple[str, ...] = ()
    try:
        feed, _bad = parser.read(told.raw, told.headers, told.url)
    except Unreadable as problem:
        told, feed, notes = behind(http, account, told, problem, now)
    if feed.left_out:
        notes += (filled(N_("Only the newest entries are read; left out: %(count)s."), count=feed.left_out),)
    return Connected(
        # A feed that moves is the same account.
        native=account.native or native(told.permanent),
        handle=shorten(told.permanent, 100),
        name=shorten(feed.title, 100),
        link=feed.link or told.url,
        state={"feed": told.permanent, "asked": str(account.settings.get("url") or "")},
        notes=notes,
    )


def asked(http: httpx.Client, account: AccountSide, url: str, now: datetime) -> Told:
    try:
        return client.ask(http, url, account.allow_hosts, now)
    except Trouble as problem:
        raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None


def behind(
    http: httpx.Client, account: AccountSide, page: Told, problem: Unreadable, now: datetime
) -> tuple[Told, Feed, tuple[str, ...]]:
    """The first feed that the page names and that is one; the others are named for who wants them instead."""
    named = discovery.feeds(page.raw.decode("utf-8", "replace"), page.url)
    for one in named[:3]:
        told = asked(http, account, one.url, now)
        try:
            feed, _bad = parser.read(told.raw, told.headers, told.url)
        except Unreadable:
            continue
        others = [f"{other.title or other.url}: {other.url}" for other in named if other is not one]
        why = N_("The page names this feed, too: %(feed)s")
        return told, feed, tuple(filled(why, feed=other) for other in others)
    raise ConnectFailed(f"{problem.why} No feed was found from this address. Give the feed's own address.")


def native(url: str) -> str:
    if len(url) <= LONGEST_NATIVE:
        return url
    return f"{url[:160]}#{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:32]}"

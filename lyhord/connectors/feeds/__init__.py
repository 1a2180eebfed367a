"""Feeds: blogs and their comments, news, forums, Google Alerts. RSS, RDF, Atom and JSON Feed; read only."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Arrival,
    Connected,
    Connector,
    Denied,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors.feeds import connecting, form, parser, places, reader
from lyhord.lib.text import N_


class Feeds(Connector):
    name = "feeds"
    label = "RSS"
    mark = "rss"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES
    is_roaming = True  # a feed and its redirects may lie anywhere

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("poll",),
            verbs=frozenset(),
            signals=frozenset({"created", "edited"}),
            reply={},
            private_after_public="link",
            evidence="recordings",
            api_version="RSS 2.0, Atom 1.0, JSON Feed 1.1",
            poll_every=timedelta(minutes=15),
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        host = places.host(reader.address(account))
        return (f"https://{host}",) if host else ()

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(http, account, now)

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(http, account, cursor, now)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(http, account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return Refused(form.CANNOT)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return Retry(N_("Nothing is ever sent to a feed."))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return Denied(form.CANNOT, instead=("link",))


CONNECTOR = Feeds()

"""YouTube: comments on the videos of our channel, by the Data API v3."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

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
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors._google import tokens
from lyhord.connectors._google.client import Api
from lyhord.connectors.youtube import connecting, form, parser, quota, reader, sender, settling
from lyhord.lib.text import N_


class YouTube(Connector):
    name = "youtube"
    label = "YouTube"
    mark = "youtube"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("poll",),
            verbs=sender.VERBS,
            signals=frozenset({"created", "edited", "deleted", "hidden", "shown"}),
            reply={"public": sender.LENGTH},
            private_after_public="link",
            backfill="full",
            idempotency="none",
            limits="app",
            prices={"read": quota.READING, "reply": quota.PRICE},
            evidence="recordings",
            api_version="v3, revision 20261104",
            poll_every=quota.poll_every(account),
            must_look_again=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return (reader.BASE, tokens.HOST)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(api(http, account), account, now)

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(api(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(api(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(api(http, account), account, item, now)

    def look(
        self, http: httpx.Client, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
    ) -> Found | Gone | Hidden:
        return reader.look(api(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(api(http, account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return settling.settle(api(http, account), account, outgoing, now)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.visibility == "private":
            return Denied(N_("YouTube has no private messages."), instead=("link",))
        if outgoing.facts.get("closed"):
            return Denied(N_("YouTube takes no answers under this comment."), instead=("link",))
        return Allowed(price=quota.PRICE)

    def words(self, account: AccountSide, outgoing: Outgoing) -> str:
        return sender.words(account, outgoing)


def api(http: httpx.Client, account: AccountSide) -> Api:
    return Api(http, account, reader.BASE)


CONNECTOR = YouTube()

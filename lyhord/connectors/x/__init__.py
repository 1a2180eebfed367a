"""X (formerly Twitter) by its API v2: mentions, answers, quotes and direct messages."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Answer,
    Arrival,
    Connected,
    ConnectFailed,
    Connector,
    Denied,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Unsure,
    Verb,
)
from lyhord.connectors.x import client, connecting, form, hooks, parser, prices, reader, sender, settling
from lyhord.connectors.x.client import Site
from lyhord.lib.http import BadAddress

VERBS: frozenset[Verb] = frozenset({"reply", "post", "delete", "hide", "unhide", "block", "unblock"})


class X(Connector):
    name = "x"
    label = "X"
    mark = "x_twitter"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        is_hook = account.state.get("way") == connecting.HOOK
        likes: frozenset[Verb] = (
            frozenset({"like", "unlike"}) if prices.is_enterprise(account) else frozenset()
        )
        return Abilities(
            receive=("hook",) if is_hook else ("poll",),
            verbs=VERBS | likes,
            signals=frozenset({"created", "edited", "deleted", "reaction", "read", "account", "erasure"}),
            reply={"public": sender.length_of(account, "public"), "private": sender.MESSAGE},
            private_after_public="direct",
            can_start=True,
            backfill="items:800",
            idempotency="none",
            files=sender.FILES,
            most_files=4,
            prices=prices.TABLE,
            evidence="recordings",
            api_version="2 (document 2.167)",
            poll_every=timedelta(minutes=2),
            must_look_again=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            return (client.base_url(account),)
        except BadAddress:
            return ()

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        return hooks.verify(request, secrets)

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        return hooks.answer(request, secrets)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers)

    def file(self, http: httpx.Client, account: AccountSide, place: str, now: datetime) -> bytes | None:
        return reader.file(client.site_of(http, account, now), place)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Site(http, account, now), account)
        except BadAddress as problem:
            raise ConnectFailed(str(problem)) from None

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(client.site_of(http, account, now), account, cursor)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        # The contract gives no clock here; OAuth's own is the machine's.
        return reader.backfill(client.site_of(http, account, datetime.now(UTC)), account, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(client.site_of(http, account, now), item)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Site(http, account, now), account, outgoing)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        try:
            return settling.settle(Site(http, account, now), outgoing)
        except BadAddress as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return prices.may_answer(account, outgoing, last_word_at, now)

    def measure(self, text: str, length: Length) -> int:
        return sender.measure(text, length)


CONNECTOR = X()

"""Reviews on Google: of a location of a Google Business Profile."""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

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
    Request,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors._google import tokens
from lyhord.connectors._google.client import Api
from lyhord.connectors.google_reviews import connecting, form, parser, reader, sender
from lyhord.lib.text import N_


class GoogleReviews(Connector):
    name = "google_reviews"
    label = "Google Reviews"
    mark = "google"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES
    has_secret_in_address = True

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("poll", "hook"),
            verbs=sender.VERBS,
            signals=frozenset({"created", "edited", "deleted", "delivered"}),
            reply={"public": sender.LENGTH},
            private_after_public="link",
            backfill="full",
            idempotency="key",
            limits="app",
            evidence="documentation",
            api_version="v4.9",
            poll_every=timedelta(seconds=60 if reader.subscription(account) else 120),
            must_look_again=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return (
            reader.BASE, tokens.HOST, reader.PUBSUB, connecting.ACCOUNTS, connecting.LOCATIONS, connecting.NOTIFICATIONS,
        )  # fmt: skip

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        """Pub/Sub brings the address that it was given, with our secret in it. What it says is only ever a name."""
        secret = secrets.get("hook_secret", "")
        if not secret or request.method != "POST":
            return False
        given = parse_qs(urlsplit(request.url).query).get("token", [""])
        return len(given) == 1 and hmac.compare_digest(given[0].encode("utf-8", "replace"), secret.encode())

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

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(api(http, account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.settle(api(http, account), account, outgoing, now)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.visibility == "private":
            return Denied(N_("Google has no private messages with reviewers."), instead=("link",))
        return Allowed()


def api(http: httpx.Client, account: AccountSide) -> Api:
    return Api(http, account, reader.BASE)


CONNECTOR = GoogleReviews()

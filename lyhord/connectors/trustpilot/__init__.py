"""Trustpilot: service reviews of our business unit."""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Arrival,
    Connected,
    Connector,
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
from lyhord.connectors.trustpilot import client, connecting, form, parser, reader, sender
from lyhord.connectors.trustpilot.client import Api


class Trustpilot(Connector):
    name = "trustpilot"
    label = "Trustpilot"
    mark = "trustpilot"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES
    has_secret_in_address = True

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("hook", "poll"),
            verbs=sender.VERBS,
            signals=frozenset({"created", "edited", "deleted", "hidden"}),
            reply={"public": sender.LENGTH, "private": sender.LENGTH},
            private_after_public="private_reply",
            backfill="full",
            idempotency="none",
            limits="app",
            evidence="recordings",
            api_version="v1",
            poll_every=timedelta(minutes=5),
            must_look_again=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return (client.BASE,)

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        """Trustpilot signs nothing that is documented: it brings the address that it was given, with our secret in it."""
        secret = secrets.get("hook_secret", "")
        if not secret or request.method != "POST":
            return False
        given = parse_qs(urlsplit(request.url).query).get("token", [""])
        return len(given) == 1 and hmac.compare_digest(given[0].encode("utf-8", "replace"), secret.encode())

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(Api(http, account), account, now)

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(Api(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(Api(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(Api(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(Api(http, account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.settle(Api(http, account), account, outgoing, now)


CONNECTOR = Trustpilot()

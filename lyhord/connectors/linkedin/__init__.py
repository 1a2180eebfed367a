"""LinkedIn: a company page, the comments on its posts, and posts that mention it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Answer,
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
from lyhord.connectors.linkedin import client, connecting, form, parser, reader, sender, signing
from lyhord.lib.text import N_


class LinkedIn(Connector):
    name = "linkedin"
    label = "LinkedIn"
    mark = "linkedin"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        is_hook = bool(account.state.get("hook"))
        return Abilities(
            receive=("hook", "poll"),
            verbs=frozenset({"reply", "post", "edit", "delete", "like", "unlike"}),
            signals=frozenset({"created", "edited", "deleted", "reaction"}),
            reply={"public": sender.LENGTH},
            private_after_public="link",
            backfill="full",
            idempotency="none",
            limits="app",
            evidence="documentation",
            api_version=client.VERSION,
            poll_every=timedelta(minutes=30) if is_hook else timedelta(minutes=5),
            drafts_public_warning=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return (client.API, client.LOGIN)

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        return signing.is_signed(request, secrets)

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        return signing.challenged(request, secrets)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(client.LinkedIn(http, account), account, now)

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(client.LinkedIn(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(client.LinkedIn(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(client.LinkedIn(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(client.LinkedIn(http, account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.settle(client.LinkedIn(http, account), account, outgoing, now)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.visibility == "private":
            return Denied(
                N_("LinkedIn lets no program write private messages for a page."), instead=("link",)
            )
        return Allowed()


CONNECTOR = LinkedIn()

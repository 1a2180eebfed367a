"""Messenger: private talks with a Facebook page."""

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
    ConnectFailed,
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
    Request,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors._meta import client, hooks, parser, talking, talks
from lyhord.connectors._meta.client import Graph
from lyhord.connectors.messenger import connecting, form, sender
from lyhord.lib.http import BadAddress
from lyhord.lib.text import N_


class Messenger(Connector):
    name = "messenger"
    label = "Messenger"
    mark = "messenger"
    family = "meta"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        is_hook = account.state.get("way") == "hook"
        return Abilities(
            receive=("hook", "poll"),
            verbs=frozenset({"reply", "block", "unblock", "like", "unlike"}),
            signals=frozenset(
                {"created", "edited", "deleted", "reaction", "read", "delivered", "account", "erasure"}
            ),
            reply={"private": sender.LENGTH},
            window=talking.WINDOW,
            backfill="full",
            idempotency="none",
            files=sender.FILES,
            most_files=1,
            evidence="recordings",
            api_version=client.VERSION,
            poll_every=timedelta(minutes=15) if is_hook else timedelta(minutes=1),
            is_chat=True,
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
        return parser.parse(raw, headers, url, self.name)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Graph(http, account), account, now)
        except BadAddress as problem:
            raise ConnectFailed(str(problem)) from None

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return talks.poll(client.graph_of(http, account), account, "messenger", cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return talks.backfill(client.graph_of(http, account), account, "messenger", cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return talks.fetch(client.graph_of(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Graph(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        if outgoing.verb != "reply":
            return Retry(N_("Asking twice for this does no harm."))
        try:
            return talking.settled(Graph(http, account), "me", "messenger", outgoing, now)
        except BadAddress as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.verb != "reply":
            return Allowed()
        if outgoing.visibility == "public":
            return Denied(talking.NO_PUBLIC, instead=("private",))
        return talking.may_write(outgoing, last_word_at, now)


CONNECTOR = Messenger()

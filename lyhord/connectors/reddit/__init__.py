"""Reddit: mentions, replies, messages, and a subreddit of our own."""

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
    Retry,
    Sent,
    Unsure,
    Verb,
)
from lyhord.connectors.reddit import client, connecting, form, parser, reader, sender, settling
from lyhord.lib.text import N_


class Reddit(Connector):
    name = "reddit"
    label = "Reddit"
    mark = "reddit"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        verbs: set[Verb] = {"reply", "post", "edit", "delete", "like", "unlike", "block", "unblock", "report"}
        if account.state.get("is_moderator"):
            verbs |= {"hide", "unhide"}
        return Abilities(
            receive=("poll",),
            verbs=frozenset(verbs),
            signals=frozenset({"created", "edited", "deleted", "hidden"}),
            reply={"public": sender.LENGTH, "private": sender.LENGTH},
            private_after_public="direct",
            can_start=True,
            must_look_again=True,
            backfill="items:1000",
            idempotency="none",
            limits="account",  # 100 calls a minute, sending and reading together
            evidence="recordings",
            api_version="v1",
            poll_every=timedelta(seconds=60),
            drafts_public_warning=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return (client.API, client.LOGIN)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(client.Reddit(http, account), account, now)

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(client.Reddit(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(client.Reddit(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(client.Reddit(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(client.Reddit(http, account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return settling.settle(client.Reddit(http, account), account, outgoing, now)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.item_visibility == "private" and outgoing.visibility == "public":
            return Denied(
                N_("This was written to us in private; a public answer would show it."), instead=("private",)
            )
        if (
            outgoing.facts.get("locked") is True
            and outgoing.visibility == "public"
            and not account.state.get("is_moderator")
        ):
            return Denied(N_("The comments of this post are locked."), instead=("private",))
        return Allowed()


CONNECTOR = Reddit()

"""Discourse: a forum of our own or of others, its topics and its private messages."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
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
from lyhord.connectors.discourse import client, connecting, form, parser, reader, sender, settling, signing
from lyhord.connectors.discourse.client import Forum
from lyhord.lib.http import BadAddress
from lyhord.lib.text import N_


class Discourse(Connector):
    name = "discourse"
    label = "Discourse"
    mark = "discourse"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        length = sender.length(account)
        is_hook = bool(account.state.get("hook"))
        return Abilities(
            receive=("hook", "poll") if is_hook else ("poll",),
            verbs=frozenset(
                {
                    "reply",
                    "post",
                    "edit",
                    "delete",
                    "hide",
                    "unhide",
                    "like",
                    "unlike",
                    "block",
                    "unblock",
                    "report",
                }
            ),
            signals=frozenset(
                {"created", "edited", "deleted", "hidden", "shown", "reaction", "author_changed", "erasure"}
            ),
            reply={"public": length, "private": length},
            private_after_public="direct",
            can_start=True,
            backfill="full",
            idempotency="none",
            limits="account",
            must_look_again=not is_hook,
            files=dict.fromkeys(sender.PICTURES, sender.PICTURE_BYTES),
            evidence="documentation",
            api_version=str(account.state.get("version") or ""),
            poll_every=timedelta(minutes=10) if is_hook else timedelta(seconds=60),
            drafts_public_warning=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            return (client.base_url(account),)
        except BadAddress:
            return ()

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        return signing.is_signed(request, secrets.get("hook_secret", ""))

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Forum(http, account), account, now)
        except BadAddress as problem:
            raise ConnectFailed(str(problem)) from None

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(client.forum_of(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(client.forum_of(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(client.forum_of(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Forum(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        try:
            return settling.settle(Forum(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.item_visibility == "private" and outgoing.visibility == "public":
            return Denied(
                N_("This was written to us in private; a public answer would show it."), instead=("private",)
            )
        return Allowed()


CONNECTOR = Discourse()

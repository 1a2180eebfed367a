"""A Facebook page: its posts, comments, visitor posts, mentions and recommendations."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

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
from lyhord.connectors._meta import client, hooks, parser, talking
from lyhord.connectors._meta.client import Graph
from lyhord.connectors.facebook import connecting, form, reader, sender, settling
from lyhord.lib.http import BadAddress
from lyhord.lib.text import N_


class Facebook(Connector):
    name = "facebook"
    label = "Facebook"
    mark = "facebook"
    family = "meta"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        is_hook = account.state.get("way") == "hook"
        return Abilities(
            receive=("hook", "poll"),
            verbs=frozenset(
                {"reply", "post", "edit", "delete", "hide", "unhide", "like", "unlike", "block", "unblock"}
            ),
            signals=frozenset(
                {"created", "edited", "deleted", "hidden", "shown", "reaction", "account", "erasure"}
            ),
            reply={"public": sender.COMMENT, "private": sender.MESSAGE},
            private_after_public="private_reply",
            private_reply_days=talking.PRIVATE_REPLY_DAYS,
            backfill="full",
            idempotency="none",
            limits="account",
            files=sender.FILES,
            most_files=1,
            evidence="recordings",
            api_version=client.VERSION,
            # By hook nothing waits for a poll; it finds what the hook lost. Each costs three calls of the page's limit.
            poll_every=timedelta(minutes=15) if is_hook else timedelta(minutes=2),
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
        return reader.poll(client.graph_of(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(client.graph_of(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.look(client.graph_of(http, account), account, item, {}, now)

    def look(
        self, http: httpx.Client, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
    ) -> Found | Gone | Hidden:
        return reader.look(client.graph_of(http, account), account, item, facts, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Graph(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        try:
            return settling.settle(Graph(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.verb != "reply" or outgoing.visibility == "public":
            return Allowed()
        if not outgoing.item:
            return Denied(N_("On a page we can write in private only as the answer to a comment or a post."))
        return talking.may_write_first(last_word_at, now)


CONNECTOR = Facebook()

"""Matrix, by the interface for clients of any homeserver: Synapse, Dendrite, Conduit and its kin."""

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
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors.matrix import client, connecting, form, parser, reader, sender, settling
from lyhord.connectors.matrix.client import Server
from lyhord.lib.http import BadAddress

TYPES = (
    "image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf", "text/plain", "audio/mpeg", "video/mp4",
)  # fmt: skip


class Matrix(Connector):
    name = "matrix"
    label = "Matrix"
    mark = "matrix"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("stream",),
            verbs=frozenset({"reply", "edit", "delete", "like", "unlike", "block", "unblock", "report"}),
            signals=frozenset({"created", "edited", "deleted", "reaction", "read", "author_changed"}),
            reply={"public": sender.LENGTH, "private": sender.LENGTH},
            private_after_public="direct",
            can_start=True,
            backfill="full",
            idempotency="key",
            unkeyed=frozenset({"report"}),
            files=dict.fromkeys(TYPES, int(account.state.get("file_bytes") or connecting.FILE_BYTES)),
            most_files=4,
            evidence="real-server",
            api_version=str(account.state.get("version") or ""),
            is_chat=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            return (client.base_url(account),)
        except BadAddress:
            return ()

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url)

    def file(self, http: httpx.Client, account: AccountSide, place: str, now: datetime) -> bytes | None:
        return reader.file(client.server_of(http, account), place, now)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Server(http, account), account, now)
        except BadAddress as problem:
            raise ConnectFailed(str(problem)) from None

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        return reader.synced(client.server_of(http, account), account, cursor)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(client.server_of(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(client.server_of(http, account), account, item, "", now)

    def look(
        self, http: httpx.Client, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(client.server_of(http, account), account, item, str(facts.get("room") or ""), now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Server(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        try:
            return settling.settle(Server(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        why = sender.misplaced(outgoing)
        return Denied(why, instead=("private",)) if why else Allowed()


CONNECTOR = Matrix()

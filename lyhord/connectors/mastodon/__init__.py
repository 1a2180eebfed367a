"""Mastodon, and servers that speak its language: Takahe, snac2, GoToSocial, Pleroma."""

from collections.abc import Iterator
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
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.mastodon import connecting, form, parser, reader, sender, settling
from lyhord.connectors.mastodon.client import BadServer, Server, base_url

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
MOST_FILES = 4
PICTURE_BYTES = 16 * 1024 * 1024


class Mastodon(Connector):
    name = "mastodon"
    label = "Mastodon"
    mark = "mastodon"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        length = sender.length(account)
        most = int(account.state.get("picture_bytes") or PICTURE_BYTES)
        return Abilities(
            receive=("stream", "poll") if account.state.get("streams", True) else ("poll",),
            verbs=frozenset(
                {"reply", "post", "edit", "delete", "like", "unlike", "block", "unblock", "report"}
            ),
            signals=frozenset({"created", "edited", "deleted", "reaction", "account"}),
            reply={"public": length, "private": length},
            private_after_public="direct",
            can_start=True,
            must_look_again=True,  # a server tells edits and deletions of one's own statuses and timelines alone
            backfill="full",
            idempotency="key",
            unkeyed=frozenset({"report"}),
            files=dict.fromkeys(PICTURES, most),
            most_files=int(account.state.get("most_files") or MOST_FILES),
            evidence="real-server",
            api_version=str(account.state.get("version") or ""),
            poll_every=timedelta(seconds=60),
            drafts_public_warning=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            base = base_url(str(account.settings.get("server", "")), account.allow_hosts)
        except BadServer:
            return ()
        streaming = str(account.state.get("streaming") or "")
        return (base, streaming) if streaming and streaming != base else (base,)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Server(http, account), account, now)
        except BadServer as problem:
            raise ConnectFailed(str(problem)) from None
        except Trouble as problem:
            raise ConnectFailed(str(problem), is_permanent=False) from None

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(server(http, account), account, cursor, now)

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        return reader.streamed(server(http, account), account, cursor)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(server(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(server(http, account), account, item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Server(http, account), account, outgoing, now)
        except BadServer as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        try:
            return settling.settle(Server(http, account), account, outgoing, now)
        except BadServer as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.item_visibility == "private" and outgoing.visibility == "public":
            return Denied(sender.unfit(account, outgoing), instead=("private",))
        return Allowed()

    def words(self, account: AccountSide, outgoing: Outgoing) -> str:
        return sender.words(account, outgoing)


def server(http: httpx.Client, account: AccountSide) -> Server:
    try:
        return Server(http, account)
    except BadServer as problem:
        raise Trouble(str(problem)) from None


CONNECTOR = Mastodon()

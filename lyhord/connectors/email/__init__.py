"""E-mail: a mailbox read by IMAP and answered by SMTP."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Arrival,
    CaseAddress,
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
)
from lyhord.connectors.email import connecting, form, oauth, parser, reader, sender, tokens

FILES = (
    "application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "text/plain", "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)  # fmt: skip


class Email(Connector):
    name = "email"
    label = "E-mail"
    mark = "mail"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("stream", "poll") if account.state.get("idle", True) else ("poll",),
            verbs=frozenset({"reply", "post"}),
            signals=frozenset({"created", "delivered", "read"}),
            reply={"private": sender.LENGTH},
            can_start=True,
            backfill="full",
            idempotency="client_id",
            files=dict.fromkeys(FILES, sender.limit(account) * 3 // 4),
            evidence="real-server",
            api_version="IMAP4rev1, SMTP",
            poll_every=timedelta(seconds=60),
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        """Only access tokens are fetched over HTTP; the mail servers are dialled by `client`, through the same check."""
        return oauth.host(account)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def part(self, raw: bytes, headers: Headers, place: str) -> bytes | None:
        return parser.part(raw, place)

    def original(self, raw: bytes, headers: Headers, item: str) -> str | None:
        return parser.original(raw)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(http, account, now)

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        yield from reader.poll(reader.entered(http, account), cursor, now)

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        yield from reader.stream(reader.entered(http, account), cursor)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        yield from reader.backfill(reader.entered(http, account), cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(reader.entered(http, account), item, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.deliver(http, account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.look_up(http, account, outgoing)

    def case_address(self, account: AccountSide, case: str) -> CaseAddress | None:
        address = tokens.case_address(account, case, "")
        # As `reader.around` names the case of a mail that came to this address.
        return CaseAddress(address, f"case:{tokens.case_of(account, address)}") if address else None

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        why = sender.unfit(account, outgoing)
        return Denied(why) if why else Allowed()


CONNECTOR = Email()

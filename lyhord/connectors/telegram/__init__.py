"""Telegram by a bot: private talks, groups, channels and business accounts."""

import hmac
from collections.abc import Iterator, Mapping
from datetime import datetime

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
from lyhord.connectors.telegram import client, connecting, form, parser, reader, sender
from lyhord.connectors.telegram.client import Bot
from lyhord.lib.http import BadAddress
from lyhord.lib.text import N_

SIGNATURE = "x-telegram-bot-api-secret-token"


class Telegram(Connector):
    name = "telegram"
    label = "Telegram"
    mark = "telegram"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        is_hook = account.state.get("way") == connecting.HOOK
        return Abilities(
            receive=("hook",) if is_hook else ("stream",),
            verbs=frozenset({"reply", "edit", "delete", "like", "unlike", "block", "unblock"}),
            signals=frozenset({"created", "edited", "deleted", "reaction", "author_changed"}),
            reply={"public": sender.LENGTH, "private": sender.LENGTH},
            private_after_public="direct",
            idempotency="none",
            files=sender.FILES,
            most_files=1,
            evidence="recordings",
            api_version="10.1",
            is_chat=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            return (client.base_url(account),)
        except BadAddress:
            return ()

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        """The secret that we gave with setWebhook comes back in a header."""
        secret, given = secrets.get("hook_secret", ""), request.headers.get(SIGNATURE, "")
        if not secret or request.method != "POST":
            return False
        return hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers)

    def file(self, http: httpx.Client, account: AccountSide, place: str, now: datetime) -> bytes | None:
        return reader.file(http, account, place, now)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Bot(http, account), account, now)
        except BadAddress as problem:
            raise ConnectFailed(str(problem)) from None

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        if account.state.get("way") == connecting.HOOK:
            return iter(())
        return reader.updates(client.bot_of(http, account), account, cursor)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return Hidden(N_("Telegram shows a bot no message twice."))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Bot(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        if outgoing.verb == "reply":
            return Unsure(N_("Telegram cannot be asked what was sent. Look in the chat."))
        return Retry(N_("Asking twice for this does no harm."))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if (
            outgoing.verb == "reply"
            and outgoing.item_visibility == "private"
            and outgoing.visibility == "public"
        ):
            why = N_("This was written to us in private; there is no public place to answer it in.")
            return Denied(why, instead=("private",))
        return Allowed()


CONNECTOR = Telegram()

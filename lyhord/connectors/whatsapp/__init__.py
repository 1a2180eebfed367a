"""WhatsApp by Meta's Cloud API: one number of a business, its talks with customers, and approved templates."""

from collections.abc import Mapping
from datetime import datetime

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Answer,
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
    Price,
    Refused,
    Request,
    Retry,
    Sent,
    Template,
    Unsure,
)
from lyhord.connectors.whatsapp import (
    client,
    connecting,
    form,
    hooks,
    parser,
    reader,
    sender,
    sending,
    templates,
    windows,
)
from lyhord.connectors.whatsapp.client import Cloud
from lyhord.lib.http import BadAddress
from lyhord.lib.text import N_


class WhatsApp(Connector):
    name = "whatsapp"
    label = "WhatsApp"
    mark = "whatsapp"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("hook",),
            verbs=frozenset({"reply", "like", "unlike", "block", "unblock"}),
            signals=frozenset(
                {"created", "edited", "deleted", "reaction", "read", "delivered", "author_changed", "account"}
            ),
            reply={"private": sending.LENGTH},
            window=windows.WINDOW,
            idempotency="none",
            files=sending.FILES,
            most_files=1,
            prices=prices(account),
            evidence="recordings",
            api_version=client.VERSION,
            is_chat=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            base = client.base_url(account)
        except BadAddress:
            return ()
        return (base, client.FILES) if base == client.SERVER else (base,)

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        return hooks.verify(request, secrets)

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        return hooks.answer(request)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw)

    def file(self, http: httpx.Client, account: AccountSide, place: str, now: datetime) -> bytes | None:
        return reader.file(client.cloud_of(http, account), place, now)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Cloud(http, account), account, now)
        except BadAddress as problem:
            raise ConnectFailed(str(problem)) from None

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return Hidden(N_("WhatsApp shows no message twice."))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        try:
            return sender.send(Cloud(http, account), account, outgoing, now)
        except BadAddress as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.settle(outgoing)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return windows.may_answer(account, outgoing, last_word_at, now)

    def templates(self, account: AccountSide) -> tuple[Template, ...]:
        return templates.of_account(account)


def prices(account: AccountSide) -> dict[str, Price]:
    told = {
        "reply": windows.price(account, "service_price", windows.SERVICE),
        "template": windows.price(account, "template_price", windows.TEMPLATE),
    }
    return {name: price for name, price in told.items() if price is not None}


CONNECTOR = WhatsApp()

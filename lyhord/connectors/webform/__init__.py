"""The public ask form: a network of our own, whose pages are drawn by the portal."""

from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Connected,
    Connector,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Length,
    Local,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors.webform import parser
from lyhord.lib.text import N_

LENGTH = Length(limit=5000)


class Webform(Connector):
    name = "webform"
    label = "Ask form"
    mark = "message-square"
    intro = N_(
        "A form on your own help pages. People who ask get a ticket number and a page where the answer stands."
    )
    notes = (
        N_(
            "The answer stands on the ticket's page. Who left an address is told by mail, if a mail server is set up."
        ),
    )

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=(),
            verbs=frozenset({"reply"}),
            signals=frozenset({"created"}),
            reply={"private": LENGTH},
            idempotency="key",
            evidence="real-server",
            poll_every=timedelta(days=1),
        )

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return Connected(
            native=account.native, link=f"{account.public_url}/help/" if account.public_url else ""
        )

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return Hidden(N_("What was written in the form lies here already."))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        if outgoing.verb != "reply":
            return Refused(N_("What people write in the form can be answered, and nothing else."))
        count = self.measure(outgoing.text, LENGTH)
        if count > LENGTH.limit:
            over = count - LENGTH.limit
            return Refused(
                f"The answer has {count} characters; a ticket takes {LENGTH.limit}. Shorten it by {over}."
            )
        return Local("portal")

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return Retry(N_("The portal writes each answer once; the same again is safe."))


CONNECTOR = Webform()

"""The telephone: notes of calls and the exchange's log. No program calls; a person does, and says so."""

from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Connected,
    ConnectFailed,
    Connector,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from lyhord.connectors.phone import form, numbers, parser
from lyhord.lib.text import N_

LENGTH = Length(limit=2000)
# Unsure is the state in which a person decides: nobody else knows whether it was done, and until then nobody is answered.
TO_DO = N_("Call the customer, then say that it is done.")


class Phone(Connector):
    name = "phone"
    label = "Phone"
    mark = "phone"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return ()  # no program speaks with it

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=(),
            verbs=frozenset({"reply"}),
            signals=frozenset({"created"}),
            reply={"private": LENGTH},
            evidence="real-server",
            poll_every=timedelta(days=1),
        )

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        number = numbers.normal(
            str(account.settings.get("line") or ""), str(account.settings.get("country") or "46")
        )
        if not number:
            raise ConnectFailed(
                N_("This is no telephone number. Write it with its country, such as +46 771 00 00 00.")
            )
        return Connected(native=f"tel:{number}", handle=number, name=number)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return Hidden(N_("What was noted of a call lies here already."))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        if outgoing.verb != "reply":
            return Refused(N_("A caller can be called back, and nothing else."))
        count = self.measure(outgoing.text, LENGTH)
        if count > LENGTH.limit:
            over = count - LENGTH.limit
            return Refused(
                f"What to say has {count} characters; {LENGTH.limit} are taken. Shorten it by {over}."
            )
        return Unsure(TO_DO)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return Unsure(TO_DO)


CONNECTOR = Phone()

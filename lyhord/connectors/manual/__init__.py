"""A place that no program reads: people write down what they saw, and post answers by hand."""

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
from lyhord.connectors.manual import form, parser
from lyhord.lib.text import N_

LENGTH = Length(limit=10000)
# Unsure is the state in which a person decides: nobody else knows whether it was done, and until then nobody is answered.
TO_DO = N_("Post it there by hand, then say that it stands there, with its link as proof.")


class Manual(Connector):
    name = "manual"
    label = "By hand"
    mark = "hand"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return ()  # no program speaks with it

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=(),
            verbs=frozenset({"reply"}),
            signals=frozenset({"created", "shown", "deleted"}),
            reply={"public": LENGTH, "private": LENGTH},
            evidence="real-server",
            poll_every=timedelta(days=1),
        )

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw)

    def part(self, raw: bytes, headers: Headers, place: str) -> bytes | None:
        return parser.picture(raw, place)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        place = str(account.settings.get("place") or "").strip()
        if not place:
            raise ConnectFailed(N_("Say where it is, so that colleagues find it."))
        native = account.native or f"manual:{place.casefold()}"
        return Connected(native=native, name=place, link=str(account.settings.get("profile") or ""))

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return Hidden(N_("No program can look there; somebody must."))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        if outgoing.verb != "reply":
            return Refused(N_("There only answers can be posted, and by hand."))
        count = self.measure(outgoing.text, LENGTH)
        if count > LENGTH.limit:
            over = count - LENGTH.limit
            return Refused(
                f"The answer has {count} characters; {LENGTH.limit} are taken. Shorten it by {over}."
            )
        return Unsure(TO_DO)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return Unsure(TO_DO)


CONNECTOR = Manual()

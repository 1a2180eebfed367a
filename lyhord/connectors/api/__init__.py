"""Any system, by our own interface: messages in by signed webhook, answers out by signed webhook."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Answer,
    Connected,
    Connector,
    Denied,
    Event,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Outcome,
    Outgoing,
    Request,
    Retry,
    Sent,
    Unreadable,
    Unsure,
)
from lyhord.connectors.api import client, connecting, form, parser, sender, signing
from lyhord.connectors.api.client import System
from lyhord.lib.text import N_

Clock = Callable[[], float]
TRIES_FOR = timedelta(days=3)  # a system that is down over a weekend misses nothing (R31)


class Api(Connector):
    name = "api"
    label = "API"
    mark = "plug"
    fields = form.FIELDS
    app_fields = form.APP_FIELDS
    intro = form.INTRO
    notes = form.NOTES
    clock: Clock = staticmethod(time.time)  # of the signatures' time

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("hook",),
            verbs=form.verbs(account),
            signals=frozenset(
                {"created", "edited", "deleted", "hidden", "shown", "reaction", "read", "delivered", "author_changed", "erasure"}
            ),
            reply=form.lengths(account),
            can_start=bool(account.settings.get("can_post")),
            idempotency="key" if account.settings.get("honours_key") else "none",
            tries_for=TRIES_FOR,
            files=sender.FILES,
            evidence="real-server",
            api_version="1",
        )  # fmt: skip

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        return client.hosts(account)

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        secret = secrets.get("secret", "")
        if not secret or request.method != "POST":
            return False
        if signing.is_signed(secret, request.headers, request.body, self.clock()):
            return True
        return secrets.get("takes_bearer") == "True" and signing.is_bearer(secret, request.headers)

    def why_not(self, request: Request, secrets: Mapping[str, str]) -> str:
        """Only who signed rightly is told of clocks: a stranger learns nothing."""
        off = signing.seconds_off(
            secrets.get("secret", ""), request.headers, request.body, now := self.clock()
        )
        if off is None or not secrets.get("secret"):
            return ""
        return (
            f"The signature is right, but its time is {abs(off):.0f} seconds {'ahead of' if off > 0 else 'behind'} our clock,"
            f" which says {now:.0f}; at most {signing.TOLERANCE} are taken. Set the clock, and sign each request anew."
        )

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        """What of it was understood, so that who writes the other side need not look here for it."""
        if request.method != "POST":
            return None
        try:
            items = parser.parse(request.body)
        except Unreadable as problem:
            return told(422, {"accepted": 0, "refused": [{"index": None, "why": problem.why}]})
        refused = [
            {"index": index, "why": item.why}
            for index, item in enumerate(items)
            if not isinstance(item, Event)
        ]
        count = len(items) - len(refused)
        return told(202 if count else 422, {"accepted": count, "refused": refused})

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        return connecting.connect(System(http, account), account, now)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return Hidden(N_("The other system brings its messages; it is not asked for them."))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(System(http, account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.settle(System(http, account), account, outgoing, now)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.verb != "reply":
            return Allowed()
        if not account.settings.get("url"):
            return Denied(N_("This channel only receives: no address for answers is set."), instead=("link",))
        if outgoing.item_visibility == "private" and outgoing.visibility == "public":
            why = N_("This was written to us in private; a public answer would show it. Answer in private.")
            return Denied(why, instead=("private",))
        return Allowed()


def told(status: int, document: Mapping[str, object]) -> Answer:
    return Answer(status, json.dumps(document).encode(), "application/json")


CONNECTOR = Api()

"""Bluesky, and other servers of the AT protocol."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
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
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
    Verb,
    Visibility,
)
from lyhord.connectors.bluesky import (
    client,
    connecting,
    deeds,
    finding,
    form,
    parser,
    private,
    reader,
    sender,
    settling,
)
from lyhord.connectors.bluesky.client import BadServer, Service
from lyhord.connectors.bluesky.work import Stop, Work
from lyhord.lib.text import N_

VERBS: Mapping[Verb, Callable[[Work], Outcome]] = {
    "reply": sender.reply,
    "post": sender.post,
    "edit": sender.edit,
    "delete": deeds.deleted,
    "like": deeds.liked,
    "unlike": deeds.unliked,
    "hide": deeds.hidden,
    "unhide": deeds.unhidden,
    "block": deeds.blocked,
    "unblock": deeds.unblocked,
    "report": deeds.reported,
}
WRITES = {"reply", "post", "edit"}


class Bluesky(Connector):
    name = "bluesky"
    label = "Bluesky"
    mark = "bluesky"
    fields = form.FIELDS
    intro = form.INTRO
    notes = form.NOTES

    def abilities(self, account: AccountSide) -> Abilities:
        reply: dict[Visibility, Length] = {"public": sender.POST_LENGTH}
        has_chat = bool(account.state.get("chat"))
        if has_chat:
            reply["private"] = sender.MESSAGE_LENGTH
        return Abilities(
            receive=("poll",),
            verbs=frozenset(VERBS),
            signals=frozenset({"created", "edited", "deleted", "hidden", "reaction"}),
            reply=reply,
            private_after_public="direct" if has_chat else "none",
            can_start=True,
            must_look_again=True,  # an edit or a deletion is told to nobody
            backfill="full",
            idempotency="client_id",
            unkeyed=frozenset({"report"}),
            files=dict.fromkeys(sender.PICTURES, sender.PICTURE_BYTES),
            evidence="real-server",
            api_version="app.bsky 2026-11",
            poll_every=timedelta(seconds=60),
            drafts_public_warning=True,
        )

    def hosts(self, account: AccountSide) -> tuple[str, ...]:
        try:
            entry = client.base_url(
                str(account.settings.get("service") or client.SERVICE), account.allow_hosts
            )
        except BadServer:
            return ()
        home = client.home(account)
        # The directory is asked where an account lies that the server named does not know.
        return tuple(dict.fromkeys(place for place in (entry, home, finding.DIRECTORY) if place))

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw, headers, url, method)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            return connecting.connect(Service(http, account), account, now)
        except BadServer as problem:
            raise ConnectFailed(str(problem)) from None

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        return reader.poll(service(http, account), account, cursor, now)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        return reader.backfill(service(http, account), account, cursor, since)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        return self.look(http, account, item, {}, now)

    def look(
        self, http: httpx.Client, account: AccountSide, item: str, facts: Mapping[str, Any], now: datetime
    ) -> Found | Gone | Hidden:
        return reader.fetch(service(http, account), account, item, facts, now)

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        why = sender.unfit(account, outgoing) if outgoing.verb in WRITES else ""
        if why:
            return Refused(why)
        try:
            work = Work(Service(http, account), account, outgoing, now)
            if outgoing.visibility == "private" and outgoing.verb in {"reply", "post"}:
                return private.sent(work)
            return VERBS[outgoing.verb](work)
        except Stop as stop:
            return stop.outcome
        except BadServer as problem:
            return Refused(str(problem))

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        try:
            return settling.settle(Work(Service(http, account), account, outgoing, now))
        except BadServer as problem:
            return Unsure(str(problem))

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        if outgoing.item_visibility == "private" and outgoing.visibility == "public":
            why = N_("This was written to us in private; a public answer would show it. Answer in private.")
            return Denied(why, instead=("private",))
        if outgoing.visibility == "private" and not account.state.get("chat"):
            return Denied(private.NO_CHAT)
        return Allowed()


def service(http: httpx.Client, account: AccountSide) -> Service:
    try:
        return Service(http, account)
    except BadServer as problem:
        raise Trouble(str(problem)) from None


CONNECTOR = Bluesky()

"""The demo network: a network of fiction in a file, with every ability and every fault. The connector to copy."""

import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import get_args

import httpx

from lyhord.channels.contract import (
    VERBS,
    Abilities,
    AccountSide,
    Allowed,
    Answer,
    Arrival,
    Connected,
    ConnectFailed,
    Connector,
    Denied,
    Field,
    Found,
    Gone,
    Headers,
    Hidden,
    Item,
    Kind,
    Outcome,
    Outgoing,
    Request,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.demo import hooks, network, parser, rules, sender
from lyhord.connectors.demo.network import Network, Place
from lyhord.connectors.demo.state import Line
from lyhord.lib.text import N_

PAGE = "nordbanan"
LOOK_EVERY = 0.5  # seconds, of the stream
BEAT_EVERY = 4  # looks without news; each sign of life is written down by who listens


class Demo(Connector):
    name = "demo"
    label = "Demo"
    mark = "train-front"
    fields = (
        Field(
            name="page",
            label=N_("Page"),
            help=N_("The name of our page on the demo network."),
            is_required=False,
            initial=PAGE,
        ),
    )
    intro = N_(
        "A network of fiction for trying things out: its people, its railway and its posts are invented."
    )
    notes = (N_("Nothing leaves this machine."),)

    def abilities(self, account: AccountSide) -> Abilities:
        return Abilities(
            receive=("stream", "poll", "hook"),
            verbs=frozenset(VERBS),
            signals=frozenset(get_args(Kind)),
            reply={"public": rules.LENGTHS["public"], "private": rules.LENGTHS["private"]},
            private_after_public="private_reply",
            private_reply_days=rules.PRIVATE_REPLY_DAYS,
            window=rules.WINDOW,
            backfill="full",
            idempotency="none" if sender.is_forgetful(account) else "key",
            files=rules.FILES,
            most_files=rules.MOST_FILES,
            prices={"link": rules.LINK_PRICE},
            evidence="real-server",
            api_version="1",
            poll_every=timedelta(seconds=5),
            drafts_public_warning=True,
        )

    def verify(self, request: Request, secrets: Mapping[str, str]) -> bool:
        return hooks.verify(request, secrets)

    def answer(self, request: Request, secrets: Mapping[str, str]) -> Answer | None:
        return hooks.answer(request, secrets)

    def parse(self, raw: bytes, headers: Headers, url: str, method: str) -> list[Item]:
        return parser.parse(raw)

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        try:
            stumble(network_of(account), "connect", now)
        except Trouble as problem:
            raise ConnectFailed(str(problem), is_permanent=bool(problem.account_state)) from None
        page = page_of(account)
        network_of(account).subscribe()
        return Connected(native=page, handle=page, name="Nordbanan", link=f"https://nordbanan.example/{page}")

    def poll(self, http: httpx.Client, account: AccountSide, cursor: str, now: datetime) -> Iterator[Arrival]:
        there = network_of(account)
        stumble(there, "poll", now)
        while True:
            events, after = there.look(cursor, page_of(account))
            if after == cursor:
                return
            cursor = after
            if events:
                yield arrival(events, cursor)

    def stream(self, http: httpx.Client, account: AccountSide, cursor: str) -> Iterator[Arrival]:
        there, quiet = network_of(account), 0
        while True:
            events, cursor = there.look(cursor, page_of(account))
            if events:
                yield arrival(events, cursor)
                continue
            if quiet % BEAT_EVERY == 0:
                yield Arrival(raw=b"", cursor=cursor)
            quiet += 1
            time.sleep(LOOK_EVERY)

    def backfill(
        self, http: httpx.Client, account: AccountSide, cursor: str, since: datetime
    ) -> Iterator[Arrival]:
        for event in network_of(account).look(cursor, page_of(account), is_asked=True)[0]:
            at = rules.moment_of(event)
            if at is None or at >= since:
                yield arrival([event], cursor)

    def fetch(
        self, http: httpx.Client, account: AccountSide, item: str, now: datetime
    ) -> Found | Gone | Hidden:
        there = network_of(account)
        stumble(there, "fetch", now)
        posts = {post["item"]: post for post in there.posts()}
        if item not in posts:
            return Hidden(N_("The demo network does not know this post."))
        if posts[item].get("deleted"):
            return Gone()
        return Found(tuple(arrival(as_it_stands(post), "") for post in reversed(above(posts, item))))

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        return sender.send(network_of(account), account, outgoing, now)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        return sender.settle(network_of(account), account, outgoing)

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return rules.may_reply(outgoing, last_word_at, now)


def network_of(account: AccountSide) -> Network:
    return network.at(account.folder or ".")


def page_of(account: AccountSide) -> str:
    return account.native or str(account.settings.get("page") or PAGE)


def arrival(events: list[Line], cursor: str) -> Arrival:
    headers = {"content-type": "application/json"}
    return Arrival(raw=json.dumps(events).encode(), cursor=cursor, url="/events", headers=headers)


def above(posts: Mapping[str, Line], item: str) -> list[Line]:
    """The post and what it hangs on, up to the first of its thread; none twice."""
    found: dict[str, Line] = {}
    at: str | None = item
    while at and at in posts and at not in found:
        found[at] = posts[at]
        at = posts[at].get("parent")
    return list(found.values())


def as_it_stands(post: Line) -> list[Line]:
    """The post as it came, and its last edit."""
    return [post, post["edit"]] if post.get("edit") else [post]


def stumble(there: Network, on: Place, now: datetime) -> None:
    """Fail if the network was told to. Raises Trouble."""
    failure = there.take_failure(on)
    if failure is None:
        return
    if failure["next"] == "hang":
        time.sleep(failure["seconds"])
        raise Trouble(N_("The demo network gave no answer in time."))
    if failure["next"] == "revoked":
        raise Trouble(
            N_("The demo network refuses our access. Connect it again."), account_state="token_revoked"
        )
    at = now + timedelta(seconds=failure["retry_after"]) if failure["next"] == "429" else None
    raise Trouble(
        N_("The demo network asks us to wait.") if at else N_("The demo network refuses to be read."), at=at
    )


CONNECTOR = Demo()

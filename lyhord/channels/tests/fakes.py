"""A network made of paper: what reached it stands in a file of its own, which is the other side's word and not ours."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from lyhord.channels.contract import (
    Abilities,
    AccountSide,
    Allowed,
    Connected,
    ConnectFailed,
    Connector,
    Denied,
    Field,
    Length,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)

Step = Callable[["Paper", Outgoing], Outcome]


class Paper(Connector):
    """Takes what it is given, unless the test puts other answers into `answers`, which are used up one by one."""

    name = "paper"
    label = "Paper"
    fields = (
        Field("place", "Place", initial="table"),
        Field("token", "Token", is_secret=True, kind="password"),
        Field(
            "colour", "Colour", is_required=False, kind="choice", choices=(("red", "Red"), ("blue", "Blue"))
        ),
    )
    intro = "Put paper on the table."

    def __init__(self, ledger: Path) -> None:
        self.ledger = ledger
        self.answers: list[Step] = []
        self.asked = 0
        self.settles: list[Sent | Unsure | Retry] = []
        self.allowed: Allowed | Denied = Allowed()
        self.can = Abilities(
            receive=("hook",),
            verbs=frozenset({"reply", "hide", "unhide", "like", "block", "delete", "post"}),
            signals=frozenset({"created"}),
            reply={"public": Length(500), "private": Length(1000)},
            idempotency="none",
            api_version="1",
        )
        self.found = Connected(native="page1", handle="@page", name="Our page", admins=2, is_verified=True)
        self.seen: list[AccountSide] = []

    def keeps(self, idempotency: Any) -> None:
        self.can = replace(self.can, idempotency=idempotency)

    def abilities(self, account: AccountSide) -> Abilities:
        return self.can

    def connect(self, http: httpx.Client, account: AccountSide, now: datetime) -> Connected:
        self.seen.append(account)
        if account.secrets.get("token") != "right":
            raise ConnectFailed("Paper does not know this token. Make a new one.")
        return self.found

    def can_reply(
        self, account: AccountSide, outgoing: Outgoing, last_word_at: datetime | None, now: datetime
    ) -> Allowed | Denied:
        return self.allowed

    def send(self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime) -> Outcome:
        self.asked += 1
        step = self.answers.pop(0) if self.answers else takes
        return step(self, outgoing)

    def settle(
        self, http: httpx.Client, account: AccountSide, outgoing: Outgoing, now: datetime
    ) -> Sent | Unsure | Retry:
        if self.settles:
            return self.settles.pop(0)
        return Unsure("Nobody can look.")

    # The other side ---------------------------------------------------------------------------------------

    def written(self) -> list[dict[str, str]]:
        if not self.ledger.exists():
            return []
        return [json.loads(line) for line in self.ledger.read_text().splitlines()]

    def texts(self) -> list[str]:
        return [line["text"] for line in self.written()]

    def write(self, outgoing: Outgoing) -> str:
        """A key seen before writes nothing more, where this network keeps keys."""
        known = [line for line in self.written() if line["key"] == outgoing.key]
        if known and self.can.idempotency != "none":
            return known[0]["native"]
        native = f"n{len(self.written()) + 1}"
        line = {"key": outgoing.key, "text": outgoing.text, "verb": outgoing.verb, "native": native}
        with self.ledger.open("a") as ledger:
            ledger.write(json.dumps(line) + "\n")
        return native


def takes(paper: Paper, outgoing: Outgoing) -> Outcome:
    return Sent(paper.write(outgoing), link="https://paper.example/1")


def loses_the_answer(paper: Paper, outgoing: Outgoing) -> Outcome:
    paper.write(outgoing)
    return Unsure("The answer was lost.")


def hears_nothing(paper: Paper, outgoing: Outgoing) -> Outcome:
    return Unsure("The answer was lost.")


def breaks(paper: Paper, outgoing: Outgoing) -> Outcome:
    paper.write(outgoing)
    raise RuntimeError("a fault of the connector")


def answers(outcome: Outcome) -> Step:
    def step(paper: Paper, outgoing: Outgoing) -> Outcome:
        return outcome

    return step


def refuses(why: str, **more: Any) -> Step:
    return answers(Refused(why, **more))


def busy(why: str = "Too many.", at: datetime | None = None) -> Step:
    return answers(Retry(why, at))

"""R15: what is too much is shed in order of worth: no reply waits on what is worth less, and previews stop first."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lyhord import flow, worker
from lyhord.channels import registry
from lyhord.channels.contract import Abilities, AccountSide
from lyhord.intake import steps
from lyhord.intake.models import Post
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, envelope_for, raw_of, said
from lyhord.staff.models import Brand

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"
SLOTS = 8
DOWN = [calls.name for calls in flow.CALLS]


class Hanging:
    """Calls of each kind that hang until let go; each account has one."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.lock = threading.Lock()
        self.begun: dict[str, int] = {}

    def calls(self, like: flow.Calls, due: int) -> flow.Calls:
        def run(row: int, now: datetime) -> None:
            with self.lock:
                self.begun[like.name] = self.begun.get(like.name, 0) + 1
            self.gate.wait(20)

        run.__module__, run.__name__ = like.run.__module__, like.run.__name__
        return flow.Calls(lambda now: [(n, n) for n in range(due)], run, like.share, like.can_wait)


@contextmanager
def flooded(
    monkeypatch: pytest.MonkeyPatch, first: int, *, is_pressed: bool = False
) -> Iterator[dict[str, int]]:
    """All that is worth less than `first` hangs in as many calls as it gets; only then calls of `first` are due."""
    network = Hanging()
    crew = worker.Worker(slots=SLOTS, is_pressed=is_pressed)
    with ThreadPoolExecutor(SLOTS) as pool:
        for number in (first + 1, first):
            due = tuple(
                network.calls(like, SLOTS if place >= number else 0) for place, like in enumerate(flow.CALLS)
            )
            with monkeypatch.context() as patch:
                patch.setattr(flow, "CALLS", due)
                crew.start_calls(pool)
        begun = {name: sum(kind == name for kind, _ in crew.busy) for name in DOWN}
        network.gate.set()
    yield begun


@pytest.mark.parametrize("first", range(len(DOWN) - 1), ids=DOWN[:-1])
def test_what_hangs_below_leaves_a_slot_to_what_is_worth_more(
    monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    """Within one class (a share alike) who came first goes first; a class above always finds a slot."""
    with flooded(monkeypatch, first) as begun:
        shares = [calls.share for calls in flow.CALLS]
        if shares[first] > shares[first + 1]:
            assert begun[DOWN[first]] > 0
        assert sum(begun.values()) <= SLOTS


def test_replies_always_find_a_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    with flooded(monkeypatch, 1) as begun:
        assert begun[DOWN[1]] > 0
        assert sum(begun[name] for name in DOWN[2:]) <= SLOTS * 3 // 4


def test_the_saboteur_who_lets_all_have_all_slots_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.Worker, "slots_for", lambda self, calls: self.slots)
    with flooded(monkeypatch, 1) as begun:
        assert begun[DOWN[1]] == 0


def test_previews_stop_first_while_we_do_not_keep_up(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = {calls.name for calls in flow.CALLS if calls.can_wait}
    with flooded(monkeypatch, 0, is_pressed=True) as begun:
        assert {name for name, count in begun.items() if count} & waiting == set()
    with flooded(monkeypatch, len(DOWN) - 2) as begun:
        assert {name for name, count in begun.items() if count} <= waiting
        assert sum(begun.values()) > 0


def test_the_worker_knows_when_it_does_not_keep_up(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = iter([worker.PRESSED, worker.PRESSED - 1])

    def step(now: datetime) -> int:
        return next(moved)

    monkeypatch.setattr(flow, "STEPS", (flow.Step(step),))
    crew = worker.Worker()
    crew.walk()
    assert crew.is_pressed
    crew.walk()
    assert not crew.is_pressed


def test_the_order_is_the_documented_one() -> None:
    part = DOCS.read_text("utf-8").partition("## When there is too much")[2].partition("\n## ")[0]
    assert re.findall(r"^\d+\. .*`([\w.]+)`", part, re.M) == DOWN


# Reading ----------------------------------------------------------------------------------------------------------------


class Overheard(Telling):
    name = "overheard"

    def abilities(self, account: AccountSide) -> Abilities:
        return replace(super().abilities(account), verbs=frozenset())


def read_first(brand: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is read first when 300 overheard words came before one that was written to us."""
    known = {"told": Telling(), "overheard": Overheard()}
    monkeypatch.setattr(registry, "connectors", lambda: known)
    ours, heard = makes.make_account(brand, now), makes.make_account(brand, now, connector="overheard")
    for number in range(300):
        envelope_for(heard, raw_of(said(f"heard{number}")), now)
    envelope_for(ours, raw_of(said("asked")), now + timedelta(seconds=1))
    assert steps.read_envelopes(now + timedelta(seconds=2)) == steps.BATCH
    return list(Post.objects.values_list("native", flat=True))


def test_what_is_written_to_us_is_read_before_what_is_overheard(
    brand: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_first(brand, now, monkeypatch)
    assert "asked" in first
    assert len(first) == steps.BATCH  # and the rest of the batch is not left empty
    assert steps.read_envelopes(now + timedelta(seconds=3)) == 101
    assert Post.objects.count() == 301


def test_the_saboteur_who_reads_in_order_of_coming_is_caught(
    brand: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "overheard", list)
    assert "asked" not in read_first(brand, now, monkeypatch)


def test_feeds_are_overheard() -> None:
    assert "feeds" in steps.overheard()
    assert not {"mastodon", "email", "telegram", "demo", "bluesky"} & set(steps.overheard())

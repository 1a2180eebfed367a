"""R14: a storm slows us and does not stop us: nothing acknowledged is lost, nothing refused below the ceiling, all drained."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from lyhord.intake import keeping
from lyhord.intake.models import Envelope, Post
from lyhord.staff.models import Brand
from tests.experiments.homes import Home
from tests.experiments.hooked import HOOKED
from tests.experiments.ledger import Ledger, event
from tests.experiments.receiving import Desk, desk_of, steps_only

POST = "the-post"  # seven of ten speak under it
WAITING = """
from lyhord.intake.models import Envelope
out = Envelope.objects.filter(state="waiting").count()
"""


def bursts(shape: list[tuple[int, int]]) -> Iterator[list[dict[str, Any]]]:
    """`shape`: (requests, news in each); a storm brings more in each request, as networks do when they are late."""
    for wave, (requests, news) in enumerate(shape):
        for number in range(requests):
            yield [spoken(f"{wave}-{number}-{one}", one) for one in range(news)]


def spoken(name: str, number: int) -> dict[str, Any]:
    return event(name, thread=POST if number % 10 < 7 else f"t-{name}")


def stormed(home: Home, shape: list[tuple[int, int]], lines: int) -> tuple[list[str], list[int], int]:
    """Web and worker under the storm; then the worker alone until all is drained. Faults, refusals, acknowledged."""
    ledger = Ledger(home)
    with home.running("web"), home.running("work"):
        storm = ledger.storm(bursts(shape), lines=lines)
        storm.join()
    home.shift += 61  # what the killed worker held
    assert home.once() == 0, home.log()
    found = ledger.faults()
    if left := home.code(WAITING):
        found.append(f"{left} are not drained")
    return found, storm.refused, ledger.kept


# 1x, 10x, 100x, 1x of the reference load, in news; the whole form is longer.
SHORT = [(5, 1), (25, 2), (25, 20), (5, 1)]
LONG = [(60, 1), (600, 1), (600, 20), (60, 1)]


@pytest.mark.kills
@pytest.mark.server
@pytest.mark.parametrize(
    "shape",
    [SHORT, pytest.param(LONG, marks=[pytest.mark.whole, pytest.mark.timeout(3_000)])],
    ids=["short", "long"],
)
def test_a_storm_loses_nothing_refuses_nothing_and_is_drained(
    home: Home, shape: list[tuple[int, int]]
) -> None:
    found, refused, kept = stormed(home, shape, lines=8)
    assert found == []
    assert refused == []
    assert kept == sum(requests for requests, _ in shape)
    print(f"{kept} requests, {sum(requests * news for requests, news in shape)} news")


# Above the ceiling ----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(transactional_db: None) -> Iterator[Desk]:
    made = desk_of(HOOKED[0], Brand.objects.create(name="Norrtåg"), timezone.now())
    yield made
    made.door.writer.stop()


def overloaded(desk: Desk, monkeypatch: pytest.MonkeyPatch, every: int) -> tuple[list[int], list[bytes]]:
    """Each `every`-th commit fails, as where the disk cannot keep up. Statuses, and what was acknowledged."""
    numbers, insert = itertools.count(1), keeping.insert

    def strained(batch: Any, now: Any) -> None:
        if next(numbers) % every == 0:
            raise OperationalError("database is locked")
        insert(batch, now)

    monkeypatch.setattr(keeping, "insert", strained)
    statuses, kept = [], []
    for number in range(30):
        body = desk.hooked.body(f"{number}", timezone.now())
        heard = desk.bring(body)
        statuses.append(heard.status)
        assert heard.status == 200 or (heard.status == 503 and int(heard.headers["Retry-After"]) > 0)
        kept += [body] if heard.status == 200 else []
    return statuses, kept


@pytest.mark.django_db(transaction=True)
def test_above_the_ceiling_it_says_when_to_come_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses, kept = overloaded(desk, monkeypatch, 3)
    assert statuses.count(503) == 10
    assert {bytes(raw) for raw in Envelope.objects.values_list("raw", flat=True)} == set(kept)
    steps_only(timezone.now())
    assert Post.objects.count() == len(kept) == 20


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_takes_too_long_is_not_acknowledged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.05)
    monkeypatch.setattr(keeping.Writer, "promise", lambda self, kept: keeping.Slot(kept))  # nobody writes it
    heard = desk.bring(desk.hooked.body("1", timezone.now()))
    assert (heard.status, heard.headers["Retry-After"]) == (503, "10")
    assert not Envelope.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_saboteur_who_answers_before_it_is_kept_is_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", "early_answer")
    statuses, kept = overloaded(desk, monkeypatch, 1)
    desk.door.writer.stop()
    assert 503 not in statuses
    assert Envelope.objects.count() == 0 < len(kept)

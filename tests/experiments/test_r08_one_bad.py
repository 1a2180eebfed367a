"""R08: one bad update does not spoil its batch of a thousand, wherever in it it stands."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest

from lyhord.channels.contract import Unreadable
from lyhord.channels.models import Account
from lyhord.intake import steps
from lyhord.intake.actions import taking
from lyhord.intake.models import Envelope, Post, Refusal
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, envelope_for, raw_of, said
from lyhord.staff.models import Brand
from tests.experiments.kills import sample

pytestmark = pytest.mark.django_db
BATCH = 1_000
# Not understood; understood, and the database refuses it; understood, and it is nothing that a post can be.
POISONS: tuple[Any, ...] = ({"unreadable": "No such kind."}, {"title": 17}, {"text": None})


@pytest.fixture
def network() -> Iterator[Telling]:
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def account(brand: Brand, now: datetime, network: Telling) -> Account:
    return makes.make_account(brand, now)


def batch_with(poison: Any, index: int) -> bytes:
    items: list[Any] = [said(f"{index}-{number}") for number in range(BATCH)]
    items[index] = poison if "unreadable" in poison else said(f"{index}-{index}", **poison)
    return raw_of(*items)


def spoilt(account: Account, indices: Sequence[int], now: datetime) -> list[str]:
    """Where more than the one was lost, or the one was not set aside."""
    found = []
    for index in indices:
        envelope = envelope_for(account, batch_with(POISONS[index % len(POISONS)], index), now)
        steps.read_envelopes(now)
        envelope.refresh_from_db()
        kept = set(Post.objects.filter(native__startswith=f"{index}-").values_list("native", flat=True))
        bad = list(Refusal.objects.filter(envelope=envelope).values_list("position", flat=True))
        wanted = {f"{index}-{number}" for number in range(BATCH) if number != index}
        if (kept, bad, envelope.state) != (wanted, [index], Envelope.QUARANTINED):
            found.append(f"{index}: {len(kept)} kept, {bad} refused, {envelope.state}: {envelope.problem}")
    return found


SAMPLED = [0, 1, 499, 500, 998, 999]


@pytest.mark.parametrize(
    "indices",
    [SAMPLED, pytest.param(range(BATCH), marks=[pytest.mark.whole, pytest.mark.timeout(6_000)])],
    ids=["some places", "all places"],
)
def test_all_others_of_the_batch_are_taken(account: Account, now: datetime, indices: Sequence[int]) -> None:
    assert spoilt(account, indices, now) == []


def test_the_saboteur_who_gives_up_the_whole_batch_is_caught(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(batch: list[taking.Placed], now: datetime) -> None:
        for placed in batch:
            taking.refuse(placed, Unreadable("Not understood."), now)

    monkeypatch.setattr(taking, "divide", give_up)
    found = spoilt(account, sample([1, 2], 2), now)
    assert len(found) == 2
    assert "0 kept" in found[0]

"""R28: what we say in one conversation leaves in order, whichever of it fails first."""

import random
from typing import Any

import pytest

from tests.experiments.answers import WRITE
from tests.experiments.conftest import Make
from tests.experiments.rig import Home, asked, caught

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

EACH = 4  # answers in a conversation
LONGEST = 300.0  # seconds that the network wants to be left alone
OPEN = "from lyhord.outbox.models import Dispatch; out = Dispatch.objects.filter(state='queued').count()"


def said(home: Home, customers: int, seed: int = 28) -> tuple[list[str], int]:
    """Several answers to each customer, while the network puts us off again and again. Inversions, and what was said."""
    chance = random.Random(seed)
    questions = asked(home, customers)
    answers: list[dict[str, Any]] = [
        {"strand": one["strand"], "text": f"{one['strand']} {number}"}
        for one in questions
        for number in range(EACH)
    ]
    home.code(WRITE, answers)
    for _round in range(6):
        home.network.fail("429", retry_after=chance.uniform(1, LONGEST))
        # What was put off is due a little after the rest of its conversation.
        home.shift += chance.uniform(1, LONGEST)
        assert home.once() == 0, home.log()
    while home.code(OPEN):
        home.shift += LONGEST + 60
        assert home.once() == 0, home.log()
    stands = [tuple(map(int, done["text"].partition(" /")[0].split())) for done in home.network.answers()]
    last: dict[int, int] = {}
    found = []
    for strand, number in stands:
        if number != last.get(strand, -1) + 1:
            found.append(f"{strand}: {number} came after {last.get(strand, -1)}")
        last[strand] = number
    return found, len(stands)


@pytest.mark.parametrize(
    "customers", [8, pytest.param(2500, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_no_answer_overtakes_the_one_before_it(home: Home, customers: int) -> None:
    found, count = said(home, customers)
    assert found == []
    assert count == customers * EACH
    print(f"{count} answers, 0 inversions")


def test_the_saboteur_who_keeps_no_order_is_caught(make: Make) -> None:
    """When an answer that was put off goes again is drawn by lot."""

    def overtakes(seed: int) -> bool:
        found, _count = said(make("outbox.no_lane_order"), 4, seed)
        return any("came after" in fault for fault in found)

    caught(overtakes, (28, 29, 30, 31))

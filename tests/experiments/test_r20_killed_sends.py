"""R20: a worker killed in the middle of a send never makes the customer read it twice, and drops nothing in silence."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import FORGETFUL, LAPSE, REPLY, Home, asked, doubts, sample

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

POINTS = [
    f"outbox.{name}" for name in ("before_claim", "after_claim", "before_send", "after_send", "after_record")
]
KEYS = ["key", "none"]
AT_POINTS = [{"plan": f"{point}=kill"} for point in POINTS]


def killed(home: Home, places: Sequence[dict[str, Any]], keys: str) -> tuple[list[str], int]:
    """Two answers are written before each kill. What went wrong in the end, and how many kills there were."""
    questions = asked(home, 2 * len(places))
    if keys == "none":
        home.code(FORGETFUL)
    texts, kills = set(), 0
    for number, place in enumerate(places):
        answers = [
            one | {"text": f"Answer {one['strand']}"} for one in questions[2 * number : 2 * number + 2]
        ]
        home.code(REPLY, answers)
        texts |= {one["text"] for one in answers}
        kills += home.once(**place) < 0
        home.shift += LAPSE
    home.settle(3)
    return doubts(home, texts, may_be_unsure=keys == "none"), kills


@pytest.mark.parametrize("keys", KEYS)
def test_killed_at_any_fail_point_it_is_said_once_or_a_person_decides(home: Home, keys: str) -> None:
    found, kills = killed(home, AT_POINTS, keys)
    assert found == []
    assert kills == len(AT_POINTS)


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize("most", [6, pytest.param(300, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])])
def test_killed_at_any_statement_it_is_said_once_or_a_person_decides(
    home: Home, keys: str, most: int
) -> None:
    places = [{"kill_at": number} for number in sample(range(1, 301), most)]
    found, kills = killed(home, places, keys)
    assert found == []
    assert kills > 0
    print(f"{kills} kills, {2 * most} answers")


@pytest.mark.whole
@pytest.mark.timeout(6000)
@pytest.mark.parametrize("keys", KEYS)
def test_many_kills_at_random_points(home: Home, keys: str) -> None:
    chance = random.Random(20)
    places = [{"plan": f"{chance.choice(POINTS)}=kill:{chance.randint(1, 2)}"} for _ in range(250)]
    found, kills = killed(home, places, keys)
    assert found == []
    assert kills > 150


@pytest.mark.parametrize(("saboteur", "keys"), [("outbox.no_key", "key"), ("outbox.resend_unsure", "none")])
def test_the_saboteur_is_caught(make: Make, saboteur: str, keys: str) -> None:
    found, _ = killed(make(saboteur), [{"plan": "outbox.after_send=kill"}], keys)
    assert any("stands 2 times" in doubt for doubt in found)

"""R24: two agents cannot both answer; the other is told, and what she wrote comes to nobody."""

import time
from collections import Counter
from functools import partial
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.people import Answer, at_once, by_key
from tests.experiments.rig import Home, asked

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(300)]


def answered(home: Home, who: str, one: dict[str, Any]) -> Answer:
    """As a client of the API does: when she is too fast, she waits and tries again."""
    told = {
        "text": f"{who} answers {one['item']}",
        "is_public": True,
        "seen": one["seen"],
        "delay_seconds": 0,
    }
    while True:
        answer = by_key(
            home, who, f"/conversations/{one['conversation']}/replies", told, f"{who} {one['item']}"
        )
        if answer[0] != 429:
            return answer
        time.sleep(0.5)


def raced(home: Home, rounds: int) -> list[str]:
    """Two agents answer the same word at once, `rounds` times. Where not exactly one answer stands, or one was not told."""
    questions = asked(home, rounds)
    found = []
    with home.running("web"):
        for one in questions:
            answers = at_once([partial(answered, home, who, one) for who in ("linnea", "petri")])
            if sorted(status for status, _ in answers) != [201, 409]:
                found.append(f"{one['item']}: {[status for status, _ in answers]}")
    assert home.once() == 0, home.log()
    stands = Counter(done["item"] for done in home.network.answers() if done["verb"] == "reply")
    return found + [
        f"{one['item']} has {stands[one['item']]} answers" for one in questions if stands[one["item"]] != 1
    ]


@pytest.mark.parametrize(
    "rounds", [50, pytest.param(1000, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_of_two_answers_at_once_one_is_sent_and_the_other_refused(home: Home, rounds: int) -> None:
    assert raced(home, rounds) == []


def test_the_saboteur_who_does_not_look_for_newer_words_is_caught(make: Make) -> None:
    found = raced(make("desk.no_newer_turn"), 5)
    assert any("has 2 answers" in fault for fault in found)

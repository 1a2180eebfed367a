"""R27: undo reaches one's own unsent words, and around the moment at which they leave it is never half done."""

from typing import Any

import pytest

from tests.experiments.answers import WRITE
from tests.experiments.conftest import Make
from tests.experiments.rig import STATES, Home, asked, caught, signed_off

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

OFFSETS = [-10, -5, -2, 0, 2, 5, 10]  # milliseconds between the claim and the undo
RACE = """
import threading, time
from django.db import connections
from lyhord.outbox import actions, steps
from lyhord.outbox.models import Dispatch
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
linnea, petri = (User.objects.get(email=name + "@example.com") for name in ("linnea", "petri"))

def at(moment, deed, told):
    time.sleep(max(moment - time.perf_counter(), 0))
    try:
        deed()
        told.append("done")
    except actions.TooLate:
        told.append("too late")
    finally:
        connections.close_all()

out = []
for place, (pk, offset) in enumerate(given):
    dispatch = Dispatch.objects.get(pk=pk)
    try:
        actions.undo(dispatch, petri, now)
        stranger = "undone"
    except NotYours:
        stranger = "refused"
    undone, sent = [], []
    start = time.perf_counter() + 0.02
    pairs = [(start, lambda: steps.send(pk, now), sent), (start + offset / 1000, lambda: actions.undo(dispatch, linnea, now), undone)]
    threads = [threading.Thread(target=at, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.append([undone[0] if undone else "broke", stranger])
"""


def raced(home: Home, rounds: int) -> tuple[list[str], dict[str, int]]:
    """An undo before, at and after each claim, and a colleague's try. What was half, and what the writer was told how often."""
    questions = asked(home, rounds)
    answers: list[dict[str, Any]] = [one | {"text": f"Answer {one['strand']}"} for one in questions]
    dispatches = home.code(WRITE, answers)
    pairs = [(pk, OFFSETS[place % len(OFFSETS)]) for place, pk in enumerate(dispatches)]
    told = home.code(RACE, pairs, sabotage=home.sabotage)
    stands = [signed_off(done["text"]) for done in home.network.answers() if done["verb"] == "reply"]
    states = {signed_off(text): state for text, state in home.code(STATES)}
    found, counts = [], {"done": 0, "too late": 0}
    for one, (outcome, stranger) in zip(answers, told, strict=True):
        text = one["text"]
        counts[outcome] = counts.get(outcome, 0) + 1
        is_whole = (outcome, states[text], stands.count(text)) in {
            ("done", "undone", 0),
            ("too late", "sent", 1),
        }
        if not is_whole:
            found.append(f"{text}: {outcome}, {states[text]}, stands {stands.count(text)} times")
        if stranger != "refused":
            found.append(f"{text}: a colleague's undo was {stranger}")
    return found, counts


@pytest.mark.parametrize(
    "rounds", [42, pytest.param(1001, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_either_undone_and_not_sent_or_sent_and_said_so(home: Home, rounds: int) -> None:
    found, counts = raced(home, rounds)
    assert found == []
    assert min(counts["done"], counts["too late"]) > 0, counts
    print(counts)


def test_the_saboteur_who_undoes_what_has_left_is_caught(make: Make) -> None:
    def lies(rounds: int) -> bool:
        found, _counts = raced(make("outbox.undo_late"), rounds)
        return any("done, undone, stands 1" in fault for fault in found)

    caught(lies, (14, 28, 42))

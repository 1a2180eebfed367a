"""R30: an answer that became wrong while it waited is not sent blindly; it is held, and says why."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.experiments.answers import HELD, WRITE
from tests.experiments.conftest import Make
from tests.experiments.rig import ASKED, Home, signed_off
from tests.journeys.installation import question

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

DAY = 25 * 3600.0  # longer than the demo network's window
CLOSE = """
from lyhord.desk import actions
from lyhord.desk.models import Conversation
from lyhord.staff.models import User
by = User.objects.get(email="petri@example.com")
for pk in given:
    actions.close(Conversation.objects.get(pk=pk), by=by, now=now)
"""
ERASE = """
from lyhord.privacy import actions
for who in given:
    actions.erase(actions.person(f"demo:{who}"), by=None, now=now)
"""
LEAVE = """
from lyhord.staff.actions import people
from lyhord.staff.models import User
chief = User.objects.get(email="chief@example.com")
people.deactivate(User.objects.get(email="linnea@example.com"), by=chief, now=now)
"""
One = dict[str, Any]


def happen(kind: str) -> Callable[[Home, list[One]], None]:
    def deed(home: Home, waiting: list[One]) -> None:
        network = home.network
        for one in waiting:
            network.happen({"kind": kind, "account": "nordbanan", "item": one["item"], "text": "Other words"})

    return deed


def write_again(home: Home, waiting: list[One]) -> None:
    network = home.network
    for one in waiting:
        network.happen(question("Never mind.", who=one["who"], thread=one["thread"], private=True))


def window_ends(home: Home, waiting: list[One]) -> None:
    """A day on it would still go, under the tag that says that a person answers."""
    home.shift += 8 * DAY


CAUSES: dict[str, Callable[[Home, list[One]], object]] = {
    "window ended": window_ends,
    "conversation closed": lambda home, waiting: home.code(CLOSE, [one["conversation"] for one in waiting]),
    "wrote again": write_again,
    "customer erased": lambda home, waiting: home.code(ERASE, [one["who"] for one in waiting]),
    "post deleted": happen("deleted"),
    "post edited": happen("edited"),
    "agent removed": lambda home, waiting: home.code(LEAVE),
}


def waited(home: Home, cause: str, number: int) -> list[str]:
    """Answers wait while something happens to what they are about. What was sent all the same, or is held without a word."""
    network = home.network
    for place in range(number):
        who = f"who{place}"
        network.happen(
            question(f"Where is train {place}?", who=who, thread=f"dm-{place}", private=True, item=who)
        )
    assert home.once() == 0, home.log()
    waiting = [
        one | {"who": one["item"], "thread": one["item"].replace("who", "dm-"), "delay": 3600.0, "text": f"Answer {one['item']}"}
        for one in home.code(ASKED)
    ]  # fmt: skip
    assert len(waiting) == number, home.log()
    dispatches = home.code(WRITE, waiting)
    CAUSES[cause](home, waiting)
    home.shift += 10  # the network is asked every five seconds
    assert home.once() == 0, home.log()
    home.shift += 3700
    home.settle()
    stands = {signed_off(done["text"]) for done in home.network.answers()}
    states = home.code(HELD)
    found = []
    for one, pk in zip(waiting, dispatches, strict=True):
        state, why = states[str(pk)]
        if one["text"] in stands:
            found.append(f"{one['text']} was sent blindly")
        elif (state, bool(why)) != ("held", True) and (cause, state) != ("customer erased", "dropped"):
            found.append(f"{one['text']} is {state} because {why!r}")
    return found


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize(
    "number", [5, pytest.param(1000, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_what_became_wrong_is_held_with_its_reason(home: Home, cause: str, number: int) -> None:
    assert waited(home, cause, number) == []


@pytest.mark.parametrize("cause", ["wrote again", "agent removed"])
def test_the_saboteur_who_does_not_look_again_is_caught(make: Make, cause: str) -> None:
    assert any("sent blindly" in fault for fault in waited(make("outbox.no_second_look"), cause, 3))


def test_what_nothing_happened_to_is_sent(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or all of this would be proven by a house that sends nothing."""
    monkeypatch.setitem(CAUSES, "nothing", lambda home, waiting: None)
    assert len([fault for fault in waited(home, "nothing", 3) if "was sent" in fault]) == 3

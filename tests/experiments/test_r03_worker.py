"""R03: a worker killed in the middle neither loses nor doubles work, and the next takes it up when its lease has lapsed."""

import random
import time
from collections.abc import Sequence
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import LAPSE, Home, event, faults, sample

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

BATCH = 4
FILED = 'INSERT INTO "desk_filing"'  # the conversations are written, and that their posts were filed is not
POINTS = ("intake.take.before_store", "intake.take.after_store")
LEFT = """
from lyhord.desk.models import Filing
from lyhord.intake.models import Envelope, Post
out = [Envelope.objects.exclude(state="done").count(), Post.objects.filter(filing=None).count()]
"""


def told(name: str) -> list[dict[str, Any]]:
    """Posts of new customers, two of them in one thread."""
    return [event(f"{name}-{number}", thread=f"t-{name}-{max(number, 1)}") for number in range(BATCH)]


def killed(home: Home, places: Sequence[dict[str, Any]]) -> tuple[list[str], int]:
    """Kill the worker once at each place, over new posts each time. What is wrong, and how many kills there were."""
    items, found, kills = set(), [], 0
    for number, place in enumerate(places):
        events = told(f"e{number}")
        home.receive(events, at_once=2)
        items |= {one["item"] for one in events}
        kills += home.once(**place) < 0
        home.settle(1)
        if (left := home.code(LEFT)) != [0, 0]:
            found.append(f"After {place} and {LAPSE} seconds there are left: {left}")
    return found + faults(home, items), kills


def at_statements(home: Home, most: int) -> tuple[list[str], int, int]:
    home.receive(told("first"), at_once=2)
    length = home.statements()
    places = [{"kill_at": number} for number in sample(range(1, length + 1), most)]
    items = {one["item"] for one in told("first")}
    found, kills = killed(home, places)
    return [fault for fault in found if not is_of(fault, items)], kills, length


def is_of(fault: str, items: set[str]) -> bool:
    return "strange" in fault and f"{len(items)} strange" in fault


def at_random(home: Home, kills: int, seed: int = 3) -> list[str]:
    chance = random.Random(seed)
    items = set()
    with home.running("work") as worker:
        for number in range(kills):
            events = [event(f"r{number}-{one}") for one in range(15)]
            home.receive(events)
            items |= {one["item"] for one in events}
            time.sleep(chance.uniform(0.05, 0.5))
            worker.kill()
            home.shift += LAPSE
            worker.start()
    home.settle(2)
    return faults(home, items)


@pytest.mark.parametrize(
    "most", [14, pytest.param(5000, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_a_worker_killed_at_any_statement_loses_and_doubles_nothing(home: Home, most: int) -> None:
    found, kills, length = at_statements(home, most)
    assert found == []
    assert kills > min(most, length) / 2  # later walks are shorter than the first
    print(f"{kills} kills over the {length} statements of a walk")


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_fail_point_loses_and_doubles_nothing(home: Home, point: str) -> None:
    found, kills = killed(home, [{"plan": f"{point}=kill:{passes}"} for passes in (1, 1)])
    assert found == []
    assert kills == 2


@pytest.mark.server
@pytest.mark.parametrize(
    "kills", [6, pytest.param(150, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_a_worker_killed_at_random_loses_and_doubles_nothing(home: Home, kills: int) -> None:
    assert at_random(home, kills) == []


def test_a_worker_killed_between_conversation_and_receipt_doubles_nothing(home: Home) -> None:
    found, kills = killed(home, [{"kill_before": FILED}])
    assert found == []
    assert kills == 1


def test_the_saboteur_who_takes_away_transactions_is_caught(make: Make) -> None:
    """A kill tears something at seven of two hundred statements, which a sample may miss; this is one of them."""
    found, kills = killed(make("no_transactions"), [{"kill_before": FILED}])
    assert kills == 1
    assert any("filed" in fault or "conversations" in fault for fault in found)


def test_the_saboteur_who_takes_for_ever_is_caught(make: Make) -> None:
    found, kills = killed(make("no_lease"), [{"plan": "intake.take.before_store=kill"}])
    assert kills == 1
    assert any("lost in posts" in fault for fault in found)

"""R01: what was acknowledged is never lost, wherever and whenever the web process is killed."""

import itertools
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import Home, Ledger, caught, event, members, sample, traced
from tests.journeys.installation import until

pytestmark = [pytest.mark.kills, pytest.mark.server, pytest.mark.timeout(300)]

POINTS = (
    "intake.door.before_keep",
    "intake.keeping.before_commit",
    "intake.keeping.after_commit",
    "intake.door.after_keep",
)
# Of the process that answers. PostgreSQL writes and syncs in processes of its own; there the sweep goes over what we say
# to it and to the network.
CALLS = {
    "sqlite": {"pwrite64": 30, "fdatasync": 8, "write": 12},
    "postgresql": {"sendto": 16, "recvfrom": 30, "write": 6},
}


def events(name: str) -> Iterator[list[dict[str, Any]]]:
    return ([event(f"{name}-{number}")] for number in itertools.count())


def wait_for(ledger: Ledger, more: int) -> None:
    before = ledger.kept
    until(lambda: ledger.kept >= before + more, f"{more} acknowledgements", ledger.home.log)


def at_random(home: Home, kills: int, seed: int = 1) -> tuple[list[str], int]:
    chance = random.Random(seed)
    ledger = Ledger(home)
    with home.running("web") as web:
        storm = ledger.storm(events("r"), lines=6, pause=0.01)
        for _ in range(kills):
            wait_for(ledger, 1)
            time.sleep(chance.uniform(0, 0.25))
            web.again()
        storm.end()
    home.once()
    return ledger.faults(), ledger.kept


def at_point(home: Home, point: str, passes: int) -> tuple[list[str], int]:
    """The process ends at the `passes`-th pass of a fail point, under load, and another takes its place."""
    ledger = Ledger(home)
    with home.running("web", plan=f"{point}=kill:{passes}") as web:
        server = web.server()
        storm = ledger.storm(events(f"{point}-{passes}"), lines=6, pause=0.01)
        until(lambda: server not in members(web.pid), f"the kill at {point}", home.log)
        web.more["plan"] = ""
        web.again()
        wait_for(ledger, 6)
        storm.end()
    home.once()
    return ledger.faults(), ledger.kept


def at_call(home: Home, ledger: Ledger, call: str, number: int) -> bool:
    """The process ends at the `number`-th system call of that name in the requests of a fresh process."""
    with home.running("web") as web:
        server = web.server()
        with traced(server, "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"):
            for one in itertools.islice(events(f"{call}-{number}"), 3):
                if ledger.send(one) != 200:
                    break
        return server not in members(web.pid)


def sweep(home: Home, most: int) -> tuple[list[str], int]:
    """Kills over the sweep of all calls; the names of events tell at which call they were sent."""
    ledger = Ledger(home, seconds=5)
    places = [
        (call, number)
        for call, longest in CALLS[home.hatchery.kind].items()
        for number in sample(range(1, longest + 1), most)
    ]
    kills = sum(at_call(home, ledger, *place) for place in places)
    home.once()
    return ledger.faults(), kills


@pytest.mark.parametrize(
    "kills", [6, pytest.param(200, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_nothing_acknowledged_is_lost_over_kills_at_random(home: Home, kills: int) -> None:
    found, acknowledged = at_random(home, kills)
    assert found == []
    assert acknowledged > 10 * kills
    print(f"{kills} kills, {acknowledged} acknowledged")


@pytest.mark.parametrize("passes", [4, *(pytest.param(n, marks=pytest.mark.whole) for n in (1, 2, 3, 9, 40))])
@pytest.mark.parametrize("point", POINTS)
def test_nothing_acknowledged_is_lost_when_the_door_is_killed_at_a_fail_point(
    home: Home, point: str, passes: int
) -> None:
    found, acknowledged = at_point(home, point, passes)
    assert found == []
    assert acknowledged > 5


@pytest.mark.parametrize("most", [3, pytest.param(100, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])])
def test_nothing_acknowledged_is_lost_when_a_system_call_is_the_last(
    home: Home, strace: None, most: int
) -> None:
    found, kills = sweep(home, most)
    assert found == []
    assert kills >= len(CALLS["sqlite"])
    print(f"{kills} kills at system calls")


def test_the_saboteur_who_answers_early_is_caught(make: Make) -> None:
    """An answer is lost as well where the kill comes before it reached the platform."""

    def loses(passes: int) -> bool:
        found, _ = at_point(make("early_answer"), "intake.keeping.before_commit", passes)
        return any("lost in posts" in fault for fault in found)

    caught(loses, (4, 7, 11, 16, 23))

"""R04: a duplicate changes nothing, in parallel, in other envelopes, over restarts of web and worker."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import STATE, Home, Ledger, event, faults
from tests.journeys.installation import until

pytestmark = [pytest.mark.kills, pytest.mark.server, pytest.mark.timeout(300)]


def batches(events: list[dict[str, Any]], chance: random.Random) -> Iterator[list[dict[str, Any]]]:
    """Each event 1 to 20 times, in requests of one to three, so that envelopes differ where events are the same."""
    copies = [one for one in events for _ in range(chance.randint(1, 20))]
    chance.shuffle(copies)
    while copies:
        batch = [copies.pop() for _ in range(min(chance.randint(1, 3), len(copies)))]
        yield list({one["id"]: one for one in batch}.values())


def wait_for(ledger: Ledger, requests: int) -> None:
    until(lambda: ledger.kept > requests, f"{requests} requests", ledger.home.log, seconds=120)


def doubled(home: Home, number: int, seed: int = 4) -> tuple[list[str], int]:
    """What duplicates changed, and how many requests were sent."""
    chance = random.Random(seed)
    posts = [event(f"d{one}") for one in range(number)]
    reports = [event(f"read{one}", "read", item=f"sent-{one}") for one in range(number // 4)]
    ledger = Ledger(home)
    with home.running("web") as web, home.running("work") as worker:
        storm = ledger.storm(batches(posts + reports, chance))
        for share in (0.7, 2.5):  # of the events; each comes ten times on the average, in requests of two
            wait_for(ledger, int(share * number))
            web.again()
            worker.again()
        storm.join()
    home.settle(2)
    found = faults(home, {one["item"] for one in posts})
    told = home.code(STATE)["reports"]
    if sorted(told) != sorted(one["item"] for one in reports):
        found.append(f"{len(reports)} reports were told and {len(told)} are there")
    if strange := set(storm.refused) - {0}:  # 0: it was killed meanwhile
        found.append(f"duplicates were refused: {strange}")
    return found, ledger.kept


@pytest.mark.parametrize(
    "number", [60, pytest.param(10_000, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_each_event_up_to_twenty_times_is_there_once(home: Home, number: int) -> None:
    found, requests = doubled(home, number)
    assert found == []
    assert requests > 3 * number
    print(f"{number} events in {requests} requests")


def test_the_saboteur_without_a_ledger_of_seen_keys_is_caught(make: Make) -> None:
    found, _ = doubled(make("no_ledger"), 40)
    assert any("reports were told" in fault for fault in found)

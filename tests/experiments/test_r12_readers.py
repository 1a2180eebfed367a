"""R12: a poller or a reader of a stream that is killed anywhere neither skips nor repeats."""

import random
import time
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.homes import Home
from tests.experiments.kills import sample
from tests.experiments.ledger import event, faults
from tests.journeys.installation import until

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

POINTS = (
    "intake.sources.before_keep",
    "intake.sources.before_commit",
    "intake.sources.after_keep",
    "intake.sources.before_finish",
)
READY = """
from lyhord.channels.models import Account
from lyhord.intake import steps
from lyhord.intake.models import Source
steps.ensure_sources(now)
Source.objects.exclude(way=given).update(is_on=False)
Source.objects.filter(way=given).update(is_on=True, due_at=now)
out = list(Source.objects.filter(way=given).values_list("cursor", flat=True))
"""
DUE = """
from lyhord.intake.models import Source
out = Source.objects.filter(way=given).update(due_at=now, attempts=0)
"""
CURSOR = """
from lyhord.intake.models import Source
out = Source.objects.filter(way=given[0]).update(cursor=given[1], due_at=now)
"""
POSTS = """
from lyhord.intake.models import Post
out = Post.objects.count()
"""
# A saboteur: the cursor is saved by itself, before what came with it.
TORN = """
from django.db import transaction
from lyhord import worker
from lyhord.intake.sources import polling

whole = polling.keep

def torn(source, arrival, now):
    polling.Source.objects.filter(pk=source.pk).update(cursor=arrival.cursor)
    source.cursor = arrival.cursor
    return whole(source, arrival, now)

polling.keep = torn
worker.Worker().run_until_idle()
"""


def tell(home: Home, name: str, number: int) -> set[str]:
    told = [event(f"{name}-{one}", thread=f"t-{name}") for one in range(number)]
    network = home.network
    for one in told:
        network.happen(one)
    return {str(one["item"]) for one in told}


def ready(home: Home, way: str) -> None:
    home.code(READY, way)


def polled(home: Home, kills: list[dict[str, Any]]) -> tuple[list[str], int]:
    """Something new before each poll; the poller dies at each place, and another goes on."""
    ready(home, "poll")
    items: set[str] = set()
    killed = 0
    for number, place in enumerate(kills):
        items |= tell(home, f"k{number}", 2)
        home.code(DUE, "poll")
        killed += home.once(**place) < 0
        home.shift += 400  # the lease of a poll
        home.code(DUE, "poll")
        assert home.once() == 0, home.log()
    return faults(home, items), killed


def statements(home: Home) -> int:
    ready(home, "poll")
    tell(home, "first", 2)
    return home.statements()


@pytest.mark.parametrize(
    "rounds", [1, pytest.param(20, marks=[pytest.mark.whole, pytest.mark.timeout(3_000)])]
)
def test_a_poller_killed_at_a_fail_point_neither_skips_nor_repeats(home: Home, rounds: int) -> None:
    found, killed = polled(home, [{"plan": f"{point}=kill"} for point in POINTS] * rounds)
    assert found == []
    assert killed == len(POINTS) * rounds
    print(f"{killed} kills")


@pytest.mark.parametrize(
    "most", [5, pytest.param(10_000, marks=[pytest.mark.whole, pytest.mark.timeout(6_000)])]
)
def test_a_poller_killed_at_any_statement_neither_skips_nor_repeats(
    home: Home, make: Make, most: int
) -> None:
    length = statements(make())
    places = [{"kill_at": number} for number in sample(range(1, length + 1), most)]
    found, killed = polled(home, places)
    assert found == []
    assert killed >= min(most, length) * 3 // 4  # shorter walks end before the last
    print(f"{killed} kills over {length} statements")


@pytest.mark.parametrize(
    "kills", [4, pytest.param(150, marks=[pytest.mark.whole, pytest.mark.timeout(6_000)])]
)
def test_a_reader_of_a_stream_killed_at_random_neither_skips_nor_repeats(home: Home, kills: int) -> None:
    """A whole worker with its threads, while news come in all the time."""
    chance = random.Random(12)
    ready(home, "stream")
    items: set[str] = set()
    with home.running("work") as work:
        for number in range(kills):
            items |= tell(home, f"s{number}", 6)
            time.sleep(chance.uniform(0, 0.7))
            work.kill()
            home.code(DUE, "stream")  # its lease would lapse in a minute of real time
            work.start()
        until(lambda: home.code(POSTS) >= len(items), "all that was told", home.log, seconds=90)
    home.shift += 61
    assert home.once() == 0, home.log()
    assert faults(home, items) == []


@pytest.mark.parametrize("cursor", ["", "0", "999999999", "nonsense"], ids=["none", "old", "ahead", "odd"])
def test_a_cursor_that_is_too_old_or_strange_brings_all_once(home: Home, cursor: str) -> None:
    ready(home, "poll")
    items = tell(home, "a", 5)
    home.once()
    home.code(CURSOR, ["poll", cursor])
    items |= tell(home, "b", 5)
    home.shift += 400
    assert home.once() == 0, home.log()
    assert faults(home, items) == []


def test_the_saboteur_who_saves_the_cursor_first_is_caught(home: Home) -> None:
    ready(home, "poll")
    items = tell(home, "a", 4)
    status = home.wait(
        home.order("code", code=TORN, given=None, result="", plan="intake.sources.before_commit=kill")
    )
    assert status < 0
    home.shift += 400
    home.code(DUE, "poll")
    assert home.once() == 0, home.log()
    assert any("lost in posts" in fault for fault in faults(home, items))

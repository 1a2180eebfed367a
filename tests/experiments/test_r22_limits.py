"""R22: we do as the networks' limits say, knock at a failing one rarely and one at a time, and leave the others in peace."""

import random
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.experiments.conftest import Make
from tests.experiments.peers import Heard, Peer, Reply, connected, queued
from tests.experiments.rig import Home, caught

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

DAY = 86_400
OPENS = 5  # failures in a row
# What Retry-After says, from the moment of the request: (header, seconds in which nobody may knock).
HINTS: list[tuple[Callable[[int], str | None], int]] = [
    (lambda at: "30", 30),
    (lambda at: "1800", 1800),
    (lambda at: format_datetime(datetime.fromtimestamp(at, UTC) + timedelta(seconds=90), usegmt=True), 90),
    (lambda at: format_datetime(datetime.fromtimestamp(at, UTC) - timedelta(days=1), usegmt=True), 0),
    (lambda at: "0", 0),
    (lambda at: "-1", 0),
    (lambda at: "a little while", 0),
    (lambda at: None, 0),
]
TEN_YEARS = (lambda at: "315360000", DAY)  # which is asked again after a day


class Limited:
    """Puts off as it likes, and writes down until when each account was put off."""

    def __init__(self, chance: random.Random, hints: list[tuple[Callable[[int], str | None], int]]) -> None:
        self.chance, self.hints = chance, hints
        self.until: dict[str, int] = defaultdict(int)
        self.early: list[str] = []
        self.put_off = 0

    def __call__(self, heard: Heard) -> Reply:
        if heard.at < self.until[heard.path]:
            self.early.append(f"{heard.path}: {self.until[heard.path] - heard.at} seconds too early")
        if heard.path == "/free" or self.chance.random() < 0.5:
            return 200, {}
        self.put_off += 1
        says, seconds = self.chance.choice(self.hints)
        self.until[heard.path] = heard.at + seconds
        told = says(heard.at)
        return self.chance.choice([429, 429, 503]), {} if told is None else {"retry-after": told}


def limited(home: Home, number: int, seed: int = 22) -> tuple[list[str], int]:
    """Two accounts that are put off and one that is not. Who came too early, what did not arrive, and how often we were put off."""
    chance = random.Random(seed)
    limits = Limited(chance, HINTS)
    peer = Peer(limits)
    late = []
    with peer.open():
        home.allow = (peer.place,)
        accounts = connected(home, {name: f"http://{peer.place}/{name}" for name in ("one", "two", "free")})
        keys = []
        for place in range(number):
            texts = [f"Message {place}"]
            keys += [key for name in ("one", "two") for key in queued(home, accounts[name], texts)]
            free = queued(home, accounts["free"], texts)
            assert home.once() == 0, home.log()
            late += [key for key in free if key not in peer.taken]
            home.shift += chance.choice([1, 5, 40, 300])
        for _round in range(4 + 2 * number):
            if set(keys) <= set(peer.taken):
                break
            home.shift += chance.choice([20, 500, 2500])
            assert home.once() == 0, home.log()
    found = limits.early + [f"{key}: another account's wait held it up" for key in late]
    return found + [f"{key}: never arrived" for key in keys if key not in peer.taken], limits.put_off


@pytest.mark.parametrize(
    "number", [8, pytest.param(200, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_nobody_knocks_before_the_networks_word(home: Home, number: int) -> None:
    found, put_off = limited(home, number)
    assert found == []
    assert put_off > number // 2
    print(f"{put_off} times put off, 0 requests too early")


def test_ten_years_are_a_day(home: Home) -> None:
    limits = Limited(random.Random(3), [TEN_YEARS])
    limits.chance.random = lambda: 0.9 if limits.put_off == 0 else 0.1  # type: ignore[method-assign]
    peer = Peer(limits)
    with peer.open():
        home.allow = (peer.place,)
        account = connected(home, {"one": f"http://{peer.place}/one"})["one"]
        keys = queued(home, account, ["Message"])
        for shift in (0, 3600, DAY - 60, DAY + 120):
            home.shift = shift
            assert home.once() == 0, home.log()
            assert len(peer.heard) == (1 if shift < DAY else 2)
    assert peer.taken == keys
    assert limits.early == []


def burst(home: Home, workers: int = 4) -> tuple[int, int, list[str]]:
    """A network that fails and answers slowly: how many tried it at first, how many at once later, and what got lost."""
    failing = True

    def fails(heard: Heard) -> Reply:
        if not failing:
            return 200, {}
        if is_later:
            time.sleep(0.4)
        return 500, {}

    peer, is_later = Peer(fails), False
    with peer.open():
        home.allow = (peer.place,)
        account = connected(home, {"one": f"http://{peer.place}/one"})["one"]
        keys = queued(home, account, [f"Message {one}" for one in range(20)])
        assert home.once() == 0, home.log()
        first, is_later, peer.most_at_once = len(peer.heard), True, 0
        for _round in range(3):
            home.shift += 600
            for pid in [home.order("once") for _ in range(workers)]:
                assert home.wait(pid) == 0, home.log()
        failing = False
        home.shift += 1000
        home.settle()
    return first, peer.most_at_once, [key for key in keys if key not in peer.taken]


def test_after_five_failures_one_at_a_time_knocks(home: Home) -> None:
    first, at_once, lost = burst(home)
    assert (first, at_once, lost) == (OPENS, 1, [])


def test_the_saboteur_who_has_no_breaker_is_caught(make: Make) -> None:
    """Workers that start one after the other may miss each other."""

    def is_crowded(workers: int) -> bool:
        first, at_once, _lost = burst(make("outbox.no_breaker"), workers)
        return first > OPENS and at_once > 1

    caught(is_crowded, (4, 6, 8))


def test_the_saboteur_who_holds_no_account_back_is_caught(make: Make) -> None:
    """When he tries again is drawn by lot."""

    def is_early(seed: int) -> bool:
        found, _put_off = limited(make("outbox.no_breaker"), 6, seed)
        return any("too early" in fault for fault in found)

    caught(is_early, (22, 23, 24))

"""R23: a network that hangs holds one thread for a time that ends, and holds up nobody else."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.experiments.conftest import Make
from tests.experiments.hanging import WAYS, Hanging, hanging
from tests.experiments.peers import POSTS, Peer, connected, queued
from tests.experiments.rig import Home, caught
from tests.journeys.installation import until

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(300)]

CALL_SECONDS = 4.0


@contextmanager
def among(
    home: Home, hang: int, good: int, call_seconds: float = CALL_SECONDS
) -> Iterator[tuple[Peer, list[Hanging], dict[str, int]]]:
    """Accounts of which `hang` hang in every way that there is; the good ones answer at once."""
    with ExitStack() as all_peers:
        peers = [all_peers.enter_context(hanging(way)) for way in WAYS]
        peer = all_peers.enter_context(Peer(lambda heard: (200, {})).open())
        home.allow = (peer.place, *(each.place for each in peers))
        home.call_seconds = call_seconds
        urls = {f"hangs{number}": peers[number % len(WAYS)].url for number in range(hang)}
        urls |= {f"good{number}": f"http://{peer.place}/good{number}" for number in range(good)}
        yield peer, peers, connected(home, urls)


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_hanging_ends_and_is_no_loss(home: Home, way: str) -> None:
    with hanging(way) as peer:
        home.allow, home.call_seconds = (peer.place,), 1.0
        account = connected(home, {"hangs": peer.url})["hangs"]
        keys = queued(home, account, ["Are you there?"])
        begun = time.monotonic()
        assert home.once() == 0, home.log()
        took = time.monotonic() - begun
        if way == "tls":
            assert peer.met >= 1  # no word was said, so that it is tried again
        elif way != "name":
            assert peer.met == 1
    [(state, why)] = [home.code(POSTS)[key] for key in keys]
    # Nothing was sent yet, or it is certain that the same again is safe; in doubt it is looked for.
    assert state == ("queued" if way in {"tls", "name"} else "unsure"), why
    assert why
    assert took < 30, "a call of one second"  # far from what it would be without an end


def leaks(pid: int) -> tuple[int, int]:
    """Threads and sockets of a process."""
    links = []
    for place in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(str(place.readlink()))
        except OSError:
            continue
    return len(list(Path(f"/proc/{pid}/task").iterdir())), sum(link.startswith("socket:") for link in links)


def beside(home: Home, hang: int, good: int) -> float:
    """The share of the good ones' messages that arrived before the first of the others' calls had come to its end."""
    with among(home, hang, good, call_seconds=10.0) as (peer, peers, accounts):

        def has_ended() -> bool:
            met = sum(each.met for each in peers)
            return sum(len(each.open) for each in peers) < met

        for name, account in accounts.items():  # who hangs was there first
            queued(home, account, [f"To {name}"])
        with home.running("work"):
            until(lambda: len(peer.taken) == good or has_ended(), "an end", home.log, seconds=100)
            return len(peer.taken) / good


def test_who_answers_does_not_wait_for_those_who_hang(home: Home) -> None:
    assert beside(home, hang=24, good=12) == 1.0


def test_the_saboteur_with_one_pool_for_all_is_caught(make: Make) -> None:
    """Who answers may come before enough of them hang."""
    caught(lambda hang: beside(make("worker.one_pool"), hang, good=12) < 1.0, (24, 36, 48))


DROP = """
from lyhord.outbox.models import Dispatch
Dispatch.objects.exclude(state="sent").update(state="dropped", due_at=None)
"""


@pytest.mark.parametrize(
    ("hang", "seconds"),
    [(12, 2.0), pytest.param(100, 1800.0, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])],
)
def test_no_thread_and_no_socket_stays_behind(home: Home, hang: int, seconds: float) -> None:
    """After the second wave there are as many as after the first, which has begun all threads of the pool."""
    counts: list[tuple[int, int]] = []
    with among(home, hang, 1) as (_peer, peers, accounts), home.running("work") as worker:
        for _wave in range(2):
            met = sum(each.met for each in peers)
            for name, account in accounts.items():
                queued(home, account, [f"To {name}"])
            until(lambda met=met: sum(each.met for each in peers) >= met + hang // 2, "a wave", home.log)  # type: ignore[misc]
            time.sleep(seconds)
            home.code(DROP)
            until(
                lambda: not any(each.open for each in peers), "the end of their calls", home.log, seconds=60
            )
            counts.append(leaks(worker.pid))
    assert max(abs(after - before) for before, after in zip(*counts, strict=True)) <= 5, counts

"""R09: a poison message stops nothing, and nobody has to find it in a log: it lies in quarantine, and one click tries again."""

from functools import partial
from typing import Any

import pytest

from tests.experiments.homes import Home, Running, members
from tests.experiments.ledger import event, faults
from tests.journeys.installation import until

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

# A whole worker whose parser meets its match in one message. The fences are those of production, only nearer.
WORKER = """
import signal, time
from django.conf import settings
from lyhord import worker
from lyhord.connectors.demo import parser
from lyhord.intake import steps

def raises():
    raise RuntimeError("A parser's own fault.")

def hangs():
    time.sleep(60)

def spins():
    while True:
        pass

def sticks():  # in a library that no signal reaches
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    time.sleep(60)

def eats():
    eaten = []
    for _ in range(64):
        eaten.append(bytes(64 * 1024 * 1024))  # 4 GB of addresses in all; never touched, so the machine is spared

steps.LONGEST_READ, worker.LONGEST_STEP, settings.LYHORD_WORKER_MEMORY = given["read"], given["step"], given["memory"]
plain, deed = parser.parse, {"raises": raises, "hangs": hangs, "spins": spins, "sticks": sticks, "eats": eats}[given["deed"]]

def parse(raw):
    if b"poison" in raw:
        deed()
    return plain(raw)

parser.parse = parse
worker.Worker().run()
"""
STANDS = """
from lyhord.intake.models import Envelope, Post
poison = Envelope.objects.filter(raw__contains=b"poison").first() or Envelope.objects.order_by("pk").first()
out = {
    "posts": list(Post.objects.values_list("native", flat=True)),
    "state": poison.state, "attempts": poison.attempts, "problem": poison.problem, "raw": bytes(poison.raw).decode(),
    "refusals": poison.refusals.count(),
}
"""
CLICK = """
from lyhord.intake import actions
from lyhord.intake.models import Envelope
from lyhord.staff.models import User
by = User.objects.filter(is_administrator=True).order_by("pk").first()
out = actions.retry(Envelope.objects.get(state="quarantined"), by, now)
"""
TRIES = 5
DEEDS = {
    "raises": "RuntimeError",
    "hangs": "longer than",
    "spins": "longer than",
    "sticks": "ended the worker",
    "eats": "MemoryError",
}
FENCES = {"read": 1.0, "step": 4.0, "memory": 3_000}
NONE = {"read": 3_600.0, "step": 3_600.0, "memory": 0}


def working(home: Home, deed: str, fences: dict[str, float]) -> Any:
    return home.running("code", code=WORKER, given={"deed": deed, **fences}, result=str(home.folder / "none"))


def poisoned(home: Home) -> tuple[set[str], dict[str, Any]]:
    """A poison among good messages, some before it and some after."""
    events = [event(f"m{number}") for number in range(6)]
    poison = event("poison")
    home.receive([poison])
    home.receive(events)
    return {str(one["item"]) for one in events}, poison


def stands(home: Home) -> Any:
    return home.code(STANDS)


@pytest.mark.parametrize(
    "deed", [pytest.param(deed, marks=[pytest.mark.whole] if deed == "spins" else []) for deed in DEEDS]
)
def test_poison_stops_nothing_and_waits_for_a_click(home: Home, deed: str) -> None:
    items, poison = poisoned(home)
    # The others are taken, however it fails; where it ends the process, the next one takes them.
    for attempt in range(TRIES + 2):
        before = stands(home)
        if before["state"] == "quarantined":
            break
        home.shift += 400  # past any back-off and lease
        with working(home, deed, FENCES) as worker:
            until(partial(is_tried, home, before), f"try {attempt} of what {deed}", home.log)
            following = event(f"n{attempt}")
            home.receive([following])
            items.add(str(following["item"]))
            until(partial(is_over, home, worker, following), "the next message", home.log)
    assert home.once() == 0, home.log()
    now = stands(home)
    assert set(now["posts"]) == items
    assert now["state"] == "quarantined", now
    assert DEEDS[deed] in now["problem"], now
    assert "poison" in now["raw"]
    assert now["refusals"] == 1
    # The parser is mended, and a person clicks.
    assert home.code(CLICK) is True
    home.shift += 5
    assert home.once() == 0, home.log()
    assert faults(home, items | {str(poison["item"])}) == []


def is_tried(home: Home, before: dict[str, Any]) -> bool:
    now = stands(home)
    return bool(now["attempts"] > before["attempts"] or now["state"] == "quarantined")


def is_over(home: Home, worker: Running, following: dict[str, Any]) -> bool:
    """The next message was taken; or the process ended, as it must where nothing else helps."""
    return following["item"] in stands(home)["posts"] or not members(worker.pid)


@pytest.mark.parametrize("deed", ["hangs", "sticks"])
def test_without_fences_nothing_comes_after_it(home: Home, deed: str) -> None:
    """The saboteur takes away both clocks: then the line stands for as long as the poison pleases."""
    items, _ = poisoned(home)
    with working(home, deed, NONE):
        until(lambda: stands(home)["attempts"] > 0, "the first try", home.log)
        with pytest.raises(AssertionError, match="never came"):
            until(lambda: set(stands(home)["posts"]) & items, "the others", seconds=6)

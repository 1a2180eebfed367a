"""R31: our own webhooks keep the promises that we ask of others: at least once, signed, for three days, and nowhere inside."""

import random
import time
from collections import defaultdict

import pytest

from tests.experiments.conftest import Make
from tests.experiments.peers import POSTS, Heard, Peer, Reply, connected, queued
from tests.experiments.rig import Home

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

HOUR = 3600.0
ENDS = """
from lyhord.channels.models import Account
account = Account.objects.get(pk=given)
out = {"state": account.state, "why": account.state_why}
"""
REPLAY = """
from lyhord.channels import actions as channels
from lyhord.channels.models import Account
from lyhord.outbox import actions
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import User
chief = User.objects.get(email="chief@example.com")
channels.test(Account.objects.get(pk=given), chief, now)
for held in Dispatch.objects.filter(state="held"):
    actions.release(held, chief, now)
"""


def wrong(home: Home, peer: Peer, keys: list[str], *, state: str = "sent") -> list[str]:
    """What was not delivered, not signed, or changed between two attempts."""
    states = home.code(POSTS)
    bodies: dict[str, set[bytes]] = defaultdict(set)
    for one in peer.heard:
        bodies[one.ident].add(one.body)
    found = [f"{one.ident}: not signed" for one in peer.heard if not one.is_signed]
    found += [
        f"{key}: came with {len(several)} bodies" for key, several in bodies.items() if len(several) > 1
    ]
    for key in keys:
        if key not in peer.taken:
            found.append(f"{key}: never delivered, {states[key]}")
        elif states[key][0] != state:
            found.append(f"{key}: delivered, and {states[key]}")
    return found


def troubled(home: Home, number: int, seed: int = 31) -> list[str]:
    """Half of the requests are put off, fail, are carried out without an answer, or take too long."""
    chance = random.Random(seed)

    def moody(heard: Heard) -> Reply:
        mood = chance.choice(["good"] * 6 + ["500", "503", "429", "502", "lost", "slow"])
        if mood == "good":
            return 200, {}
        if mood == "lost":  # carried out, and no answer
            peer.taken.append(heard.ident)
            return 0, {}
        if mood == "slow":
            time.sleep(home.call_seconds + 0.2)
            return 0, {}
        return int(mood), {"retry-after": "120"} if mood == "429" else {}

    peer = Peer(moody)
    home.call_seconds = 0.5
    with peer.open():
        home.allow = (peer.place,)
        account = connected(home, {"moody": f"http://{peer.place}/in"})["moody"]
        keys = queued(home, account, [f"Message {one}" for one in range(number)])
        for _round in range(30 + number // 5):
            home.shift += chance.uniform(10, 900)
            assert home.once() == 0, home.log()
            if all(state == "sent" for state, _why in home.code(POSTS).values()):
                break
    return wrong(home, peer, keys)


@pytest.mark.parametrize(
    "number", [12, pytest.param(1000, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_a_consumer_in_trouble_gets_each_at_least_once_and_signed(home: Home, number: int) -> None:
    assert troubled(home, number) == []


def test_the_saboteur_who_does_not_sign_is_caught(make: Make) -> None:
    assert any("not signed" in fault for fault in troubled(make("no_signature"), 3))


def dead(home: Home, hours: float) -> tuple[Peer, int, list[str]]:
    """A consumer that was connected and is gone for so long; three messages wait for it."""
    peer = Peer(lambda heard: (200, {}))
    with peer.open():
        home.allow = (peer.place,)
        account = connected(home, {"dead": f"http://{peer.place}/in"})["dead"]
    keys = queued(home, account, ["one", "two", "three"])
    for step in [60.0, 600.0, HOUR, *[4 * HOUR] * 30]:
        if home.shift + step > hours * HOUR:
            break
        home.shift += step
        assert home.once() == 0, home.log()
    return peer, account, keys


def test_after_two_days_it_gets_everything_by_itself(home: Home) -> None:
    peer, account, keys = dead(home, 48)
    assert home.code(ENDS, account)["state"] == "active"
    with peer.open():
        for _round in range(4):
            home.shift += HOUR
            assert home.once() == 0, home.log()
    assert wrong(home, peer, keys) == []


def test_after_three_days_it_is_stopped_and_shown_and_a_person_has_it_sent(home: Home) -> None:
    peer, account, keys = dead(home, 90)
    ends = home.code(ENDS, account)
    assert ends["state"] == "broken"
    assert "cannot be reached" in ends["why"]
    states = {state for state, _why in home.code(POSTS).values()}
    assert "held" in states
    assert states <= {"held", "queued"}  # nothing is lost, and nothing is tried any more
    with peer.open():
        home.code(REPLAY, account)
        home.shift += HOUR
        home.settle()
    assert wrong(home, peer, keys) == []


def test_the_saboteur_who_gives_up_early_is_caught(make: Make) -> None:
    home = make("eight_tries")
    peer, _account, keys = dead(home, 48)
    with peer.open():
        home.settle()
    assert any("never delivered" in fault for fault in wrong(home, peer, keys))


def lured(home: Home) -> tuple[Peer, dict[str, list[str]]]:
    """A consumer that leads on to a system inside our network, and an address that lies there itself."""
    inner = Peer(lambda heard: (200, {}))
    with inner.open():
        outer = Peer(lambda heard: (int(heard.path.strip("/")), {"location": f"http://{inner.place}/admin"}))
        with outer.open():
            home.allow = (outer.place,)
            urls = {str(status): f"http://{outer.place}/{status}" for status in (301, 302, 303, 307, 308)}
            accounts = connected(home, {**urls, "inside": f"https://{inner.place}/admin"})
            for account in accounts.values():
                queued(home, account, ["Open sesame"])
            assert home.once() == 0, home.log()
    return inner, home.code(POSTS)


def test_nothing_leads_inside(home: Home) -> None:
    inner, states = lured(home)
    assert inner.heard == []
    assert sorted(state for state, _why in states.values()) == ["queued", *["refused"] * 5]


def test_the_saboteur_who_follows_is_caught(make: Make) -> None:
    inner, _states = lured(make("no_pin"))
    assert inner.heard != []

"""R05: the order of arrival does not matter. All permutations of a few events are tried inside intake; here many at random."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import Ledger, event

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(300)]

BEGIN = datetime(2026, 11, 20, 8, tzinfo=UTC)
SHAPE = """
from collections import defaultdict
from lyhord.intake.models import Envelope, Post, Reaction
signs = defaultdict(list)
for post, author, sign in Reaction.objects.values_list("post__native", "author", "sign"):
    signs[post].append([author, sign])
out = {
    post.native: {
        "text": post.text, "is_deleted": post.deleted_at is not None, "is_hidden": post.hidden_at is not None,
        "author": post.author, "thread": post.thread.native, "at": post.at,
        "versions": sorted(post.versions.values_list("text", flat=True)), "signs": sorted(signs[post.native]),
    }
    for post in Post.objects.select_related("thread")
}
out["not done"] = list(Envelope.objects.exclude(state="done").values_list("problem", flat=True))
"""


def stories(number: int, chance: random.Random) -> list[dict[str, Any]]:
    """`number` events about posts and answers to them: created, edited, deleted, hidden, shown, with reactions."""
    told: list[dict[str, Any]] = []
    moment = 0
    while len(told) < number:
        name = f"s{len(told)}"
        earlier = [one["item"] for one in told if one["kind"] == "created"]
        parent = {"parent": chance.choice(earlier)} if earlier and chance.random() < 0.4 else {}
        kinds = [
            "created",
            *chance.choices(["edited", "reaction", "hidden", "shown"], k=chance.randint(1, 5)),
        ]
        kinds += ["deleted"] if chance.random() < 0.2 else []
        for turn, kind in enumerate(kinds):
            moment += 1
            more: dict[str, Any] = {"item": name, "at": (BEGIN + timedelta(seconds=moment)).isoformat()}
            more["text"] = f"{kind} {turn}" if kind != "reaction" else chance.choice(["♥", "👍", ""])
            if kind == "reaction":
                fan = f"fan{chance.randint(1, 3)}"
                more["author"] = {"id": fan, "handle": fan, "name": "Ville", "lang": "en"}
            else:
                more["author"] = {"id": f"by-{name}", "handle": f"by-{name}", "name": "Aino", "lang": "en"}
            told.append(event(f"{name}-{turn}", kind, **more, **(parent if kind == "created" else {})))
    return told


def shape(make: Make, events: list[dict[str, Any]], lines: int, sabotage: str = "") -> Any:
    home = make(sabotage)
    ledger = Ledger(home)
    with home.running("web"), home.running("work"):
        ledger.storm(iter([[one] for one in events]), lines).join()
    home.settle(3)
    return home.code(SHAPE)


def differences(one: Any, other: Any) -> list[str]:
    return [
        f"{name}: {one.get(name)} / {other.get(name)}"
        for name in {*one, *other}
        if one.get(name) != other.get(name)
    ]


def words(events: list[dict[str, Any]]) -> dict[str, str]:
    """What each post says in the end, by its own times."""
    told: dict[str, str] = {}
    for one in events:
        if one["kind"] in {"created", "edited"}:
            told[one["item"]] = one["text"]
        elif one["kind"] == "deleted":
            told[one["item"]] = ""
    return told


@pytest.mark.parametrize(
    "number", [200, pytest.param(1000, marks=[pytest.mark.whole, pytest.mark.timeout(1800)])]
)
def test_mixed_events_in_random_order_end_as_in_order(make: Make, number: int) -> None:
    chance = random.Random(5)
    events = stories(number, chance)
    in_order = shape(make, events, lines=1)
    assert {name: post["text"] for name, post in in_order.items() if name != "not done"} == words(events)
    assert in_order["not done"] == []
    shuffled = chance.sample(events, len(events))
    assert differences(in_order, shape(make, shuffled, lines=4)) == []


def test_the_saboteur_who_believes_the_order_of_arrival_is_caught(make: Make) -> None:
    chance = random.Random(5)
    events = stories(80, chance)
    shuffled = chance.sample(events, len(events))
    assert differences(shape(make, events, 1), shape(make, shuffled, 4, "order_of_arrival")) != []

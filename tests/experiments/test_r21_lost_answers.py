"""R21: what ended in doubt is decided by evidence or by a person, and is never sent again blindly."""

import random

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import FORGETFUL, REPLY, Home, asked, doubts

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

SHOWN = """
from lyhord.outbox import queries
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import User
lead = User.objects.get(email="ida@example.com")
visible = {row.pk for row in queries.dispatches_visible_to(lead)}
unsure = Dispatch.objects.filter(state="unsure")
out = {"unsure": unsure.count(), "seen": sum(row.pk in visible for row in unsure)}
"""


def doubtful(home: Home, number: int, keys: str, seed: int = 21) -> tuple[list[str], int]:
    """`number` answers of which most end without a word of the network, in half of the cases after it took them."""
    chance = random.Random(seed)
    questions = asked(home, number)
    if keys == "none":
        home.code(FORGETFUL)
    network = home.network
    for _ in range(number):
        network.fail(chance.choice(["lost_answer", "hang"]), seconds=0)
    answers = [one | {"text": f"Answer {one['strand']}"} for one in questions]
    home.code(REPLY, answers)
    assert home.once() == 0, home.log()
    home.settle(4)
    told = home.code(SHOWN)
    found = doubts(home, {one["text"] for one in answers}, may_be_unsure=keys == "none")
    if told["unsure"] != told["seen"]:
        found.append(f"{told['unsure']} are unsure and {told['seen']} are shown to the lead")
    return found, told["unsure"]


@pytest.mark.parametrize("keys", ["key", "none"])
# Two kinds of keys, two databases: ten thousand in the whole form.
@pytest.mark.parametrize(
    "number", [24, pytest.param(2_500, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_each_lost_answer_is_settled_by_evidence_or_shown(home: Home, number: int, keys: str) -> None:
    found, unsure = doubtful(home, number, keys)
    assert found == []
    assert (unsure > 0) == (keys == "none")
    print(f"{number} ambiguous, {unsure} with people")


def test_the_saboteur_who_sends_again_is_caught(make: Make) -> None:
    """Other keys alone would not do it here: an own post that comes back may settle it before. R20 catches those."""
    found, _ = doubtful(make("outbox.resend_unsure"), 6, "none")
    assert any("times" in doubt for doubt in found)

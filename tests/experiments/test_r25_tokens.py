"""R25: a token that ends pauses one account, loses nothing and says so; renewed, everything goes on in order."""

import pytest

from tests.experiments.answers import HELD, WRITE
from tests.experiments.conftest import Make
from tests.experiments.rig import ASKED, Home, caught, signed_off
from tests.journeys.installation import question

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

SHOWN = """
from lyhord.channels.models import Account, Gap
from lyhord.web.models import Change
account = Account.objects.get(connector="demo")
out = {
    "state": account.state, "why": account.state_why,
    "changes": Change.objects.filter(topic="account", object_id=account.pk).count(),
    "gaps": list(Gap.objects.filter(account=account, ended_at=None).values_list("cause", flat=True)),
    "told": Gap.objects.filter(account=account).exclude(told_at=None).count(),
}
"""
RENEW = """
from lyhord.channels import actions
from lyhord.channels.models import Account
from lyhord.staff.models import User
chief = User.objects.get(email="chief@example.com")
actions.renew(Account.objects.get(connector="demo"), {"page": "nordbanan"}, chief, now)
"""
DUE = """
from lyhord.channels.models import Account
Account.objects.filter(connector="demo").update(checked_at=None)
"""
EACH = 2  # answers to each customer


def ended(home: Home, customers: int) -> list[str]:
    """The token ends amid a batch, customers write on, the token is renewed. What was lost, out of order, or sent blindly."""
    network = home.network
    for place in range(customers):
        told = question(
            f"Where is train {place}?",
            who=f"who{place}",
            thread=f"dm-{place}",
            private=True,
            item=f"q{place}",
        )
        network.happen(told)
    assert home.once() == 0, home.log()
    asked = home.code(ASKED)
    answers = [one | {"text": f"{one['item']} {number}"} for number in range(EACH) for one in asked]
    dispatches = dict(zip((one["text"] for one in answers), home.code(WRITE, answers), strict=True))
    stale = {one["item"] for one in asked[-2:]}
    batch(home, customers // 2)
    home.network.fail("revoked")
    assert home.once() == 0, home.log()
    found = shown(home)
    before = texts(home)
    for item in stale:
        thread = item.replace("q", "dm-")
        home.network.happen(
            question("Never mind.", who=item.replace("q", "who"), thread=thread, private=True)
        )
    home.settle()
    if texts(home) != before:
        found.append("sent with a dead token")
    home.code(RENEW)
    home.settle(3)  # the gap is seen to have ended, what came meanwhile is read, and then our words go
    states = home.code(HELD)
    for text, pk in dispatches.items():
        state = states[str(pk)][0]
        if text.split()[0] not in stale or text in before:
            found += [f"{text} is {state}, not sent"] * (state != "sent")
        elif state not in {"held", "queued"}:  # the second waits behind the first, which is held
            found.append(f"{text} is {state}, not held")
    return found + out_of_order(home)


def batch(home: Home, most: int) -> None:
    """Send the first `most`, as a worker does that is interrupted then."""
    home.code(
        "from lyhord.outbox import steps\n"
        "for _account, pk in steps.due_dispatches(now)[:given]:\n    steps.send(pk, now)",
        most,
    )


def texts(home: Home) -> list[str]:
    return [signed_off(done["text"]) for done in home.network.answers() if done["verb"] == "reply"]


def out_of_order(home: Home) -> list[str]:
    last: dict[str, int] = {}
    found = []
    for text in texts(home):
        item, number = text.split()
        if int(number) != last.get(item, -1) + 1:
            found.append(f"{text} came after {last.get(item)}")
        last[item] = int(number)
    return found


def shown(home: Home) -> list[str]:
    """Within a minute it stands on the account, open pages are told, and who looks after it is written to."""
    home.shift += 60
    assert home.once() == 0, home.log()
    told = home.code(SHOWN)
    if (told["state"], told["gaps"], told["told"]) != ("broken", ["stopped"], 1) or not told["changes"]:
        return [f"not shown: {told}"]
    return []


@pytest.mark.parametrize(
    "customers", [8, pytest.param(1000, marks=[pytest.mark.whole, pytest.mark.timeout(6000)])]
)
def test_a_token_that_ends_amid_a_batch_loses_nothing(home: Home, customers: int) -> None:
    assert ended(home, customers) == []


@pytest.mark.parametrize("saboteur", ["outbox.no_second_look", "outbox.no_catching_up"])
def test_the_saboteur_who_does_not_look_again_is_caught(make: Make, saboteur: str) -> None:
    """At what customers wrote while the account stood still."""
    assert any("not held" in fault for fault in ended(make(saboteur), 4))


def refreshed(home: Home, workers: int = 8) -> int:
    """A token is due to be renewed and several workers see it; the network takes its time and its answer is lost. How often it was asked."""
    assert home.once() == 0, home.log()
    home.network.fail("hang", times=3 * workers, on="connect", seconds=1)
    home.code(DUE)
    for pid in [home.order("once") for _ in range(workers)]:
        assert home.wait(pid) == 0, home.log()
    network = home.network
    network.refresh()
    return 3 * workers - len(network.state.failures["connect"])


def test_of_eight_workers_one_renews_and_a_lost_answer_breaks_nothing(home: Home) -> None:
    assert refreshed(home) == 1
    assert home.code(SHOWN)["state"] == "active"
    home.network.happen(question("Is anybody there?"))
    home.settle()
    home.code(WRITE, [one | {"text": "Yes 0"} for one in home.code(ASKED)])
    home.once()
    assert texts(home) == ["Yes 0"]


def test_the_saboteur_who_lets_all_of_them_renew_is_caught(make: Make) -> None:
    caught(lambda workers: refreshed(make("channels.no_single_check"), workers) > 1, (8, 10, 12))

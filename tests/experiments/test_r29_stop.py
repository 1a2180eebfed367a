"""R29: the stop button stops; what waited is shown by count and leaves once when we go on."""

from collections import Counter
from contextlib import ExitStack

import pytest

from tests.experiments.conftest import Make
from tests.experiments.rig import REPLY, Home, asked, caught, signed_off
from tests.journeys.installation import until

pytestmark = [pytest.mark.server, pytest.mark.kills, pytest.mark.timeout(300)]

WORKERS = 2
STOP = """
from lyhord.connectors.demo.network import Network
from lyhord.outbox import actions, queries
from lyhord.staff.models import User
actions.stop_all(User.objects.get(email="chief@example.com"), now, "Something is wrong.")
left = sum(done["verb"] == "reply" for done in Network(given).answers())
out = {"left": left, "waiting": queries.waiting_count(), "is_stopped": queries.is_stopped(now)}
"""
GO_ON = """
from lyhord.outbox import actions
from lyhord.staff.models import User
actions.resume_all(User.objects.get(email="chief@example.com"), now)
"""
STATES = """
from collections import Counter
from lyhord.outbox.models import Dispatch
out = Counter(Dispatch.objects.values_list("state", flat=True))
"""


def replies(home: Home) -> Counter[str]:
    return Counter(signed_off(done["text"]) for done in home.network.answers() if done["verb"] == "reply")


def stopped(home: Home, number: int) -> list[str]:
    """Workers send `number` answers, and amid them somebody presses the button. What went on, or was lost or doubled."""
    questions = asked(home, number)
    texts = {one["strand"]: f"Answer {one['strand']}" for one in questions}
    home.code(REPLY, [one | {"text": texts[one["strand"]]} for one in questions])
    found = []
    with ExitStack() as both:
        for _ in range(WORKERS):
            both.enter_context(home.running("work"))
        until(lambda: len(replies(home)) >= number // 10, "the first answers", home.log, seconds=120)
        pressed = home.code(STOP, str(home.folder))
        until(lambda: not home.code(STATES).get("sending"), "the end of those on their way", home.log)
        home.code("import time; time.sleep(1)")  # in which workers would take the next ones
        after = sum(replies(home).values())
        if after > pressed["left"] + WORKERS:
            found.append(f"{after - pressed['left']} left after the button was pressed")
        shown = pressed["waiting"]
        most = number - pressed["left"] + WORKERS  # what stands there may not be written down here yet
        if not pressed["is_stopped"] or not number - after <= shown <= most:
            found.append(f"{shown} are shown as waiting, of {number} with {pressed['left']} gone")
        home.code(GO_ON)
        until(lambda: home.code(STATES).get("sent", 0) >= number, "the rest", home.log, seconds=400)
    stands = replies(home)
    return found + [f"{text} stands {stands[text]} times" for text in texts.values() if stands[text] != 1]


@pytest.mark.parametrize(
    "number", [40, pytest.param(1000, marks=[pytest.mark.whole, pytest.mark.timeout(3000)])]
)
def test_at_most_those_on_their_way_leave_and_each_leaves_once_after_it(home: Home, number: int) -> None:
    assert stopped(home, number) == []


def test_the_saboteur_who_looks_at_no_hold_is_caught(make: Make) -> None:
    """All may have left before the button is down."""

    def goes_on(number: int) -> bool:
        return any("after the button" in fault for fault in stopped(make("outbox.no_stop"), number))

    caught(goes_on, (40, 80, 160))

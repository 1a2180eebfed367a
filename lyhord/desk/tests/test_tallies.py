"""Whatever is done, the maintained counts say what a real count says."""

import contextlib
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lyhord.desk import actions, steps
from lyhord.desk.actions import tally
from lyhord.desk.models import Conversation, Tally, Turn
from lyhord.desk.tests.conftest import World
from lyhord.lib.errors import LyhordError
from lyhord.outbox.models import State
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db

PEOPLE = ("Aino", "Maja", "Erik")
VERBS = (
    "close",
    "reopen",
    "snooze",
    "take",
    "spam",
    "not_spam",
    "reply",
    "reply_close",
    "undo",
    "wake",
    "refuse",
    "bulk",
)
WORDS = st.sampled_from([("question", True), ("spam", False), ("praise", False), ("corporate", True)])
STEPS = st.one_of(
    st.tuples(st.just("says"), st.sampled_from(PEOPLE), WORDS, st.integers(0, 20)),
    st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE), WORDS, st.integers(0, 20)),
)


def counted() -> Counter[tally.Key]:
    return Counter(tally.key(row) for row in Conversation.objects.all())


def maintained() -> Counter[tally.Key]:
    cells = Tally.objects.values_list("account", "assignee", "status", "waits", "is_spam", "flow", "n")
    return Counter({(a, b, c, d, e, f): n for a, b, c, d, e, f, n in cells if n})


def do(world: World, verb: str, conversation: Conversation, by: User) -> None:
    now = world.now
    if verb in {"close", "reopen", "take", "wake"}:
        getattr(actions, verb)(conversation, by=by, now=now)
    elif verb in {"spam", "not_spam"}:
        (actions.mark_spam if verb == "spam" else actions.not_spam)(conversation, by=by, now=now)
    elif verb == "snooze":
        actions.snooze(conversation, now + timedelta(hours=1), by=by, now=now)
    elif verb in {"reply", "reply_close"}:
        world.answer(conversation, by, close=verb == "reply_close")
    elif verb == "undo":
        actions.undo(by=by, now=now)
    elif verb == "bulk":
        actions.bulk(Conversation.objects.values_list("pk", flat=True), "close", by=by, now=now)
    else:
        turn = Turn.objects.filter(dispatch__state="queued").select_related("dispatch").first()
        if turn is not None:
            world.becomes(turn.dispatch, State.REFUSED)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(STEPS, min_size=1, max_size=14))
def test_the_tallies_equal_a_real_count(
    world: World, linnea: User, plan: list[tuple[str, str, tuple[str, bool], int]]
) -> None:
    for verb, name, (kind, needs), days in plan:
        world.later(days=days)
        if verb == "says":
            world.says(name, thread=name, told={"kind": kind, "needs_answer": needs})
        else:
            conversation = Conversation.objects.filter(customer__name=name).order_by("-pk").first()
            if conversation is None:
                continue
            # What is refused must leave the counts as they were.
            with contextlib.suppress(LyhordError):
                do(world, verb, conversation, linnea)
        steps.take_dispatches(world.now)
        steps.wake(world.now)
        assert maintained() == counted()
    assert tally.recount() == 0


def test_counting_anew_puts_right_what_was_wrong(world: World) -> None:
    for name in PEOPLE:
        world.says(name, thread=name)
    Tally.objects.update(n=7)
    assert tally.recount() == 1
    assert maintained() == counted()
    Tally.objects.all().delete()
    assert tally.recount() == 1
    assert maintained() == counted()

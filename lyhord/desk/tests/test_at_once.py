"""Two people, and two processes, at the same moment (R24)."""

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection

from lyhord.desk import actions, queries, steps
from lyhord.desk.models import Conversation, Tally, Turn
from lyhord.desk.tests.conftest import World
from lyhord.outbox.models import Dispatch
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


def together(*jobs: Callable[[], object]) -> list[object]:
    """Run at once, each on a connection of its own; gives what each gave or raised."""
    start, told = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], object]) -> None:
        try:
            start.wait()
            told[place] = job()  # type: ignore[call-overload]
        except Exception as problem:
            told[place] = problem  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(told)


@pytest.mark.parametrize(
    "rounds", [ROUNDS, pytest.param(1_000, marks=[pytest.mark.whole, pytest.mark.timeout(1_800)])]
)
def test_of_two_who_answer_at_once_one_is_sent_and_the_other_is_told(
    world: World, linnea: User, petri: User, rounds: int
) -> None:
    for n in range(rounds):
        conversation = world.says(f"P{n}", thread=f"t{n}")
        seen = queries.newest_turn(conversation.pk)

        def by(
            user: User, conversation: Conversation = conversation, seen: int | None = seen
        ) -> Callable[[], Turn]:
            return lambda: world.answer(conversation, user, seen=seen)

        told = together(by(linnea), by(petri))
        assert sum(isinstance(one, Turn) for one in told) == 1, told
        refused = next(one for one in told if not isinstance(one, Turn))
        assert isinstance(refused, actions.NewerTurn) and "has answered since you began" in str(refused)
        assert Dispatch.objects.filter(turn__conversation=conversation).count() == 1


def test_without_the_defence_both_would_be_sent(
    world: World, linnea: User, petri: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", "desk.no_newer_turn")
    conversation = world.says("Aino")
    seen = queries.newest_turn(conversation.pk)
    together(
        lambda: world.answer(conversation, linnea, seen=seen),
        lambda: world.answer(conversation, petri, seen=seen),
    )
    assert Dispatch.objects.filter(turn__conversation=conversation).count() == 2


def test_of_one_form_sent_four_times_at_once_one_is_sent(world: World, linnea: User) -> None:
    for n in range(ROUNDS):
        conversation = world.says(f"P{n}", thread=f"t{n}")
        seen, key = queries.newest_turn(conversation.pk), uuid4()

        def send(
            conversation: Conversation = conversation, seen: int | None = seen, key: object = key
        ) -> Turn:
            return world.answer(conversation, linnea, seen=seen, form_key=key)

        told = together(*[send] * 4)
        assert len({one.pk for one in told if isinstance(one, Turn)}) == 1, told
        assert Dispatch.objects.filter(turn__conversation=conversation).count() == 1


def test_verbs_at_once_keep_the_counts_true(world: World, linnea: User, petri: User) -> None:
    rows = [world.says(f"P{n}", thread=f"t{n}") for n in range(6)]
    ids = [row.pk for row in rows]
    told = together(
        lambda: actions.bulk(ids, "take", by=linnea, now=world.now),
        lambda: actions.bulk(ids[::-1], "take", by=petri, now=world.now),
        lambda: [actions.close(row, by=linnea, now=world.now) for row in rows],
    )
    assert not [one for one in told if isinstance(one, Exception)], told
    assert sum(Tally.objects.filter(status="closed").values_list("n", flat=True)) == 6
    assert sum(Tally.objects.exclude(status="closed").values_list("n", flat=True)) == 0


def test_two_workers_at_once_file_each_post_once(world: World) -> None:
    for n in range(20):
        world.post(f"P{n}", thread=f"t{n}")
    told = together(*[lambda: steps.file_posts(world.now)] * 3)
    assert sorted(one for one in told if isinstance(one, int)) == [0, 0, 20], told
    assert Turn.objects.count() == Conversation.objects.count() == 20

"""Several workers and people at the same moment: each thing happens once, or not at all and says so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from lyhord.channels.tests.fakes import Paper
from lyhord.outbox import actions, steps
from lyhord.outbox.models import Dispatch, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.staff.models import User

pytestmark = pytest.mark.django_db(transaction=True)


def together(*deeds: Callable[[], object]) -> list[object]:
    """All at once, each on a connection of its own; what they gave, or the error they raised."""
    barrier = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        try:
            barrier.wait()
            return deed()
        except actions.TooLate as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_four_workers_send_each_once(queue: Queue, paper: Paper, now: datetime) -> None:
    for number in range(12):
        queue(f"{number}", person=f"p{number % 3}")

    def work() -> None:
        for _ in range(30):
            for _account, pk in steps.due_dispatches(now):
                steps.send(pk, now)

    together(work, work, work, work)
    assert sorted(paper.texts(), key=int) == [str(number) for number in range(12)]
    for person in range(3):
        lane = [int(text) for text in paper.texts() if int(text) % 3 == person]
        assert lane == sorted(lane)
    assert set(Dispatch.objects.values_list("state", flat=True)) == {State.SENT}


def test_undo_at_the_moment_of_the_claim_is_never_half(
    queue: Queue, paper: Paper, agent: User, now: datetime
) -> None:
    for number in range(15):
        dispatch = queue(f"{number}", person=f"p{number}")
        undone, _sent = together(
            lambda one=dispatch: actions.undo(one, agent, now),  # type: ignore[misc]
            lambda one=dispatch: steps.send(one.pk, now),  # type: ignore[misc]
        )
        state = Dispatch.objects.get(pk=dispatch.pk).state
        if isinstance(undone, actions.TooLate):
            assert (state, str(number) in paper.texts()) == (State.SENT, True)
        else:
            assert (state, str(number) in paper.texts()) == (State.UNDONE, False)


def test_two_people_settle_the_unsure_one_once(queue: Queue, paper: Paper, lead: User, now: datetime) -> None:
    dispatch = queue()
    Dispatch.objects.update(state=State.UNSURE, due_at=None)
    given = together(
        lambda: actions.settle(Dispatch.objects.get(), "stands", lead, now),
        lambda: actions.settle(Dispatch.objects.get(), "send_again", lead, now),
    )
    assert sum(isinstance(one, actions.TooLate) for one in given) == 1
    assert Dispatch.objects.get(pk=dispatch.pk).state in (State.SENT, State.QUEUED)

"""R28: replies of one conversation leave in order; conversations do not wait for each other."""

import random
from collections import defaultdict
from datetime import datetime, timedelta

import pytest

from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.intake.models import Thread
from lyhord.outbox import actions, steps
from lyhord.outbox.models import Dispatch, State
from lyhord.outbox.tests.conftest import MakePost, Queue
from lyhord.staff.models import User

MINUTE = timedelta(minutes=1)


def send_due(now: datetime) -> None:
    for _account, pk in steps.due_dispatches(now):
        steps.send(pk, now)


def test_the_second_waits_while_the_first_is_tried_again(queue: Queue, paper: Paper, now: datetime) -> None:
    first, second = queue("one"), queue("two")
    paper.answers = [fakes.busy("Down.")]
    steps.send(first.pk, now)
    steps.send(second.pk, now)
    assert paper.texts() == []
    for minutes in range(1, 5):
        send_due(now + MINUTE * minutes)
    assert paper.texts() == ["one", "two"]


def test_the_second_waits_while_the_first_is_unsure(
    queue: Queue, paper: Paper, lead: User, now: datetime
) -> None:
    first, second = queue("one"), queue("two")
    paper.answers = [fakes.hears_nothing]
    steps.send(first.pk, now)
    steps.send(second.pk, now + MINUTE * 9)
    assert paper.texts() == []
    assert Dispatch.objects.get(pk=second.pk).attempts == 0
    first.refresh_from_db()
    actions.settle(first, "send_again", lead, now + MINUTE * 10)
    send_due(now + MINUTE * 10)
    send_due(now + MINUTE * 11)
    assert paper.texts() == ["one", "two"]


def test_another_person_in_the_same_public_thread_does_not_wait(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    paper.answers = [fakes.busy("Down.")]
    steps.send(queue("to Anna").pk, now)
    steps.send(queue("to Bertil", person="bertil", person_handle="@bertil").pk, now)
    assert paper.texts() == ["to Bertil"]


def test_a_private_thread_is_one_lane_whoever_is_addressed(
    queue: Queue, make_post: MakePost, thread: Thread, paper: Paper, now: datetime
) -> None:
    Thread.objects.update(is_public=False)
    first = queue("one", is_public=False)
    second = queue("two", is_public=False, person="")
    assert first.lane == second.lane == f"t{thread.pk}"


def test_hiding_does_not_wait_for_a_reply(queue: Queue, paper: Paper, lead: User, now: datetime) -> None:
    paper.answers = [fakes.busy("Down.")]
    steps.send(queue("one").pk, now)
    steps.send(queue("", verb="hide", by=lead).pk, now)
    assert [line["verb"] for line in paper.written()] == ["hide"]


def test_what_is_for_nobody_has_a_lane_of_its_own(queue: Queue) -> None:
    first = queue("one", thread=None, person="", answers=None, newest=None)
    second = queue("two", thread=None, person="", answers=None, newest=None)
    assert (first.lane, second.lane) == (f"d{first.pk}", f"d{second.pk}")


def storm(queue: Queue, paper: Paper, now: datetime, count: int) -> dict[str, list[int]]:
    """Replies to five people, a third of the sends fail for a while, workers pick in any order."""
    chance = random.Random(28)
    for number in range(count):
        person = f"person{number % 5}"
        queue(f"{person} {number}", person=person, person_handle=person)
    paper.answers = [chance.choice([fakes.takes, fakes.takes, fakes.busy("Down.")]) for _ in range(count * 2)]
    moment = now
    for _ in range(count * 4):
        moment += MINUTE * 20
        open_ones = list(Dispatch.objects.filter(state=State.QUEUED).values_list("pk", flat=True))
        chance.shuffle(open_ones)
        for pk in open_ones[:8]:
            steps.send(pk, moment)
    arrived = defaultdict(list)
    for text in paper.texts():
        person, place = text.split()
        arrived[person].append(int(place))
    return arrived


def test_no_inversion_in_a_storm(queue: Queue, paper: Paper, now: datetime) -> None:
    arrived = storm(queue, paper, now, 30)
    assert sum(map(len, arrived.values())) == 30
    assert all(numbers == sorted(numbers) for numbers in arrived.values())


def test_the_saboteur_without_order_is_caught(
    queue: Queue, paper: Paper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", "outbox.no_lane_order")
    arrived = storm(queue, paper, now, 30)
    assert any(numbers != sorted(numbers) for numbers in arrived.values())

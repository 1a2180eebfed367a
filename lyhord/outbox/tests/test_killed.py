"""R20: a worker killed at any point of a send never makes the customer read it twice, and loses nothing."""

import os
import random
import signal
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connections

from lyhord.channels.tests.fakes import Paper
from lyhord.lib import failpoints
from lyhord.outbox import steps
from lyhord.outbox.models import Dispatch, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.staff.models import User

POINTS = ["before_claim", "after_claim", "before_send", "after_send", "after_record"]
LEASE = timedelta(seconds=61)
pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]


def killed(dispatch: Dispatch, point: str, now: datetime) -> None:
    """Send in a process of its own, which is killed at `point`."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        failpoints.PLAN = failpoints.parse(f"outbox.{point}=kill")
        try:
            steps.send(dispatch.pk, now)
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WTERMSIG(status) == signal.SIGKILL


def later(now: datetime) -> None:
    """Workers go on for ten minutes."""
    for seconds in range(0, 600, 15):
        moment = now + LEASE + timedelta(seconds=seconds)
        for _account, pk in steps.due_dispatches(moment):
            steps.send(pk, moment)
        for _account, pk in steps.unsure_dispatches(moment):
            steps.settle_unsure(pk, moment)


@pytest.mark.parametrize("keeps", ["key", "client_id", "none"])
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_it_is_never_sent_twice_nor_dropped(
    queue: Queue, paper: Paper, now: datetime, point: str, keeps: str
) -> None:
    paper.keeps(keeps)
    dispatch = queue()
    killed(dispatch, point, now)
    later(now)
    dispatch.refresh_from_db()
    if keeps == "none" and point in {"after_claim", "before_send", "after_send"}:
        assert dispatch.state == State.UNSURE  # nobody can know; a person sees it
        assert len(paper.texts()) == (1 if point == "after_send" else 0)
    else:
        assert dispatch.state == State.SENT
        assert paper.texts() == ["Hello Anna"]


def test_the_doubtful_one_is_with_people_within_the_minute_after_the_lease(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    killed(dispatch, "after_send", now)
    steps.send(dispatch.pk, now + LEASE)
    dispatch.refresh_from_db()
    assert dispatch.state == State.UNSURE
    assert dispatch.state_at == now + LEASE


def test_a_key_that_the_network_has_forgotten_by_now_is_not_used_again(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    paper.keeps("key")
    dispatch = queue()
    killed(dispatch, "after_send", now)
    steps.send(dispatch.pk, now + timedelta(hours=1))
    dispatch.refresh_from_db()
    assert dispatch.state == State.UNSURE
    assert len(paper.texts()) == 1


def test_what_the_key_does_not_cover_is_not_done_again(
    queue: Queue, paper: Paper, lead: User, now: datetime
) -> None:
    """Where replies have keys and reports have none, a report whose worker died is left to people."""
    paper.can = replace(paper.can, idempotency="key", unkeyed=frozenset({"hide"}))
    dispatch = queue(verb="hide", by=lead)
    killed(dispatch, "after_send", now)
    later(now)
    assert Dispatch.objects.get().state == State.UNSURE
    assert [line["verb"] for line in paper.written()] == ["hide"]


@pytest.mark.parametrize(("sabotage", "keeps"), [("outbox.no_key", "key"), ("outbox.resend_unsure", "none")])
def test_the_saboteur_is_caught(
    queue: Queue, paper: Paper, now: datetime, monkeypatch: pytest.MonkeyPatch, sabotage: str, keeps: str
) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", sabotage)
    paper.keeps(keeps)
    killed(queue(), "after_send", now)
    later(now)
    assert len(paper.texts()) == 2


@pytest.mark.whole
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("keeps", ["key", "none"])
def test_many_kills_at_random_points(queue: Queue, paper: Paper, now: datetime, keeps: str) -> None:
    """500 kills a kind of network: none doubled, none lost, and each doubtful one is with people."""
    chance = random.Random(20)
    paper.keeps(keeps)
    for number in range(500):
        killed(queue(f"{number}", person=f"p{number}"), chance.choice(POINTS), now)
    later(now)
    texts = paper.texts()
    unsure = set(Dispatch.objects.filter(state=State.UNSURE).values_list("text", flat=True))
    assert len(texts) == len(set(texts))
    assert set(texts) | unsure == {str(number) for number in range(500)}
    assert set(Dispatch.objects.values_list("state", flat=True)) <= {State.SENT, State.UNSURE}
    assert keeps == "none" or not unsure

"""What a network takes under a tag alone: kept with the dispatch, the same at each attempt, and never for a program's words."""

from datetime import datetime, timedelta

import pytest

from lyhord.channels.contract import Allowed, Denied, Outgoing, Retry, Sent
from lyhord.channels.tests.fakes import Paper
from lyhord.outbox import actions, queries
from lyhord.outbox.models import Dispatch, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.outbox.tests.test_sending import again, send_due
from lyhord.staff.models import User

MINUTE = timedelta(minutes=1)


@pytest.fixture
def heard(paper: Paper) -> list[str]:
    """The tags that reached the network; its first answer is to try again."""
    tags: list[str] = []

    def busy(network: Paper, outgoing: Outgoing) -> Retry:
        tags.append(outgoing.tag)
        return Retry("Busy.")

    def takes(network: Paper, outgoing: Outgoing) -> Sent:
        tags.append(outgoing.tag)
        return Sent(network.write(outgoing))

    paper.answers = [busy, takes]
    return tags


def test_a_retry_says_the_same(queue: Queue, paper: Paper, heard: list[str], now: datetime) -> None:
    paper.allowed = Allowed(tag="HUMAN")
    dispatch = queue()
    assert dispatch.tag == "HUMAN"
    send_due(now)
    paper.allowed = Allowed()
    send_due(now + MINUTE * 60)
    assert heard == ["HUMAN", "HUMAN"]
    assert again(dispatch).state == State.SENT


def test_a_window_that_ends_while_it_waits_gives_the_tag(
    queue: Queue, paper: Paper, heard: list[str], now: datetime
) -> None:
    dispatch = queue()
    paper.allowed = Allowed(tag="HUMAN")
    send_due(now)
    assert (heard, again(dispatch).tag) == (["HUMAN"], "HUMAN")


def test_what_a_person_lets_go_is_asked_anew(
    queue: Queue, paper: Paper, agent: User, heard: list[str], now: datetime
) -> None:
    paper.allowed = Allowed(tag="HUMAN")
    dispatch = queue()
    paper.allowed = Denied("Over.")
    send_due(now)
    paper.allowed = Allowed()  # she wrote again
    actions.release(again(dispatch), agent, now)
    send_due(now)
    assert heard == [""]


def test_what_no_person_wrote_is_told_so(queue: Queue, agent: User) -> None:
    told = [queue(), queue(is_automatic=True), queue(by=None)]
    assert [queries.outgoing(one).is_automatic for one in told] == [False, True, True]
    assert Dispatch.objects.filter(is_automatic=True).count() == 2

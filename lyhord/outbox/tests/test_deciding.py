"""Undo, settling unsure ones, dropping: each is done wholly or says that it came too late."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from lyhord.channels import contract
from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.conftest import MakeUser
from lyhord.outbox import actions, queries, steps
from lyhord.outbox.models import Dispatch, Receipt, State
from lyhord.outbox.tests.conftest import Queue
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Team, User

MINUTE = timedelta(minutes=1)


def again(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


@pytest.fixture
def unsure(queue: Queue, paper: Paper, now: datetime) -> Dispatch:
    dispatch = queue()
    paper.answers = [fakes.loses_the_answer]
    steps.send(dispatch.pk, now)
    return again(dispatch)


def test_undo_before_it_leaves_and_nothing_is_sent(
    queue: Queue, paper: Paper, agent: User, now: datetime
) -> None:
    dispatch = queue(delay=MINUTE)
    actions.undo(dispatch, agent, now)
    actions.undo(dispatch, agent, now)
    steps.send(dispatch.pk, now + MINUTE * 2)
    assert again(dispatch).state == State.UNDONE
    assert paper.asked == 0


def test_undo_after_it_left_says_so(queue: Queue, paper: Paper, agent: User, now: datetime) -> None:
    dispatch = queue()
    steps.send(dispatch.pk, now)
    with pytest.raises(actions.TooLate):
        actions.undo(dispatch, agent, now)
    assert again(dispatch).state == State.SENT
    assert len(paper.texts()) == 1


def test_undo_with_an_old_copy_in_hand_sees_the_claim(
    queue: Queue, paper: Paper, agent: User, now: datetime
) -> None:
    dispatch = queue()
    paper.answers = [fakes.hears_nothing]
    steps.send(dispatch.pk, now)
    assert dispatch.state == State.QUEUED  # what the page knew
    with pytest.raises(actions.TooLate):
        actions.undo(dispatch, agent, now)
    assert again(dispatch).state == State.UNSURE


def test_nobody_undoes_anothers_reply(queue: Queue, lead: User, now: datetime) -> None:
    dispatch = queue(delay=MINUTE)
    with pytest.raises(NotYours):
        actions.undo(dispatch, lead, now)
    assert again(dispatch).state == State.QUEUED


def test_a_person_who_saw_it_there_settles_it_with_her_link(
    unsure: Dispatch, paper: Paper, lead: User, now: datetime
) -> None:
    actions.settle(unsure, "stands", lead, now + MINUTE, link="https://paper.example/9")
    receipt = Receipt.objects.get()
    assert (receipt.evidence, receipt.link) == ("person", "https://paper.example/9")
    assert again(unsure).state == State.SENT
    assert len(paper.texts()) == 1
    assert AuditEvent.objects.filter(verb="dispatch.settled", actor=lead).count() == 1


def test_a_person_who_saw_nothing_has_it_sent_again(
    unsure: Dispatch, paper: Paper, lead: User, now: datetime
) -> None:
    actions.settle(unsure, "send_again", lead, now + MINUTE)
    steps.send(unsure.pk, now + MINUTE)
    assert again(unsure).state == State.SENT
    assert paper.asked == 2


def test_does_not_stand_ends_it_without_sending(
    unsure: Dispatch, paper: Paper, lead: User, now: datetime
) -> None:
    actions.settle(unsure, "does_not_stand", lead, now + MINUTE)
    steps.send(unsure.pk, now + MINUTE * 2)
    assert again(unsure).state == State.DROPPED
    assert paper.asked == 1


def test_two_people_settle_once(unsure: Dispatch, lead: User, now: datetime) -> None:
    mine = again(unsure)
    actions.settle(unsure, "stands", lead, now + MINUTE)
    with pytest.raises(actions.TooLate):
        actions.settle(mine, "send_again", lead, now + MINUTE)
    assert again(unsure).state == State.SENT


@pytest.mark.parametrize("outcome", ["stands", "does_not_stand", "send_again"])
def test_an_agent_settles_nothing(unsure: Dispatch, agent: User, now: datetime, outcome: str) -> None:
    with pytest.raises(NotYours):
        actions.settle(unsure, outcome, agent, now)
    with pytest.raises(NotYours):
        actions.drop(unsure, agent, now)
    assert again(unsure).state == State.UNSURE


def test_a_refused_one_can_be_tried_again_or_dropped(
    queue: Queue, paper: Paper, agent: User, now: datetime
) -> None:
    first, second = queue("one"), queue("two")
    paper.answers = [fakes.refuses("No."), fakes.refuses("No.")]
    steps.send(first.pk, now)
    steps.send(second.pk, now)
    actions.release(again(first), agent, now)
    actions.drop(again(second), agent, now)
    steps.send(first.pk, now)
    steps.send(second.pk, now)
    assert paper.texts() == ["one"]
    assert (again(first).state, again(second).state) == (State.SENT, State.DROPPED)


def test_the_networks_word_counts_even_after_a_person_dropped_it(
    queue: Queue, paper: Paper, lead: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow worker comes back with "it stands" when a person has settled otherwise: it stands."""
    dispatch = queue()

    def meanwhile(network: Paper, outgoing: contract.Outgoing) -> contract.Outcome:
        Dispatch.objects.update(state=State.UNSURE)
        actions.settle(again(dispatch), "does_not_stand", lead, now)
        return fakes.takes(network, outgoing)

    paper.answers = [meanwhile]
    steps.send(dispatch.pk, now)
    assert again(dispatch).state == State.SENT
    assert Receipt.objects.get().native == "n1"


@pytest.mark.parametrize("answer", [fakes.busy("Later."), fakes.refuses("No."), fakes.hears_nothing])
def test_a_late_failure_changes_nothing_that_was_settled(
    queue: Queue, paper: Paper, lead: User, now: datetime, answer: Callable[..., contract.Outcome]
) -> None:
    dispatch = queue()

    def meanwhile(network: Paper, outgoing: contract.Outgoing) -> contract.Outcome:
        Dispatch.objects.update(state=State.UNSURE)
        actions.settle(again(dispatch), "stands", lead, now)
        return answer(network, outgoing)

    paper.answers = [meanwhile]
    steps.send(dispatch.pk, now)
    assert again(dispatch).state == State.SENT


def test_another_brand_sees_none_of_it(
    unsure: Dispatch, agent: User, make_user: MakeUser, stranger_team: Team
) -> None:
    stranger = make_user("lead", team=stranger_team)
    assert list(queries.dispatches_visible_to(agent)) == [unsure]
    assert not queries.dispatches_visible_to(stranger).exists()

"""R20 to R22: what becomes of one dispatch, whatever the network answers."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lyhord.channels import actions as channels
from lyhord.channels import contract
from lyhord.channels.models import Account, Cause, Gap
from lyhord.channels.models import State as AccountState
from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.intake.models import Envelope, Source
from lyhord.outbox import actions, rules, steps
from lyhord.outbox.models import Dispatch, Hold, Receipt, State
from lyhord.outbox.tests.conftest import MakePost, Queue
from lyhord.staff.models import Brand, User
from lyhord.web.models import Change

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def send_due(now: datetime) -> int:
    due = steps.due_dispatches(now)
    for _account, pk in due:
        steps.send(pk, now)
    return len(due)


def again(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


def test_a_reply_reaches_the_network_once_and_has_its_receipt(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue("Hello Anna")
    send_due(now)
    send_due(now + MINUTE * 5)
    assert paper.texts() == ["Hello Anna"]
    assert again(dispatch).state == State.SENT
    receipt = Receipt.objects.get()
    assert (receipt.dispatch_id, receipt.native, receipt.evidence) == (dispatch.pk, "n1", "answer")


def test_nothing_leaves_before_its_delay_is_over(queue: Queue, paper: Paper, now: datetime) -> None:
    queue(delay=SECOND * 10)
    assert send_due(now + SECOND * 9) == 0
    assert paper.asked == 0
    assert send_due(now + SECOND * 10) == 1
    assert paper.asked == 1


def test_each_change_of_state_is_told_to_those_who_see_the_account(queue: Queue, now: datetime) -> None:
    dispatch = queue()
    send_due(now)
    told = list(
        Change.objects.filter(topic="outbox", object_id=dispatch.pk).values_list("version", "audience")
    )
    assert told == [
        (0, f"a{dispatch.account_id}"),
        (1, f"a{dispatch.account_id}"),
        (2, f"a{dispatch.account_id}"),
    ]
    assert again(dispatch).version == 2


def test_a_lost_answer_is_unsure_and_never_sent_again_by_itself(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    paper.answers = [fakes.loses_the_answer]
    send_due(now)
    for minutes in range(1, 60, 7):
        send_due(now + MINUTE * minutes)
        steps.settle_unsure(dispatch.pk, now + MINUTE * minutes)
    assert again(dispatch).state == State.UNSURE
    assert again(dispatch).due_at is None
    assert len(paper.texts()) == 1
    assert not Receipt.objects.exists()


def test_the_saboteur_who_sends_unsure_ones_again_is_caught(
    queue: Queue, paper: Paper, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", "outbox.resend_unsure")
    queue()
    paper.answers = [fakes.loses_the_answer]
    send_due(now)
    send_due(now + MINUTE)
    assert len(paper.texts()) == 2


def test_an_unsure_one_is_looked_for_twice_within_the_minute_and_then_left_to_people(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    paper.answers = [fakes.loses_the_answer]
    send_due(now)
    looked = []
    for seconds in range(120):
        moment = now + SECOND * seconds
        if steps.unsure_dispatches(moment):
            looked.append(seconds)
            steps.settle_unsure(dispatch.pk, moment)
    assert looked == [5, 25]


def test_read_back_settles_it_as_sent_with_that_evidence(queue: Queue, paper: Paper, now: datetime) -> None:
    dispatch = queue()
    paper.answers = [fakes.loses_the_answer]
    paper.settles = [contract.Sent("n1", "https://paper.example/1")]
    send_due(now)
    steps.settle_unsure(dispatch.pk, now + SECOND * 6)
    assert again(dispatch).state == State.SENT
    assert Receipt.objects.get().evidence == "read_back"
    assert len(paper.texts()) == 1


def test_when_it_is_certain_that_nothing_stands_it_is_sent_again(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    paper.answers = [fakes.hears_nothing]
    paper.settles = [contract.Retry("Nothing there.")]
    send_due(now)
    steps.settle_unsure(dispatch.pk, now + SECOND * 6)
    send_due(now + SECOND * 7)
    assert again(dispatch).state == State.SENT
    assert len(paper.texts()) == 1


def test_a_connector_that_breaks_leaves_its_dispatch_unsure(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    paper.answers = [fakes.breaks]
    send_due(now)
    send_due(now + MINUTE)
    assert again(dispatch).state == State.UNSURE
    assert len(paper.texts()) == 1


def test_a_refusal_is_shown_and_not_tried_again(queue: Queue, paper: Paper, now: datetime) -> None:
    dispatch = queue()
    paper.answers = [fakes.refuses("They blocked us.")]
    send_due(now)
    assert send_due(now + MINUTE * 60) == 0
    assert (again(dispatch).state, again(dispatch).problem) == (State.REFUSED, "They blocked us.")
    assert paper.texts() == []


@pytest.mark.parametrize("wait", [SECOND, SECOND * 90, timedelta(hours=2)])
def test_nobody_knocks_at_the_account_before_the_network_said(
    queue: Queue, paper: Paper, now: datetime, wait: timedelta
) -> None:
    first, second = queue("one"), queue("two", person="bertil", person_handle="@bertil")
    paper.answers = [fakes.busy(at=now + wait)]
    steps.send(first.pk, now)
    steps.send(second.pk, now)
    assert send_due(now + wait - SECOND / 10) == 0
    assert paper.asked == 1
    after = now + wait * 1.2 + SECOND
    steps.lift_ended(after)
    send_due(after)
    assert sorted(paper.texts()) == ["one", "two"]
    assert Hold.objects.filter(lifted_at=None).count() == 0


def test_an_absurd_wait_is_shown_to_people(queue: Queue, paper: Paper, now: datetime) -> None:
    dispatch = queue()
    paper.answers = [fakes.busy(at=now + timedelta(days=3650))]
    send_due(now)
    assert again(dispatch).state == State.HELD
    assert again(dispatch).problem == "Too many."


@pytest.mark.parametrize("past", [timedelta(0), -SECOND, timedelta(days=-3650)])
def test_a_wait_that_is_over_already_is_no_wait_of_the_account(
    queue: Queue, paper: Paper, now: datetime, past: timedelta
) -> None:
    dispatch = queue()
    paper.answers = [fakes.busy(at=now + past)]
    send_due(now)
    due = again(dispatch).due_at
    assert again(dispatch).state == State.QUEUED
    assert due is not None and now < due <= now + MINUTE
    assert not Hold.objects.exists()


def test_after_eight_tries_a_person_looks(queue: Queue, paper: Paper, now: datetime) -> None:
    dispatch = queue()
    paper.answers = [fakes.busy("Down.")] * 20
    for hours in range(20):
        send_due(now + timedelta(hours=hours * 2))
    assert paper.asked == 8
    assert (again(dispatch).state, again(dispatch).problem) == (State.HELD, "Down.")


def test_after_five_failures_one_at_a_time_knocks(queue: Queue, paper: Paper, now: datetime) -> None:
    dispatches = [queue(f"to {name}", person=name, person_handle=name) for name in "abcdefgh"]
    paper.answers = [fakes.busy("Down.")] * 20
    for dispatch in dispatches:
        steps.send(dispatch.pk, now)
    assert paper.asked == 5
    later = now + timedelta(minutes=2)
    for dispatch in dispatches:
        steps.send(dispatch.pk, later)
    assert paper.asked == 6


def test_an_account_that_fails_is_tried_by_one_at_a_time(queue: Queue, paper: Paper, now: datetime) -> None:
    """While the first is under way, other workers come with the next ones."""
    dispatches = [queue(f"to {name}", person=name, person_handle=name) for name in "abc"]
    Account.objects.update(failures=rules.BREAKER_OPENS)

    def slow(network: Paper, outgoing: contract.Outgoing) -> contract.Outcome:
        for dispatch in dispatches[1:]:
            steps.send(dispatch.pk, now)
        return fakes.takes(network, outgoing)

    paper.answers = [slow]
    steps.send(dispatches[0].pk, now)
    assert paper.texts() == ["to a"]
    send_due(now + SECOND * 3)  # it went through, so the others go as always
    assert paper.texts() == ["to a", "to b", "to c"]


def test_a_long_queue_of_one_account_hides_nobody_elses_words(
    queue: Queue, brand: Brand, paper: Paper, now: datetime
) -> None:
    for number in range(6):
        queue(f"{number}", person=f"p{number}")
    paper.found = replace(paper.found, native="page2")
    other = channels.connect("paper", brand, [], "Other", {"place": "shelf", "token": "right"}, None, now)
    late = [queue("late", account=other, person=f"q{number}", now=now + SECOND) for number in range(2)]
    found = steps.due_dispatches(now + MINUTE, most=4)
    assert len(found) == 5
    assert found[-1] == (other.pk, late[0].pk)


def three_days(paper: Paper) -> None:
    paper.can = replace(paper.can, tries_for=timedelta(days=3))


def test_a_channel_that_is_dead_for_three_days_is_stopped_and_everything_waits(
    queue: Queue, paper: Paper, account: Account, lead: User, now: datetime
) -> None:
    three_days(paper)
    first, second = queue("one"), queue("two", person="bertil", person_handle="@bertil")
    paper.answers = [fakes.busy("Down.")] * 500
    # Later than the test of the account when it was connected.
    for hours in range(1, 71):
        send_due(now + timedelta(hours=hours))
    assert {again(first).state, again(second).state} == {State.QUEUED}
    assert paper.asked > 8 * 2
    for hours in range(71, 80):
        send_due(now + timedelta(hours=hours))
    account.refresh_from_db()
    assert (account.state, account.state_why) == (AccountState.BROKEN, "Down.")
    assert sorted([again(first).state, again(second).state]) == [State.HELD, State.QUEUED]
    paper.answers = []
    later = now + timedelta(hours=100)
    channels.resume(account, lead, later)
    for dispatch in (first, second):
        if again(dispatch).state == State.HELD:
            actions.release(again(dispatch), lead, later)
    send_due(later)
    assert sorted(paper.texts()) == ["one", "two"]


def test_where_others_go_through_one_bad_message_does_not_stop_the_channel(
    queue: Queue, paper: Paper, account: Account, now: datetime
) -> None:
    three_days(paper)
    bad = queue("one")
    paper.answers = [fakes.busy("Chokes on it.")] * 500
    send_due(now + timedelta(hours=1))
    channels.note_success(account, now + timedelta(hours=2))
    for hours in range(71, 75):
        send_due(now + timedelta(hours=hours))
    account.refresh_from_db()
    assert (again(bad).state, account.state) == (State.HELD, AccountState.ACTIVE)


def test_a_revoked_token_pauses_the_account_and_loses_nothing(
    queue: Queue, paper: Paper, account: Account, lead: User, now: datetime
) -> None:
    first, second = queue("one"), queue("two")
    paper.answers = [fakes.refuses("The token is dead.", account_state="token_revoked")]
    send_due(now)
    assert send_due(now + MINUTE) == 0
    account.refresh_from_db()
    assert (account.state, account.state_why) == (AccountState.BROKEN, "The token is dead.")
    assert again(first).state == again(second).state == State.QUEUED
    channels.resume(account, lead, now + MINUTE)
    send_due(now + MINUTE * 2)
    send_due(now + MINUTE * 2)
    assert paper.texts() == ["one", "two"]


def test_a_mended_account_reads_before_it_sends(
    queue: Queue, paper: Paper, account: Account, now: datetime
) -> None:
    queue()
    source = Source.objects.create(account=account, way="poll", last_at=now - MINUTE)
    gap = Gap.objects.create(account=account, cause=Cause.STOPPED, begun_at=now - MINUTE, noticed_at=now)
    send_due(now)  # it works, and nobody has looked yet
    Gap.objects.filter(pk=gap.pk).update(ended_at=now)
    send_due(now + MINUTE)
    Source.objects.filter(pk=source.pk).update(last_at=now + MINUTE)
    raw = Envelope.objects.create(
        app=account.app, account=account, connector="paper", method="GET", raw=b"", received_at=now
    )
    send_due(now + 2 * MINUTE)
    assert paper.asked == 0
    Envelope.objects.filter(pk=raw.pk).update(state=Envelope.DONE)
    send_due(now + 3 * MINUTE)
    assert paper.texts() == ["Hello Anna"]


def test_a_mended_account_that_cannot_be_read_sends_all_the_same(
    queue: Queue, paper: Paper, account: Account, now: datetime
) -> None:
    queue()
    Source.objects.create(account=account, way="poll", last_at=None)
    Gap.objects.create(account=account, cause=Cause.STOPPED, begun_at=now, noticed_at=now, ended_at=now)
    send_due(now + MINUTE)
    assert paper.asked == 0
    send_due(now + 6 * MINUTE)
    assert paper.texts() == ["Hello Anna"]


def test_a_paused_account_burns_no_attempts(
    queue: Queue, paper: Paper, account: Account, lead: User, now: datetime
) -> None:
    dispatch = queue()
    channels.pause(account, lead, now)
    for minutes in range(20):
        steps.send(dispatch.pk, now + MINUTE * minutes)
    assert (again(dispatch).state, again(dispatch).attempts) == (State.QUEUED, 0)
    assert paper.asked == 0


def test_a_network_of_our_own_gives_the_receipt_later(queue: Queue, paper: Paper, now: datetime) -> None:
    dispatch = queue()
    paper.answers = [fakes.answers(contract.Local("portal"))]
    send_due(now)
    assert again(dispatch).state == State.HANDED_OVER
    assert not Receipt.objects.exists()
    actions.hand_over(again(dispatch), "local7", "https://help.example/7", now)
    actions.hand_over(again(dispatch), "local7", "https://help.example/7", now)
    assert again(dispatch).state == State.SENT
    assert Receipt.objects.get().native == "local7"


def test_what_the_connector_noted_about_the_post_comes_back_with_the_answer(
    queue: Queue, make_post: MakePost, paper: Paper, now: datetime
) -> None:
    seen: list[contract.Outgoing] = []

    def looks(network: Paper, outgoing: contract.Outgoing) -> contract.Outcome:
        seen.append(outgoing)
        return fakes.takes(network, outgoing)

    paper.answers = [looks]
    queue(answers=make_post(extra={"cid": "bafy", "root": "r1"}), newest=None)
    send_due(now)
    assert [dict(outgoing.facts) for outgoing in seen] == [{"cid": "bafy", "root": "r1"}]

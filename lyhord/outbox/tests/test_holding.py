"""R29: the stop button stops; R30: what became wrong while it waited is not sent unseen."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lyhord.channels import actions as channels
from lyhord.channels.contract import Denied
from lyhord.channels.models import Account
from lyhord.channels.tests import fakes
from lyhord.channels.tests.fakes import Paper
from lyhord.intake.models import Post, PostChange
from lyhord.outbox import actions, queries, steps
from lyhord.outbox.models import Dispatch, State
from lyhord.outbox.tests.conftest import MakePost, Queue
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, User

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def send_due(now: datetime) -> int:
    due = steps.due_dispatches(now)
    for _account, pk in due:
        steps.send(pk, now)
    return len(due)


def again(dispatch: Dispatch) -> Dispatch:
    return Dispatch.objects.get(pk=dispatch.pk)


def test_the_stop_button_stops_and_each_leaves_once_after_it(
    queue: Queue, paper: Paper, administrator: User, now: datetime
) -> None:
    dispatches = [queue(f"{number}", person=f"p{number}") for number in range(20)]
    for dispatch in dispatches[:5]:
        steps.send(dispatch.pk, now)
    actions.stop_all(administrator, now, "The timetable is wrong.")
    for dispatch in dispatches:
        steps.send(dispatch.pk, now + MINUTE)
    assert send_due(now + MINUTE) == 0
    assert len(paper.texts()) == 5
    assert {again(dispatch).attempts for dispatch in dispatches[5:]} == {0}
    actions.resume_all(administrator, now + MINUTE * 2)
    send_due(now + MINUTE * 2)
    send_due(now + MINUTE * 3)
    assert sorted(paper.texts(), key=int) == [str(number) for number in range(20)]
    assert list(
        AuditEvent.objects.filter(verb__startswith="outbox.").order_by("pk").values_list("verb", flat=True)
    ) == [
        "outbox.stopped",
        "outbox.resumed",
    ]


def test_an_agent_has_no_stop_button(agent: User, queue: Queue, paper: Paper, now: datetime) -> None:
    queue()
    with pytest.raises(NotYours):
        actions.stop_all(agent, now)
    send_due(now)
    assert len(paper.texts()) == 1


def test_a_hold_of_an_account_ends_with_its_time(
    queue: Queue, paper: Paper, account: Account, now: datetime
) -> None:
    queue()
    actions.hold(f"a{account.pk}", "Too many.", "network", now, until=now + MINUTE)
    assert send_due(now + MINUTE / 2) == 0
    assert send_due(now + MINUTE) == 1
    assert steps.lift_ended(now + MINUTE) == 1
    assert steps.lift_ended(now + MINUTE) == 0


def test_closing_holds_what_was_queued_before_and_not_the_reply_that_closes(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    closing_at = now + MINUTE
    earlier = queue("Wait a moment", delay=MINUTE * 2)
    last = queue("All is well now", now=closing_at)
    actions.hold(earlier.lane, "The conversation was closed.", "desk:closed", closing_at)
    send_due(now + MINUTE * 5)
    assert paper.texts() == ["All is well now"]
    assert (again(earlier).state, again(earlier).hold_reason) == (State.HELD, "The conversation was closed.")
    assert again(last).state == State.SENT


def test_reopening_lifts_what_closing_held(queue: Queue, paper: Paper, now: datetime) -> None:
    earlier = queue("Wait a moment", delay=MINUTE * 2)
    actions.hold(earlier.lane, "The conversation was closed.", "desk:closed", now + MINUTE)
    assert actions.lift_lane(earlier.lane, "desk:closed", now + MINUTE * 3) == 1
    assert actions.lift_lane(earlier.lane, "desk:closed", now + MINUTE * 3) == 0
    send_due(now + MINUTE * 3)
    assert paper.texts() == ["Wait a moment"]


def test_a_person_may_send_one_of_a_held_lane_and_a_later_hold_binds_it_again(
    queue: Queue, paper: Paper, agent: User, now: datetime
) -> None:
    dispatch = queue("Wait a moment", delay=MINUTE * 2)
    actions.hold(dispatch.lane, "The conversation was closed.", "desk:closed", now + MINUTE)
    actions.release(again(dispatch), agent, now + MINUTE * 2)
    actions.hold(dispatch.lane, "Closed once more.", "desk:closed", now + MINUTE * 3)
    assert (again(dispatch).state, paper.asked) == (State.HELD, 0)
    actions.release(again(dispatch), agent, now + MINUTE * 4)
    send_due(now + MINUTE * 4)
    assert paper.texts() == ["Wait a moment"]


def test_a_dispatch_that_slipped_past_its_lanes_hold_is_held_when_it_is_claimed(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    actions.hold(dispatch.lane, "The conversation was closed.", "desk:closed", now + MINUTE)
    Dispatch.objects.update(
        state=State.QUEUED, due_at=now, hold=None
    )  # as if another connection had queued it
    steps.send(dispatch.pk, now + MINUTE)
    assert again(dispatch).state == State.HELD
    assert paper.asked == 0


def test_a_newer_word_of_hers_holds_the_reply(
    queue: Queue, paper: Paper, make_post: MakePost, agent: User, now: datetime
) -> None:
    dispatch = queue()
    make_post("Never mind, it came.", stored_at=now + MINUTE)
    send_due(now + MINUTE)
    assert paper.asked == 0
    assert (again(dispatch).state, again(dispatch).hold_reason) == (
        State.HELD,
        "The customer wrote again after this was written.",
    )
    actions.release(again(dispatch), agent, now + MINUTE * 2)
    send_due(now + MINUTE * 2)
    assert paper.texts() == ["Hello Anna"]


def test_a_third_word_holds_the_released_reply_once_more(
    queue: Queue, paper: Paper, make_post: MakePost, agent: User, now: datetime
) -> None:
    dispatch = queue()
    make_post("Never mind.", stored_at=now + MINUTE)
    send_due(now + MINUTE)
    actions.release(again(dispatch), agent, now + MINUTE * 2)
    make_post("Forget it, really.", stored_at=now + MINUTE * 3)
    send_due(now + MINUTE * 3)
    assert again(dispatch).state == State.HELD
    assert paper.asked == 0


@pytest.mark.parametrize("fields", [{"author": "bertil"}, {"is_own": True, "author": "us"}])
def test_words_of_others_hold_nothing(
    queue: Queue, paper: Paper, make_post: MakePost, now: datetime, fields: dict[str, object]
) -> None:
    queue()
    make_post("I have the same question.", stored_at=now + MINUTE, **fields)
    send_due(now + MINUTE)
    assert paper.texts() == ["Hello Anna"]


def test_a_reply_to_a_deleted_post_is_held(queue: Queue, paper: Paper, post: Post, now: datetime) -> None:
    dispatch = queue()
    Post.objects.filter(pk=post.pk).update(deleted_at=now, text="")
    send_due(now)
    assert (again(dispatch).state, paper.asked) == (State.HELD, 0)


def test_a_reply_of_someone_who_left_is_held(queue: Queue, paper: Paper, agent: User, now: datetime) -> None:
    dispatch = queue()
    User.objects.filter(pk=agent.pk).update(is_active=False)
    send_due(now)
    assert (again(dispatch).state, paper.asked) == (State.HELD, 0)


def test_a_reply_whose_window_closed_is_held_with_that_reason(
    queue: Queue, paper: Paper, now: datetime
) -> None:
    dispatch = queue()
    paper.allowed = Denied("The 24 hours are over.")
    send_due(now)
    assert (again(dispatch).state, again(dispatch).hold_reason) == (State.HELD, "The 24 hours are over.")
    assert paper.asked == 0


def test_what_waits_for_a_retired_account_is_held(
    queue: Queue, paper: Paper, account: Account, administrator: User, now: datetime
) -> None:
    dispatch = queue()
    channels.retire(account, administrator, now, name=account.name)
    send_due(now)
    assert (again(dispatch).state, paper.asked) == (State.HELD, 0)


def test_the_reply_written_after_the_held_one_goes(
    queue: Queue, paper: Paper, make_post: MakePost, now: datetime
) -> None:
    held = queue("It is late.")
    newer = make_post("Never mind.", stored_at=now + MINUTE)
    send_due(now + MINUTE)
    queue("Good to hear!", newest=newer, now=now + MINUTE * 2)
    send_due(now + MINUTE * 2)
    assert paper.texts() == ["Good to hear!"]
    assert again(held).state == State.HELD


def test_the_reply_written_before_the_first_was_held_waits(queue: Queue, paper: Paper, now: datetime) -> None:
    queue("one")
    queue("two")
    paper.answers = [fakes.busy(at=now + timedelta(days=400))]
    send_due(now + MINUTE)
    for hold in queries.open_holds(now + MINUTE):
        actions.lift(hold, now + MINUTE)
    assert send_due(now + MINUTE * 2) == 0
    assert paper.texts() == []


def test_a_private_answer_to_a_public_word_is_held_when_she_writes_again(
    queue: Queue, paper: Paper, make_post: MakePost, now: datetime
) -> None:
    dispatch = queue("In private", thread=None, is_public=False)
    make_post("Never mind.", stored_at=now + MINUTE)
    send_due(now + MINUTE)
    assert (again(dispatch).state, paper.asked) == (State.HELD, 0)


def edited(post: Post, at: datetime) -> None:
    Post.objects.filter(pk=post.pk).update(text="Other words", version=2, text_at=at)
    PostChange.objects.create(post=post, what="edited", at=at)


def test_a_reply_to_words_that_were_edited_is_held_until_somebody_looks(
    queue: Queue, paper: Paper, post: Post, agent: User, now: datetime
) -> None:
    dispatch = queue(delay=SECOND * 10)
    edited(post, now + SECOND)
    send_due(now + MINUTE)
    held = again(dispatch)
    assert held.state == State.HELD and "edited" in held.hold_reason and paper.asked == 0
    actions.release(held, agent, now + MINUTE * 2)
    send_due(now + MINUTE * 2)
    assert paper.asked == 1


def test_it_is_held_at_once_and_not_first_when_it_would_leave(
    queue: Queue, make_post: MakePost, post: Post, now: datetime
) -> None:
    dispatch, other = queue(delay=MINUTE), queue("Other", answers=make_post(), newest=None, delay=MINUTE)
    edited(post, now + SECOND)
    assert actions.hold_answers([post.pk], now + SECOND) == 1
    assert (again(dispatch).state, again(other).state) == (State.HELD, State.QUEUED)


def test_words_written_after_the_edit_leave(queue: Queue, paper: Paper, post: Post, now: datetime) -> None:
    edited(post, now - MINUTE)
    queue()
    send_due(now)
    assert paper.asked == 1


def test_a_lead_stops_her_brand_and_no_other(
    queue: Queue, paper: Paper, lead: User, administrator: User, now: datetime
) -> None:
    other = Brand.objects.create(name="Södertåg")
    paper.found = replace(paper.found, native="page2")
    theirs = channels.connect(
        "paper", other, [], "Andra", {"place": "x", "token": "right"}, administrator, now
    )
    first = queue("ours")
    second = queue("theirs", account=theirs, by=None, thread=None, answers=None, newest=None)
    for brand in (None, other.pk):
        with pytest.raises(NotYours):
            actions.stop_all(lead, now, "Wrong.", brand)
    actions.stop_all(lead, now, "The timetable is wrong.", first.account.brand_id)
    assert send_due(now + MINUTE) == 1
    steps.send(first.pk, now + MINUTE)  # nor by a worker that had it in hand already
    assert (again(first).state, again(second).state) == (State.QUEUED, State.SENT)
    told = AuditEvent.objects.get(verb="outbox.stopped")
    assert told.actor == lead
    assert [held.reason for held in queries.stops_for(lead, now)] == ["The timetable is wrong."]
    actions.resume_all(lead, now + MINUTE * 2, first.account.brand_id)
    assert send_due(now + MINUTE * 2) == 1


def test_a_lead_cannot_lift_what_an_administrator_stopped(
    queue: Queue, lead: User, administrator: User, now: datetime
) -> None:
    held = actions.stop_all(administrator, now, "Storm.")
    with pytest.raises(NotYours):
        actions.lift_as(held, lead, now)
    with pytest.raises(NotYours):
        actions.resume_all(lead, now)
    assert queries.is_stopped(now)

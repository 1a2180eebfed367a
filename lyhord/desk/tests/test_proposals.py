"""Replies that a second person reads first: who needs it, who lets them go, and what is never lost (RE-25, RE-27)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lyhord.conftest import MakeUser
from lyhord.desk import actions, approving, personal_data, queries, steps
from lyhord.desk.actions import asking
from lyhord.desk.models import ApprovalRule, Conversation, Draft, Notification, Proposal, Trust, Turn
from lyhord.desk.queries import approvals, approvers
from lyhord.desk.tests.conftest import World
from lyhord.lib.persons import Person
from lyhord.lib.tests.pictures import png
from lyhord.outbox.models import Dispatch
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, User
from lyhord.triage.models import Assessment, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", "När går tåget?")


@pytest.fixture
def tove(make_user: MakeUser) -> User:
    """A trainee."""
    user = make_user(name="Tove Ny")
    Trust.objects.create(user=user, level="all")
    return user


@pytest.fixture
def berit(make_user: MakeUser) -> User:
    return make_user(role="senior", name="Berit Sund", is_on_duty=True)


@pytest.fixture
def lena(make_user: MakeUser) -> User:
    return make_user(role="lead", name="Lena Lead")


def proposed(
    world: World, case: Conversation, by: User, text: str = "Klockan tolv.", **given: Any
) -> Proposal:
    turn = world.answer(case, by, text, **given)
    assert turn.what == "proposed"
    return Proposal.objects.select_related("conversation__account", "by").get(pk=turn.values["proposal"])


def approve(row: Proposal, by: User, world: World, **given: Any) -> Turn:
    seen = queries.newest_turn(row.conversation_id)
    return actions.approve_reply(row, **({"seen": seen, "by": by, "now": world.now} | given))


# Keeping -----------------------------------------------------------------------------------------------------------


def test_a_trainees_reply_waits_for_one_named_approver_and_nothing_leaves(
    world: World, case: Conversation, tove: User, berit: User, lena: User
) -> None:
    row = proposed(world, case, tove)
    assert (row.state, row.approver, row.reasons, row.text) == ("open", berit, ["trainee"], "Klockan tolv.")
    assert row.due_at == world.now + approving.TERMS
    assert not Dispatch.objects.exists()
    assert Conversation.objects.get().waiting_since is not None  # her clock goes on
    assert Turn.objects.get(what="proposed").values["name"] == "Berit Sund"


def test_a_double_click_is_one_proposal(world: World, case: Conversation, tove: User, berit: User) -> None:
    key = uuid4()
    turns = [world.answer(case, tove, "Klockan tolv.", form_key=key) for _ in range(2)]
    assert turns[0].pk == turns[1].pk
    assert Proposal.objects.count() == 1


def test_of_a_trainee_for_public_words_private_ones_leave_at_once(
    world: World, tove: User, berit: User
) -> None:
    Trust.objects.filter(user=tove).update(level="public")
    alone = world.says("Bo", "Hej", thread="dm", is_public=False)
    assert world.answer(alone, tove).dispatch is not None
    proposed(world, world.says("Ann", "Hej", thread="t9"), tove)


def test_a_free_agent_answers_at_once(world: World, case: Conversation, linnea: User, berit: User) -> None:
    assert world.answer(case, linnea).dispatch is not None
    assert not Proposal.objects.exists()


def test_legal_matters_always_wait_whoever_writes(
    world: World, case: Conversation, lena: User, berit: User
) -> None:
    Conversation.objects.update(purpose="legal-threat")
    assert proposed(world, case, lena).reasons == ["legal"]


@pytest.mark.parametrize(
    ("what", "value", "waits"),
    [
        ("topic", "booking", True),
        ("topic", "billing", False),
        ("use", "service", True),
        ("purpose", "press", False),
    ],
)
def test_rules_of_a_brand_hold_for_everybody(
    world: World, case: Conversation, linnea: User, berit: User, what: str, value: str, waits: bool
) -> None:
    ApprovalRule.objects.create(brand=case.brand, what=what, value=value)
    assert (world.answer(case, linnea).what == "proposed") is waits


def test_a_rule_for_an_account_or_an_own_topic(
    world: World, case: Conversation, linnea: User, berit: User, lena: User
) -> None:
    topic = Topic.objects.create(name="Seats", by=lena, at=world.now)
    Assessment.objects.update(own_topic=topic)
    ApprovalRule.objects.create(brand=case.brand, what="own_topic", value=str(topic.pk))
    assert approvals.needed(linnea, case, is_public=True) == ["own_topic"]
    ApprovalRule.objects.create(
        brand=case.brand, what="account", value=str(case.account_id), is_public_only=True
    )
    assert approvals.needed(linnea, case, is_public=True) == ["own_topic", "account"]
    assert approvals.needed(linnea, case, is_public=False) == ["own_topic"]


def test_a_rule_of_another_brand_does_not_hold(world: World, case: Conversation, linnea: User) -> None:
    ApprovalRule.objects.create(brand=Brand.objects.create(name="O"), what="topic", value="booking")
    assert approvals.needed(linnea, case, is_public=True) == []


def test_nobody_may_approve_is_said_and_the_words_stay_with_the_writer(
    world: World, case: Conversation, tove: User
) -> None:
    actions.save_draft(case, "public", "Klockan tolv.", by=tove, now=world.now)
    with pytest.raises(actions.NotPossible, match="nobody here may approve"):
        world.answer(case, tove)
    assert Draft.objects.get().text == "Klockan tolv."


# Letting go ---------------------------------------------------------------------------------------------------------


def test_approved_it_leaves_under_its_authors_name_and_the_audit_names_the_approver(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    world.later(minutes=3)
    turn = approve(row, berit, world)
    assert turn.dispatch is not None and turn.dispatch.by == tove
    assert turn.dispatch.text.startswith("Klockan tolv.") and "Tove" in turn.dispatch.text
    row.refresh_from_db()
    assert (row.state, row.decided_by, row.dispatch) == ("sent", berit, turn.dispatch)
    assert AuditEvent.objects.get(verb="conversation.approve_reply").actor == berit
    assert Turn.objects.get(what="approved").values["seconds"] == 180
    assert Conversation.objects.get().waiting_since is None


def test_edited_by_the_approver_both_texts_are_kept(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    turn = approve(row, berit, world, text="Klockan tolv, spår 3.")
    row.refresh_from_db()
    assert (row.text, row.sent_text) == ("Klockan tolv.", "Klockan tolv, spår 3.")
    assert turn.dispatch is not None and turn.dispatch.text.startswith("Klockan tolv, spår 3.")


def test_two_approvers_press_at_once_and_one_reply_leaves(
    world: World, case: Conversation, tove: User, berit: User, lena: User
) -> None:
    row = proposed(world, case, tove)
    seen = queries.newest_turn(case.pk)
    first = approve(row, berit, world, seen=seen)
    assert approve(row, berit, world, seen=seen).pk == first.pk  # a double click
    with pytest.raises(asking.Decided, match="Berit Sund"):
        approve(row, lena, world, seen=seen)
    assert Dispatch.objects.count() == 1


def test_the_author_cannot_approve_and_an_agent_is_told_who_may(
    world: World, case: Conversation, lena: User, berit: User, linnea: User
) -> None:
    Conversation.objects.update(purpose="legal-threat")
    row = proposed(world, case, lena)
    with pytest.raises(NotYours, match="Berit Sund may decide it"):
        approve(row, lena, world)
    with pytest.raises(NotYours):
        approve(row, linnea, world)
    assert Proposal.objects.get().state == "open"


def test_a_conversation_that_moved_on_is_shown_first_and_then_it_can_go(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    seen = queries.newest_turn(case.pk)
    world.later(minutes=1)
    world.says("Aino", "Och från vilket spår?")
    with pytest.raises(actions.NewerTurn):
        approve(row, berit, world, seen=seen)
    row.refresh_from_db()
    assert row.state == "open"
    assert [turn.post.text for turn in approvals.came_between(row) if turn.post] == ["Och från vilket spår?"]
    assert approve(row, berit, world).dispatch is not None


def test_of_several_proposals_one_is_sent_and_the_others_are_kept_unused(
    world: World, case: Conversation, tove: User, linnea: User, berit: User
) -> None:
    one = proposed(world, case, tove)
    other = actions.propose(
        world.strand(case),
        "Tolv.",
        seen=queries.newest_turn(case.pk),
        by=linnea,
        form_key=uuid4(),
        now=world.now,
    )
    assert other.reasons == ["asked"]
    approve(other, berit, world)
    one.refresh_from_db()
    assert (one.state, one.text) == ("unused", "Klockan tolv.")
    assert Dispatch.objects.get().by == linnea


def test_undo_of_the_send_lets_it_wait_again(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    approve(row, berit, world)
    actions.undo(by=berit, now=world.now)
    row.refresh_from_db()
    assert (row.state, row.dispatch, row.decided_by) == ("open", None, None)
    assert approve(row, berit, world).dispatch is not None
    assert Dispatch.objects.exclude(state="undone").count() == 1


def test_returned_with_a_word_it_is_its_authors_draft_again(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    actions.save_draft(case, "public", "Något nytt", by=tove, now=world.now)
    with pytest.raises(actions.NotPossible, match="Say what to change"):
        actions.return_reply(row, "", by=berit, now=world.now)
    row = actions.return_reply(row, "Name the platform.", by=berit, now=world.now)
    assert (row.state, row.word) == ("returned", "Name the platform.")
    assert Draft.objects.get().text == "Klockan tolv.\n\nNågot nytt"
    assert not Dispatch.objects.exists()


def test_its_author_takes_it_back(world: World, case: Conversation, tove: User, berit: User) -> None:
    row = proposed(world, case, tove)
    with pytest.raises(actions.NotPossible, match="Only Tove Ny"):
        actions.withdraw_proposal(row, by=berit, now=world.now)
    assert actions.withdraw_proposal(row, by=tove, now=world.now).state == "withdrawn"
    assert Draft.objects.get().text == "Klockan tolv."


def test_after_the_time_the_next_in_line_is_asked(
    world: World, case: Conversation, tove: User, berit: User, lena: User
) -> None:
    proposed(world, case, tove)
    assert steps.pass_approvals_on(world.later(minutes=30)) == 1
    row = Proposal.objects.get()
    assert (row.approver, row.asked, row.due_at) == (lena, [berit.pk], world.now + timedelta(minutes=30))


def test_a_file_goes_with_it_and_comes_back(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    file = actions.enclose(case, "a.png", png(4, 3), by=tove, now=world.now)
    row = proposed(world, case, tove, files=[file.pk])
    assert queries.draft_files(case.pk, tove) == []
    actions.return_reply(row, "Another picture.", by=berit, now=world.now)
    assert [one.pk for one in queries.draft_files(case.pk, tove)] == [file.pk]


def test_too_long_is_said_to_its_author(world: World, case: Conversation, tove: User, berit: User) -> None:
    with pytest.raises(Exception, match="Shorten it"):
        world.answer(case, tove, "a" * 600)
    assert not Proposal.objects.exists()


# Rebuttals ----------------------------------------------------------------------------------------------------------


def test_a_rebuttal_needs_a_fact_and_a_second_person_and_is_logged(
    world: World, case: Conversation, lena: User, berit: User
) -> None:
    def rebut(fact: str) -> Proposal:
        return actions.propose(
            world.strand(case), "Det stämmer inte.", seen=queries.newest_turn(case.pk), by=lena, form_key=uuid4(),
            now=world.now, rebuts=True, fact=fact,
        )  # fmt: skip

    with pytest.raises(actions.NotPossible, match="rests on a fact"):
        rebut(" ")
    row = rebut("Log of train 42: on time.")
    assert row.reasons == ["rebuttal"]
    with pytest.raises(NotYours):
        approve(row, lena, world)
    approve(row, berit, world)
    assert AuditEvent.objects.filter(verb="conversation.rebut", actor=berit).exists()
    assert Turn.objects.filter(what="rebutted").exists()


# Lists --------------------------------------------------------------------------------------------------------------


def test_each_sees_what_waits_for_her_and_what_she_asked_for(
    world: World, case: Conversation, tove: User, berit: User, lena: User
) -> None:
    row = proposed(world, case, tove)
    assert approvals.waiting(berit).mine == [row]
    assert approvals.waiting(tove).own == [row]
    assert approvals.waiting(lena).others == [row]
    approve(row, berit, world)
    assert approvals.waiting(berit).mine == []
    assert [one.pk for one in approvals.decided(lena)] == [row.pk]


def test_who_has_least_to_decide_is_asked_first(world: World, make_user: MakeUser, tove: User) -> None:
    a, b = make_user(role="senior", name="A"), make_user(role="senior", name="B")
    first = proposed(world, world.says("Ann", thread="a"), tove)
    second = proposed(world, world.says("Bo", thread="b"), tove)
    assert [first.approver, second.approver] == [a, b]
    assert approvers.waits_for([a.pk, b.pk]) == {a.pk: 1, b.pk: 1}


def test_where_nobody_may_approve_any_more_it_waits_and_the_others_are_passed_on(
    world: World, case: Conversation, tove: User, berit: User, make_user: MakeUser
) -> None:
    row = proposed(world, case, tove)
    User.objects.filter(pk=berit.pk).update(is_active=False)
    assert steps.pass_approvals_on(world.later(minutes=30)) == 1
    row.refresh_from_db()
    assert (row.approver, row.due_at) == (None, world.now + timedelta(minutes=30))
    assert steps.pass_approvals_on(world.later(minutes=30)) == 0
    lena = make_user(role="lead", name="Lena Lead")
    assert steps.pass_approvals_on(world.later(minutes=30)) == 1
    row.refresh_from_db()
    assert row.approver == lena


def test_the_only_one_who_may_approve_is_not_told_of_passing_it_to_herself(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    proposed(world, case, tove)
    assert steps.pass_approvals_on(world.later(minutes=30)) == 0
    row = Proposal.objects.get()
    assert (row.approver, row.due_at) == (berit, world.now + timedelta(minutes=30))
    assert not Turn.objects.filter(what="approval_passed_on").exists()


def test_closing_leaves_what_waited_unused_and_undo_lets_it_wait_again(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    actions.close(case, by=berit, now=world.now)
    row.refresh_from_db()
    assert (row.state, row.due_at, row.decided_by) == ("unused", None, berit)
    assert Notification.objects.get(user=tove).what == "not_sent"
    assert steps.pass_approvals_on(world.later(minutes=10)) == 0
    actions.undo(by=berit, now=world.now)
    row.refresh_from_db()
    assert (row.state, row.due_at, row.decided_by) == ("open", world.now + timedelta(minutes=30), None)


def test_a_reply_that_closes_leaves_the_others_unused_and_not_itself(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    other = proposed(world, case, tove, "Klockan ett.")
    row = proposed(world, case, tove, close=True)
    approve(row, berit, world)
    assert Conversation.objects.get().status == "closed"
    assert set(Proposal.objects.values_list("pk", "state")) == {(other.pk, "unused"), (row.pk, "sent")}


def test_nothing_waits_for_approval_once_she_is_erased(
    world: World, case: Conversation, tove: User, berit: User
) -> None:
    row = proposed(world, case, tove)
    personal_data.erase(Person(customer_ids=(case.customer_id,), identity_ids=()), world.now)
    row.refresh_from_db()
    assert (row.state, row.due_at) == ("unused", None)


def test_an_approval_taken_back_is_passed_on_in_time(
    world: World, case: Conversation, tove: User, berit: User, lena: User
) -> None:
    row = proposed(world, case, tove)
    approve(row, berit, world)
    actions.undo(by=berit, now=world.now)
    row.refresh_from_db()
    assert row.due_at == world.now + timedelta(minutes=30)
    assert steps.pass_approvals_on(world.later(minutes=30)) == 1

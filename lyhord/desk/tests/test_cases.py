"""Complaints are cases: what they ask for before they are closed, how far they have come, and what is read again."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.conftest import MakeUser
from lyhord.desk import actions, casework, steps
from lyhord.desk.actions import Ending
from lyhord.desk.models import Case, CaseSettings, CaseType, Conversation, ProcessStep, ProcessTick, Turn
from lyhord.desk.queries.casefile import casefile
from lyhord.desk.tests.conftest import World
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, User

pytestmark = pytest.mark.django_db
SOLVED = Ending(outcome="solved", cause="Lost at sorting", action="Sent anew", result="It arrived")


def complains(world: World, name: str = "Anna", **fields: Any) -> Conversation:
    return world.says(
        name, "Mitt paket kom aldrig!", told={"kind": "complaint", "topic": "delivery"}, **fields
    )


def walk(world: World) -> None:
    steps.open_cases(world.now)
    steps.follow_cases(world.now)


def state_of(conversation: Conversation) -> str:
    return Case.objects.get(conversation=conversation).state


def test_a_complaint_becomes_a_case_once(world: World, linnea: User) -> None:
    row = complains(world)
    world.says("Bo")
    assert steps.open_cases(world.now) == 1
    assert steps.open_cases(world.now) == 0
    case = Case.objects.get()
    assert (case.conversation_id, case.source, case.state) == (row.pk, "judged", "new")


def test_a_complaint_is_not_closed_without_reply_and_outcome(world: World, linnea: User) -> None:
    row = complains(world)
    with pytest.raises(actions.NeedsEnding) as refused:
        actions.close(row, by=linnea, now=world.now, ending=SOLVED)
    assert refused.value.missing == "reply"
    world.answer(row, linnea)
    with pytest.raises(actions.NeedsEnding) as refused:
        actions.close(row, by=linnea, now=world.now)
    assert refused.value.missing == "outcome"
    row.refresh_from_db()
    assert row.status == "waiting"
    actions.close(row, by=linnea, now=world.now, ending=SOLVED)
    case = Case.objects.get()
    assert (case.outcome, case.cause, case.is_settled, case.state) == (
        "solved",
        "Lost at sorting",
        True,
        "resolved",
    )
    assert Turn.objects.get(what="closed").values["outcome"] == "solved"


def test_a_question_is_closed_as_ever(world: World, linnea: User) -> None:
    row = world.says("Anna")
    actions.close(row, by=linnea, now=world.now)
    assert not Case.objects.exists()


def test_the_reply_that_closes_counts_and_undo_takes_both_back(world: World, linnea: User) -> None:
    row = complains(world)
    with pytest.raises(actions.NeedsEnding):
        world.answer(row, linnea, close=True)
    assert not Turn.objects.filter(dispatch__isnull=False).exists()
    world.answer(row, linnea, close=True, ending=SOLVED, delay=timedelta(minutes=1))
    assert Case.objects.get().outcome == "solved"
    actions.undo(by=linnea, now=world.now)
    case = Case.objects.get()
    assert (case.outcome, case.is_settled, case.reopened_at) == ("", False, None)


def test_undoing_a_close_takes_the_outcome_back(world: World, linnea: User) -> None:
    row = complains(world)
    world.answer(row, linnea)
    actions.close(row, by=linnea, now=world.later(minutes=1), ending=SOLVED)
    actions.undo(by=linnea, now=world.later(seconds=2))
    case = Case.objects.get()
    assert (case.outcome, case.cause, case.is_settled, case.resolved_at) == ("", "", False, None)


def test_one_click_says_that_it_is_no_complaint(world: World, linnea: User) -> None:
    row = complains(world)
    actions.no_case(row, by=linnea, now=world.now)
    row.refresh_from_db()
    assert row.use == "service"
    actions.close(row, by=linnea, now=world.now)
    row.refresh_from_db()
    assert row.status == "closed"


def test_spam_needs_no_outcome(world: World, linnea: User) -> None:
    row = complains(world)
    actions.mark_spam(row, by=linnea, now=world.now)
    actions.close(row, by=linnea, now=world.now)
    row.refresh_from_db()
    assert row.status == "closed"
    assert not Case.objects.exclude(outcome="").exists()


def test_where_nobody_can_be_answered_a_reason_stands_for_the_reply(world: World, linnea: User) -> None:
    row = complains(world)
    row.strands.update(ended_at=world.now)
    with pytest.raises(actions.NeedsEnding) as refused:
        actions.close(row, by=linnea, now=world.now, ending=Ending(outcome="not_solvable"))
    assert refused.value.missing == "reason"
    actions.close(
        row, by=linnea, now=world.now, ending=Ending(outcome="not_solvable", result="Her account is gone.")
    )


def test_bulk_closing_takes_one_outcome_for_all_and_refuses_what_has_no_reply(
    world: World, linnea: User
) -> None:
    answered, silent = complains(world), complains(world, "Bo", thread="t2")
    world.answer(answered, linnea)
    done = actions.bulk([answered.pk, silent.pk], "close", by=linnea, now=world.now, ending=SOLVED)
    assert done.changed == [answered.pk]
    assert "no reply" in done.refused[silent.pk]


def test_a_case_walks_through_its_states(world: World, linnea: User) -> None:
    row = complains(world)
    walk(world)
    assert state_of(row) == "new"
    actions.take(row, by=linnea, now=world.now)
    walk(world)
    assert state_of(row) == "owned"
    world.answer(row, linnea)
    walk(world)
    assert state_of(row) == "answered"
    world.later(minutes=5)
    complains(world)
    walk(world)
    assert state_of(row) == "in_work"
    world.answer(row, linnea, "Nu är det löst.", close=True, ending=SOLVED)
    assert state_of(row) == "resolved"
    world.later(days=1)
    complains(world)
    walk(world)
    case = Case.objects.get()
    assert (case.state, case.outcome, case.is_settled) == ("reopened", "", False)
    assert [m.state for m in case.moments.order_by("pk")] == [
        "new", "owned", "answered", "in_work", "resolved", "reopened",
    ]  # fmt: skip


def test_a_person_makes_a_case_of_anything_and_it_then_asks_for_an_outcome(
    world: World, linnea: User
) -> None:
    row = world.says("Anna")
    actions.make_case(row, by=linnea, now=world.now)
    world.answer(row, linnea)
    with pytest.raises(actions.NeedsEnding):
        actions.close(row, by=linnea, now=world.now)
    actions.close(row, by=linnea, now=world.now, ending=Ending(outcome="passed_on"))


def test_the_type_gives_process_and_deadline_and_deviations_say_why(world: World, linnea: User) -> None:
    kind = CaseType.objects.create(brand=world.account.brand, name="Lost parcel", topic="delivery", hours=48)
    first = ProcessStep.objects.create(type=kind, position=1, name="Trace it", hours=2)
    second = ProcessStep.objects.create(type=kind, position=2, name="Offer a new one")
    row = complains(world)
    walk(world)
    actions.tick(row, first, by=linnea, now=world.now)
    with pytest.raises(actions.NotPossible):
        actions.skip(row, second, " ", by=linnea, now=world.now)
    actions.skip(row, second, "She has got it", by=linnea, now=world.now)
    actions.skip(row, second, "Twice is once", by=linnea, now=world.now)
    told = AuditEvent.objects.filter(verb="conversation.tick").latest("pk").detail
    assert (told.person, told.plain) == (f"customer:{row.customer_id}", {"name": second.name})
    file = casefile(row, world.now)
    assert file is not None
    assert file.case.due_at == row.opened_at + timedelta(hours=48)
    assert [(one.tick.is_skipped, one.tick.reason) for one in file.steps if one.tick] == [
        (False, ""),
        (True, "She has got it"),
    ]
    assert Turn.objects.filter(what__in=["step_done", "step_skipped"]).count() == 2
    actions.undo(by=linnea, now=world.now)
    assert casefile(row, world.now).steps[1].is_current  # type: ignore[union-attr]


def test_undo_puts_back_what_is_no_column_of_the_conversation(world: World, linnea: User) -> None:
    """A step opened again, what was told of a case, and a promise that was moved."""
    kind = CaseType.objects.create(brand=world.account.brand, name="Lost parcel", topic="delivery", hours=48)
    first = ProcessStep.objects.create(type=kind, position=1, name="Trace it")
    row = complains(world)
    walk(world)
    told: dict[str, Any] = {"by": linnea, "now": world.now}
    actions.skip(row, first, "She has got it", **told)
    before = ProcessTick.objects.values().get()
    actions.untick(row, first, **told)
    actions.undo(**told)
    assert ProcessTick.objects.values().get() | {"id": 0} == before | {"id": 0}

    was = Case.objects.values("cause", "lesson", "lesson_by", "type", "due_at").get()
    given = Ending(cause="Lost at sorting", lesson="Scan twice")
    actions.describe_case(row, given, case_type=None, due_at=world.now + timedelta(days=9), **told)
    assert Case.objects.get().cause == "Lost at sorting"
    actions.undo(**told)
    assert Case.objects.values(*was).get() == was

    at = world.now + timedelta(days=1)
    promise = actions.follow_up(row, "Ring", at, form_key=uuid4(), **told)
    actions.move_followup(promise, at + timedelta(days=1), **told)
    actions.undo(**told)
    promise.refresh_from_db()
    assert promise.due_at == at


def test_undo_of_a_tag_takes_the_case_back_that_it_began(world: World, linnea: User) -> None:
    kind = CaseType.objects.create(brand=world.account.brand, name="Refund", tag="refund", hours=24)
    row, known = world.says("Anna"), complains(world, "Bo")
    actions.tag(row, "refund", by=linnea, now=world.now)
    assert Case.objects.get().type == kind
    actions.undo(by=linnea, now=world.now)
    assert not Case.objects.exists() and not row.tags.exists()
    actions.make_case(known, by=linnea, now=world.now)
    actions.tag(known, "refund", by=linnea, now=world.now)
    assert Case.objects.get().type == kind
    actions.undo(by=linnea, now=world.now)
    assert Case.objects.get().type is None  # it was one before


def test_a_lead_looks_again_but_never_at_her_own(world: World, make_user: MakeUser) -> None:
    linnea, petri = make_user("lead"), make_user("lead")
    CaseSettings.objects.create(brand=world.account.brand, look_share=100)
    row = complains(world)
    world.answer(row, linnea, close=True, ending=SOLVED)
    case = Case.objects.get()
    assert case.look_at == world.now
    with pytest.raises(actions.NotPossible):
        actions.look_again(case, True, "", by=linnea, now=world.now)
    actions.look_again(case, False, "She still waits for the money.", by=petri, now=world.now)
    case.refresh_from_db()
    assert (case.looked_well, case.looked_by_id) == (False, petri.pk)


def test_the_sample_is_about_its_share_and_the_same_each_time() -> None:
    drawn = [casework.is_drawn(n, "secret", 5) for n in range(10_000)]
    assert 400 < sum(drawn) < 600
    assert drawn == [casework.is_drawn(n, "secret", 5) for n in range(10_000)]
    assert not any(casework.is_drawn(n, "secret", 0) for n in range(1000))
    assert all(casework.is_drawn(n, "secret", 100) for n in range(1000))


@given(st.lists(st.booleans(), min_size=6, max_size=6))
def test_a_state_is_never_less_than_what_happened(happened: list[bool]) -> None:
    facts = casework.Facts(*happened)
    state = casework.state(facts)
    assert (state == "resolved") == facts.is_closed
    if state == "new":
        assert not (facts.has_owner or facts.is_acknowledged or facts.is_answered)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("number", "1 250,50", "1250.5"), ("number", "-0", "0"), ("number", "1e5", None), ("number", "NaN", None),
        ("number", "twelve", None), ("date", "1.3.2026", "2026-03-01"), ("date", "2026-02-30", None),
        ("date", "2026-03-01", "2026-03-01"), ("yes_no", "Kyllä", "yes"), ("yes_no", "nej", "no"),
        ("yes_no", "perhaps", None), ("choice", "RED", "Red"), ("choice", "Blue", None), ("text", "  a  b ", "a b"),
        ("text", "x" * 301, None), ("number", "", ""),
    ],
)  # fmt: skip
def test_values_are_kept_in_one_form(kind: str, text: str, kept: str | None) -> None:
    assert casework.tidy(kind, text, ["Red"]) == kept


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_read_twice_is_the_same(value: object) -> None:
    first = casework.tidy("number", str(value))
    assert first is not None
    assert casework.tidy("number", first) == first


def test_only_who_may_handle_cases_does(world: World, make_user: MakeUser) -> None:
    row = complains(world)
    with pytest.raises(NotYours):
        actions.make_case(row, by=make_user("listener"), now=world.now)

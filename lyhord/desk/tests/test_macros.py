"""Macros: shown before they run, refused in parts, taken back in one step."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from lyhord.desk import actions, queries, steps
from lyhord.desk.actions import Given, GivenMacro, NotPossible, Wording
from lyhord.desk.models import (
    Case,
    Conversation,
    Department,
    Draft,
    Macro,
    MacroRun,
    Note,
    Pause,
    Request,
    Turn,
)
from lyhord.desk.tests.conftest import World
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Brand, Mandate, Role, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user(role="lead", name="Siv Lund", email="siv@example.com")


def made(by: User, world: World, *steps: tuple[str, Any], **fields: Any) -> Macro:
    told = [{"verb": verb, "value": value} for verb, value in steps]
    usual: dict[str, Any] = {"name": "Refund", "brand": world.account.brand, "steps": told}
    return actions.save_macro(GivenMacro(**(usual | fields)), by=by, now=world.now)


def reply_of(by: User, world: World) -> Any:
    texts = [Wording("sv", "Hej {customer.first_name}!")]
    return actions.save_reply(Given("Hello", world.account.brand, texts), by=by, now=world.now)


def run(world: World, macro: Macro, conversation: Any, by: User, **given: Any) -> actions.Ran:
    return actions.run_macro(conversation, macro, by=by, now=world.now, **({"form_key": uuid4()} | given))


def test_all_is_done_in_one_stroke_and_taken_back_in_one(world: World, lead: User, linnea: User) -> None:
    team = Team.objects.create(brand=world.account.brand, name="Finance")
    macro = made(
        lead, world, ("assign", "me"), ("assign_team", team.pk), ("tag", "refund"), ("set_priority", 80), ("snooze", "days:2"),
        ("note", "Ask {customer.first_name} for the receipt"), reply=reply_of(lead, world),
    )  # fmt: skip
    conversation = world.says("Aino")
    before = conversation.version
    ran = run(world, macro, conversation, linnea)
    assert ran.done == ["assign", "assign_team", "tag", "set_priority", "snooze", "note", "reply"]
    assert ran.refused == {}
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team, conversation.priority_set) == (linnea, team, 80)
    assert conversation.status == "snoozed" and conversation.version > before
    assert Note.objects.get().text == "Ask Aino for the receipt"
    assert Draft.objects.get().text == "Hej Aino!"
    assert not Turn.objects.filter(dispatch__isnull=False).exists()  # nothing is sent
    macro.refresh_from_db()
    assert macro.uses == 1

    undone = actions.undo(by=linnea, now=world.now)
    assert undone.verb == "macro"
    conversation.refresh_from_db()
    assert (conversation.assignee, conversation.team, conversation.priority_set) == (None, None, None)
    assert conversation.status == "open" and not conversation.tags.exists()
    assert not Note.objects.exists() and not Draft.objects.exists()


def test_a_department_is_asked_and_the_question_withdrawn_by_undo(
    world: World, lead: User, linnea: User
) -> None:
    finance = Department.objects.create(brand=world.account.brand, name="Finance", pauses_clock=True)
    finance.addresses.create(address="kassa@example.com")
    macro = made(
        lead, world, ("tag", "refund"), ("ask", f"{finance.pk}:Has {{customer.first_name}} been paid?"), ("set_priority", 80)
    )  # fmt: skip
    conversation = world.says("Aino", "Var är mina pengar?")
    preview = queries.preview_macro(linnea, conversation, macro, world.now)
    assert [one.value for one in preview.steps] == ["refund", "Finance: Has Aino been paid?", 80]
    ran = run(world, macro, conversation, linnea)
    assert (ran.done, ran.refused) == (["tag", "ask", "set_priority"], {})
    request = Request.objects.get()
    assert (request.question, request.by, request.state) == ("Has Aino been paid?", linnea, "open")
    assert [turn.post.text for turn in request.shown.all() if turn.post] == ["Var är mina pengar?"]
    conversation.refresh_from_db()
    assert conversation.priority_set == 80 and conversation.tags.count() == 1
    assert Pause.objects.filter(ended_at=None).exists()

    before = Conversation.objects.get().version
    actions.undo(by=linnea, now=world.now)
    request.refresh_from_db()
    assert request.state == "withdrawn"
    row = Conversation.objects.get()
    assert row.priority_set is None
    assert row.version == before + 2  # the withdrawal and the undo are two changes
    assert not Pause.objects.filter(ended_at=None).exists()


def test_a_question_that_cannot_be_asked_is_refused_when_written_and_when_run(
    world: World, lead: User, linnea: User
) -> None:
    finance = Department.objects.create(brand=world.account.brand, name="Finance")
    other = Department.objects.create(brand=Brand.objects.create(name="Other"), name="Elsewhere")
    for wrong in (
        f"{other.pk}:What?",
        f"{finance.pk}:  ",
        "x:What?",
        "",
        f"{finance.pk}:{{customer.nonsense}}",
    ):
        with pytest.raises(NotPossible):
            made(lead, world, ("ask", wrong))
    macro = made(lead, world, ("tag", "refund"), ("ask", f"{finance.pk}:What?"))
    ran = run(world, macro, world.says("Aino"), linnea)
    assert ran.done == ["tag"] and "Nobody answers" in ran.refused["ask"]
    assert not Request.objects.exists()


def test_a_macro_that_closes_a_complaint_is_taken_back_whole(world: World, lead: User, linnea: User) -> None:
    conversation = world.says("Aino", "Trasig!", told={"kind": "complaint"})
    steps.open_cases(world.now)
    world.answer(conversation, linnea)
    Case.objects.update(outcome="solved")
    state = Case.objects.get().state
    run(world, made(lead, world, ("set_priority", 80), ("close", None)), conversation, linnea)
    assert Case.objects.get().is_settled
    actions.undo(by=linnea, now=world.now)
    case = Case.objects.get()
    assert (case.is_settled, case.state, case.resolved_at) == (False, state, None)
    conversation.refresh_from_db()
    assert (conversation.status, conversation.priority_set) == ("waiting", None)


def test_what_she_wrote_before_stays_in_front_and_after_undo(world: World, lead: User, linnea: User) -> None:
    macro = made(lead, world, reply=reply_of(lead, world))
    conversation = world.says("Aino")
    actions.save_draft(conversation, "public", "Half a thought", by=linnea, now=world.now)
    run(world, macro, conversation, linnea)
    assert Draft.objects.get().text == "Half a thought\n\nHej Aino!"
    actions.undo(by=linnea, now=world.now)
    assert Draft.objects.get().text == "Half a thought"


def test_a_refused_part_says_why_and_the_others_are_done(world: World, lead: User, linnea: User) -> None:
    Mandate.objects.create(role=Role.AGENT, verb="prioritise", is_allowed=False)
    macro = made(lead, world, ("set_priority", 80), ("tag", "refund"))
    conversation = world.says("Aino")
    shown = queries.preview_macro(linnea, conversation, macro, world.now)
    assert [(one.verb, one.is_allowed) for one in shown.steps] == [("set_priority", False), ("tag", True)]
    ran = run(world, macro, conversation, linnea)
    assert ran.done == ["tag"]
    assert "mandate" in ran.refused["set_priority"]
    conversation.refresh_from_db()
    assert conversation.priority_set is None


def test_a_double_click_is_one_run(world: World, lead: User, linnea: User) -> None:
    macro, conversation, key = made(lead, world, ("note", "Once")), world.says("Aino"), uuid4()
    first = run(world, macro, conversation, linnea, form_key=key)
    second = run(world, macro, conversation, linnea, form_key=key)
    assert first.done == second.done == ["note"]
    assert Note.objects.count() == MacroRun.objects.count() == 1


def test_with_a_reply_it_closes_when_the_reply_is_sent(world: World, lead: User, linnea: User) -> None:
    macro = made(lead, world, ("close", None), reply=reply_of(lead, world))
    conversation = world.says("Aino")
    ran = run(world, macro, conversation, linnea)
    assert ran.closes and ran.done == ["reply"]
    conversation.refresh_from_db()
    assert conversation.status == "open"


def test_undo_refuses_what_somebody_changed_since(
    world: World, lead: User, linnea: User, petri: User
) -> None:
    macro = made(lead, world, ("assign", "me"), ("tag", "refund"))
    conversation = world.says("Aino")
    run(world, macro, conversation, linnea)
    actions.assign(conversation, petri, by=petri, now=world.now)
    with pytest.raises(actions.ChangedSince):
        actions.undo(by=linnea, now=world.now)
    assert conversation.tags.count() == 1


@pytest.mark.parametrize(
    ("step", "why"),
    [
        (("set_priority", 101), "0 to 100"),
        (("snooze", "weeks:1"), "hours or days"),
        (("snooze", "days:999"), "hours or days"),
        (("assign", 10**9), "works for the brand"),
        (("assign_team", 10**9), "another brand"),
        (("set_priority", "9" * 5000), "0 to 100"),
        (("assign", "²"), "works for the brand"),
        (("assign", ["me"]), "works for the brand"),
        (("assign_team", "9" * 5000), "another brand"),
        (("tag", ""), "1 to 60"),
        (("note", " "), "1 to 5000"),
        (("note", "{agent.nmae}"), "no variable"),
        (("burn", None), "no such step"),
    ],
)
def test_what_cannot_run_is_not_saved(world: World, lead: User, step: tuple[str, Any], why: str) -> None:
    with pytest.raises(NotPossible, match=why):
        made(lead, world, step)
    with pytest.raises(NotPossible, match="at least one step"):
        made(lead, world)
    assert not Macro.objects.exists()


def test_an_agent_makes_one_for_herself_alone(world: World, linnea: User, petri: User) -> None:
    with pytest.raises(NotYours):
        made(linnea, world, ("tag", "x"))
    mine = made(linnea, world, ("tag", "x"), is_own=True)
    conversation = world.says("Aino")
    assert queries.macros_for(linnea, conversation) == [mine]
    assert queries.macros_for(petri, conversation) == []


def test_a_tag_runs_a_macro_once_and_not_over_what_was_tagged_before(
    world: World, lead: User, linnea: User
) -> None:
    old = world.says("Maja", thread="m")
    actions.tag(old, "Refund", by=linnea, now=world.now)
    team = Team.objects.create(brand=world.account.brand, name="Finance")
    macro = made(
        lead, world, ("assign_team", team.pk), ("note", "Pay {customer.first_name}"), on_tag="refund"
    )
    conversation = world.says("Aino")
    actions.tag(conversation, "Refund", by=linnea, now=world.now)
    assert steps.run_tag_macros(world.later(seconds=2)) == 0  # not settled yet
    assert steps.run_tag_macros(world.later(seconds=10)) == 1
    assert steps.run_tag_macros(world.later(seconds=10)) == 0
    conversation.refresh_from_db()
    old.refresh_from_db()
    assert (conversation.team, old.team) == (team, None)
    assert Note.objects.get().text == "Pay Aino"
    run_row = MacroRun.objects.get()
    assert (run_row.by, run_row.done, run_row.macro) == (None, ["assign_team", "note"], macro)
    assert Turn.objects.filter(conversation=conversation, what="macro_ran", by=None).count() == 1


def test_two_rules_do_not_chase_each_other(world: World, lead: User, linnea: User) -> None:
    made(lead, world, ("untag", "b"), ("tag", "b"), on_tag="a")
    made(lead, world, ("untag", "a"), ("tag", "a"), on_tag="b", name="Other")
    conversation = world.says("Aino")
    actions.tag(conversation, "a", by=linnea, now=world.now)
    assert sum(steps.run_tag_macros(world.later(seconds=10)) for _walk in range(4)) == 1


@pytest.mark.parametrize("given", [{"is_own": True}, {"steps": [{"verb": "assign", "value": "me"}]}])
def test_a_rule_needs_nobody_who_runs_it(world: World, lead: User, given: dict[str, Any]) -> None:
    with pytest.raises(NotPossible, match="a tag runs"):
        made(lead, world, ("tag", "y"), on_tag="x", **given)
    with pytest.raises(NotPossible, match="run itself"):
        made(lead, world, ("tag", "x"), on_tag="X")

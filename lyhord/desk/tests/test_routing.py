"""Rules, skills and slots: who gets a conversation, and that nobody's matter is silently nobody's (TR-02, TR-09, CA-13)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lyhord.desk import actions, queries, steps
from lyhord.desk.actions import routing_rules, skills
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import (
    Conversation,
    OpeningHours,
    Ownership,
    Routing,
    RoutingPolicy,
    RoutingRule,
    Turn,
)
from lyhord.desk.steps import routing
from lyhord.desk.tests.conftest import World
from lyhord.intake.actions import renewing
from lyhord.intake.models import Post
from lyhord.staff import actions as staff
from lyhord.staff import mandates
from lyhord.staff.models import AuditEvent, Brand, Team, User
from lyhord.triage.models import Assessment, Topic

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user("lead", name="Leena Lead", email="leena@example.com")


def on(world: World, lead: User, **given: Any) -> RoutingPolicy:
    return routing_rules.set_policy(world.account.brand, is_on=True, by=lead, now=world.now, **given)


def on_duty(world: World, *people: User) -> None:
    for one in people:
        staff.go_on_duty(one, now=world.now)


def rule(world: World, lead: User, when: Any, then: Any, name: str = "Rule", **more: Any) -> RoutingRule:
    made = routing_rules.make_rule(world.account.brand, name, when, then, by=lead, now=world.now, **more)
    routing_rules.try_rule(made, by=lead, now=world.now)
    return routing_rules.switch_rule(made, True, by=lead, now=world.now)


def owner(conversation: Conversation) -> User | None:
    conversation.refresh_from_db()
    return conversation.assignee


def told(conversation: Conversation) -> dict[str, Any]:
    found = Turn.objects.filter(conversation=conversation, what="routed").order_by("-pk").first()
    return found.values if found else {}


def test_without_policy_and_rules_nothing_is_given_and_one_statement_is_asked(
    world: World, linnea: User, django_assert_num_queries: Any
) -> None:
    on_duty(world, linnea)
    conversation = world.says("Aino")
    with django_assert_num_queries(1):
        assert routing.route(world.now) == 0
    assert owner(conversation) is None and not Routing.objects.exists()


def test_new_conversations_go_round_among_those_on_duty(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    before = world.says("Early", thread="t0")
    on(world, lead, slots=2)
    on_duty(world, linnea, petri)
    for n in range(5):
        world.says(f"P{n}", thread=f"t{n + 1}")
    assert routing.route(world.later(seconds=1)) > 0
    assert routing.route(world.later(seconds=1)) == 0
    given = list(Conversation.objects.exclude(pk=before.pk).order_by("pk").values_list("assignee", flat=True))
    assert sorted(given[:4], key=str) == sorted([linnea.pk, petri.pk] * 2)
    assert given[4:] == [None]
    assert owner(before) is None, "What was there before is not taken up."
    left = Routing.objects.get(state="queued")
    assert left.needs_owner and left.why == "slot"


def test_who_speaks_it_and_knows_it_gets_it_and_the_turn_says_why(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    on(world, lead)
    staff.change_profile(petri, now=world.now, speaks="fi sv")
    staff.change_profile(linnea, now=world.now, speaks="sv")
    skills.set_skill(petri, "topic", "billing", 3, by=lead, now=world.now)
    on_duty(world, linnea, petri)
    finnish = world.says("Aino", thread="a", told={"language": "fi", "topic": "booking"})
    bill = world.says("Bo", thread="b", told={"language": "sv", "topic": "billing"})
    danish = world.says("Dan", thread="c", told={"language": "da"})
    routing.route(world.later(seconds=1))
    assert owner(finnish) == petri and owner(bill) == petri and owner(danish) is None
    assert told(bill) == {
        "why": "turn", "held": 2, "slots": 8, "language": "sv", "skill": "topic:billing", "level": 3, "to": petri.pk,
        "name": "Petri Aalto",
    }  # fmt: skip
    assert told(danish) == {"why": "language", "language": "da", "needs_owner": True}
    assert Ownership.objects.get(conversation=bill).is_first


def test_a_skill_that_nobody_has_is_not_asked_for(world: World, linnea: User, lead: User) -> None:
    on(world, lead)
    on_duty(world, linnea)
    conversation = world.says("Aino", told={"language": "fi", "topic": "outage"})
    routing.route(world.now)
    assert owner(conversation) == linnea


def test_who_may_not_answer_there_gets_nothing(
    world: World, lead: User, make_user: MakeUser, brand: Brand
) -> None:
    expert, elsewhere = make_user("expert"), make_user(team=Team.objects.create(brand=brand, name="Other"))
    world.account.teams.set([lead.memberships.get().team])
    on(world, lead)
    on_duty(world, expert, elsewhere)
    conversation = world.says("Aino")
    routing.route(world.now)
    assert owner(conversation) is None and told(conversation)["why"] == "nobody"


def test_the_same_customer_comes_back_to_the_same_person(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    on(world, lead, sticky_days=5)
    on_duty(world, petri)
    first = world.says("Aino", thread="a")
    routing.route(world.later(seconds=1))
    on_duty(world, linnea)
    again = world.says("Aino", thread="b")
    routing.route(world.later(days=1))
    assert owner(first) == owner(again) == petri and told(again)["why"] == "former"
    late = world.says("Aino", thread="c")
    Conversation.objects.exclude(pk=late.pk).update(last_at=world.now - timedelta(days=6))
    routing.route(world.later(seconds=1))
    assert owner(late) == linnea


def test_the_declared_fallback_gets_what_nobody_can_take(
    world: World, linnea: User, petri: User, lead: User, team: Team
) -> None:
    staff.change_profile(linnea, now=world.now, speaks="sv")
    on(world, lead, fallback_person=petri)
    on_duty(world, linnea, petri)
    danish = world.says("Dan", thread="a", told={"language": "da"})
    routing.route(world.now)
    assert owner(danish) == petri and told(danish)["fallback"]
    on(world, lead, fallback_team=team)
    other = world.says("Else", thread="b", told={"language": "da"})
    routing.route(world.later(seconds=1))
    assert owner(other) is None and other.team == team
    receipt = Routing.objects.get(conversation=other)
    assert receipt.state == "queued" and not receipt.needs_owner


def test_what_found_nobody_is_given_as_soon_as_somebody_can(world: World, linnea: User, lead: User) -> None:
    on(world, lead)
    ordinary = world.says("Aino", thread="a")
    urgent = world.says("Bo", thread="b", told={"priority": 90})
    skills.set_slots(linnea, 1, by=lead, now=world.now)
    routing.route(world.later(seconds=1))
    on_duty(world, linnea)
    routing.route(world.later(seconds=31))
    assert owner(urgent) == linnea and owner(ordinary) is None, "The urgent one comes first."
    world.answer(urgent, linnea)
    routing.route(world.later(seconds=31))
    assert owner(ordinary) == linnea
    assert not Routing.objects.filter(state="queued").exists()


def test_taking_it_by_hand_ends_the_search(world: World, linnea: User, petri: User, lead: User) -> None:
    on(world, lead)
    conversation = world.says("Aino")
    routing.route(world.now)
    actions.take(conversation, by=petri, now=world.now)
    on_duty(world, linnea)
    routing.route(world.later(seconds=31))
    assert owner(conversation) == petri and Routing.objects.get().state == "done"


def test_rules_tag_raise_and_give_in_their_order(
    world: World, linnea: User, petri: User, lead: User, team: Team
) -> None:
    on_duty(world, petri)
    rule(world, lead, {"words": ["refund*"]}, {"tags": ["money"], "priority": 80}, "Money", goes_on=True)
    rule(world, lead, {"topics": ["billing"]}, {"person": petri.pk}, "Bills")
    rule(world, lead, {}, {"team": team.pk}, "Rest")
    bill = world.says("Aino", "I want a refund", thread="a", told={"topic": "billing"})
    rest = world.says("Bo", "Hello", thread="b")
    routing.route(world.now)
    assert owner(bill) == petri and queries.conversation(lead, bill.pk).tags == ["money"]  # type: ignore[union-attr]
    assert bill.priority_set == 80
    assert told(bill)["rules"] == [{"place": 1, "name": "Money"}, {"place": 2, "name": "Bills"}]
    assert owner(rest) is None and rest.team == team, "By hand within the team while the brand does not give."
    assert Routing.objects.get(conversation=bill).rule_version == 1


def test_a_rule_must_be_tried_before_it_is_switched_on_and_again_when_it_changed(
    world: World, lead: User
) -> None:
    world.says("Aino", thread="a", told={"topic": "billing"})
    world.says("Bo", thread="b")
    made = routing_rules.make_rule(
        world.account.brand, "Bills", {"topics": ["billing"]}, {"needs_owner": True}, by=lead, now=world.now
    )
    with pytest.raises(NotPossible, match="Try the rule"):
        routing_rules.switch_rule(made, True, by=lead, now=world.now)
    found = routing_rules.try_rule(made, by=lead, now=world.now)
    assert (found.looked_at, found.took, found.is_all) == (2, 1, True)
    assert not Routing.objects.exists() and not Turn.objects.exclude(what="").exists(), "Nothing is changed."
    routing_rules.switch_rule(made, True, by=lead, now=world.now)
    changed = routing_rules.change_rule(
        made, "Bills", {"topics": ["booking"]}, {"needs_owner": True}, by=lead, now=world.now
    )
    assert (changed.version, changed.is_on, changed.is_tried) == (2, False, False)
    what = list(made.versions.order_by("pk").values_list("what", "version"))
    assert what == [("made", 1), ("tried", 1), ("on", 1), ("changed", 2)]
    assert AuditEvent.objects.filter(verb__startswith="routing.rule", actor=lead).count() == 4


def test_a_trial_says_what_other_rules_do_without_it(world: World, lead: User, team: Team) -> None:
    rule(world, lead, {}, {"team": team.pk}, "All")
    world.says("Aino", thread="a", told={"topic": "billing"})
    made = routing_rules.make_rule(
        world.account.brand, "Bills", {"topics": ["billing"]}, {"needs_owner": True}, by=lead, now=world.now
    )
    assert routing_rules.try_rule(made, by=lead, now=world.now).took == 0, (
        "It stands behind one that takes all."
    )
    routing_rules.move_rule(made, 0, by=lead, now=world.now)
    found = routing_rules.try_rule(made, by=lead, now=world.now)
    assert found.took == found.stopped == 1 and sum(found.instead.values()) == 1 and found.samples[0].is_other


@pytest.mark.parametrize(
    ("when", "then", "why"),
    [
        ({"kinds": ["nonsense"]}, {"needs_owner": True}, "nonsense"),
        ({"accounts": [10**9]}, {"needs_owner": True}, "1000000000"),
        ({"strange": [1]}, {"needs_owner": True}, "strange"),
        ({"priority_from": -1}, {"needs_owner": True}, "whole number"),
        ({"words": ["!?"]}, {"needs_owner": True}, "cannot be looked for"),
        ({}, {}, "Say what the rule does"),
        ({}, {"team": 10**9}, "not one of this brand"),
        ({}, {"person": 10**9}, "does not work"),
        ({}, {"needs_owner": True, "alert": True, "shout": True}, "cannot do shout"),
        ({}, {"priority": 101}, "0 to 100"),
        ({}, {"tags": ["x" * 61]}, "60 characters"),
    ],
)
def test_what_a_rule_cannot_say_is_refused_with_the_reason(
    world: World, lead: User, when: Any, then: Any, why: str
) -> None:
    with pytest.raises(NotPossible, match=why):
        routing_rules.make_rule(world.account.brand, "R", when, then, by=lead, now=world.now)


def test_agents_neither_make_rules_nor_say_what_others_know(world: World, linnea: User, petri: User) -> None:
    with pytest.raises(mandates.NotYours):
        routing_rules.make_rule(world.account.brand, "R", {}, {"needs_owner": True}, by=linnea, now=world.now)
    with pytest.raises(mandates.NotYours):
        skills.set_skill(petri, "language", "fi", 2, by=linnea, now=world.now)
    with pytest.raises(mandates.NotYours):
        routing_rules.set_policy(world.account.brand, is_on=True, by=linnea, now=world.now)


def test_a_corporate_question_of_no_known_topic_needs_an_owner_and_is_never_closed(
    world: World, linnea: User, lead: User
) -> None:
    Topic.objects.create(name="Recruitment", by=lead, at=world.now)
    on(world, lead)
    on_duty(world, linnea)
    conversation = world.says("Press", told={"kind": "corporate", "topic": "other"})
    routing.route(world.now)
    receipt = Routing.objects.get(conversation=conversation)
    assert owner(conversation) is None and receipt.needs_owner and receipt.why == "topic"
    assert conversation.status == "open"


def test_spam_and_what_has_an_owner_are_left_alone(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    on(world, lead)
    on_duty(world, linnea)
    spam = world.says("Spammer", thread="a", told={"kind": "spam"})
    taken = world.says("Aino", thread="b")
    actions.take(taken, by=petri, now=world.now)
    assert routing.route(world.now) == 2
    assert owner(spam) is None and owner(taken) == petri
    assert not Turn.objects.filter(what="routed").exists()


def test_what_is_spam_no_more_and_what_comes_back_without_an_owner_is_routed(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    on(world, lead)
    spam = world.says("Spammer", thread="a", told={"kind": "spam"})
    closed = world.says("Aino", thread="b")
    routing.route(world.now)
    actions.close(closed, by=petri, now=world.now)
    routing.route(world.later(minutes=1))
    assert not Routing.objects.filter(state="queued").exists()
    on_duty(world, linnea)
    actions.not_spam(spam, by=petri, now=world.now)
    world.says("Aino", "Hallå?", thread="b")
    routing.route(world.later(minutes=1))
    assert owner(spam) == owner(closed) == linnea


def test_what_is_judged_to_be_no_spam_after_all_is_routed(world: World, linnea: User, lead: User) -> None:
    on(world, lead)
    spam = world.says("Aino", told={"kind": "spam"})
    routing.route(world.now)
    on_duty(world, linnea)
    Assessment.objects.update(kind="question")
    renewing.judge_again([Post.objects.get().pk], world.now)
    steps.take_changes(world.now)
    routing.route(world.later(minutes=1))
    assert owner(spam) == linnea


def test_rules_alone_settle_what_is_looked_at_again(
    world: World, petri: User, lead: User, team: Team
) -> None:
    rule(world, lead, {"topics": ["booking"]}, {"team": team.pk})
    spam = world.says("Spammer", told={"kind": "spam"})
    routing.route(world.now)
    actions.not_spam(spam, by=petri, now=world.now)
    routing.route(world.later(minutes=1))
    assert Routing.objects.get().state == "done"


def test_rules_know_whether_we_are_open(world: World, lead: User, team: Team) -> None:
    OpeningHours.objects.create(
        brand=world.account.brand, name="Days", zone="Europe/Stockholm", is_default=True,
        week=[[[540, 1020]]] * 5 + [[], []],
    )  # fmt: skip
    rule(world, lead, {"hours": ["closed"]}, {"team": team.pk}, "Night")
    day = world.says("Aino", thread="a")  # a Friday, 13:00
    world.later(hours=6)
    night = world.says("Bo", thread="b")
    routing.route(world.now)
    assert owner(day) is None and day.team is None
    owner(night)
    assert night.team == team

"""Hand-over: a case never has zero owners by it, its transfers are counted, and absent people keep nobody waiting (CA-05)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lyhord.desk import actions, queries, steps
from lyhord.desk.actions import routing_rules
from lyhord.desk.actions.refusals import CannotSee, NotPossible
from lyhord.desk.models import Conversation, HandOver, Nightmare, Notification, Ownership, Routing, Turn
from lyhord.desk.queries import day as days
from lyhord.desk.queries import load
from lyhord.desk.steps import routing
from lyhord.desk.tests.conftest import World
from lyhord.staff import actions as staff
from lyhord.staff import mandates
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
MakeUser = Callable[..., User]


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user("lead", name="Leena Lead", email="leena@example.com")


def owner(conversation: Conversation) -> User | None:
    conversation.refresh_from_db()
    return conversation.assignee


def offer(world: World, conversation: Conversation, to: User | Team, by: User, **more: Any) -> HandOver:
    given: dict[str, Any] = {"reason": "skill", "note": "Half done.", "form_key": uuid4()}
    return actions.hand_over(conversation, to, by=by, now=world.now, **(given | more))


def turns(conversation: Conversation) -> list[str]:
    return list(
        Turn.objects.filter(conversation=conversation)
        .exclude(what="")
        .order_by("pk")
        .values_list("what", flat=True)
    )


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_an_offer_whose_answer_is_taken_back_stands_again(
    world: World, linnea: User, petri: User, answer: str
) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    made = offer(world, conversation, petri, linnea)
    by = linnea if answer == "withdraw" else petri
    why = ["I leave at three."] if answer == "decline" else []
    getattr(actions, answer)(made, *why, by=by, now=world.now)
    actions.undo(by=by, now=world.now)
    made.refresh_from_db()
    assert (made.state, made.answer, made.answered_by, owner(conversation)) == ("open", "", None, linnea)
    actions.accept(made, by=petri, now=world.now)
    assert owner(conversation) == petri


def test_the_giver_has_it_until_it_is_accepted_and_its_clock_goes_on(
    world: World, linnea: User, petri: User
) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    waits = conversation.waiting_since
    made = offer(world, conversation, petri, linnea)
    assert owner(conversation) == linnea and made.until == world.now + timedelta(minutes=60)
    assert (
        [one.pk for one in load.offers_for(petri)] == [made.pk] == [one.pk for one in load.offers_of(linnea)]
    )
    actions.accept(made, by=petri, now=world.later(minutes=5))
    assert owner(conversation) == petri and conversation.waiting_since == waits
    assert turns(conversation) == ["assigned", "hand_over", "hand_over_accepted"]
    assert load.transfers([conversation.pk]) == {conversation.pk: 1}
    had = Ownership.objects.filter(conversation=conversation).order_by("pk")
    assert [(one.user_id, one.until is None) for one in had] == [(linnea.pk, False), (petri.pk, True)]


def test_a_double_click_is_one_offer_and_a_second_offer_is_refused(
    world: World, linnea: User, petri: User, make_user: MakeUser
) -> None:
    conversation, key = world.says("Aino"), uuid4()
    actions.take(conversation, by=linnea, now=world.now)
    first = offer(world, conversation, petri, linnea, form_key=key)
    assert offer(world, conversation, petri, linnea, form_key=key) == first
    with pytest.raises(NotPossible, match="offered to somebody already"):
        offer(world, conversation, make_user(), linnea)


def test_declined_with_a_reason_it_stays_with_the_giver(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    made = offer(world, conversation, petri, linnea)
    with pytest.raises(NotPossible, match="Say why"):
        actions.decline(made, " ", by=petri, now=world.now)
    actions.decline(made, "I leave at three.", by=petri, now=world.now)
    made.refresh_from_db()
    assert owner(conversation) == linnea and (made.state, made.answer) == ("declined", "I leave at three.")
    with pytest.raises(NotPossible, match="does not stand any more"):
        actions.accept(made, by=petri, now=world.now)


def test_only_who_was_asked_accepts(
    world: World, linnea: User, petri: User, make_user: MakeUser, team: Team, brand: Brand
) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    made = offer(world, conversation, petri, linnea)
    with pytest.raises(NotPossible, match="was offered to Petri"):
        actions.accept(made, by=make_user(), now=world.now)
    actions.withdraw(made, by=linnea, now=world.now)
    for_team = offer(world, conversation, team, linnea)
    outsider = make_user(team=Team.objects.create(brand=brand, name="Other"))
    with pytest.raises(NotPossible):
        actions.accept(for_team, by=outsider, now=world.now)
    actions.accept(for_team, by=petri, now=world.now)
    assert owner(conversation) == petri and conversation.team == team


def test_it_is_not_offered_to_who_cannot_see_it_or_has_it(
    world: World, linnea: User, make_user: MakeUser
) -> None:
    other = Team.objects.create(brand=Brand.objects.create(name="Other"), name="T")
    stranger = make_user(team=other)
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    refused: list[tuple[User | Team, type[Exception]]] = [
        (stranger, CannotSee),
        (other, CannotSee),
        (linnea, NotPossible),
    ]
    for to, problem in refused:
        with pytest.raises(problem):
            offer(world, conversation, to, linnea)
    with pytest.raises(mandates.NotYours):
        offer(world, conversation, linnea, make_user("listener"))
    assert not HandOver.objects.exists()


def test_what_nobody_accepts_in_time_returns_and_what_went_elsewhere_is_moot(
    world: World, linnea: User, petri: User
) -> None:
    late, moot = world.says("Aino", thread="a"), world.says("Bo", thread="b")
    for one in (late, moot):
        actions.take(one, by=linnea, now=world.now)
        offer(world, one, petri, linnea)
    actions.close(moot, by=linnea, now=world.now)
    assert steps.end_hand_overs(world.later(minutes=59)) == 1
    assert steps.end_hand_overs(world.later(minutes=1)) == 1 and steps.end_hand_overs(world.now) == 0
    states = dict(HandOver.objects.values_list("conversation", "state"))
    assert states == {late.pk: "lapsed", moot.pk: "withdrawn"}
    assert owner(late) == linnea and turns(late)[-1] == "hand_over_lapsed"


def test_undo_takes_the_offer_back(world: World, linnea: User, petri: User) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    made = offer(world, conversation, petri, linnea)
    actions.undo(by=linnea, now=world.now)
    made.refresh_from_db()
    assert made.state == "withdrawn" and owner(conversation) == linnea


def test_at_the_end_of_a_shift_all_are_offered_with_one_note(world: World, linnea: User, petri: User) -> None:
    rows = [world.says(f"P{n}", thread=f"t{n}") for n in range(3)]
    for one in rows[:2]:
        actions.take(one, by=linnea, now=world.now)
    key, ids = uuid4(), [one.pk for one in rows]
    done = actions.hand_over_all(
        ids, petri, note="Night shift, please.", by=linnea, form_key=key, now=world.now
    )
    again = actions.hand_over_all(
        ids, petri, note="Night shift, please.", by=linnea, form_key=key, now=world.now
    )
    assert done.changed == again.changed == ids[:2], "Not hers are left alone."
    assert HandOver.objects.count() == 2
    assert set(HandOver.objects.values_list("reason", "note")) == {("shift", "Night shift, please.")}


# Who is not here --------------------------------------------------------------------------------------------------


def test_what_waits_with_who_went_home_is_given_to_others_after_a_while(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    routing_rules.set_policy(world.account.brand, is_on=True, keep_hours=2, by=lead, now=world.now)
    staff.go_on_duty(linnea, now=world.now)
    waits, rests = world.says("Aino", thread="a"), world.says("Bo", thread="b")
    routing.route(world.later(seconds=1))
    world.answer(rests, linnea)
    staff.go_off_duty(linnea, now=world.now)
    staff.go_on_duty(petri, now=world.now)
    assert steps.hand_back(world.later(seconds=1)) == 0
    assert steps.hand_back(world.later(hours=1)) == 0 and owner(waits) == linnea
    assert steps.hand_back(world.later(hours=1)) == 1
    routing.route(world.later(seconds=1))
    assert owner(waits) == petri and owner(rests) == linnea, "What waits for the customer stays."
    assert (
        "given_back" in turns(waits) and Turn.objects.filter(what="routed", conversation=waits).count() == 2
    )


def test_who_comes_back_in_time_keeps_it(world: World, linnea: User, lead: User) -> None:
    routing_rules.set_policy(world.account.brand, is_on=True, keep_hours=1, by=lead, now=world.now)
    staff.go_on_duty(linnea, now=world.now)
    conversation = world.says("Aino")
    routing.route(world.now)
    staff.go_off_duty(linnea, now=world.now)
    steps.hand_back(world.now)
    staff.go_on_duty(linnea, now=world.later(minutes=50))
    steps.hand_back(world.now)
    staff.go_off_duty(linnea, now=world.later(minutes=50))
    assert steps.hand_back(world.now) == 0 and owner(conversation) == linnea


def test_what_she_is_given_while_away_waits_for_her_as_long(world: World, linnea: User, lead: User) -> None:
    routing_rules.set_policy(world.account.brand, is_on=True, keep_hours=24, by=lead, now=world.now)
    early, late = world.says("Aino", thread="a"), world.says("Bo", thread="b")
    actions.assign(early, linnea, by=lead, now=world.now)
    steps.hand_back(world.now)
    world.later(hours=24)
    actions.assign(late, linnea, by=lead, now=world.now)
    assert steps.hand_back(world.now) == 1
    assert owner(early) is None and owner(late) == linnea
    assert steps.hand_back(world.later(hours=24)) == 1 and owner(late) is None


def test_who_left_keeps_nothing_and_no_case_is_silently_nobodys(
    world: World, linnea: User, lead: User, administrator: User
) -> None:
    routing_rules.set_policy(world.account.brand, is_on=True, keep_hours=24, by=lead, now=world.now)
    conversation = world.says("Aino")
    actions.assign(conversation, linnea, by=lead, now=world.now)
    staff.deactivate(linnea, by=administrator, now=world.now)
    assert steps.hand_back(world.now) == 1
    routing.route(world.later(seconds=1))
    assert owner(conversation) is None
    assert [row.conversation_id for row in load.needs_owner(lead)] == [conversation.pk]
    assert Routing.objects.get().state == "queued"


def test_without_routing_who_left_is_found_at_the_end_of_the_day(
    world: World, linnea: User, lead: User, administrator: User
) -> None:
    conversation = world.says("Aino")
    actions.assign(conversation, linnea, by=lead, now=world.now)
    staff.deactivate(linnea, by=administrator, now=world.now)
    left = days.day(lead, days.today(world.now), world.now).left
    assert [(row.id, row.former) for row in left] == [(conversation.pk, "Linnea Nord")]


# The end of the day -----------------------------------------------------------------------------------------------


def test_nothing_is_left_when_all_have_an_owner_or_a_decision(world: World, linnea: User, lead: User) -> None:
    rows = [world.says(f"P{n}", thread=f"t{n}") for n in range(4)]
    today = days.today(world.now)
    assert days.day(lead, today, world.now).counts.left == 4
    actions.take(rows[0], by=linnea, now=world.later(minutes=10))
    actions.close(rows[1], by=linnea, now=world.now)
    actions.mark_spam(rows[2], by=linnea, now=world.now)
    with pytest.raises(NotPossible, match="Say why"):
        actions.decide(rows[3], "  ", by=linnea, now=world.now)
    actions.decide(rows[3], "A joke among friends.", by=linnea, now=world.now)
    found = days.day(lead, today, world.now).counts
    assert (found.came_in, found.with_owner, found.decided, found.left) == (3, 1, 2, 0)
    assert (found.owner_median, found.owner_p90) == (600, 600)


def test_her_next_word_ends_a_decision(world: World, linnea: User, lead: User) -> None:
    conversation = world.says("Aino")
    actions.decide(conversation, "Nothing to answer.", by=linnea, now=world.later(minutes=1))
    assert days.day(lead, days.today(world.now), world.now).left == []
    world.answer(conversation, linnea)
    Conversation.objects.update(assignee=None)
    world.now = world.now + timedelta(minutes=1)
    world.says("Aino", "And now?")
    assert [row.id for row in days.day(lead, days.today(world.now), world.now).left] == [conversation.pk]


def test_undo_takes_a_decision_back(world: World, linnea: User, lead: User) -> None:
    world_conversation = world.says("Aino")
    actions.decide(world_conversation, "Nothing.", by=linnea, now=world.now)
    actions.undo(by=linnea, now=world.now)
    assert days.day(lead, days.today(world.now), world.now).counts.left == 1


def test_a_row_a_day_is_kept_and_yesterdays_is_final(world: World, lead: User) -> None:
    world.says("Aino")
    steps.keep_days(world.now)
    world.later(days=1)
    steps.keep_days(world.now)
    steps.keep_days(world.later(hours=1))
    kept = [
        (row.day.day, row.came_in, row.left, row.left_before, row.is_final) for row in days.kept_days(lead)
    ]
    assert kept == [(21, 0, 0, 1, False), (20, 1, 1, 0, True), (19, 0, 0, 0, True)]


@pytest.mark.parametrize(
    ("n", "median", "p90"), [(0, None, None), (1, 1, 1), (2, 1, 2), (10, 5, 9), (11, 6, 10)]
)
def test_median_and_p90(n: int, median: int | None, p90: int | None) -> None:
    values = list(range(1, n + 1))
    assert (days.share_of(values, 0.5), days.share_of(values, 0.9)) == (median, p90)


# Nightmares -------------------------------------------------------------------------------------------------------


def test_long_waits_many_hands_and_answers_off_the_shelf_are_flagged_once(
    world: World, linnea: User, petri: User, lead: User
) -> None:
    slow, passed, shelf, fine = (
        world.says(name, thread=name) for name in ("Slow", "Passed", "Shelf", "Fine")
    )
    for n, one in enumerate((linnea, petri, linnea, petri)):
        actions.assign(passed, one, by=lead, now=world.later(seconds=n))
    text = "We are sorry for the trouble and look into it as soon as we can."
    for n in range(3):
        world.answer(shelf, linnea, text=text if n else "Hello")
        world.later(minutes=1)
        world.says("Shelf", thread="Shelf")
    world.answer(shelf, linnea, text=text)
    world.later(minutes=1)
    world.says("Shelf", thread="Shelf")
    Conversation.objects.filter(pk=slow.pk).update(waiting_since=world.now - timedelta(hours=25))
    routing_rules.set_policy(world.account.brand, nightmare_share=40, by=lead, now=world.now)
    assert steps.flag_nightmares(world.now) == 3 and steps.flag_nightmares(world.now) == 0
    reasons = dict(Nightmare.objects.values_list("conversation", "reasons"))
    assert reasons == {slow.pk: {"wait": 25}, passed.pk: {"transfers": 3}, shelf.pk: {"share": 50}}
    assert fine.pk not in reasons and turns(slow) == ["nightmare"]
    assert {row.conversation_id for row in load.nightmares(lead)} == set(reasons)
    actions.note_nightmare(slow, by=lead, now=world.now)
    with pytest.raises(mandates.NotYours):
        actions.note_nightmare(slow, by=linnea, now=world.now)
    assert load.nightmares(lead)[-1].conversation_id == slow.pk
    actions.undo(by=lead, now=world.now)
    assert Nightmare.objects.get(conversation=slow).seen_at is None


def test_the_page_of_loads_tells_who_has_what(world: World, linnea: User, petri: User, lead: User) -> None:
    actions.take(world.says("Aino", thread="a"), by=linnea, now=world.now)
    actions.set_slots(petri, 3, by=lead, now=world.now)
    found = {row.user: row for row in load.loads(lead)}
    assert (found[linnea].waits, found[linnea].open, found[linnea].slots) == (1, 1, 8)
    assert (found[petri].waits, found[petri].slots, found[petri].has_own_slots) == (0, 3, True)
    assert queries.conversations_visible_to(lead).count() == 1


# Many followers ---------------------------------------------------------------------------------------------------


def test_the_lead_is_told_once_of_who_is_not_content_and_has_many_followers(world: World, lead: User) -> None:
    loud = {"sentiment": -1, "flags": ["influence"]}
    conversation = world.says("Loud", told=loud)
    content = world.says("Glad", thread="t2", told={"sentiment": 1, "flags": ["influence"]})
    quiet = world.says("Quiet", thread="t3", told={"sentiment": -1})
    assert steps.tell_influence(world.now) == 1 and steps.tell_influence(world.now) == 0
    world.says("Loud", told=loud)
    assert steps.tell_influence(world.now) == 0, "Once a conversation."
    assert "influence" in turns(conversation) and turns(content) == turns(quiet) == []
    assert list(Notification.objects.values_list("user", "conversation")) == [(lead.pk, conversation.pk)]

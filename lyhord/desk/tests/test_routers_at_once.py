"""Two workers that route at the same time, and two people who answer one offer: one owner each (R24)."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from lyhord.desk import actions
from lyhord.desk.actions import routing_rules
from lyhord.desk.models import Conversation, HandOver, Ownership, Routing, Turn
from lyhord.desk.steps import routing
from lyhord.desk.tests.conftest import World
from lyhord.desk.tests.test_at_once import together
from lyhord.staff import actions as staff
from lyhord.staff.models import Team, User

pytestmark = pytest.mark.django_db(transaction=True)
MATTERS = 30


def test_two_routers_give_each_conversation_to_one_person_within_the_slots(
    world: World, linnea: User, petri: User, make_user: Callable[..., User]
) -> None:
    lead = make_user("lead")
    routing_rules.set_policy(world.account.brand, is_on=True, slots=10, by=lead, now=world.now)
    for one in (linnea, petri):
        staff.go_on_duty(one, now=world.now)
    for n in range(MATTERS):
        world.says(f"P{n}", thread=f"t{n}")
    told = together(*[lambda: routing.route(world.now)] * 3)
    assert all(isinstance(one, int) for one in told), told
    assert Routing.objects.count() == MATTERS
    assert Turn.objects.filter(what="routed").count() == MATTERS
    owned = Conversation.objects.exclude(assignee=None)
    assert owned.filter(assignee=linnea).count() == owned.filter(assignee=petri).count() == 10
    assert Ownership.objects.filter(until=None).count() == 20
    assert Routing.objects.filter(state="queued", needs_owner=True).count() == MATTERS - 20


def test_of_two_who_accept_one_offer_one_gets_it(
    world: World, linnea: User, petri: User, make_user: Callable[..., User], team: Team
) -> None:
    giver = make_user()
    for n in range(5):
        conversation = world.says(f"P{n}", thread=f"t{n}")
        actions.take(conversation, by=giver, now=world.now)
        offer = actions.hand_over(
            conversation, team, reason="load", by=giver, form_key=uuid4(), now=world.now
        )

        def accepting(by: User, offer: HandOver = offer) -> Callable[[], Conversation]:
            return lambda: actions.accept(offer, by=by, now=world.now)

        told = together(accepting(linnea), accepting(petri))
        assert sorted(type(one).__name__ for one in told) == ["Conversation", "NotPossible"], told
    assert Ownership.objects.filter(until=None).count() == 5
    assert HandOver.objects.filter(state="accepted").count() == 5


def test_a_router_and_a_person_who_takes_it_leave_one_owner(
    world: World, linnea: User, petri: User, make_user: Callable[..., User]
) -> None:
    routing_rules.set_policy(world.account.brand, is_on=True, by=make_user("lead"), now=world.now)
    staff.go_on_duty(linnea, now=world.now)
    for n in range(5):
        conversation = world.says(f"P{n}", thread=f"t{n}")

        def taking(conversation: Conversation = conversation) -> Conversation:
            return actions.take(conversation, by=petri, now=world.now)

        told = together(lambda: routing.route(world.now), taking)
        assert not any(isinstance(one, Exception) for one in told), told
        conversation.refresh_from_db()
        assert (
            Ownership.objects.get(conversation=conversation, until=None).user_id == conversation.assignee_id
        )

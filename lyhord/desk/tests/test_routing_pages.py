"""The pages of routing, skills, hand-over and the end of the day."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.desk import actions, steps
from lyhord.desk.actions import routing_rules
from lyhord.desk.models import Decision, HandOver, RoutingPolicy, RoutingRule, Skill
from lyhord.desk.steps import routing
from lyhord.desk.tests.conftest import World
from lyhord.staff import actions as staff
from lyhord.staff.models import Team, User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user("lead", name="Leena Lead", email="leena@example.com")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_rule_is_made_tried_and_switched_on_by_a_lead(
    world: World, lead: User, client_of: ClientOf, team: Team
) -> None:
    client, brand = client_of(lead), world.account.brand_id
    world.says("Aino", "I want a refund")
    assert "There are no rules yet" in text(client.get("/settings/routing/"))
    given = {
        "name": "Money", "kinds": ["question"], "accounts": [str(world.account.pk)], "words": "refund*\nlate train",
        "owner": f"team:{team.pk}", "tags": "money, urgent", "priority": "70", "followers_from": "",
    }  # fmt: skip
    wrong = client.post(f"/settings/routing/brand/{brand}/make/", given | {"priority": "900"})
    assert wrong.status_code == 422 and "0 to 100" in text(wrong) and 'value="Money"' in text(wrong)
    made = client.post(f"/settings/routing/brand/{brand}/make/", given)
    rule = RoutingRule.objects.get()
    assert made.status_code == 302 and rule.then == {
        "team": team.pk,
        "tags": ["money", "urgent"],
        "priority": 70,
    }
    assert rule.when["words"] == ["refund*", "late train"] and rule.when["accounts"] == [world.account.pk]
    client.post(f"/settings/routing/{rule.pk}/switch/", {"on": "1"})
    assert "Try the rule on last week" in text(client.get(f"/settings/routing/{rule.pk}/"))
    world.now = world.now
    tried = text(client.post(f"/settings/routing/{rule.pk}/try/"))
    assert "What it would have done last week" in tried
    client.post(f"/settings/routing/{rule.pk}/switch/", {"on": "1"})
    rule.refresh_from_db()
    assert rule.is_on
    page = text(client.get("/settings/routing/"))
    assert "To the team Kundtjänst" in page and "refund*" in page
    client.post(f"/settings/routing/{rule.pk}/remove/")
    assert "Money" not in text(client.get("/settings/routing/"))


def test_rules_move_by_buttons(world: World, lead: User, client_of: ClientOf) -> None:
    for name in ("One", "Two"):
        routing_rules.make_rule(world.account.brand, name, {}, {"needs_owner": True}, by=lead, now=world.now)
    client, first = client_of(lead), RoutingRule.objects.get(name="One")
    answer = client.post(f"/settings/routing/{first.pk}/move/", {"way": "down"})
    assert answer["Location"].endswith(f"#rule-{first.pk}")
    assert list(RoutingRule.objects.order_by("position").values_list("name", flat=True)) == ["Two", "One"]


def test_how_a_brand_gives_is_set_on_the_page(
    world: World, lead: User, linnea: User, client_of: ClientOf
) -> None:
    numbers = {
        "slots": "5", "sticky_days": "7", "keep_hours": "2", "accept_minutes": "30", "owner_minutes": "10",
        "nightmare_hours": "12", "nightmare_transfers": "3", "nightmare_share": "50",
    }  # fmt: skip
    client, address = client_of(lead), f"/settings/routing/brand/{world.account.brand_id}/policy/"
    client.post(address, numbers | {"is_on": "on", "fallback": f"person:{linnea.pk}"})
    policy = RoutingPolicy.objects.get()
    assert (policy.is_on, policy.slots, policy.fallback_person) == (True, 5, linnea)
    client.post(address, numbers | {"slots": "9999"})
    policy.refresh_from_db()
    assert policy.slots == 5
    assert client_of(linnea).post(address, numbers).status_code == 403
    assert "may change this" in text(client_of(linnea).get("/settings/routing/"))


def test_skills_of_a_person_are_set_and_shown(
    world: World, lead: User, petri: User, client_of: ClientOf
) -> None:
    client = client_of(lead)
    given = {"language:fi": "3", "topic:billing": "2", "slots": "4"}
    assert client.post(f"/settings/skills/{petri.pk}/", given).status_code == 302
    assert set(Skill.objects.values_list("kind", "code", "level")) == {
        ("language", "fi", 3),
        ("topic", "billing", 2),
    }
    page = text(client.get("/settings/skills/"))
    assert "Finnish" in page and "Billing: Good" in page
    client.post(f"/settings/skills/{petri.pk}/", {"slots": ""})
    assert not Skill.objects.exists()
    assert client_of(petri).get(f"/settings/skills/{petri.pk}/").status_code == 403
    assert client_of(petri).get("/settings/skills/").status_code == 200


def test_the_conversation_says_why_it_is_here_and_offers_to_hand_over(
    world: World, lead: User, linnea: User, petri: User, client_of: ClientOf
) -> None:
    routing_rules.set_policy(world.account.brand, is_on=True, by=lead, now=world.now)
    staff.change_profile(linnea, now=world.now, speaks="sv")
    staff.go_on_duty(linnea, now=world.now)
    conversation = world.says("Aino")
    routing.route(world.now)
    client, address = client_of(linnea), f"/conversation/{conversation.pk}/"
    assert "To Linnea Nord: speaks Swedish, 1 of 8 slots" in text(client.get(address, **HTMX))
    assert "Petri Aalto" in text(client.get(address + "hand-over/", **HTMX))
    given = {
        "to": f"person:{petri.pk}",
        "reason": "skill",
        "note": "Knows the trains.",
        "form_key": str(uuid4()),
    }
    assert client.post(address + "hand-over/", given, **HTMX).status_code == 200
    offer = HandOver.objects.get()
    hers, his = text(client.get(address, **HTMX)), text(client_of(petri).get(address, **HTMX))
    assert "Take back" in hers and "Knows the trains." in his and "hand-overs" in his
    refused = client_of(petri).post(f"{address}hand-overs/{offer.pk}/decline/", {"why": ""}, **HTMX)
    assert refused.status_code == 422 and "Say why" in text(refused)
    assert client_of(petri).post(f"{address}hand-overs/{offer.pk}/accept/", **HTMX).status_code == 200
    conversation.refresh_from_db()
    assert conversation.assignee == petri


def test_hand_overs_are_answered_and_a_shift_is_handed_over_on_a_page(
    world: World, linnea: User, petri: User, client_of: ClientOf
) -> None:
    rows = [world.says(f"P{n}", thread=f"t{n}") for n in range(2)]
    for one in rows:
        actions.take(one, by=linnea, now=world.now)
    client = client_of(linnea)
    assert "What you hand over" in text(client.get("/team/hand-overs/"))
    ids = [str(one.pk) for one in rows]
    given = {"ids": ids, "to": f"person:{petri.pk}", "note": "Night.", "form_key": str(uuid4())}
    client.post("/team/hand-overs/all/", given)
    assert HandOver.objects.filter(state="open").count() == 2
    his = client_of(petri)
    assert "Night." in text(his.get("/team/hand-overs/"))
    first, second = HandOver.objects.order_by("pk")
    his.post(f"/team/hand-overs/{first.pk}/accept/")
    his.post(f"/team/hand-overs/{second.pk}/decline/", {"why": "I leave too."})
    assert list(HandOver.objects.order_by("pk").values_list("state", flat=True)) == ["accepted", "declined"]
    assert "Choose what you hand over" in text(client.post("/team/hand-overs/all/", {}, follow=True))


def test_the_day_is_settled_with_one_click_each(
    world: World, linnea: User, petri: User, client_of: ClientOf
) -> None:
    from django.utils import timezone

    world.now = timezone.now()
    rows = [world.says(f"P{n}", thread=f"t{n}") for n in range(3)]
    client = client_of(linnea)
    assert "3 conversations are left behind" in text(client.get("/team/day/"))
    client.post(f"/team/{rows[0].pk}/take/", {"back": "/team/day/"})
    client.post(f"/team/{rows[1].pk}/assign/", {"to": petri.pk})
    away = client.post(
        f"/team/{rows[2].pk}/decide/", {"reason": "A joke.", "back": "https://evil.example/team/"}
    )
    assert away["Location"] == "/team/" and Decision.objects.get().reason == "A joke."
    assert "Nothing is left behind" in text(client.get("/team/day/"))
    assert client.get("/team/day/?day=2020-13-99").status_code == 200


def test_the_lead_sees_who_has_what_and_which_case_goes_badly(
    world: World, lead: User, linnea: User, client_of: ClientOf
) -> None:
    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    world.later(hours=30)
    steps.flag_nightmares(world.now)
    client = client_of(lead)
    assert "waited 30 hours" in text(client.get("/team/"))
    client.post(f"/team/{conversation.pk}/note/")
    assert "Leena Lead took note" in text(client.get("/team/"))
    assert "Linnea Nord" in text(client.get("/team/load/"))
    assert client_of(linnea).get("/team/load/").status_code == 403


def test_what_others_have_is_not_there_for_a_stranger(
    world: World, linnea: User, make_user: Callable[..., User], lead: User, client_of: ClientOf
) -> None:
    from lyhord.staff.models import Brand

    conversation = world.says("Aino")
    actions.take(conversation, by=linnea, now=world.now)
    rule = routing_rules.make_rule(
        world.account.brand, "R", {}, {"needs_owner": True}, by=lead, now=world.now
    )
    stranger = make_user("lead", team=Team.objects.create(brand=Brand.objects.create(name="B2"), name="T"))
    client = client_of(stranger)
    for address in (
        f"/settings/routing/{rule.pk}/", f"/conversation/{conversation.pk}/hand-over/", f"/settings/skills/{linnea.pk}/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert client.post(f"/team/{conversation.pk}/take/").status_code == 404
    assert client.post(f"/settings/routing/brand/{world.account.brand_id}/policy/").status_code == 404
    assert "Aino" not in text(client.get("/team/day/")) + text(client.get("/team/"))

"""People, teams, brands, keys and the audit log by API."""

from typing import Any

import pytest

from lyhord.staff.models import ApiKey, AuditEvent, Brand, Mandate, Team, User
from tests import world as worlds
from tests.api.conftest import Caller
from tests.world import World


def test_me_tells_who_asks_and_what_she_may(agent: Caller) -> None:
    me = agent.get("me").told
    assert (me["name"], me["memberships"][0]["role"]) == ("Agent A", "agent")
    assert "reply" in me["may"]
    assert "hide" not in me["may"]


def test_a_profile_changes_only_in_what_is_listed(agent: Caller, world: World) -> None:
    assert agent.patch("me", {"signature": "/A", "undo_seconds": 30}).told["signature"] == "/A"
    assert agent.patch("me", {"undo_seconds": 31}).status == 422
    before = User.objects.values().get(pk=world.people["agent_a"].pk)
    for field, value in {
        "is_administrator": True,
        "email": "x@example.com",
        "is_demo": False,
        "id": 1,
    }.items():
        assert agent.patch("me", {"name": "Other", field: value}).status == 422
    assert User.objects.values().get(pk=world.people["agent_a"].pk) == before


def test_duty_is_switched(agent: Caller) -> None:
    assert agent.put("me/duty", {"is_on_duty": True}).told["is_on_duty"] is True
    assert agent.put("me/duty", {"is_on_duty": False}).told["is_on_duty"] is False
    assert agent.put("me/duty", {}).status == 422


def test_people_are_colleagues_of_one_s_brands(agent: Caller, chief: Caller, world: World) -> None:
    names = {row["name"] for row in agent.get("people", limit=200).told["items"]}
    assert {"Agent A", "Agent B"} <= names
    assert not {"Agent Other", "Chief"} & names
    assert agent.get(f"people/{world.people['agent_b'].pk}").told["email"] is None
    assert agent.get(f"people/{world.people['agent_other'].pk}").status == 404
    assert chief.get(f"people/{world.people['agent_other'].pk}").told["email"] == "agent_other@example.com"


def test_inviting_takes_an_administrator_s_key(
    agent: Caller, chief: Caller, caller: Any, world: World
) -> None:
    body = {"email": "new@example.com", "name": "New", "teams": [{"team": world.team.pk, "role": "agent"}]}
    assert agent.post("people", body).code == "scope_missing"
    assert caller("administrator_a", "admin").post("people", body | {"name": ""}).code == "bad_name"
    made = chief.post("people", body)
    assert (made.status, made.told["is_mailed"]) == (201, False)
    assert "/welcome/" in made.told["link"]
    assert chief.post("people", body).code == "already_here"
    assert chief.post("people", body | {"is_administrator": True}).status == 422
    assert chief.post("people", body | {"teams": [{"team": 10**9, "role": "agent"}]}).code == "no_such"
    assert chief.post(f"people/{made.told['person']}/invite-again").status == 201


def test_people_are_managed(chief: Caller, caller: Any, world: World) -> None:
    at = f"people/{world.people['agent_a'].pk}"
    roles = {"teams": [{"team": world.team.pk, "role": "lead"}]}
    assert [row["role"] for row in chief.put(f"{at}/teams", roles).told["memberships"]] == ["lead"]
    assert chief.put(f"{at}/teams", {"teams": [{"team": world.team.pk, "role": "king"}]}).status == 422
    assert chief.put(f"{at}/administrator", {"is_administrator": True}).told["is_administrator"] is True
    assert chief.post(f"{at}/reset-link").told["person"] == world.people["agent_a"].pk
    assert chief.post(f"{at}/second-factor/reset").status == 200
    assert chief.post(f"{at}/deactivate").told["is_active"] is False
    assert chief.post(f"{at}/reactivate").told["is_active"] is True
    own = caller("administrator_a", "read", "admin")
    assert own.post(f"people/{world.people['agent_other'].pk}/deactivate").status == 404
    assert own.put(f"{at}/administrator", {"is_administrator": True}).status == 403


def test_the_key_of_somebody_who_was_let_go_is_dead_at_once(
    agent: Caller, chief: Caller, world: World
) -> None:
    assert agent.get("me").status == 200
    chief.post(f"people/{world.people['agent_a'].pk}/deactivate")
    assert agent.get("me").status == 401
    ApiKey.objects.update(revoked_at=None)
    assert agent.get("me").status == 401


def test_brands_and_teams(agent: Caller, chief: Caller, world: World) -> None:
    assert [row["name"] for row in agent.get("brands").told["items"]] == ["Norrtåg"]
    assert [row["name"] for row in agent.get("teams").told["items"]] == ["A", "B"]
    assert agent.get(f"teams/{Team.objects.get(name='C').pk}").status == 404
    assert agent.get(f"brands/{Brand.objects.get(name='Södertåg').pk}").status == 404
    assert agent.post("brands", {"name": "Mine"}).status == 403
    made = chief.post("brands", {"name": "Västtåg"}).told
    assert chief.post("brands", {"name": "västtåg"}).status == 422
    assert chief.patch(f"brands/{made['id']}", {"must_sign": False}).told["name"] == "Västtåg"
    team = chief.post("teams", {"brand": made["id"], "name": "D"}).told
    assert chief.patch(f"teams/{team['id']}", {"name": "E"}).told["name"] == "E"
    assert chief.patch(f"teams/{team['id']}", {"brand": 1}).status == 422


def test_mandates_say_otherwise_than_the_rules(agent: Caller, chief: Caller, world: World) -> None:
    assert agent.get("mandates").status == 403
    cell = {"verb": "hide", "role": "agent"}
    assert (
        next(row for row in chief.get("mandates").told if cell.items() <= row.items())["is_allowed"] is False
    )
    assert chief.put("mandates/agent/hide", {"is_allowed": True}).status == 204
    assert "hide" in agent.get("me").told["may"]
    assert chief.put("mandates/agent/fly", {"is_allowed": True}).status == 404
    assert chief.delete("mandates/agent/hide").status == 204
    assert not Mandate.objects.exists()


def test_keys_are_listed_without_themselves_and_revoked(agent: Caller, caller: Any, world: World) -> None:
    (row,) = agent.get("api-keys").told["items"]
    assert world.plain_keys["agent_a:read,write"] not in str(row)
    assert caller("lead_a").delete(f"api-keys/{row['id']}").status == 404
    assert agent.delete(f"api-keys/{row['id']}").status == 204
    assert agent.get("me").status == 401


def test_sessions_are_listed_and_ended(agent: Caller, lead: Caller, world: World) -> None:
    things = worlds.furnish(world)
    assert lead.delete(f"me/sessions/{things['session']}").status == 404
    assert agent.delete(f"me/sessions/{things['session']}").status == 204
    assert agent.get("me/sessions").told == []
    assert agent.delete("me/sessions").status == 204


def test_the_audit_log_is_for_leads_of_the_brand(
    agent: Caller, lead: Caller, caller: Any, world: World
) -> None:
    assert agent.get("audit").status == 403
    rows = lead.get("audit", verb="conversation.replied").told["items"]
    assert [row["object_id"] for row in rows] == [world.conversation.pk]
    assert caller("lead_other").get("audit").told["items"] == []
    assert lead.get("audit/chain").status == 403


def test_the_audit_log_is_walked_page_by_page(chief: Caller, world: World) -> None:
    worlds.furnish(world)
    found: list[int] = []
    after: str | None = ""
    while after is not None:
        page = chief.get("audit", limit=2, after=after).told
        found += [row["id"] for row in page["items"]]
        after = page["next"]
    assert found == list(AuditEvent.objects.order_by("-pk").values_list("pk", flat=True))
    assert chief.get("audit/chain").told["first_break"] is None


@pytest.mark.parametrize("scopes", [("read",), ("write",), ("admin",)])
def test_a_key_does_nothing_outside_its_scopes(caller: Any, world: World, scopes: tuple[str, ...]) -> None:
    limited = caller("chief", *scopes)
    answers = {
        "read": limited.get("me").status,
        "write": limited.put("me/duty", {"is_on_duty": True}).status,
        "admin": limited.post("brands", {"name": "New"}).status,
    }
    assert answers == {
        "read": 200 if "read" in scopes else 403,
        "write": 200 if "write" in scopes else 403,
        "admin": 201 if "admin" in scopes else 403,
    }
    assert User.objects.get(pk=world.people["chief"].pk).is_on_duty is ("write" in scopes)


def test_a_key_renews_another_only_within_its_own_scopes(chief: Caller, caller: Any) -> None:
    """Else a key that writes could win one that manages people."""
    keys = chief.get("api-keys").told["items"]
    strong = next(key for key in keys if "admin" in key["scopes"])
    weak = caller("chief", "read", "write")
    assert weak.post(f"api-keys/{strong['id']}/rotate", {}).code == "scope_missing"
    made = chief.post(f"api-keys/{strong['id']}/rotate", {"overlap_hours": 1})
    assert (made.status, made.told["key"]["scopes"]) == (201, sorted(strong["scopes"]))
    assert Caller({"Authorization": f"Bearer {made.told['plain']}"}).get("me").status == 200
    assert chief.get("me").status == 200, "the key before goes on for an hour"
    assert chief.post("api-keys/999999/rotate", {}).status == 404

"""Accounts, posts, judgements, customers and the outbox by API."""

from typing import Any

from django.test import Client

from lyhord.channels.models import Account
from lyhord.customers.models import Customer
from lyhord.intake.models import Envelope
from lyhord.outbox.models import Dispatch, State
from tests import world as worlds
from tests.api.conftest import Caller
from tests.world import World


def test_accounts_are_read_by_those_who_see_them(agent: Caller, stranger: Caller, world: World) -> None:
    told = agent.get(f"accounts/{world.account.pk}").told
    assert (told["name"], told["teams"]) == ("Norr", [world.team.pk])
    assert [row["name"] for row in agent.get("accounts", connector="demo").told["items"]] == ["Norr"]
    assert stranger.get("accounts").told["items"] == []
    assert stranger.get(f"accounts/{world.account.pk}").status == 404
    assert "reply" in agent.get(f"accounts/{world.account.pk}/abilities").told["verbs"]


def test_health_settings_and_hook_addresses_are_for_those_who_look_after_accounts(
    agent: Caller, lead: Caller, caller: Any, world: World
) -> None:
    assert agent.get(f"accounts/{world.account.pk}/health").status == 403
    assert lead.get(f"accounts/{world.account.pk}/health").told["settings"] == {"page": "norr"}
    assert lead.get("apps").status == 403
    (app,) = caller("administrator_a").get("apps").told
    assert app["hook_url"].endswith(f"/hooks/demo/{world.account.app.endpoint}/")
    assert app["accounts"] == [world.account.pk]


def test_connectors_tell_what_they_ask(agent: Caller) -> None:
    names = [row["name"] for row in agent.get("connectors").told]
    assert "demo" in names
    assert agent.get("connectors/demo").told["fields"][0]["name"] == "page"
    assert agent.get("connectors/nonsense").status == 404


def test_an_account_is_connected_changed_paused_and_retired(caller: Any, world: World) -> None:
    keeper = caller("administrator_a")
    body = {"connector": "demo", "brand": world.brand.pk, "name": "New", "values": {"page": "new"}}
    made = keeper.post("accounts", body)
    assert (made.status, made.told["handle"]) == (201, "new")
    at = f"accounts/{made.told['id']}"
    assert keeper.post("accounts", body).code == "already_connected"
    changed = keeper.patch(at, {"name": "Newer", "purpose": "brand", "owner": world.people["agent_a"].pk})
    assert (changed.told["name"], changed.told["purpose"]) == ("Newer", "brand")
    assert keeper.patch(at, {"teams": [world.team.pk]}).told["teams"] == [world.team.pk]
    assert keeper.patch(at, {"owner": 0}).told["owner"] is None
    assert keeper.post(f"{at}/test").status == 200
    assert keeper.put(f"{at}/values", {"values": {"colour": "red"}}).code == "bad_values"
    assert keeper.post(f"{at}/pause", {"why": "Holiday"}).told["state"] == "paused"
    assert keeper.post(f"{at}/resume").told["state"] == "active"
    assert keeper.post(f"{at}/retire", {"name": "wrong"}).status == 422
    assert keeper.post(f"{at}/retire", {"name": "Newer"}).told["state"] == "retired"


def test_what_cannot_be_connected_leaves_nothing(agent: Caller, caller: Any, world: World) -> None:
    keeper = caller("administrator_a")
    body = {"connector": "demo", "brand": world.brand.pk, "name": "New", "values": {"page": "new"}}
    assert agent.post("accounts", body).status == 403
    assert keeper.post("accounts", body | {"brand": 10**9}).code == "no_such"
    assert keeper.post("accounts", body | {"connector": "nonsense"}).code == "bad_values"
    assert keeper.post("accounts", body | {"values": {"admin": "1"}}).code == "bad_values"
    assert keeper.post("accounts", body | {"language": "xx"}).code == "bad_values"
    assert keeper.post("accounts", body | {"state": "broken"}).status == 422
    assert Account.objects.count() == 1


def test_posts_their_versions_and_files(agent: Caller, stranger: Caller, world: World, settings: Any) -> None:
    things = worlds.furnish(world)
    told = agent.get(f"posts/{world.post.pk}").told
    assert (told["text"], told["attachments"][0]["kind"]) == ("Var är mitt tåg?", "picture")
    assert [one["text"] for one in agent.get(f"posts/{world.post.pk}/versions").told] == ["Var är tåget?"]
    assert agent.get("posts", thread=world.post.thread_id).told["items"][0]["id"] == world.post.pk
    file = settings.MEDIA_ROOT / "picture.png"
    at = f"posts/{world.post.pk}/attachments/{things['attachment']}"
    assert agent.get(at).status == 404
    file.parent.mkdir(parents=True)
    file.write_bytes(b"a picture")
    response = Client().get(f"/api/v1/{at}", headers=agent.headers)
    assert b"".join(response) == b"a picture"
    assert response["Content-Disposition"].startswith("attachment")
    assert stranger.get(at).status == 404
    assert stranger.get("posts").told["items"] == []
    assert stranger.get(f"posts/{world.post.pk}/versions").status == 404


def test_a_person_s_word_corrects_the_judgement(agent: Caller, stranger: Caller, world: World) -> None:
    at = f"posts/{world.post.pk}/assessment"
    assert agent.get(at).told["kind"] == "question"
    assert agent.post(f"{at}/correct", {"head": "kind", "label": "complaint"}).told["kind"] == "complaint"
    assert agent.post(f"{at}/correct", {"head": "kind", "label": "nonsense"}).status == 422
    assert agent.post(f"{at}/correct", {"head": "was", "label": "x"}).status == 422
    assert stranger.post(f"{at}/correct", {"head": "kind", "label": "praise"}).status == 404
    assert [one["was"] for one in agent.get(f"{at}/corrections").told] == ["question"]


def test_quarantine_is_shown_and_tried_again_by_those_who_may(
    agent: Caller, caller: Any, world: World
) -> None:
    things = worlds.furnish(world)
    senior = caller("senior_a")
    assert senior.get("quarantine").told["items"][0]["refusals"][0]["why"] == "Not JSON."
    assert agent.post(f"quarantine/{things['envelope']}/retry").status == 403
    assert caller("agent_other").get(f"quarantine/{things['envelope']}").status == 404
    assert agent.post("quarantine/retry-all").told == {"retried": 0}
    assert senior.post(f"quarantine/{things['envelope']}/retry").told == {"retried": 1}
    assert Envelope.objects.get().state == Envelope.WAITING
    assert senior.get(f"quarantine/{things['envelope']}").status == 404


def test_customers_are_found_changed_merged_and_parted(agent: Caller, stranger: Caller, world: World) -> None:
    anna = Customer.objects.get(name="Anna")
    annika = world.person(world.brand, "Annika").customer
    assert {row["name"] for row in agent.get("customers/search", q="ann").told} == {"Anna", "Annika"}
    assert stranger.get("customers/search", q="ann").told == []
    assert agent.patch(f"customers/{anna.pk}", {"note": "Rides daily"}).told["note"] == "Rides daily"
    assert agent.patch(f"customers/{anna.pk}", {"brand": 2}).status == 422
    assert stranger.patch(f"customers/{anna.pk}", {"note": "x"}).status == 404
    merge = agent.post(f"customers/{anna.pk}/merges", {"gone": annika.pk}).told
    assert merge["gone"] == annika.pk
    assert agent.get(f"customers/{anna.pk}/merges").told == [merge]
    assert len(agent.get(f"customers/{anna.pk}").told["identities"]) == 2
    assert agent.post(f"customers/{anna.pk}/merges", {"gone": 10**9}).code == "no_such"
    assert stranger.delete(f"customers/{anna.pk}/merges/{merge['id']}").status == 404
    assert agent.delete(f"customers/{anna.pk}/merges/{merge['id']}").told["name"] == "Annika"
    assert len(agent.get(f"customers/{anna.pk}").told["identities"]) == 1


def test_dispatches_are_listed_by_state_and_undone_by_their_writer(
    agent: Caller, lead: Caller, stranger: Caller, world: World
) -> None:
    assert agent.get("dispatches", state="queued").told["items"][0]["id"] == world.dispatch.pk
    assert agent.get("dispatches", state="sent").told["items"] == []
    assert agent.get("dispatches", state="nonsense").status == 422
    assert stranger.get("dispatches").told["items"] == []
    at = f"dispatches/{world.dispatch.pk}"
    assert lead.post(f"{at}/undo").status == 403
    assert stranger.post(f"{at}/undo").status == 404
    assert agent.post(f"{at}/undo").told["state"] == "undone"
    assert agent.post(f"{at}/drop").code == "too_late"


def test_unsure_refused_and_held_ones_are_decided_by_people(agent: Caller, caller: Any, world: World) -> None:
    senior, at = caller("senior_a"), f"dispatches/{world.dispatch.pk}"
    Dispatch.objects.update(state=State.UNSURE)
    assert agent.post(f"{at}/settle", {"outcome": "stands"}).status == 403
    assert senior.post(f"{at}/settle", {"outcome": "perhaps"}).status == 422
    assert senior.post(f"{at}/settle", {"outcome": "stands", "link": "javascript:x"}).status == 422
    settled = senior.post(f"{at}/settle", {"outcome": "stands", "link": "https://demo.example/1"}).told
    assert (settled["state"], settled["receipt"]["evidence"]) == ("sent", "person")
    Dispatch.objects.update(state=State.REFUSED)
    assert agent.post(f"{at}/release").told["state"] == "queued"
    assert agent.post(f"{at}/drop").told["state"] == "dropped"


def test_holds_and_the_stop_button(agent: Caller, lead: Caller, world: World) -> None:
    assert agent.post("holds", {"account": world.account.pk, "reason": "x"}).status == 403
    held = lead.post("holds", {"account": world.account.pk, "reason": "Wait"}).told
    assert held["lane"] == f"a{world.account.pk}"
    assert [one["id"] for one in agent.get("holds").told["items"]] == [held["id"]]
    assert agent.delete(f"holds/{held['id']}").status == 403
    assert lead.delete(f"holds/{held['id']}").told == {"released": 0}
    assert agent.post("outbox/stop-all", {"reason": "x"}).status == 403
    assert lead.post("outbox/stop-all", {"reason": "Storm"}).status == 403  # everything is for administrators
    brand = world.account.brand_id
    assert lead.post("outbox/stop-all", {"reason": "Storm", "brand": brand}).told["lane"] == f"b{brand}"
    assert agent.get("outbox").told == {"is_stopped": True, "waiting": 1}
    assert agent.post("outbox/resume-all").status == 403
    assert lead.post(f"outbox/resume-all?brand={brand}").told["is_stopped"] is False

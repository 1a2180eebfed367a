"""Remedies, approvals, mandates and who stands for what by API: the same as the pages."""

from typing import Any

import pytest

from lyhord.desk.models import Conversation, Grant, Proposal, Remedy, RemedyLevel, Trust
from lyhord.outbox.models import Dispatch
from tests.api.conftest import Caller
from tests.world import World


@pytest.fixture
def case(world: World) -> Conversation:
    return world.conversation_of(world.said("Berit", "Var är mina pengar?"))


@pytest.fixture
def refund(world: World) -> Remedy:
    row = Remedy.objects.create(brand=world.brand, name="Refund", unit="SEK")
    for role, most in (("agent", 300), ("senior", 300), ("lead", None)):
        RemedyLevel.objects.create(remedy=row, role=role, most=most)
    return row


def test_a_remedy_is_granted_at_once_or_asked_for_and_decided(
    agent: Caller, lead: Caller, world: World, case: Conversation, refund: Remedy
) -> None:
    at = f"conversations/{case.pk}"
    (offer,) = agent.get(f"{at}/remedies").told
    assert (offer["name"], offer["at_once"], float(offer["most"])) == ("Refund", True, 300.0)
    key = {"Idempotency-Key": "one"}
    first = agent.post(f"{at}/grants", {"remedy": refund.pk, "amount": "120.50"}, **key)
    again = agent.post(f"{at}/grants", {"remedy": refund.pk, "amount": "120.50"}, **key)
    assert (first.status, first.told["state"], again.told["id"]) == (201, "granted", first.told["id"])
    asked = agent.post(f"{at}/grants", {"remedy": refund.pk, "amount": 900, "why": "Late"}).told
    assert (asked["state"], asked["approver"]) == ("asked", world.people["lead_a"].pk)
    assert agent.post(f"grants/{asked['id']}/approve").status == 403
    assert [one["id"] for one in lead.get("approvals").told["grants"]] == [asked["id"]]
    assert lead.post(f"grants/{asked['id']}/approve").told["state"] == "granted"
    assert lead.post(f"grants/{asked['id']}/decline", {"word": "No"}).status == 409
    assert len(agent.get(f"{at}/grants").told) == 2
    (one,) = agent.get("remedies/sums").told
    assert (one["n"], float(one["amount"])) == (2, 1020.5)
    assert agent.post(f"{at}/grants", {"remedy": refund.pk, "amount": 0}).code == "not_possible"
    assert not Grant.objects.filter(amount=0).exists()


def test_a_reply_of_a_trainee_waits_and_is_sent_by_its_approver(
    agent: Caller, lead: Caller, world: World, case: Conversation
) -> None:
    Trust.objects.create(user=world.people["agent_a"], level="all")
    at = f"conversations/{case.pk}"
    needs = agent.get(f"{at}/approval").told
    assert needs["public"] == ["trainee"] and needs["name"]
    seen = agent.get(at).told["newest_turn"]
    kept = agent.post(f"{at}/replies", {"text": "Soon.", "is_public": True, "seen": seen})
    assert (kept.status, kept.told["what"]) == (201, "proposed")
    (row,) = agent.get(f"{at}/proposals").told
    assert (row["text"], row["state"]) == ("Soon.", "open")
    assert agent.post(f"proposals/{row['id']}/approve", {"seen": seen}).status == 403
    newest = lead.get(at).told["newest_turn"]
    sent = lead.post(f"proposals/{row['id']}/approve", {"seen": newest, "text": "Soon, we promise."})
    assert sent.status == 200 and sent.told["text"].startswith("Soon, we promise.")
    assert Dispatch.objects.get(pk=sent.told["dispatch_id"]).by == world.people["agent_a"]
    assert Proposal.objects.get().decided_by == world.people["lead_a"]


def test_proposed_returned_and_taken_back(agent: Caller, lead: Caller, case: Conversation) -> None:
    at = f"conversations/{case.pk}"
    detail = agent.get(at).told
    body = {"strand": detail["strands"][0]["id"], "text": "No.", "seen": detail["newest_turn"]}
    assert agent.post(f"{at}/proposals", body | {"rebuts": True}).code == "not_possible"
    made = agent.post(f"{at}/proposals", body | {"rebuts": True, "fact": "The log."}).told
    assert made["reasons"] == ["rebuttal"]
    assert lead.post(f"proposals/{made['id']}/return", {"word": "Kinder."}).told["state"] == "returned"
    other = agent.post(f"{at}/proposals", body | {"seen": agent.get(at).told["newest_turn"]}).told
    assert agent.post(f"proposals/{other['id']}/withdraw").told["state"] == "withdrawn"


def test_a_lead_sets_remedies_rules_hours_and_who_stands_for_what(
    agent: Caller, lead: Caller, world: World
) -> None:
    brand, person = world.brand.pk, world.people["senior_a"].pk
    given = {"brand": brand, "name": "Voucher", "kind": "voucher", "unit": "SEK"}
    assert agent.post("remedies", given).status == 403
    made = lead.post("remedies", given)
    assert made.status == 201
    at = f"remedies/{made.told['id']}"
    levels = lead.put(f"{at}/level", {"role": "agent", "most": "50"}).told["levels"]
    assert [(one["role"], float(one["most"])) for one in levels] == [("agent", 50.0)]
    assert lead.put(f"{at}/level", {"person": world.people["lead_a"].pk}).status == 403
    told = {name: value for name, value in given.items() if name != "brand"} | {"meaning": "For next time"}
    assert lead.put(at, told).told["meaning"] == "For next time"
    assert lead.post(f"{at}/retire").told["retired_at"]
    rules = f"brands/{brand}/approvals"
    rule = lead.post(f"{rules}/rules", {"what": "topic", "value": "privacy"}).told
    shifts = lead.post(
        f"{rules}/shifts", {"person": person, "weekdays": [0, 1], "begins": "08:00", "ends": "16:00"}
    )
    assert shifts.status == 201 and len(shifts.told) == 2
    assert lead.put(f"{rules}/minutes", {"minutes": 10}).told["minutes"] == 10
    found = agent.get(rules).told
    assert [one["value"] for one in found["rules"]] == ["privacy"] and len(found["shifts"]) == 2
    assert lead.delete(f"{rules}/rules/{rule['id']}").status == 204
    assert lead.delete(f"{rules}/shifts/{shifts.told[0]['id']}").status == 204
    assert lead.put(f"people/{person}/trust", {"level": "public"}).told == {
        "person": person,
        "level": "public",
    }
    raci = f"brands/{brand}/responsibilities"
    assert lead.put(f"{raci}/billing", {"A": ["role:lead"]}).code == "not_possible"
    assert lead.put(f"{raci}/billing", {"R": [f"person:{person}"], "A": ["role:lead"]}).status == 200
    row: Any = next(one for one in agent.get(raci).told if one["topic"] == "billing")
    assert row["parties"]["R"] == [f"person:{person}"]


def test_my_mandate_tells_who_may_beyond(agent: Caller, world: World, refund: Remedy) -> None:
    told = agent.get("me/mandate").told
    (brand,) = told["brands"]
    (can,) = brand["remedies"]
    assert (can["at_once"], float(can["most"])) == (True, 300.0)
    assert world.people["lead_a"].pk in can["beyond"]
    hide = next(one for one in brand["verbs"] if one["verb"] == "hide")
    assert not hide["may"] and world.people["senior_a"].pk in hide["others"]

"""Pages and API of remedies, approvals and who stands for what."""

import json
from datetime import time
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, approving, queries
from lyhord.desk.models import (
    ApprovalRule,
    Conversation,
    DeciderShift,
    Grant,
    Proposal,
    Remedy,
    RemedyLevel,
    Responsibility,
    Trust,
)
from lyhord.desk.queries import approvers, mandate
from lyhord.desk.tests.conftest import World
from lyhord.outbox.models import Dispatch
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import AuditEvent, Brand, Team, User

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def refund(brand: Brand) -> Remedy:
    row = Remedy.objects.create(brand=brand, name="Refund", kind="refund", unit="SEK", meaning="Money back")
    for role, most in (("agent", 300), ("senior", 1000), ("lead", None)):
        RemedyLevel.objects.create(remedy=row, role=role, most=most)
    return row


@pytest.fixture
def case(world: World) -> Conversation:
    return world.says("Aino", "Mitt tåg var två timmar sent.")


@pytest.fixture
def berit(make_user: MakeUser) -> User:
    return make_user(role="senior", name="Berit Sund")


@pytest.fixture
def lena(make_user: MakeUser) -> User:
    return make_user(role="lead", name="Lena Lead")


def reply(client: Client, case: Conversation, text: str = "Klockan tolv.") -> Any:
    detail = queries.newest_turn(case.pk)
    strand = case.strands.get()
    told = {"kind": "public", "strand": strand.pk, "text": text, "seen": detail, "form_key": uuid4()}
    return client.post(f"/conversation/{case.pk}/reply/", told, headers=HTMX)


# Trainee and approver ----------------------------------------------------------------------------------------------


def test_a_trainee_is_told_who_approves_and_the_approver_sends_it(
    world: World, case: Conversation, linnea: User, berit: User, client_of: ClientOf
) -> None:
    Trust.objects.create(user=linnea, level="all")
    page = client_of(linnea).get(f"/inbox/{case.pk}/").content.decode()
    assert "Send for approval" in page and "Berit Sund approves this before it is sent: in training." in page
    response = reply(client_of(linnea), case)
    assert response.status_code == 200, response.content
    assert "Kept until Berit Sund has approved it." in response.content.decode()
    assert "desk:sent" in json.loads(response["HX-Trigger"])
    assert not Dispatch.objects.exists()
    theirs = client_of(berit)
    for address in ("/approvals/", f"/conversation/{case.pk}/"):
        shown = theirs.get(address).content.decode()
        assert "Klockan tolv." in shown and "Approve and send" in shown
    row = Proposal.objects.get()
    seen = queries.newest_turn(case.pk)
    done = theirs.post(f"/approvals/replies/{row.pk}/approve/", {"seen": seen}, headers=HTMX)
    assert done.status_code == 200 and "under the name of Linnea Nord" in done.content.decode()
    assert Dispatch.objects.get().by == linnea
    assert "Approved and sent" in theirs.get("/approvals/").content.decode()


def test_a_writer_who_is_free_sees_the_plain_button(
    world: World, case: Conversation, linnea: User, client_of: ClientOf
) -> None:
    page = client_of(linnea).get(f"/conversation/{case.pk}/").content.decode()
    assert "Send for approval" not in page


def test_without_htmx_it_goes_back_to_the_page_and_the_change_is_shown(
    world: World, case: Conversation, linnea: User, berit: User, client_of: ClientOf
) -> None:
    Trust.objects.create(user=linnea, level="all")
    reply(client_of(linnea), case)
    row, theirs = Proposal.objects.get(), client_of(berit)
    seen = queries.newest_turn(case.pk)
    told = {"seen": seen, "text": "Klockan tolv, spår 3."}
    done = theirs.post(f"/approvals/replies/{row.pk}/approve/", told, follow=True)
    page = done.content.decode()
    assert "<ins>tolv, spår 3.</ins>" in page and "<del>tolv.</del>" in page


def test_who_sees_no_such_case_gets_404_and_who_may_not_approve_403(
    world: World,
    case: Conversation,
    linnea: User,
    petri: User,
    berit: User,
    make_user: MakeUser,
    client_of: ClientOf,
) -> None:
    Trust.objects.create(user=linnea, level="all")
    reply(client_of(linnea), case)
    address = f"/approvals/replies/{Proposal.objects.get().pk}/approve/"
    other = Team.objects.create(brand=Brand.objects.create(name="Other"), name="Other")
    assert client_of(make_user(role="lead", team=other)).post(address).status_code == 404
    assert client_of(petri).post(address).status_code == 403
    assert Proposal.objects.get().state == "open"


# Remedies -----------------------------------------------------------------------------------------------------------


def test_granted_from_the_case_at_once_and_above_it_by_name(
    world: World, case: Conversation, refund: Remedy, linnea: User, berit: User, client_of: ClientOf
) -> None:
    hers = client_of(linnea)
    offers = hers.get(f"/conversation/{case.pk}/remedies/").content.decode()
    assert "at once up to 300 SEK" in offers and "Money back" in offers
    told = {"remedy": refund.pk, "amount": "250,50", "why": "Late", "form_key": uuid4()}
    page = hers.post(f"/conversation/{case.pk}/grant/", told, headers=HTMX).content.decode()
    assert "Granted: Refund 250.50 SEK." in page
    told |= {"amount": "800", "form_key": uuid4()}
    page = hers.post(f"/conversation/{case.pk}/grant/", told, headers=HTMX).content.decode()
    assert "Berit Sund is asked for Refund 800 SEK." in page
    row = Grant.objects.get(state="asked")
    assert "Refund" in client_of(berit).get("/approvals/").content.decode()
    client_of(berit).post(f"/approvals/grants/{row.pk}/approve/")
    row.refresh_from_db()
    assert (row.state, row.decided_by) == ("granted", berit)


def test_a_lead_sets_up_a_remedy_and_its_mandates(
    brand: Brand, lena: User, linnea: User, client_of: ClientOf
) -> None:
    hers = client_of(lena)
    told = {
        "name": "Voucher",
        "kind": "voucher",
        "unit": "SEK",
        "needs_amount": "on",
        "meaning": "",
        "instruction": "",
    }
    response = hers.post(f"/settings/remedies/brand/{brand.pk}/create/", told)
    row = Remedy.objects.get()
    assert response["Location"] == f"/settings/remedies/{row.pk}/"
    assert hers.get(response["Location"]).status_code == 200
    told = {"whose": "role:agent", "choice": "most", "most": "150"}
    hers.post(f"/settings/remedies/{row.pk}/level/", told)
    hers.post(f"/settings/remedies/{row.pk}/level/", {"whose": f"person:{linnea.pk}", "choice": "all"})
    assert RemedyLevel.objects.get(role="agent").most == Decimal(150)
    assert RemedyLevel.objects.get(user=linnea).most is None
    hers.post(f"/settings/remedies/{row.pk}/level/", {"whose": "role:agent", "choice": "no"})
    assert not RemedyLevel.objects.filter(role="agent").exists()
    page = hers.get("/settings/remedies/").content.decode()
    assert "Voucher" in page and '<th scope="col">Team lead</th>' in page
    hers.post(f"/settings/remedies/{row.pk}/retire/")
    row.refresh_from_db()
    assert row.retired_at is not None
    hers.post(f"/settings/remedies/{row.pk}/bring-back/")
    assert AuditEvent.objects.filter(verb="remedy.level_set", actor=lena).count() == 3


def test_nobody_sets_her_own_mandate(
    brand: Brand, refund: Remedy, lena: User, linnea: User, now: Any
) -> None:
    with pytest.raises(NotYours, match="Nobody sets her own"):
        actions.set_level(refund, lena, None, by=lena, now=now)
    with pytest.raises(NotYours):
        actions.set_trust(lena, "free", by=lena, now=now)
    with pytest.raises(NotYours):
        actions.set_level(refund, "agent", None, by=linnea, now=now)


# Policy -------------------------------------------------------------------------------------------------------------


def test_a_lead_says_who_is_a_trainee_which_topics_wait_and_how_long(
    brand: Brand, lena: User, linnea: User, client_of: ClientOf
) -> None:
    hers = client_of(lena)
    hers.post(f"/settings/approvals/people/{linnea.pk}/", {"level": "public"})
    hers.post(
        f"/settings/approvals/brand/{brand.pk}/rules/", {"about": "topic:privacy", "is_public_only": "on"}
    )
    hers.post(f"/settings/approvals/brand/{brand.pk}/terms/", {"minutes": "15"})
    assert Trust.objects.get().level == "public"
    rule = ApprovalRule.objects.get()
    assert (rule.what, rule.value, rule.is_public_only) == ("topic", "privacy", True)
    assert approvers.terms(brand.pk).total_seconds() == 900
    page = hers.get("/settings/approvals/").content.decode()
    assert "in training" in page and "Privacy" in page
    hers.post(f"/settings/approvals/brand/{brand.pk}/rules/{rule.pk}/remove/")
    assert not ApprovalRule.objects.exists()
    hers.post(f"/settings/approvals/brand/{brand.pk}/rules/", {"about": "topic:nonsense"})
    assert not ApprovalRule.objects.exists()
    assert client_of(linnea).get("/settings/approvals/").status_code == 403


def test_one_decides_fast_at_a_time_and_is_asked_first(
    world: World,
    case: Conversation,
    brand: Brand,
    refund: Remedy,
    lena: User,
    berit: User,
    linnea: User,
    client_of: ClientOf,
) -> None:
    hers = client_of(lena)
    hours = {"person": lena.pk, "day": list("0123456"), "begins": "00:00", "ends": "00:00"}
    hers.post(f"/settings/approvals/brand/{brand.pk}/shifts/", hours)
    assert DeciderShift.objects.count() == 7
    page = hers.post(
        f"/settings/approvals/brand/{brand.pk}/shifts/",
        hours | {"person": berit.pk, "begins": "15:00", "ends": "18:00"},
        follow=True,
    ).content.decode()
    assert "decides from 00:00 to 00:00 already" in page
    assert approvers.fast_decider(brand.pk, world.now) == lena
    assert (
        "Fast decider now: Lena Lead"
        in client_of(linnea).get(f"/conversation/{case.pk}/remedies/").content.decode()
    )
    row = actions.grant(case, refund, Decimal(500), by=linnea, form_key=uuid4(), now=world.now)
    assert row.approver == lena
    world.later(minutes=2)
    assert actions.approve_grant(row, by=lena, now=world.now).is_fast
    assert "fast decider" in hers.get("/approvals/").content.decode()
    hers.post(f"/settings/approvals/brand/{brand.pk}/shifts/{DeciderShift.objects.first().pk}/remove/")  # type: ignore[union-attr]
    assert DeciderShift.objects.count() == 6


# My mandate ---------------------------------------------------------------------------------------------------------


def test_my_mandate_says_what_i_may_and_who_may_beyond(
    world: World,
    case: Conversation,
    refund: Remedy,
    linnea: User,
    berit: User,
    lena: User,
    client_of: ClientOf,
) -> None:
    world.answer(case, linnea)
    Dispatch.objects.update(state="sent", sent_at=world.now)
    page = client_of(linnea).get("/mandate/").content.decode()
    assert "up to 300 SEK" in page and "Berit Sund" in page
    (one,) = mandate.of_person(linnea, linnea)
    assert list(one.remedies[0].beyond) == [berit, lena]
    hide = next(may for may in one.verbs if may.verb == "hide")
    assert not hide.may and berit in hide.others
    effect = mandate.effect(linnea, queries.conversations_visible_to(linnea), world.now)
    assert effect.answered == 1
    assert client_of(linnea).get(f"/mandate/{berit.pk}/").status_code == 200


def test_an_administrator_reads_the_mandate_of_anybody(
    refund: Remedy, linnea: User, administrator: User, client_of: ClientOf
) -> None:
    for one in (linnea, administrator):
        assert client_of(administrator).get(f"/mandate/{one.pk}/").status_code == 200


def test_what_is_refused_names_who_may(world: World, case: Conversation, linnea: User, berit: User) -> None:
    with pytest.raises(NotYours, match="Who may: Berit Sund"):
        actions.approve_reply(Proposal(conversation=case, by=berit), seen=None, by=linnea, now=world.now)


# Who stands for what ------------------------------------------------------------------------------------------------


def test_a_topic_has_one_who_answers_for_it(
    brand: Brand, lena: User, linnea: User, client_of: ClientOf
) -> None:
    hers, address = client_of(lena), f"/settings/responsibilities/{brand.pk}/billing/"
    assert hers.get(address).status_code == 200
    told = {"R": ["role:agent", f"person:{linnea.pk}"], "A": f"person:{lena.pk}", "I": "role:listener"}
    assert hers.post(address, told)["Location"] == "/settings/responsibilities/"
    assert Responsibility.objects.count() == 4
    page = client_of(linnea).get("/settings/responsibilities/").content.decode()
    assert "Lena Lead" in page and "Listener" in page and '<th scope="col">Accountable</th>' in page
    page = hers.post(address, {"A": f"person:{lena.pk}"}, follow=True).content.decode()
    assert "Somebody must be responsible" in page
    assert Responsibility.objects.count() == 4
    assert client_of(linnea).post(address, told).status_code == 403
    assert hers.get(f"/settings/responsibilities/{brand.pk}/nonsense/").status_code == 404


# Rules on plain values ----------------------------------------------------------------------------------------------

# The machine may be busy; what counts is what comes out.
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHIFTS = some.builds(
    approving.Shift,
    some.integers(0, 6),
    some.builds(time, some.integers(0, 23), some.integers(0, 59)),
    some.builds(time, some.integers(0, 23), some.integers(0, 59)),
)


@UNHURRIED
@given(SHIFTS, SHIFTS)
def test_hours_overlap_only_where_some_minute_is_in_both(
    one: approving.Shift, other: approving.Shift
) -> None:
    if not (approving.is_whole(one) and approving.is_whole(other)):
        return
    (a, b), (c, d) = one.minutes, other.minutes
    both = set(range(a, b)) & set(range(c, d)) if one.weekday == other.weekday else set()
    assert approving.overlap(one, other) is bool(both)
    assert approving.overlap(one, other) is approving.overlap(other, one)


def test_midnight_ends_a_day(db: None) -> None:
    assert approving.Shift(0, time(22), time(0)).minutes == (1320, 1440)
    assert not approving.is_whole(approving.Shift(0, time(22), time(6)))


@UNHURRIED
@given(some.text(alphabet="ab \n", max_size=30), some.text(alphabet="ab \n", max_size=30))
def test_differences_hold_both_texts(old: str, new: str) -> None:
    pieces = approving.differences(old, new)
    assert "".join(words for sign, words in pieces if sign != "+") == old
    assert "".join(words for sign, words in pieces if sign != "-") == new

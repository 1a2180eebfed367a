"""Pages of cases: closing asks in its dialog, and leads look after types, fields and tags."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lyhord.conftest import MakeUser
from lyhord.desk import actions, steps
from lyhord.desk.actions import Ending
from lyhord.desk.models import (
    Case,
    CaseSettings,
    CaseType,
    Conversation,
    Field,
    FollowUp,
    Join,
    ProcessStep,
    Tag,
    Turn,
)
from lyhord.desk.tests.conftest import World
from lyhord.staff.models import User
from lyhord.triage.learned.serving import serving

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user("lead")


@pytest.fixture
def web(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def complains(world: World, name: str = "Anna", **fields: Any) -> Conversation:
    told = {"kind": "complaint", "topic": "delivery"}
    row = world.says(name, "Mitt paket kom aldrig!", told=told, **fields)
    steps.open_cases(world.now)
    return row


def test_closing_a_complaint_opens_the_dialog_and_a_digit_closes_it(
    world: World, web: Client, lead: User
) -> None:
    row = complains(world)
    refused = web.post(f"/conversation/{row.pk}/close/", **HTMX)
    assert (refused.status_code, "no reply" in refused.content.decode()) == (422, True)
    world.answer(row, lead)
    asked = web.post(f"/conversation/{row.pk}/close/", **HTMX)
    assert asked.status_code == 422
    assert f"/conversation/{row.pk}/ending/" in asked["HX-Trigger"]
    dialog = web.get(f"/conversation/{row.pk}/ending/", **HTMX).content.decode()
    assert 'data-digit="1"' in dialog
    assert "Solved" in dialog
    done = web.post(f"/conversation/{row.pk}/ending/", {"outcome": "solved", "cause": "Sorting"}, **HTMX)
    assert done.status_code == 200
    row.refresh_from_db()
    assert (row.status, Case.objects.get().cause) == ("closed", "Sorting")
    panel = web.get(f"/conversation/{row.pk}/").content.decode()
    assert "closed it: Solved" in panel
    assert "closed it: Solved" in web.get(f"/inbox/{row.pk}/").content.decode()


def test_send_and_close_asks_keeps_the_words_and_goes_on(world: World, web: Client, lead: User) -> None:
    row = complains(world)
    strand, key = world.strand(row), uuid4()
    told = {
        "kind": "public", "strand": strand.pk, "text": "Ett nytt paket är på väg.", "close": "1", "form_key": key,
        "seen": Turn.objects.order_by("-pk")[0].pk,
    }  # fmt: skip
    asked = web.post(f"/conversation/{row.pk}/reply/", told, **HTMX)
    assert asked.status_code == 422
    assert "after=send" in asked["HX-Trigger"]
    web.post(f"/conversation/{row.pk}/ending/", {"outcome": "solved", "after": "send"}, **HTMX)
    row.refresh_from_db()
    assert row.status == "open"
    told["seen"] = Turn.objects.order_by("-pk")[0].pk
    assert web.post(f"/conversation/{row.pk}/reply/", told, **HTMX).status_code == 200
    row.refresh_from_db()
    assert row.status == "closed"


def test_bulk_closing_asks_once(world: World, web: Client, lead: User) -> None:
    one, two = complains(world), complains(world, "Bo", thread="t2")
    for row in (one, two):
        world.answer(row, lead)
    ids = f"{one.pk},{two.pk}"
    asked = web.post("/inbox/bulk/close/", {"ids": ids}, **HTMX)
    assert asked.status_code == 422
    assert "bulk-ending" in asked["HX-Trigger"]
    assert "2 of them are cases" in web.get(f"/inbox/bulk-ending/?ids={ids}", **HTMX).content.decode()
    assert web.post("/inbox/bulk/close/", {"ids": ids, "outcome": "workaround"}, **HTMX).status_code == 200
    assert set(Case.objects.values_list("outcome", flat=True)) == {"workaround"}


def test_the_panel_shows_the_process_and_its_steps_are_done(world: World, web: Client) -> None:
    kind = CaseType.objects.create(
        brand=world.account.brand,
        name="Lost parcel",
        topic="delivery",
        hours=48,
        remedies="New parcel\nVoucher",
    )
    first = ProcessStep.objects.create(type=kind, position=1, name="Trace it", hours=2)
    second = ProcessStep.objects.create(type=kind, position=2, name="Call her")
    row = complains(world)
    shown = web.get(f"/conversation/{row.pk}/").content.decode()
    assert all(words in shown for words in ("Lost parcel", "Trace it", "Voucher", "Not a complaint"))
    at = f"/conversation/{row.pk}/case/steps/"
    assert web.post(f"{at}{first.pk}/done/", **HTMX).status_code == 200
    assert web.post(f"{at}{second.pk}/skip/", {"reason": ""}, **HTMX).status_code == 422
    assert web.get(f"{at}{second.pk}/skip-form/").status_code == 200
    answer = web.post(f"{at}{second.pk}/skip/", {"reason": "She called us"}, **HTMX)
    assert "She called us" in answer.content.decode()
    assert web.post(f"{at}{first.pk}/open/", **HTMX).status_code == 200
    assert web.post(f"{at}999999/done/", **HTMX).status_code == 404


def test_the_number_is_a_draft_once(world: World, web: Client) -> None:
    row = complains(world)
    for _twice in range(2):
        given = web.post(f"/conversation/{row.pk}/case/number/", **HTMX)
        assert given.status_code == 200
    text = row.drafts.get().text
    assert text.count(f"#{row.number}") == 1
    assert "/help/case/" not in text  # the strand is public: the link is for her alone
    assert Case.objects.get().token


def test_similar_cases_are_found_by_words_and_topic(
    world: World, web: Client, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "embed", lambda texts: None)
    for name, text, cause in (
        ("Bo", "Paketet är borta sedan en vecka, spårningen står still", "Lost at sorting"),
        ("Cia", "Fakturan är fel, jag har betalat dubbelt", "Charged twice"),
    ):
        topic = "delivery" if name == "Bo" else "billing"
        old = world.says(name, text, thread=name, told={"kind": "complaint", "topic": topic})
        world.answer(old, lead, close=True, ending=Ending(outcome="solved", cause=cause))
    row = complains(world)
    shown = web.get(f"/conversation/{row.pk}/case/similar/").content.decode()
    assert "Lost at sorting" in shown
    assert "Charged twice" not in shown


def test_follow_ups_merge_and_split_by_their_dialogs(world: World, web: Client) -> None:
    one, two = world.says("Anna", thread="t1"), world.says("Anna", "Två", thread="t2")
    base = f"/conversation/{one.pk}/"
    for dialog in ("follow-up/", "join/", "split/", "case/tell/", "ending/"):
        assert web.get(base + dialog, **HTMX).status_code == 200
    at = f"{world.now:%Y}"
    told = {"text": "Ring henne", "at": f"{int(at) + 1}-01-02T09:00", "form_key": uuid4()}
    web.post(base + "follow-up/", told, **HTMX)
    row = FollowUp.objects.get()
    assert "Ring henne" in web.get("/follow-ups/?when=open").content.decode()
    assert "Ring henne" in web.get(base).content.decode()
    web.post(f"{base}follow-ups/{row.pk}/done/", **HTMX)
    assert "Ring henne" not in web.get("/follow-ups/?when=open").content.decode()
    assert web.post(f"/conversation/{two.pk}/join/", {"number": "#999"}, **HTMX).status_code == 422
    assert web.post(f"/conversation/{two.pk}/join/", {"number": f"#{one.number}"}, **HTMX).status_code == 200
    join = Join.objects.get()
    assert f"#{two.number}" in web.get(base).content.decode()
    assert web.post(f"{base}joins/{join.pk}/part/", **HTMX).status_code == 200
    assert web.post(base + "split/", {"turns": []}, **HTMX).status_code == 422


def test_fields_are_edited_in_place_and_filter_the_inbox(world: World, web: Client) -> None:
    row, other = world.says("Anna"), world.says("Bo", thread="t2")
    web.post(
        "/settings/cases/fields/new/",
        {"name": "Colour", "kind": "choice", "of": "conversation", "choices": "Red\nBlue"},
    )
    field = Field.objects.get()
    assert field.choices == ["Red", "Blue"]
    assert (
        web.post(f"/conversation/{row.pk}/field/", {"field": field.pk, "value": "green"}, **HTMX).status_code
        == 422
    )
    assert (
        web.post(f"/conversation/{row.pk}/field/", {"field": field.pk, "value": "red"}, **HTMX).status_code
        == 200
    )
    assert "Colour" in web.get(f"/conversation/{row.pk}/").content.decode()
    shown = web.get(f"/inbox/?view=open&field={field.pk}&value=Red").content.decode()
    assert f'id="row-{row.pk}"' in shown
    assert f'id="row-{other.pk}"' not in shown
    web.post(
        f"/settings/cases/fields/{field.pk}/save/", {"name": "Tint", "choices": "Red", "is_required": "on"}
    )
    field.refresh_from_db()
    assert (field.name, field.choices, field.is_required) == ("Tint", ["Red"], True)
    web.post(f"/settings/cases/fields/{field.pk}/retire/")
    assert "Tint" not in web.get("/settings/cases/fields/").content.decode()


def test_types_steps_and_tags_are_kept_by_leads(
    world: World, web: Client, client: Client, make_user: MakeUser
) -> None:
    brand = world.account.brand
    assert "There are no types yet" in web.get("/settings/cases/").content.decode()
    web.post("/settings/cases/types/", {"name": "Lost parcel", "topic": "delivery", "hours": "48"})
    kind = CaseType.objects.get()
    at = f"/settings/cases/types/{kind.pk}/"
    for name in ("Trace it", "Call her"):
        web.post(at + "steps/", {"name": name, "role": "agent", "hours": "2"})
    first, second = ProcessStep.objects.order_by("position")
    web.post(f"{at}steps/{second.pk}/move/", {"way": "up"})
    assert list(ProcessStep.objects.order_by("position")) == [second, first]
    web.post(f"{at}steps/{first.pk}/retire/")
    assert "Trace it" not in web.get(at).content.decode()
    web.post(at + "save/", {"name": "Parcel lost", "topic": "", "hours": "", "remedies": "Voucher"})
    web.post(f"/settings/cases/brand/{brand.pk}/", {"look_share": "10", "has_fixed_tags": "on"})
    settings = CaseSettings.objects.get()
    assert (settings.look_share, settings.has_fixed_tags) == (10, True)
    web.post("/settings/cases/tags/add/", {"name": "refund"})
    tag = Tag.objects.get()
    web.post(f"/settings/cases/tags/{tag.pk}/rename/", {"name": "Refund"})
    assert "Refund" in web.get("/settings/cases/tags/").content.decode()
    web.post(f"/settings/cases/tags/{tag.pk}/remove/")
    web.post(at + "retire/")
    kind.refresh_from_db()
    assert kind.retired_at is not None
    client.force_login(make_user("agent"))
    assert client.post("/settings/cases/types/", {"name": "X"}).status_code == 403
    assert client.get("/settings/cases/").status_code == 200


def test_lessons_month_results_and_second_look(world: World, web: Client, make_user: MakeUser) -> None:
    assert "Nothing is written here yet" in web.get("/lessons/").content.decode()
    assert "No complaint waits" in web.get("/second-look/").content.decode()
    CaseSettings.objects.create(brand=world.account.brand, look_share=100)
    agent = make_user("agent")
    row = complains(world)
    told = Ending(outcome="partly", cause="=Sorting", lesson="Scan each bag twice", result="Half was found")
    world.answer(row, agent, close=True, ending=told)
    assert "Scan each bag twice" in web.get("/lessons/?q=SCAN+bag").content.decode()
    assert "Nothing fits" in web.get("/lessons/?q=nowhere").content.decode()
    month = web.get(f"/lessons/month/?month={world.now:%Y-%m}").content.decode()
    assert "=Sorting" in month
    assert "Scan each bag twice" in month
    table = web.get("/lessons/lessons.csv").content.decode()
    assert "'=Sorting" in table
    case = Case.objects.get()
    assert "Handled well" in web.get("/second-look/").content.decode()
    web.post(f"/second-look/{case.pk}/", {"well": "0", "note": "She waits for the rest"})
    case.refresh_from_db()
    assert case.looked_well is False
    assert web.get("/cases/results/?days=365").status_code == 200
    assert actions.VERBS


def test_what_somebody_may_not_see_is_not_there(
    world: World, client: Client, make_user: MakeUser, brand: object
) -> None:
    from lyhord.staff.models import Brand, Team

    other = Team.objects.create(brand=Brand.objects.create(name="Other"), name="Else")
    row = complains(world)
    client.force_login(make_user("lead", team=other))
    for path in ("ending/", "case/tell/", "case/similar/", "follow-up/", "join/", "split/"):
        assert client.get(f"/conversation/{row.pk}/{path}").status_code == 404
    assert client.post(f"/conversation/{row.pk}/case/", {}).status_code == 404
    assert str(row.number) not in client.get("/lessons/?all=1").content.decode()

"""Hours, targets and clocks as people see and set them, on pages and through the API."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lyhord.conftest import ClientOf, MakeUser
from lyhord.desk import actions, queries, steps, weeks
from lyhord.desk.actions import hours
from lyhord.desk.actions.hours import HoursGiven, TargetGiven
from lyhord.desk.models import AccountHours, Clock, Conversation, Draft, OpeningHours, Target
from lyhord.desk.queries import clocks as reading
from lyhord.desk.queries import hours as plans
from lyhord.desk.queries import speed, trial
from lyhord.desk.tests.conftest import World, make_account
from lyhord.outbox.models import State
from lyhord.staff import actions as staff
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db
OFFICE = [[[540, 1020]]] * 5 + [[], []]


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user(role="lead", email="lead@example.com", name="Lena Lead")


@pytest.fixture
def site(client_of: ClientOf, lead: User) -> Client:
    return client_of(lead)


def walk(now: datetime) -> None:
    steps.take_dispatches(now)
    for _again in range(2):
        steps.start_clocks(now), steps.follow_clocks(now), steps.tick_clocks(now), steps.sweep_clocks(now)


# What people type ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("9-17", [[540, 1020]]),
        ("9:00–12:00, 13.30 — 17", [[540, 720], [810, 1020]]),
        ("0:00-24:00", [[0, 1440]]),
        ("9:60-10", None),
        ("nine to five", None),
        ("9-25", None),
        ("9", None),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, spans: list[list[int]] | None) -> None:
    assert weeks.spans(text) == spans
    if spans:
        assert weeks.spans(weeks.text(spans)) == spans


# Settings -----------------------------------------------------------------------------------------------------------


def test_one_click_begins_and_everybody_may_look(
    site: Client, brand: Brand, client_of: ClientOf, linnea: User
) -> None:
    assert b"Begin with what is usual" in site.get("/settings/clocks/").content
    site.post("/settings/clocks/begin/", {"brand": brand.pk})
    assert (OpeningHours.objects.count(), Target.objects.count()) == (1, 2)
    site.post("/settings/clocks/begin/", {"brand": brand.pk})
    assert (OpeningHours.objects.count(), Target.objects.count()) == (1, 2)
    seen = client_of(linnea).get("/settings/clocks/").content.decode()
    assert "Office hours" in seen and "Monday 9:00–17:00" in seen and "Add hours" not in seen


def typed(**given: Any) -> dict[str, Any]:
    days = ["9-17"] * 5 + ["", ""]
    told = {"name": "Office", "zone": "Europe/Stockholm", "day": days, "country": "", "is_default": "on"}
    return told | {"on": [""], "open": [""], "why": [""]} | given


def test_hours_are_set_on_a_page(site: Client, brand: Brand, world: World) -> None:
    dates = {"on": ["2026-12-23", ""], "open": ["9-12", ""], "why": ["Day before", ""]}
    now = timezone.now()
    usual = [day.name for day in holidays_of(site, brand)]
    closed = [name for name in usual if name != "Epiphany"]
    told = typed(brand=brand.pk, country="SE", closed=closed, accounts=[world.account.pk], **dates)
    answer = site.post("/settings/clocks/hours/new/", told)
    row = OpeningHours.objects.get()
    assert answer.headers["Location"] == f"/settings/clocks/hours/{row.pk}/"
    assert row.week == OFFICE and row.switched == ["Epiphany"] and row.is_default
    assert row.dates == [{"on": "2026-12-23", "spans": [[540, 720]], "why": "Day before"}]
    assert AccountHours.objects.get().account == world.account
    shown = site.get(f"/settings/clocks/hours/{row.pk}/").content.decode()
    assert 'value="Day before"' in shown and 'value="9:00–17:00"' in shown and str(now.year + 1) in shown


def holidays_of(site: Client, brand: Brand) -> list[Any]:
    looked = site.post("/settings/clocks/hours/new/", typed(brand=brand.pk, country="SE", look="1"))
    assert looked.status_code == 200 and not OpeningHours.objects.exists()
    from lyhord.desk.views.hours import holidays

    return [day for day in holidays("SE", timezone.now()) if day.is_usual]


def test_a_day_is_copied_to_those_below_and_nothing_is_saved(site: Client, brand: Brand) -> None:
    days = ["8-16", "9-17", "", "", "", "", ""]
    shown = site.post(
        "/settings/clocks/hours/new/", typed(brand=brand.pk, day=days, copy="1")
    ).content.decode()
    assert shown.count('value="9-17"') == 6 and 'value="8-16"' in shown
    assert not OpeningHours.objects.exists()


def test_what_cannot_be_read_is_told_and_kept(site: Client, brand: Brand) -> None:
    days = ["nine to five", *[""] * 6]
    answer = site.post("/settings/clocks/hours/new/", typed(brand=brand.pk, day=days))
    assert answer.status_code == 422
    assert (
        "on Monday cannot be read" in answer.content.decode()
        and 'value="nine to five"' in answer.content.decode()
    )


def target(**given: Any) -> dict[str, Any]:
    told = {
        "first": "30",
        "first_unit": "minutes",
        "resolution": "",
        "resolution_unit": "hours",
        "reopening": "anew",
    }
    return told | {"first_in_open": "on", "resolution_pauses": ["waiting"]} | given


def test_targets_are_set_tried_and_deleted(site: Client, brand: Brand, world: World) -> None:
    answer = site.post("/settings/clocks/targets/new/", target(brand=brand.pk, account=world.account.pk))
    assert answer.headers["Location"] == "/settings/clocks/"
    row = Target.objects.get()
    assert (row.first, row.account, row.reopening, row.first_in_open) == (1800, world.account, "anew", True)
    assert b"Answer within" in site.get(f"/settings/clocks/targets/{row.pk}/").content
    site.post(f"/settings/clocks/targets/{row.pk}/", target(first="2", first_unit="hours"))
    row.refresh_from_db()
    assert (row.first, row.account) == (7200, None)
    tried = site.post("/settings/clocks/targets/new/", target(brand=brand.pk, **{"try": "1"}))
    assert "Last week, with this target" in tried.content.decode() and Target.objects.count() == 1
    wrong = site.post("/settings/clocks/targets/new/", target(brand=brand.pk, first="0"))
    assert wrong.status_code == 422
    site.post(f"/settings/clocks/targets/{row.pk}/delete/")
    assert not Target.objects.exists()


def test_agents_and_strangers_set_nothing(
    client_of: ClientOf, linnea: User, brand: Brand, lead: User, now: datetime
) -> None:
    row = hours.save_hours(brand, HoursGiven("Office", "UTC", OFFICE), by=lead, now=now)
    agent = client_of(linnea)
    assert agent.get(f"/settings/clocks/hours/{row.pk}/").status_code == 403
    assert agent.get("/settings/clocks/hours/999/").status_code == 403
    foreign = OpeningHours.objects.create(
        brand=Brand.objects.create(name="Other"), name="X", zone="UTC", week=OFFICE
    )
    stranger = client_of(lead)
    assert stranger.get(f"/settings/clocks/hours/{foreign.pk}/").status_code == 404
    assert "X</span>" not in stranger.get("/settings/clocks/").content.decode()


# Last week, and how fast ----------------------------------------------------------------------------------------------


@pytest.fixture
def served(world: World, linnea: User) -> Conversation:
    """One answered after twenty minutes and closed after an hour, one that still waits."""
    conversation = world.says("Anna")
    world.later(minutes=20)
    turn = world.answer(conversation, linnea)
    world.becomes(turn.dispatch, State.SENT)
    steps.take_dispatches(world.now)
    world.later(minutes=40)
    actions.close(conversation, by=linnea, now=world.now)
    world.says("Berit", thread="b")
    conversation.refresh_from_db()
    return conversation


def test_last_week_tells_what_would_have_been_kept(served: Conversation, world: World, brand: Brand) -> None:
    world.later(hours=5)
    tried = Target(
        brand=brand,
        first=1800,
        first_in_open=False,
        resolution=1800,
        resolution_in_open=False,
        resolution_pauses=["waiting"],
    )
    (line,) = trial.last_week(tried, [world.account], world.now)
    assert (line.conversations, line.first, line.resolution) == (2, 0.5, 0.5)


def test_speed_stands_beside_what_was_solved(served: Conversation, world: World, linnea: User) -> None:
    everything, network = speed.speed(linnea, days=7, now=world.now)
    assert (everything.connector, network.connector) == ("", "network")
    assert (network.conversations, network.answered, network.solved, network.solved_share) == (2, 1, 1, 0.5)
    assert network.first_median == network.first_p90 == pytest.approx(20)
    assert network.resolved_median == pytest.approx(60)
    assert network.kept_share is None
    assert speed.speed(linnea, days=7, kind="idea", now=world.now) == []


def test_the_report_draws_with_and_without_anything(site: Client, world: World) -> None:
    assert "No conversation began in this time" in site.get("/settings/clocks/report/").content.decode()
    world.now = timezone.now() - timedelta(hours=3)
    world.says("Anna", told={"kind": "complaint"})
    shown = site.get("/settings/clocks/report/").content.decode()
    assert "1 complaint has waited longer than 60 minutes" in shown and "Solved" in shown


def test_unanswered_complaints_are_counted_and_listed(world: World, linnea: User, petri: User) -> None:
    one = world.says("Anna", told={"kind": "complaint"})
    world.says("Berit", thread="b")
    assert reading.unanswered_complaints(linnea, world.now + timedelta(minutes=59)) == 0
    assert reading.unanswered_complaints(linnea, world.now + timedelta(minutes=60)) == 1
    assert [row.id for row in queries.inbox(linnea, "complaints").rows] == [one.pk]
    assert queries.counts(linnea)["complaints"] == 1
    world.answer(one, petri)
    assert queries.counts(linnea)["complaints"] == 0 == len(queries.inbox(linnea, "complaints").rows)


# The list -----------------------------------------------------------------------------------------------------------


def late_ones(world: World, lead: User) -> list[Conversation]:
    given = TargetGiven(first=1800, first_warn=600, first_too_late=7200, first_in_open=False)
    hours.save_target(world.account.brand, given, by=lead, now=world.now)
    rows = []
    for name, minutes in (("Old", 60), ("Mid", 90), ("New", 0)):
        rows.append(world.says(name, thread=name))
        walk(world.now)
        world.later(minutes=minutes)
    walk(world.now)
    return rows


def test_what_is_due_next_stands_first_and_too_late_leaves_the_queue(world: World, lead: User) -> None:
    old, mid, new = late_ones(world, lead)
    assert [row.id for row in queries.inbox(lead, "due").rows] == [mid.pk, new.pk]
    assert [row.id for row in queries.inbox(lead, "too_late").rows] == [old.pk]
    assert [row.id for row in queries.inbox(lead, "open").rows] == [new.pk, mid.pk]
    assert [row.id for row in queries.inbox(lead, "service").rows] == [mid.pk, new.pk]
    counted = queries.counts(lead)
    assert [counted[view] for view in ("due", "too_late", "open", "service", "unassigned", "mine")] == [
        2,
        1,
        2,
        2,
        2,
        0,
    ]
    actions.decide_late(old, "answer", by=lead, now=world.now)
    assert [row.id for row in queries.inbox(lead, "due").rows] == [old.pk, mid.pk, new.pk]
    assert queries.counts(lead)["open"] == 3


def test_due_pages_go_on_where_they_ended(world: World, lead: User) -> None:
    _old, mid, new = late_ones(world, lead)
    first = queries.inbox(lead, "due", limit=1)
    assert [row.id for row in first.rows] == [mid.pk] and first.rows[0].due_stage == 2
    second = queries.inbox(lead, "due", limit=1, after=first.next)
    assert [row.id for row in second.rows] == [new.pk] and second.next is None


def test_a_row_tells_what_is_left_in_word_and_sign(world: World, lead: User, site: Client) -> None:
    world.now = timezone.now() - timedelta(minutes=150)
    late_ones(world, lead)
    shown = site.get("/inbox/?view=due").content.decode()
    assert "data-left" in shown and "Late" in shown and "Due next" in shown
    assert "Too late" in site.get("/inbox/?view=too_late").content.decode()


# One conversation ---------------------------------------------------------------------------------------------------


def test_the_card_shows_clocks_only_where_something_is_promised(
    world: World, lead: User, site: Client
) -> None:
    conversation = world.says("Anna")
    assert 'id="clocks"' not in site.get(f"/conversation/{conversation.pk}/").content.decode()
    hours.save_target(world.account.brand, TargetGiven(first=1800), by=lead, now=world.now)
    walk(world.now)
    shown = site.get(f"/conversation/{conversation.pk}/").content.decode()
    assert 'id="clocks"' in shown and "Mark as acknowledged" in shown


def test_why_it_is_due_then_is_told(world: World, lead: User, site: Client) -> None:
    brand = world.account.brand
    world.now = datetime(2026, 11, 20, 15, 45, tzinfo=UTC)  # Friday 16:45 in Stockholm
    hours.save_hours(
        brand, HoursGiven("Office", "Europe/Stockholm", OFFICE, is_default=True), by=lead, now=world.now
    )
    hours.save_target(brand, TargetGiven(first=1800), by=lead, now=world.now)
    conversation = world.says("Anna")
    walk(world.now)
    (told,) = reading.because(conversation, reading.clocks(conversation.pk), world.now)
    (gap,) = told.gaps
    assert (gap.closes_at, gap.opens_at) == (
        datetime(2026, 11, 20, 16, tzinfo=UTC),
        datetime(2026, 11, 23, 8, tzinfo=UTC),
    )
    shown = site.get(f"/conversation/{conversation.pk}/clocks/").content.decode()
    assert "of open time" in shown and "Closed from" in shown and "Came in" in shown


def test_deciding_drafts_an_apology_in_her_language(world: World, lead: User, site: Client) -> None:
    old, *_others = late_ones(world, lead)
    answer = site.post(f"/conversation/{old.pk}/decide-late/", {"decision": "answer"})
    assert answer.status_code == 200
    told = json.loads(answer.headers["HX-Trigger"])["desk:draft"]
    assert told["text"] == Draft.objects.get(conversation=old, user=lead).text
    refused = site.post(f"/conversation/{old.pk}/decide-late/", {"decision": "answer"})
    assert refused.status_code == 422


def test_hours_of_an_account_are_for_whoever_asks(world: World, lead: User) -> None:
    brand = world.account.brand
    assert plans.hours_of_account(world.account.pk, brand.pk, world.now) is None
    hours.save_hours(brand, HoursGiven("Office", "UTC", OFFICE, is_default=True), by=lead, now=world.now)
    found = plans.hours_of_account(world.account.pk, brand.pk, world.now)
    assert found is not None and found.zone == "UTC"


# The API ------------------------------------------------------------------------------------------------------------


def test_the_api_does_the_same(world: World, lead: User) -> None:
    given: dict[str, Any] = {"expires_at": None, "now": timezone.now()}
    _key, plain = staff.make_api_key(by=lead, name="x", scopes=["read", "write"], **given)
    site = Client(headers={"Authorization": f"Bearer {plain}"})

    def call(method: str, path: str, body: Any = None) -> Any:
        return getattr(site, method)(f"/api/v1{path}", body, content_type="application/json")

    brand = world.account.brand
    body = {"brand": brand.pk, "name": "Office", "zone": "Europe/Stockholm", "week": OFFICE, "country": "FI"}
    made = call(
        "post", "/clocks/hours", body | {"dates": [{"on": "2026-12-23"}], "accounts": [world.account.pk]}
    )
    assert made.status_code == 201, made.content
    row = made.json()
    assert row["accounts"] == [world.account.pk] and row["dates"][0]["spans"] == []
    body.pop("brand")
    assert call("put", f"/clocks/hours/{row['id']}", body | {"name": "Desk"}).json()["name"] == "Desk"
    assert [one["name"] for one in site.get("/api/v1/clocks/hours").json()] == ["Desk"]
    bad = call("put", f"/clocks/hours/{row['id']}", body | {"zone": "Mars"})
    assert bad.status_code == 422
    days = site.get("/api/v1/clocks/holidays?country=FI&year=2026").json()
    assert {"day": "2026-12-06", "name": "Independence Day", "is_usual": True} in days
    promise = call(
        "post",
        "/clocks/targets",
        {"brand": brand.pk, "first": 1800, "first_too_late": 7200, "first_in_open": False},
    )
    assert promise.status_code == 201
    conversation = world.says("Anna")
    walk(world.now + timedelta(hours=3))
    clocks = site.get(f"/api/v1/conversations/{conversation.pk}/clocks").json()
    assert [(one["which"], one["stage"]) for one in clocks] == [("first", 3), ("resolution", 0)]
    listed = site.get("/api/v1/conversations?view=too_late").json()["items"]
    assert [one["due_stage"] for one in listed] == [3]
    decided = call("post", f"/conversations/{conversation.pk}/decide-late", {"decision": "privately"})
    assert decided.status_code == 200 and Clock.objects.get(which="first").decision == "privately"
    assert call("post", f"/conversations/{conversation.pk}/acknowledge", {"why": "Phone"}).status_code == 200
    assert site.get("/api/v1/clocks/complaints?minutes=5").json() == {"waiting": 0, "minutes": 5}
    assert site.get("/api/v1/clocks/speed").status_code == 200
    tried = call("post", "/clocks/targets/try", {"brand": brand.pk, "first": 60})
    assert tried.status_code == 200
    assert call("put", f"/clocks/targets/{promise.json()['id']}", {"first": 60}).json()["first"] == 60
    assert site.delete(f"/api/v1/clocks/targets/{promise.json()['id']}").status_code == 204
    assert site.delete(f"/api/v1/clocks/hours/{row['id']}").status_code == 204


def test_hours_hide_accounts_that_she_does_not_see_and_leave_them_alone(
    world: World, lead: User, make_user: MakeUser, client_of: ClientOf, now: datetime
) -> None:
    brand = world.account.brand
    hidden = make_account(brand, now, name="Hidden")
    hidden.teams.add(Team.objects.create(brand=brand, name="Another"))
    chief = make_user(email="chief@example.com", is_administrator=True)
    given = HoursGiven("Office", "UTC", OFFICE, accounts=[hidden.pk, world.account.pk])
    row = hours.save_hours(brand, given, by=chief, now=now)
    shown = client_of(lead).get("/settings/clocks/").content.decode()
    assert "Hidden" not in shown and world.account.name in shown
    hours.save_hours(brand, HoursGiven("Office", "UTC", OFFICE, accounts=[]), by=lead, now=now, row=row)
    assert AccountHours.objects.get().account == hidden

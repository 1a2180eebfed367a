"""Notes from one shift to the next, and why we do this."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from lyhord.conftest import ClientOf
from lyhord.desk import actions
from lyhord.desk.models import Purpose, ShiftNote
from lyhord.desk.queries import purposes, shifts
from lyhord.desk.tests.conftest import World
from lyhord.staff import mandates
from lyhord.staff.models import Brand, Team, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(make_user: Callable[..., User]) -> User:
    return make_user(role="lead", name="Lea Lead", email="lea@example.com")


def test_a_shift_note_is_read_by_the_next_and_shows_by_whom(
    team: Team, linnea: User, petri: User, now: datetime
) -> None:
    key = uuid4()
    row = actions.write_shift_note(team, "Växeln är nere", by=linnea, form_key=key, now=now)
    assert actions.write_shift_note(team, "Växeln är nere", by=linnea, form_key=key, now=now).pk == row.pk
    assert (shifts.new_to(linnea, now).count(), shifts.new_to(petri, now).count()) == (0, 1)
    assert actions.read_shift_notes(team, upto=row.pk, by=petri, now=now) == 1
    assert actions.read_shift_notes(team, upto=row.pk, by=petri, now=now) == 0
    assert [one.readers for one in shifts.notes_of(team, linnea, now)] == [["Petri Aalto"]]
    assert not shifts.new_to(petri, now + timedelta(days=15)).exists()


def test_another_teams_notes_are_not_hers(
    team: Team, brand: Brand, linnea: User, make_user: Callable[..., User], now: datetime
) -> None:
    stranger = make_user(team=Team.objects.create(brand=Brand.objects.create(name="Söder"), name="C"))
    with pytest.raises(mandates.NotYours):
        actions.write_shift_note(team, "x", by=stranger, form_key=uuid4(), now=now)
    assert shifts.teams_of(stranger) != [team]


def test_going_on_duty_asks_for_what_is_new(
    team: Team, linnea: User, petri: User, client_of: ClientOf
) -> None:
    client, news = client_of(petri), {"HX-Request": "true"}
    assert client.get("/shifts/news/", headers=news).status_code == 204
    written = client_of(linnea).post(
        f"/shifts/{team.pk}/write/", {"text": "Läs <b>", "form_key": str(uuid4())}
    )
    assert written.status_code == 302
    on = client.post("/duty/", {"on": "1"}, headers=news)
    assert on.headers["HX-Trigger"] == "staff:on-duty"
    assert "1 shift note is new" in client.get("/shifts/news/", headers=news).content.decode()
    page = client.get("/shifts/").content.decode()
    assert "Läs &lt;b&gt;" in page and "Nobody has read it yet" in page
    client.post(f"/shifts/{team.pk}/read/", {"upto": ShiftNote.objects.get().pk})
    assert client.get("/shifts/news/", headers=news).status_code == 204
    assert "Read by Petri Aalto" in client_of(linnea).get("/shifts/").content.decode()


def test_the_purpose_is_told_by_a_lead_measured_and_read_anew_when_it_changes(
    world: World, brand: Brand, lead: User, linnea: User, petri: User
) -> None:
    world.answer(world.says("Aino"), petri)
    world.says("Maja", thread="m")
    with pytest.raises(mandates.NotYours):
        actions.tell_purpose(brand, "För kunden", {}, by=linnea, now=world.now)
    row = actions.tell_purpose(brand, "För kunden", {"closed": 90, "answered": 0}, by=lead, now=world.now)
    assert (
        actions.tell_purpose(brand, "För kunden ", {"closed": 90, "answered": 0}, by=lead, now=world.now)
        == row
    )
    found = {goal.measure: goal for goal in purposes.goals(row, world.now + timedelta(hours=1))}
    assert (found["closed"].now, found["closed"].is_met, found["answered"].is_met) == (0, False, True)
    assert actions.read_purpose(row, by=linnea, now=world.now)
    assert not actions.read_purpose(row, by=linnea, now=world.now)
    (group,) = purposes.receipts(row)
    assert (group.read, group.people, group.missing) == (1, 3, ["Lea Lead", "Petri Aalto"])
    newer = actions.tell_purpose(brand, "För alla", {}, by=lead, now=world.now)
    assert newer.version == 2 and not purposes.has_read(newer, linnea)


@pytest.mark.parametrize(
    ("why", "goals"), [("", {}), ("x", {"closed": 101.0}), ("x", {"minutes": -1.0}), ("y" * 10_001, {})]
)
def test_what_is_no_purpose_is_refused(
    why: str, goals: dict[str, float], brand: Brand, lead: User, now: datetime
) -> None:
    with pytest.raises(actions.NotPossible):
        actions.tell_purpose(brand, why, goals, by=lead, now=now)
    assert not Purpose.objects.exists()


def test_the_page_of_the_purpose(brand: Brand, lead: User, linnea: User, client_of: ClientOf) -> None:
    client, reader = client_of(lead), client_of(linnea)
    assert "Nobody has written yet" in reader.get("/purpose/").content.decode()
    told = client.post(f"/purpose/{brand.pk}/change/", {"why": "<script>", "goal-closed": "80,5"})
    assert told.status_code == 302
    page = reader.get("/purpose/").content.decode()
    assert "&lt;script&gt;" in page and "80.5" in page and "Who has read it" not in page
    assert reader.post(f"/purpose/{brand.pk}/read/").status_code == 302
    assert "You have read it." in reader.get("/purpose/").content.decode()
    assert "1 / 2" in client.get("/purpose/").content.decode()
    assert reader.post(f"/purpose/{brand.pk}/change/", {"why": "x"}).status_code == 403

"""The screen on the wall: its numbers, and that it tells no words of anybody."""

from datetime import timedelta

import pytest
from django.test import Client

from lyhord.conftest import MakeUser
from lyhord.desk import actions
from lyhord.desk.actions.walls import make_wall
from lyhord.desk.models import Wall
from lyhord.desk.queries.wall import board
from lyhord.desk.tests.conftest import World
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Brand, Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(make_user: MakeUser) -> User:
    return make_user(name="Lead Andersson", email="lead@example.com", role=Role.LEAD)


def test_it_counts_who_waits_and_which_complaints_have_no_answer(
    world: World, brand: Brand, lead: User, linnea: User
) -> None:
    wall, _token = make_wall(
        brand, "Room", team=None, shows_names=True, late_minutes=60, by=lead, now=world.now
    )
    begun = world.now
    late = world.says("Aino", thread="t1", told={"kind": "complaint"})
    world.later(minutes=61)
    world.says("Bo", thread="t2", told={"kind": "complaint"})
    world.says("Cecilia", thread="t3", told={"kind": "question"})
    actions.take(late, by=linnea, now=world.now)
    found = board(wall, world.now)
    assert (found.complaints, found.waits, found.free, found.open, found.oldest) == (1, 3, 2, 3, begun)
    assert found.people == [("Linnea", 1)]
    world.answer(late, linnea)
    assert board(wall, world.now).complaints == 0


def test_the_link_opens_without_log_in_and_shows_numbers_alone(
    world: World, brand: Brand, lead: User, linnea: User, client: Client
) -> None:
    conversation = world.says("Aino", "Min hemliga väska")
    actions.take(conversation, by=linnea, now=world.now)
    wall, token = make_wall(
        brand, "Room", team=None, shows_names=False, late_minutes=60, by=lead, now=world.now
    )
    answer = client.get(f"/wall/{token}/")
    page = answer.content.decode()
    assert answer.status_code == 200 and "Room" in page
    assert not any(word in page for word in ("hemliga", "Aino", "Linnea"))
    assert answer["Referrer-Policy"] == "no-referrer" and "no-store" in answer["Cache-Control"]
    assert token not in Wall.objects.get().digest
    assert client.get("/wall/madeup/").status_code == 404
    client.force_login(lead)
    client.post(f"/settings/walls/{wall.pk}/end/")
    assert client.get(f"/wall/{token}/").status_code == 404


def test_only_who_may_share_makes_a_screen(
    world: World, brand: Brand, lead: User, linnea: User, client: Client
) -> None:
    with pytest.raises(NotYours):
        make_wall(brand, "Room", team=None, shows_names=False, late_minutes=60, by=linnea, now=world.now)
    client.force_login(linnea)
    assert client.get("/settings/walls/").status_code == 403
    client.force_login(lead)
    made = client.post(
        "/settings/walls/",
        {"name": "Room", "of": f"team:{lead.memberships.get().team_id}", "late_minutes": "30"},
    )
    assert "/wall/" in made.content.decode() and Wall.objects.get().late_minutes == 30
    assert (
        client.post("/settings/walls/", {"name": "", "of": "team:1", "late_minutes": "30"}).status_code == 422
    )


def test_promised_times_are_shown(world: World, brand: Brand, lead: User) -> None:
    wall, _token = make_wall(
        brand, "Room", team=None, shows_names=False, late_minutes=60, by=lead, now=world.now
    )
    conversation = world.says("Aino")
    type(conversation).objects.filter(pk=conversation.pk).update(due_at=world.now + timedelta(minutes=10))
    assert (board(wall, world.now).soon, board(wall, world.now).late) == (1, 0)
    assert board(wall, world.later(minutes=11)).late == 1

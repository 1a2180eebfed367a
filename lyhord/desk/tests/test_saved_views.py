"""Saved views: their numbers, their order, whom they are for, and which one somebody begins with."""

import pytest
from django.test import Client

from lyhord.conftest import MakeUser
from lyhord.desk import actions, counting
from lyhord.desk.actions.homes import moved
from lyhord.desk.models import HomeView, SavedView
from lyhord.desk.tests.conftest import World
from lyhord.staff.models import Role, Team, User

pytestmark = pytest.mark.django_db


def test_a_view_tells_how_many_stand_in_it_and_never_counts_to_the_end(
    world: World, linnea: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        world.says(f"P{n}", "Var är min väska?", thread=f"t{n}", told={"kind": "complaint"})
    actions.save_view("Complaints", "view=open&kind=complaint", by=linnea, now=world.now)
    actions.save_view("Bags", "view=search&q=bag", by=linnea, now=world.now)
    assert [(one.view.name, one.told) for one in counting.counted(linnea)] == [
        ("Complaints", "4"),
        ("Bags", ""),
    ]
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    monkeypatch.setattr(counting, "SECONDS", 0)
    actions.save_view("More", "view=open", by=linnea, now=world.now)
    assert counting.counted(linnea)[-1].told == "99+"


def test_views_are_moved_saved_and_deleted_on_their_page(world: World, linnea: User, client: Client) -> None:
    client.force_login(linnea)
    for name in ("A", "B", "C"):
        client.post("/views/save/", {"name": name, "query": f"?view=open&tag={name}&after=x&ids=3"})
    assert set(SavedView.objects.values_list("query", flat=True)) == {
        f"view=open&tag={name}" for name in "ABC"
    }
    third = SavedView.objects.get(name="C")
    client.post(f"/views/{third.pk}/move/up/")
    assert list(SavedView.objects.order_by("position").values_list("name", flat=True)) == ["A", "C", "B"]
    client.post(f"/views/{third.pk}/delete/")
    assert SavedView.objects.count() == 2
    assert client.post(f"/views/{third.pk}/move/up/").status_code == 404
    assert "A" in client.get("/views/?query=view%3Dopen%26kind%3Dcomplaint").content.decode()


def test_a_team_view_is_for_those_who_may_share(
    world: World, team: Team, linnea: User, make_user: MakeUser, client: Client
) -> None:
    client.force_login(linnea)  # an agent
    assert (
        client.post("/views/save/", {"name": "Ours", "query": "view=open", "team": team.pk}).status_code
        == 403
    )
    lead = make_user(name="Lead", email="lead@example.com", role=Role.LEAD)
    client.force_login(lead)
    client.post("/views/save/", {"name": "Ours", "query": "view=open", "team": team.pk})
    shared = SavedView.objects.get(team=team)
    client.force_login(linnea)
    assert "Ours" in client.get("/views/").content.decode()
    assert client.post(f"/views/{shared.pk}/delete/").status_code == 403


def test_somebody_begins_with_her_own_view_else_with_that_of_her_role(
    world: World, team: Team, linnea: User, make_user: MakeUser, client: Client
) -> None:
    lead = make_user(name="Lead", email="lead@example.com", role=Role.LEAD)
    client.force_login(lead)
    client.post("/views/home/", {"team": team.pk, "role": "agent", "query": "view=unassigned"})
    client.force_login(linnea)
    assert client.get("/")["Location"] == "/inbox/?view=unassigned"
    client.post("/views/home/", {"query": "view=mine"})
    assert client.get("/")["Location"] == "/inbox/?view=mine"
    client.post("/views/home/", {"query": "-"})
    assert client.get("/")["Location"] == "/inbox/?view=unassigned"
    assert client.post("/views/home/", {"team": team.pk, "role": "agent", "query": "-"}).status_code == 403
    assert HomeView.objects.count() == 1


@pytest.mark.parametrize(
    ("steps", "order"), [(-1, [2, 1, 3]), (1, [1, 3, 2]), (-9, [2, 1, 3]), (9, [1, 3, 2])]
)
def test_a_move_stops_at_either_end(steps: int, order: list[int]) -> None:
    assert moved([1, 2, 3], 2, steps) == order

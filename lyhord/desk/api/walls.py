"""Screens on a wall, the order of views, and which one somebody begins with."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import counting, queries
from lyhord.desk.actions import homes, walls
from lyhord.desk.api.shared import router
from lyhord.desk.models import Wall
from lyhord.desk.queries import wall as screens
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Role
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class WallShown(Schema):
    id: int
    name: str
    brand_id: int
    team_id: int | None = Field(description="null: the whole brand.")
    shows_names: bool
    late_minutes: int = Field(description="A complaint that waits longer counts as unanswered.")
    made_at: datetime


class WallMade(WallShown):
    token: str = Field(description="Of the address /wall/<token>/. Given this once.")


class WallGiven(Given):
    brand: Id
    team: Id | None = None
    name: Words = Field(min_length=1, max_length=60)
    shows_names: bool = False
    late_minutes: int = Field(60, ge=1, le=10_080)


class PersonShown(Schema):
    name: str
    open: int


class BoardShown(Schema):
    waits: int
    free: int
    open: int
    oldest: datetime | None
    complaints: int = Field(
        description="Unanswered for longer than the screen says; at most 100 are counted."
    )
    soon: int
    late: int
    people: list[PersonShown]


class PlaceGiven(Given):
    steps: int = Field(ge=-50, le=50, description="-1: one place up; 1: one place down.")


class HomeGiven(Given):
    query: Words | None = Field(max_length=500, description="A query string as of a saved view; null: none.")
    team: Id | None = Field(None, description="For a role of this team; null: for yourself.")
    role: Role | None = None


class HomeShown(Schema):
    query: str


class ViewCounted(Schema):
    id: int
    n: int | None = Field(description="At most 100 are counted; null: a search, which is not counted.")


@router.get("/views/counts", response=list[ViewCounted])
def view_counts(request: StaffRequest) -> list[dict[str, Any]]:
    """How many stand in each of your views, at most ten seconds old."""
    return [{"id": one.view.pk, "n": one.n} for one in counting.counted(request.user)]


@router.get("/views/home", response=HomeShown)
def home(request: StaffRequest) -> dict[str, str]:
    """The view that you begin with: your own choice, else that of your role."""
    return {"query": counting.home(request.user)}


@router.put("/views/home", response=HomeShown)
def begin_with(request: StaffRequest, given: HomeGiven) -> dict[str, str]:
    """Begin with another view, or let a role of a team do so."""
    by, now = request.user, timezone.now()
    if given.team is None:
        homes.begin_with(given.query, by=by, now=now)
    else:
        team = chosen(staff.teams_visible_to(by), given.team, "team")
        homes.begin_role_with(team, given.role or Role.AGENT, given.query, by=by, now=now)
    return {"query": counting.home(by)}


@router.put("/views/{int:pk}/place", response={204: None})
def move_view(request: StaffRequest, pk: int, given: PlaceGiven) -> None:
    """Move a saved view among those of the same owner."""
    view = next((row for row in queries.saved_views(request.user) if row.pk == pk), None)
    if view is None:
        raise Http404
    homes.move_view(view, given.steps, by=request.user, now=timezone.now())


@router.get("/walls", response=list[WallShown])
def all_walls(request: StaffRequest) -> list[Wall]:
    """The screens that you look after."""
    mandates.require(request.user, "share_view")
    return list(screens.walls_visible_to(request.user))


@router.post("/walls", response={201: WallMade})
def make_wall(request: StaffRequest, given: WallGiven) -> dict[str, Any]:
    """Make a screen."""
    by = request.user
    mandates.require(by, "share_view")
    brand = chosen(staff.brands_visible_to(by), given.brand, "brand")
    team = (
        None
        if given.team is None
        else chosen(staff.teams_visible_to(by).filter(brand=brand), given.team, "team")
    )
    wall, token = walls.make_wall(
        brand, given.name, team=team, shows_names=given.shows_names, late_minutes=given.late_minutes, by=by, now=timezone.now()
    )  # fmt: skip
    return {**WallShown.from_orm(wall).dict(), "token": token}


@router.get("/walls/{int:pk}/board", response=BoardShown)
def board(request: StaffRequest, pk: int) -> dict[str, Any]:
    """What the screen shows now."""
    mandates.require(request.user, "share_view")
    wall = get_object_or_404(screens.walls_visible_to(request.user), pk=pk)
    found = screens.board(wall, timezone.now())
    told = {
        name: getattr(found, name)
        for name in ("waits", "free", "open", "oldest", "complaints", "soon", "late")
    }
    return {**told, "people": [{"name": name, "open": n} for name, n in found.people]}


@router.delete("/walls/{int:pk}", response={204: None})
def end_wall(request: StaffRequest, pk: int) -> None:
    """End a screen: its link opens nothing any more."""
    mandates.require(request.user, "share_view")
    wall = get_object_or_404(screens.walls_visible_to(request.user), pk=pk)
    walls.end_wall(wall, by=request.user, now=timezone.now())

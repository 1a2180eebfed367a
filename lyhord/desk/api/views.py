"""Saved views, and the tags to choose from."""

from django.http import Http404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import router
from lyhord.desk.models import SavedView
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class ViewShown(Schema):
    id: int
    name: str
    query: str
    team_id: int | None = Field(description="null: yours alone.")


class ViewGiven(Given):
    name: Words = Field(min_length=1, max_length=60)
    query: Words = Field(max_length=500, description="The query string of the inbox: view=open&tag=refund")
    team: Id | None = Field(None, description="Share it with a team; null: for yourself.")


@router.get("/views", response=list[ViewShown])
def views(request: StaffRequest) -> list[SavedView]:
    """Your saved views, then those of your teams."""
    return queries.saved_views(request.user)


@router.post("/views", response={201: ViewShown})
def save_view(request: StaffRequest, given: ViewGiven) -> SavedView:
    """Save a view. The same name again gets the new query."""
    by = request.user
    team = None if given.team is None else chosen(staff.teams_visible_to(by), given.team, "team")
    return actions.save_view(given.name, given.query, by=by, now=timezone.now(), team=team)


@router.delete("/views/{int:pk}", response={204: None})
def delete_view(request: StaffRequest, pk: int) -> None:
    """Delete a saved view."""
    row = next((row for row in queries.saved_views(request.user) if row.pk == pk), None)
    if row is None:
        raise Http404
    actions.delete_view(row, by=request.user, now=timezone.now())


@router.get("/tags", response=list[str])
def tags(request: StaffRequest) -> list[str]:
    """The tags of your brands."""
    return queries.tags(request.user)

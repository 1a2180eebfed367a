"""Follow-ups by the API."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import AwareDatetime, Field

from lyhord.desk import actions
from lyhord.desk.api.shared import router, visible
from lyhord.desk.models import FollowUp
from lyhord.desk.queries import followups
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen, form_key


class FollowUpShown(Schema):
    id: int
    conversation_id: int
    text: str
    due_at: datetime
    user_id: int
    done_at: datetime | None


class FollowUpGiven(Given):
    text: Words = Field(min_length=1, max_length=500)
    due_at: AwareDatetime
    user: Id | None = Field(None, description="Who does it; null: you.")


class MovedGiven(Given):
    due_at: AwareDatetime


class FollowUpsAsked(Given):
    all: bool = Field(False, description="Also those of colleagues.")
    open: bool = Field(False, description="Also those that are not due yet.")


@router.get("/follow-ups", response=list[FollowUpShown])
def follow_ups(request: StaffRequest, asked: Query[FollowUpsAsked]) -> list[FollowUp]:
    """Yours that are due, the earliest first."""
    whose, when = "all" if asked.all else "mine", "open" if asked.open else "due"
    return followups.due(request.user, timezone.now(), whose=whose, when=when)


@router.post("/conversations/{int:pk}/follow-ups", response={201: FollowUpShown})
def follow_up(request: StaffRequest, pk: int, given: FollowUpGiven) -> FollowUp:
    """Come back to it then."""
    row = visible(request, pk)
    user = None if given.user is None else chosen(staff.users_visible_to(request.user), given.user, "person")
    key, now = form_key(request), timezone.now()
    return actions.follow_up(row, given.text, given.due_at, by=request.user, form_key=key, now=now, user=user)


def one(request: StaffRequest, pk: int) -> FollowUp:
    return get_object_or_404(followups.followups_visible_to(request.user), pk=pk)


@router.post("/follow-ups/{int:pk}/done", response=FollowUpShown)
def finish_follow_up(request: StaffRequest, pk: int) -> FollowUp:
    """It is done."""
    actions.finish_followup(one(request, pk), by=request.user, now=timezone.now())
    return one(request, pk)


@router.put("/follow-ups/{int:pk}", response=FollowUpShown)
def move_follow_up(request: StaffRequest, pk: int, given: MovedGiven) -> FollowUp:
    """To another time."""
    actions.move_followup(one(request, pk), given.due_at, by=request.user, now=timezone.now())
    return one(request, pk)

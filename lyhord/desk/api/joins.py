"""Merging and splitting by the API."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import RowShown, router, row_of, visible
from lyhord.desk.models import Join
from lyhord.desk.queries import Row, joins
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class MergeIntoGiven(Given):
    into: Id = Field(description="The conversation in which it goes on.")
    reason: Words = Field("", max_length=300, description="Needed where the two are of different customers.")


class SplitGiven(Given):
    turns: list[Id] = Field(min_length=1, max_length=500)
    subject: Words = Field("", max_length=200)
    reason: Words = Field("", max_length=300)


class JoinShown(Schema):
    id: int
    kind: str = Field(description="merge or split")
    kept_id: int
    gone_id: int = Field(description="Merged into the other; of a split: the new one.")
    reason: str
    at: datetime


@router.post("/conversations/{int:pk}/merge", response=RowShown)
def merge(request: StaffRequest, pk: int, given: MergeIntoGiven) -> Row:
    """All of it goes on in another conversation; gives that one."""
    row = visible(request, pk)
    into = chosen(queries.conversations_visible_to(request.user), given.into, "conversation")
    actions.merge(row, into, by=request.user, now=timezone.now(), reason=given.reason)
    return row_of(request, into.pk)


@router.post("/conversations/{int:pk}/split", response={201: RowShown})
def split(request: StaffRequest, pk: int, given: SplitGiven) -> Row:
    """These turns become a conversation of their own; gives the new one."""
    row, now = visible(request, pk), timezone.now()
    made = actions.split(
        row, given.turns, by=request.user, now=now, reason=given.reason, subject=given.subject
    )
    return row_of(request, made.pk)


@router.get("/conversations/{int:pk}/joins", response=list[JoinShown])
def list_joins(request: StaffRequest, pk: int) -> list[Join]:
    """What it was merged with or split from."""
    return joins.joins_of(visible(request, pk).pk)


@router.post("/conversations/{int:pk}/joins/{int:join}/undo", response=RowShown)
def undo_join(request: StaffRequest, pk: int, join: int) -> Row:
    """Take it back."""
    visible(request, pk)
    rows = joins.joins_visible_to(request.user).filter(pk__in=[one.pk for one in joins.joins_of(pk)])
    actions.part(get_object_or_404(rows, pk=join), by=request.user, now=timezone.now())
    return row_of(request, pk)

"""Guidance of another time, adapted by a person before it is of use (GO-06)."""

from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk.queries.saved_replies import Network
from lyhord.moving import actions, exports, queries
from lyhord.moving.actions.guidance import Adapted
from lyhord.moving.api.shared import router
from lyhord.moving.models import Guidance
from lyhord.moving.views.guiding import reasons
from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Listed, Page, Paging, Words, by_id


class GuidanceAsked(Paging):
    state: Literal["adapt", "approved", "dropped"] = "adapt"


class GuidanceShown(Schema):
    id: int
    brand: int
    kind: str = Field(description="reply, macro, target or faq.")
    name: str
    text: str
    before: str = Field(description="As it came.")
    lang: str
    folder: str
    values: dict[str, Any] = Field(description="Of a macro its steps, of a target its times in seconds.")
    state: str
    reasons: list[str] = Field(description="Why it is to be adapted, in words.")
    row: int | None = Field(description="The saved reply, macro or target that it became.")


class AdaptedGiven(Given):
    """What you made of it. Times in seconds."""

    name: Words = Field(min_length=1, max_length=100)
    text: Words = Field("", max_length=10_000)
    lang: Words = Field("", max_length=12)
    folder: Words = Field("", max_length=60)
    steps: list[dict[str, Any]] | None = Field(None, max_length=12)
    first: int | None = Field(None, ge=1, le=366 * 24 * 3600)
    resolution: int | None = Field(None, ge=1, le=366 * 24 * 3600)


def shown(row: Guidance, by: User, used: list[Network] | None = None) -> GuidanceShown:
    """`used`: the networks in use, where the caller has them at hand."""
    used = queries.networks_of(by) if used is None else used
    why = reasons(row, used) if row.state == Guidance.State.ADAPT else []
    return GuidanceShown(
        id=row.pk, brand=row.brand_id, kind=row.kind, name=row.name, text=row.text, before=row.before, lang=row.lang,
        folder=row.folder, values=row.values, state=row.state, reasons=why, row=row.row,
    )  # fmt: skip


def item_of(by: User, pk: int) -> Guidance:
    mandates.require(by, exports.VERB)
    return get_object_or_404(queries.guidance_visible_to(by), pk=pk)


@router.get("/guidance", response=Listed[GuidanceShown])
def guidance(request: StaffRequest, asked: Query[GuidanceAsked]) -> Page:
    """What waits to be adapted, or was decided about."""
    mandates.require(request.user, exports.VERB)
    rows = queries.guidance_visible_to(request.user).filter(state=asked.state)
    used = queries.networks_of(request.user)
    return by_id(rows, asked, lambda row: shown(row, request.user, used), newest_first=False)


@router.put("/guidance/{int:pk}", response=GuidanceShown)
def change_guidance(request: StaffRequest, pk: int, given: AdaptedGiven) -> GuidanceShown:
    """Keep what you wrote; it still waits."""
    by = request.user
    row = actions.change_guidance(item_of(by, pk), Adapted(**given.dict()), by=by, now=timezone.now())
    return shown(row, by)


@router.post("/guidance/{int:pk}/approve", response=GuidanceShown)
def approve_guidance(request: StaffRequest, pk: int) -> GuidanceShown:
    """From now on it is a saved reply, macro or target like any other."""
    by = request.user
    return shown(actions.approve(item_of(by, pk), by=by, now=timezone.now()), by)


@router.post("/guidance/{int:pk}/drop", response=GuidanceShown)
def drop_guidance(request: StaffRequest, pk: int) -> GuidanceShown:
    """Nobody will use it."""
    by = request.user
    return shown(actions.drop(item_of(by, pk), by=by, now=timezone.now()), by)

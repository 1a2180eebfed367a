"""Brands, their teams, and what a role may do."""

from decimal import Decimal
from typing import Literal

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.staff import actions, mandates, queries, rules
from lyhord.staff.api.shared import ADMIN, router
from lyhord.staff.models import Role, Team, User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, chosen

ChannelModel = Literal["separated", "integrated", "mixed"]


class Brand(Schema):
    id: int
    name: str
    channel_model: str
    must_sign: bool


class BrandGiven(Given):
    name: Words
    channel_model: ChannelModel = "integrated"
    must_sign: bool = True


class BrandChange(Given):
    name: Words | None = None
    channel_model: ChannelModel | None = None
    must_sign: bool | None = None


@router.get("/brands", response=Listed[Brand])
def brands(request: StaffRequest, paging: Query[Paging]) -> Page:
    """The brands that you work for; brands are walls of sight."""
    return by_id(queries.brands_visible_to(request.user), paging, lambda row: row, newest_first=False)


@router.get("/brands/{int:pk}", response=Brand)
def brand(request: StaffRequest, pk: int) -> object:
    """One brand."""
    return get_object_or_404(queries.brands_visible_to(request.user), pk=pk)


@router.post("/brands", response={201: Brand}, auth=ADMIN)
def make_brand(request: StaffRequest, given: BrandGiven) -> object:
    """A new brand."""
    return actions.make_brand(**given.dict(), by=request.user, now=timezone.now())


@router.patch("/brands/{int:pk}", response=Brand, auth=ADMIN)
def change_brand(request: StaffRequest, pk: int, change: BrandChange) -> object:
    """Change a brand. What is not given stays as it is."""
    row = get_object_or_404(queries.brands_visible_to(request.user), pk=pk)
    return actions.change_brand(
        row,
        name=row.name if change.name is None else change.name,
        channel_model=change.channel_model or row.channel_model,
        must_sign=row.must_sign if change.must_sign is None else change.must_sign,
        by=request.user,
        now=timezone.now(),
    )


# Teams --------------------------------------------------------------------------------------------------------------


class TeamShown(Schema):
    id: int
    name: str
    brand: int = Field(alias="brand_id")


class TeamGiven(Given):
    brand: Id
    name: Words


class TeamName(Given):
    name: Words


@router.get("/teams", response=Listed[TeamShown])
def teams(request: StaffRequest, paging: Query[Paging]) -> Page:
    """The teams of your brands."""
    return by_id(queries.teams_visible_to(request.user), paging, lambda row: row, newest_first=False)


@router.get("/teams/{int:pk}", response=TeamShown)
def team(request: StaffRequest, pk: int) -> Team:
    """One team."""
    return get_object_or_404(queries.teams_visible_to(request.user), pk=pk)


@router.post("/teams", response={201: TeamShown}, auth=ADMIN)
def make_team(request: StaffRequest, given: TeamGiven) -> Team:
    """A new team of a brand."""
    row = chosen(queries.brands_visible_to(request.user), given.brand, "brand")
    return actions.make_team(row, given.name, by=request.user, now=timezone.now())


@router.patch("/teams/{int:pk}", response=TeamShown, auth=ADMIN)
def rename_team(request: StaffRequest, pk: int, given: TeamName) -> Team:
    """Give a team another name."""
    row = get_object_or_404(queries.teams_visible_to(request.user).select_related("brand"), pk=pk)
    return actions.rename_team(row, given.name, by=request.user, now=timezone.now())


# Mandates -----------------------------------------------------------------------------------------------------------


class MandateShown(Schema):
    verb: str
    role: str
    is_allowed: bool
    is_usual: bool = Field(description="As the rules of lyhord have it, without a word of this installation.")
    most: Decimal | None = Field(description="Up to this amount; null: no limit.")


class MandatesAsked(Given):
    team: Id | None = None


class MandateGiven(Given):
    is_allowed: bool
    most: Decimal | None = Field(None, ge=0, lt=10**10, decimal_places=2)


def team_of(by: User, pk: int | None) -> Team | None:
    return None if pk is None else chosen(queries.teams_visible_to(by), pk, "team")


@router.get("/mandates", response=list[MandateShown], auth=ADMIN)
def mandate_table(request: StaffRequest, asked: Query[MandatesAsked]) -> list[MandateShown]:
    """Which role may do what, in one team or (without `team`) in every one. For administrators."""
    mandates.require_administrator(request.user)
    return [
        MandateShown(
            verb=verb,
            role=cell.role,
            is_allowed=cell.is_allowed,
            is_usual=cell.is_usual,
            most=cell.row.most if cell.row else None,
        )
        for verb, cells in queries.mandate_table(team_of(request.user, asked.team))
        for cell in cells
    ]


@router.put("/mandates/{role}/{verb}", response={204: None}, auth=ADMIN)
def set_mandate(
    request: StaffRequest, role: str, verb: str, given: MandateGiven, asked: Query[MandatesAsked]
) -> None:
    """Say otherwise than the rules for one role."""
    by, now = request.user, timezone.now()
    mandates.require_administrator(by)
    require_known(role, verb)
    actions.set_mandate(
        role, verb, is_allowed=given.is_allowed, most=given.most, team=team_of(by, asked.team), by=by, now=now
    )


@router.delete("/mandates/{role}/{verb}", response={204: None}, auth=ADMIN)
def forget_mandate(request: StaffRequest, role: str, verb: str, asked: Query[MandatesAsked]) -> None:
    """Back to the rules."""
    by = request.user
    mandates.require_administrator(by)
    require_known(role, verb)
    actions.forget_mandate(role, verb, team=team_of(by, asked.team), by=by, now=timezone.now())


def require_known(role: str, verb: str) -> None:
    if role not in Role.values or verb not in rules.VERBS:
        raise Http404

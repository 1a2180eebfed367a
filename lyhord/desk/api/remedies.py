"""Remedies, and up to how much each role grants of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.mandates import setting
from lyhord.desk.api.shared import router
from lyhord.desk.models import Remedy
from lyhord.desk.queries import remedies
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class RemedyGiven(Given):
    name: Words = Field(min_length=1, max_length=60)
    kind: Words = Field("other", max_length=12)
    unit: Words = Field("", max_length=12)
    needs_amount: bool = True
    meaning: Words = Field("", max_length=500)
    instruction: Words = Field("", max_length=1000)


class RemedyMade(RemedyGiven):
    brand: Id


class LevelGiven(Given):
    role: Words = Field("", max_length=16, description="A role's code; empty: of `person`.")
    person: Id | None = None
    is_allowed: bool = True
    most: Decimal | None = Field(None, ge=0, lt=10**10, description="null: no limit.")


class LevelShown(Schema):
    role: str
    person: int | None = Field(alias="user_id")
    most: Decimal | None


class RemedyShown(Schema):
    id: int
    brand: int = Field(alias="brand_id")
    name: str
    kind: str
    unit: str
    needs_amount: bool
    meaning: str
    instruction: str
    retired_at: datetime | None
    levels: list[LevelShown]

    @staticmethod
    def resolve_levels(row: Remedy) -> list[Any]:
        return list(row.levels.all())


class SumShown(Schema):
    month: datetime
    remedy: int
    name: str
    unit: str
    n: int
    amount: Decimal | None


def remedy_of(request: StaffRequest, pk: int) -> Remedy:
    return get_object_or_404(remedies.remedies_visible_to(setting(request)).select_related("brand"), pk=pk)


@router.get("/remedies", response=list[RemedyShown])
def all_remedies(request: StaffRequest) -> list[Remedy]:
    """What your brands can do for customers, and up to how much each role grants."""
    return list(
        remedies.remedies_visible_to(request.user).prefetch_related("levels").order_by("brand", "name")
    )


@router.get("/remedies/sums", response=list[SumShown])
def sums(request: StaffRequest) -> list[SumShown]:
    """What was granted each month of the last year, in conversations that you see."""
    return [
        SumShown(
            month=one.month, remedy=one.remedy.pk, name=one.remedy.name, unit=one.remedy.unit, n=one.n, amount=one.amount
        )
        for one in remedies.sums(request.user, timezone.now() - remedies.YEAR)
    ]  # fmt: skip


@router.post("/remedies", response={201: RemedyShown})
def make_remedy(request: StaffRequest, given: RemedyMade) -> Remedy:
    """A new remedy; nobody grants it before a level is set."""
    brand = chosen(staff.brands_visible_to(setting(request)), given.brand, "brand")
    told = given.dict(exclude={"brand"})
    return actions.save_remedy(brand, told, by=request.user, now=timezone.now())


@router.put("/remedies/{int:pk}", response=RemedyShown)
def change_remedy(request: StaffRequest, pk: int, given: RemedyGiven) -> Remedy:
    """Other words for it."""
    row = remedy_of(request, pk)
    return actions.save_remedy(row.brand, given.dict(), by=request.user, now=timezone.now(), remedy=row)


@router.put("/remedies/{int:pk}/level", response=RemedyShown)
def set_level(request: StaffRequest, pk: int, given: LevelGiven) -> Remedy:
    """Up to how much a role, or one person, grants at once."""
    row = remedy_of(request, pk)
    whose: str | User = given.role
    if given.person is not None:
        whose = chosen(staff.colleagues([row.brand_id]), given.person, "person")
    actions.set_level(
        row, whose, given.most, is_allowed=given.is_allowed, by=request.user, now=timezone.now()
    )
    return row


@router.post("/remedies/{int:pk}/retire", response=RemedyShown)
def retire_remedy(request: StaffRequest, pk: int) -> Remedy:
    """Not granted any more; what was granted stays."""
    return actions.retire_remedy(remedy_of(request, pk), by=request.user, now=timezone.now())


@router.post("/remedies/{int:pk}/bring-back", response=RemedyShown)
def bring_back_remedy(request: StaffRequest, pk: int) -> Remedy:
    """Granted again."""
    return actions.bring_back_remedy(remedy_of(request, pk), by=request.user, now=timezone.now())

"""Case types with their processes, by the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.shared import router
from lyhord.desk.models import CaseType, ProcessStep
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen

VERB = "manage_cases"


class ProcessStepShown(Schema):
    id: int
    name: str
    role: str = Field(description="Who does it; empty: anybody.")
    hours: int | None = Field(description="After the case began.")


class CaseTypeShown(Schema):
    id: int
    brand_id: int
    name: str
    topic: str = Field(description="Complaints about it get this type by themselves.")
    tag: str = Field(description="What gets this tag becomes such a case.")
    hours: int | None = Field(description="Until it shall be resolved.")
    remedies: str = Field(description="By name, one a line.")
    steps: list[ProcessStepShown]

    @staticmethod
    def resolve_steps(row: CaseType) -> list[ProcessStep]:
        return list(row.steps.filter(retired_at=None).order_by("position", "pk"))


class TypeValues(Given):
    name: Words = Field(min_length=1, max_length=80)
    topic: Words = Field("", max_length=24)
    tag: Words = Field("", max_length=60, description="What gets this tag becomes such a case.")
    hours: int | None = Field(None, ge=1, le=8760)
    remedies: Words = Field("", max_length=4000)


class NewType(TypeValues):
    brand: Id


class StepGiven(Given):
    name: Words = Field(min_length=1, max_length=120)
    role: Words = Field("", max_length=14)
    hours: int | None = Field(None, ge=1, le=8760)


class CaseSettingsGiven(Given):
    look_share: int | None = Field(
        None, ge=0, le=100, description="Per cent of closed complaints that are read again."
    )
    has_fixed_tags: bool | None = Field(None, description="Only leads add new tags.")


class CaseSettingsShown(Schema):
    brand_id: int
    look_share: int
    has_fixed_tags: bool


def mine(request: StaffRequest, pk: int) -> CaseType:
    mandates.require(request.user, VERB)
    rows = CaseType.objects.filter(brand__in=staff.brands_visible_to(request.user)).select_related("brand")
    return get_object_or_404(rows, pk=pk)


@router.get("/case-types", response=list[CaseTypeShown])
def types(request: StaffRequest) -> list[CaseType]:
    """Those in use, of your brands."""
    rows = CaseType.objects.filter(brand__in=staff.brands_visible_to(request.user), retired_at=None)
    return list(rows.order_by("brand", "name"))


@router.post("/case-types", response={201: CaseTypeShown})
def new_type(request: StaffRequest, given: NewType) -> CaseType:
    """A new type."""
    mandates.require(request.user, VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, "brand")
    return actions.save_type(brand, by=request.user, now=timezone.now(), **values(given))


def values(given: TypeValues) -> dict[str, Any]:
    return {
        "name": given.name,
        "topic": given.topic,
        "tag": given.tag,
        "hours": given.hours,
        "remedies": given.remedies,
    }


@router.put("/case-types/{int:pk}", response=CaseTypeShown)
def save_type(request: StaffRequest, pk: int, given: TypeValues) -> CaseType:
    """As it is from now on."""
    row = mine(request, pk)
    return actions.save_type(row.brand, by=request.user, now=timezone.now(), known=row, **values(given))


@router.delete("/case-types/{int:pk}", response={204: None})
def retire_type(request: StaffRequest, pk: int) -> None:
    """It is offered no more; cases keep it."""
    actions.retire_type(mine(request, pk), by=request.user, now=timezone.now())


@router.post("/case-types/{int:pk}/steps", response={201: CaseTypeShown})
def new_step(request: StaffRequest, pk: int, given: StepGiven) -> CaseType:
    """One more step, at the end."""
    row = mine(request, pk)
    actions.save_step(
        row, given.name, by=request.user, now=timezone.now(), role=given.role, hours=given.hours
    )
    return row


@router.delete("/case-types/{int:pk}/steps/{int:step}", response=CaseTypeShown)
def retire_step(request: StaffRequest, pk: int, step: int) -> CaseType:
    """Take a step out; what was done of it is kept."""
    row = mine(request, pk)
    steps = ProcessStep.objects.select_related("type")
    actions.retire_step(get_object_or_404(steps, pk=step, type=row), by=request.user, now=timezone.now())
    return row


@router.patch("/brands/{int:pk}/cases", response=CaseSettingsShown)
def set_cases(request: StaffRequest, pk: int, given: CaseSettingsGiven) -> object:
    """How the brand handles its cases."""
    mandates.require(request.user, VERB)
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    return actions.set_case_settings(
        brand,
        by=request.user,
        now=timezone.now(),
        look_share=given.look_share,
        has_fixed_tags=given.has_fixed_tags,
    )

"""The API of departments: who answers, how soon, and how soon they did."""

from typing import Any, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import actions, chain
from lyhord.desk.actions.departments import VERB
from lyhord.desk.api.shared import router
from lyhord.desk.models import Department
from lyhord.desk.queries import department_report
from lyhord.desk.queries import departments as queries
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class ReminderGiven(Given):
    minutes: int = Field(description="After the answer is due; below 0: before.")
    person: Id | None = Field(None, description="Neither person nor address: the department itself.")
    address: Words = Field("", max_length=254)


class DepartmentGiven(Given):
    name: Words = Field(max_length=80)
    about: Words = Field("", max_length=300, description="What it can answer.")
    language: Words = Field("", max_length=5, description="Of its page and mails; empty: the installation's.")
    target_minutes: int = Field(480, ge=1, le=chain.LONGEST)
    hours: Id | None = Field(None, description="Opening hours of the brand; null: round the clock.")
    pauses_clock: bool = Field(
        False, description="The case's second clock stands still while a question waits."
    )
    people: list[Id] = Field(default_factory=list, max_length=100)
    addresses: list[Words] = Field(default_factory=list, max_length=100)
    reminders: list[ReminderGiven] = Field(
        default_factory=lambda: [
            ReminderGiven(minutes=each, person=None, address="") for each in chain.USUAL
        ],
        max_length=10,
    )


class DepartmentMade(DepartmentGiven):
    brand: Id


class ReminderShown(Schema):
    minutes: int
    person: int | None
    address: str


class DepartmentShown(Schema):
    id: int
    brand: int
    name: str
    about: str
    language: str
    target_minutes: int
    hours: int | None
    pauses_clock: bool
    is_retired: bool


class DepartmentWhole(DepartmentShown):
    """With who answers; for those who look after it."""

    people: list[int]
    addresses: list[str]
    reminders: list[ReminderShown]


class DepartmentLineShown(Schema):
    department: int
    name: str
    asked: int
    answered: int
    declined: int
    waiting: int
    overdue: int
    in_time: int
    minutes: float | None = Field(description="To the first answer, the median; null: none came.")
    reminders: int


class ReportAsked(Given):
    days: Literal["7", "28", "90"] = "28"


def shown(row: Department) -> DepartmentShown:
    return DepartmentShown(**plain(row))


def plain(row: Department) -> dict[str, Any]:
    return {
        "id": row.pk, "brand": row.brand_id, "name": row.name, "about": row.about, "language": row.language,
        "target_minutes": row.target_minutes, "hours": row.hours_id, "pauses_clock": row.pauses_clock,
        "is_retired": row.retired_at is not None,
    }  # fmt: skip


def whole(row: Department) -> DepartmentWhole:
    row = Department.objects.get(pk=row.pk)
    return DepartmentWhole(
        **plain(row),
        people=list(row.members.order_by("user").values_list("user", flat=True)),
        addresses=list(row.addresses.order_by("pk").values_list("address", flat=True)),
        reminders=[
            ReminderShown(minutes=one.minutes, person=one.user_id, address=one.address)
            for one in queries.chain_of(row)
        ],
    )


def given_of(given: DepartmentGiven) -> actions.DepartmentGiven:
    told = given.model_dump(exclude={"reminders", "brand"})
    reminders = [actions.Reminding(one.minutes, one.person, one.address) for one in given.reminders]
    return actions.DepartmentGiven(**told, reminders=reminders)


def managed(request: StaffRequest, pk: int) -> Department:
    mandates.require(request.user, VERB)
    rows: QuerySet[Department] = queries.departments_managed_by(request.user)
    return get_object_or_404(rows, pk=pk)


@router.get("/departments", response=list[DepartmentShown])
def departments(request: StaffRequest) -> list[DepartmentShown]:
    """Those of your brands, to be asked from a case."""
    rows = queries.departments_visible_to(request.user).order_by("brand", "name")
    return [shown(row) for row in rows[:500]]


@router.post("/departments", response={201: DepartmentWhole})
def make_department(request: StaffRequest, given: DepartmentMade) -> DepartmentWhole:
    """A new department; it can be asked at once."""
    mandates.require(request.user, VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, _("brand"))
    return whole(actions.make_department(brand, given_of(given), by=request.user, now=timezone.now()))


@router.get("/departments/report", response=list[DepartmentLineShown])
def report(request: StaffRequest, asked: Query[ReportAsked]) -> list[DepartmentLineShown]:
    """How soon they answered what was asked in the last days."""
    mandates.require(request.user, VERB)
    found = department_report.report(request.user, days=int(asked.days), now=timezone.now())
    return [
        DepartmentLineShown(
            department=one.department.pk, name=one.department.name, asked=one.asked, answered=one.answered,
            declined=one.declined, waiting=one.waiting, overdue=one.overdue, in_time=one.in_time, minutes=one.minutes,
            reminders=one.reminders,
        )
        for one in found
    ]  # fmt: skip


@router.get("/departments/{int:pk}", response=DepartmentWhole)
def department(request: StaffRequest, pk: int) -> DepartmentWhole:
    """With its people, addresses and reminders; for those who look after it."""
    return whole(managed(request, pk))


@router.put("/departments/{int:pk}", response=DepartmentWhole)
def change_department(request: StaffRequest, pk: int, given: DepartmentGiven) -> DepartmentWhole:
    """As a whole: who is not named answers no more."""
    row = managed(request, pk)
    return whole(actions.change_department(row, given_of(given), by=request.user, now=timezone.now()))


@router.post("/departments/{int:pk}/retire", response=DepartmentWhole)
def retire_department(request: StaffRequest, pk: int) -> DepartmentWhole:
    """It is asked no more; what waits there still can be answered."""
    row = managed(request, pk)
    return whole(actions.retire_department(row, by=request.user, now=timezone.now()))


@router.post("/departments/{int:pk}/bring-back", response=DepartmentWhole)
def bring_back_department(request: StaffRequest, pk: int) -> DepartmentWhole:
    """It can be asked again."""
    row = managed(request, pk)
    return whole(actions.bring_back_department(row, by=request.user, now=timezone.now()))

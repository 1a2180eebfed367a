"""The API of opening hours and the holidays that they know."""

from datetime import date
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk.actions import hours as setting
from lyhord.desk.actions.hours import HoursGiven
from lyhord.desk.api.shared import router
from lyhord.desk.models import OpeningHours
from lyhord.desk.queries import hours as plans
from lyhord.lib import calendars
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen

Country = Literal["", "SE", "FI", "AX", "NO", "DK", "IS"]


class OwnDate(Given):
    on: date
    spans: list[list[int]] = Field(default=[], max_length=6, description="Empty: closed.")
    why: Words = Field("", max_length=120)


class HoursBody(Given):
    name: Words = Field(min_length=1, max_length=60)
    zone: Words = Field(max_length=64, description="Such as Europe/Stockholm.")
    week: list[list[list[int]]] = Field(
        min_length=7,
        max_length=7,
        description="Monday to Sunday: spans of [opens, closes] in minutes after midnight.",
    )
    country: Country = Field("", description="Whose holidays count; empty: nobody's.")
    switched: list[Words] = Field(
        default=[], max_length=100, description="Holidays, by English name, that are otherwise than usual."
    )
    dates: list[OwnDate] = Field(default=[], max_length=200)
    is_default: bool = Field(False, description="For every account of the brand that has none of its own.")
    accounts: list[Id] | None = Field(None, max_length=500, description="Which keep them; null: as it was.")


class HoursNew(HoursBody):
    brand: Id


class HoursShown(Schema):
    id: int
    brand_id: int
    name: str
    zone: str
    week: list[list[list[int]]]
    country: str
    switched: list[str]
    dates: list[dict[str, Any]]
    is_default: bool
    accounts: list[int] = Field(description="That you see.")


class HolidayShown(Schema):
    day: date
    name: str = Field(description="In English, as `switched` knows it.")
    is_usual: bool = Field(description="Closed unless it is switched.")


class HolidaysAsked(Given):
    country: Literal["SE", "FI", "AX", "NO", "DK", "IS"]
    year: int = Field(ge=2000, le=2100)


@router.get("/clocks/hours", response=list[HoursShown])
def hours(request: StaffRequest) -> list[dict[str, Any]]:
    """The opening hours of your brands."""
    return shown(request, list(plans.hours_visible_to(request.user).order_by("pk")))


def shown(request: StaffRequest, rows: list[OpeningHours]) -> list[dict[str, Any]]:
    kept = plans.kept_by(request.user, rows)
    names = set(HoursShown.model_fields) - {"accounts"}
    return [
        {name: getattr(row, name) for name in names} | {"accounts": [one.pk for one in kept[row.pk]]}
        for row in rows
    ]


@router.post("/clocks/hours", response={201: HoursShown})
def make_hours(request: StaffRequest, given: HoursNew) -> dict[str, Any]:
    """Make opening hours."""
    mandates.require(request.user, setting.VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, _("brand"))
    row = setting.save_hours(brand, hours_given(given), by=request.user, now=timezone.now())
    return shown(request, [row])[0]


@router.put("/clocks/hours/{int:pk}", response=HoursShown)
def change_hours(request: StaffRequest, pk: int, given: HoursBody) -> dict[str, Any]:
    """Change opening hours; open clocks are reckoned anew."""
    mandates.require(request.user, setting.VERB)
    row = get_object_or_404(plans.hours_visible_to(request.user), pk=pk)
    row = setting.save_hours(row.brand, hours_given(given), by=request.user, now=timezone.now(), row=row)
    return shown(request, [row])[0]


@router.delete("/clocks/hours/{int:pk}", response={204: None})
def delete_hours(request: StaffRequest, pk: int) -> None:
    """Delete opening hours; accounts that kept them keep those of their brand."""
    mandates.require(request.user, setting.VERB)
    row = get_object_or_404(plans.hours_visible_to(request.user), pk=pk)
    setting.delete_hours(row, by=request.user, now=timezone.now())


def hours_given(given: HoursBody) -> HoursGiven:
    told = given.model_dump(exclude={"brand", "dates"})
    return HoursGiven(**told, dates=[one.model_dump(mode="json") for one in given.dates])


@router.get("/clocks/holidays", response=list[HolidayShown])
def holidays(request: StaffRequest, asked: Query[HolidaysAsked]) -> tuple[calendars.Holiday, ...]:
    """The holidays that opening hours know."""
    return calendars.holidays(asked.country, asked.year)

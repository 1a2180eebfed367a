"""Settings: the hours of a week, holidays and own dates, typed as people write them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lyhord.channels import queries as channels
from lyhord.desk import clock_words, weeks
from lyhord.desk.actions import hours as actions
from lyhord.desk.actions.hours import BadHours, HoursGiven
from lyhord.desk.forms import whole, wholes
from lyhord.desk.models import AccountHours, OpeningHours
from lyhord.desk.queries import hours as queries
from lyhord.desk.views.clocks import brand_of
from lyhord.lib import calendars
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.show import language
from lyhord.web.views import render

EMPTY_DATES = 3
OFFICE = "9:00–17:00"


class Shown(NamedTuple):
    """The form as it stands, whether it was read from a row or typed a moment ago."""

    name: str
    zone: str
    days: list[str]  # Monday to Sunday
    country: str
    closed: frozenset[str]  # holidays, by English name
    dates: list[tuple[str, str, str]]  # on, open, why
    is_default: bool
    accounts: frozenset[int]


class Day(NamedTuple):
    name: str  # in English, as switches know it
    label: str
    days: list[date]  # of this and the next year
    is_usual: bool


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def new(request: StaffRequest, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, actions.VERB)
    brand = brand_of(request)
    if request.method == "POST":
        return posted(request, brand, None, now)
    is_first = not OpeningHours.objects.filter(brand=brand).exists()
    days = [OFFICE] * 5 + [""] * 2
    shown = Shown("", settings.TIME_ZONE, days, "", frozenset(), [], is_first, frozenset())
    return drawn(request, brand, None, shown, now)


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def change(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, actions.VERB)
    row = get_object_or_404(queries.hours_visible_to(request.user), pk=pk)
    if request.method == "POST":
        return posted(request, row.brand, row, now)
    return drawn(request, row.brand, row, shown_of(row, now), now)


@login_required
@require_POST
@with_now
def delete(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, actions.VERB)
    row = get_object_or_404(queries.hours_visible_to(request.user), pk=pk)
    said(request, lambda: actions.delete_hours(row, by=request.user, now=now), _("Deleted."))
    return redirect("desk:clocks")


def posted(request: StaffRequest, brand: Brand, row: OpeningHours | None, now: datetime) -> HttpResponse:
    """Save; or draw the form anew, with a day copied, other holidays, or what is wrong."""
    shown = typed(request.POST)
    if (copied := whole(request.POST.get("copy", ""))) is not None and copied < 7:
        below = [shown.days[copied] if place > copied else day for place, day in enumerate(shown.days)]
        return drawn(request, brand, row, shown._replace(days=below), now)
    if "look" in request.POST:
        closed = frozenset(day.name for day in holidays(shown.country, now) if day.is_usual)
        return drawn(request, brand, row, shown._replace(closed=closed), now)
    try:
        saved = actions.save_hours(brand, given_of(shown, now), by=request.user, now=now, row=row)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        return drawn(request, brand, row, shown, now, str(problem))
    messages.success(request, _("Saved. Open clocks are reckoned anew."))
    return redirect("desk:hours", saved.pk)


def drawn(
    request: StaffRequest,
    brand: Brand,
    row: OpeningHours | None,
    shown: Shown,
    now: datetime,
    problem: str = "",
) -> HttpResponse:
    accounts = channels.accounts_visible_to(request.user).filter(brand=brand).order_by("name", "pk")
    told: dict[str, Any] = {
        "row": row,
        "brand": brand,
        "shown": shown,
        "problem": problem,
        "weekdays": clock_words.WEEKDAYS,
        "countries": clock_words.COUNTRIES,
        "holidays": holidays(shown.country, now),
        "zones": sorted(available_timezones()),
        "accounts": list(accounts),
        "empty_dates": range(EMPTY_DATES),
        "years": (now.year, now.year + 1),
    }
    return render(request, "desk/hours.html", told, status=422 if problem else 200)


# What is typed, and what is kept ------------------------------------------------------------------------------------


def shown_of(row: OpeningHours, now: datetime) -> Shown:
    closed = {day.name for day in holidays(row.country, now) if day.is_usual != (day.name in row.switched)}
    return Shown(
        row.name,
        row.zone,
        [weeks.text(spans) for spans in row.week],
        row.country,
        frozenset(closed),
        [(one["on"], weeks.text(one["spans"]), one.get("why", "")) for one in row.dates],
        row.is_default,
        frozenset(AccountHours.objects.filter(hours=row).values_list("account", flat=True)),
    )


def typed(post: QueryDict) -> Shown:
    days = (post.getlist("day") + [""] * 7)[:7]
    dates = zip(*(post.getlist(name)[:200] for name in ("on", "open", "why")), strict=False)
    return Shown(
        post.get("name", ""),
        post.get("zone", ""),
        days,
        post.get("country", ""),
        frozenset(post.getlist("closed")),
        [one for one in dates if any(part.strip() for part in one)],
        "is_default" in post,
        frozenset(wholes(",".join(post.getlist("accounts")), 500)),
    )


def given_of(shown: Shown, now: datetime) -> HoursGiven:
    """Raises BadHours, with the day that cannot be read."""
    week = [read(text, str(clock_words.WEEKDAYS[place])) for place, text in enumerate(shown.days)]
    dates = [{"on": on.strip(), "spans": read(text, on), "why": why} for on, text, why in shown.dates]
    switched = [
        day.name for day in holidays(shown.country, now) if day.is_usual != (day.name in shown.closed)
    ]
    return HoursGiven(
        shown.name, shown.zone, week, shown.country, switched, dates, shown.is_default, shown.accounts
    )


def read(text: str, day: str) -> Sequence[Sequence[int]]:
    found = weeks.spans(text)
    if found is None:
        raise BadHours(
            _("“%(text)s” on %(day)s cannot be read. Write hours such as 9:00–12:00, 13:00–17:00.")
            % {"text": text[:40], "day": day}
        )
    return found


def holidays(country: str, now: datetime) -> list[Day]:
    """Those of this and the next year, by name, in the order of the calendar."""
    if country not in calendars.COUNTRIES:
        return []
    found: dict[str, Day] = {}
    for year in (now.year, now.year + 1):
        names = calendars.called(country, year, language())
        for one in calendars.holidays(country, year):
            label = names.get((one.day, one.name), one.name)
            known = found.setdefault(one.name, Day(one.name, label, [], one.is_usual))
            known.days.append(one.day)
    return list(found.values())

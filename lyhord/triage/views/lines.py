"""Thresholds and the line of impropriety, set by seeing what the last days would have looked like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage import names
from lyhord.triage.models import Tuning
from lyhord.triage.tuning import actions, values
from lyhord.triage.tuning import preview as seeing
from lyhord.triage.views.shared import context, number
from lyhord.web.show import url
from lyhord.web.views import render

USUAL = 0.5


@dataclass(frozen=True)
class Line:
    """One row of the form."""

    name: str
    label: Any
    help: Any
    is_on: bool
    value: float


def brand_of(request: StaffRequest, told: Any) -> Brand | None:
    text = told.get("brand", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return get_object_or_404(staff.brands_visible_to(request.user), pk=int(text))


def days_of(told: Any) -> int:
    return 30 if told.get("days") == "30" else 7


def back(brand: Brand | None) -> HttpResponse:
    return redirect(url("triage:lines") + (f"?brand={brand.pk}" if brand else ""))


@login_required
@require_GET
@with_now
def lines(request: StaffRequest, *, now: datetime) -> HttpResponse:
    brand, days = brand_of(request, request.GET), days_of(request.GET)
    tuned = values.read().of(brand.pk if brand else None)
    told = context(
        request,
        "lines",
        brand=brand,
        brands=staff.brands_visible_to(request.user).order_by("name"),
        days=days,
        is_own=brand is None or Tuning.objects.filter(brand=brand).exists(),
        thresholds=rows(names.THRESHOLDS, tuned.thresholds),
        lines=rows(names.LINES, tuned.lines),
        judged=seeing.judged(request.user, brand, days, now).count(),
    )
    told["may"] = mandates.allows(request.user, actions.VERB, brand)
    return render(request, "triage/lines.html", told)


def rows(named: dict[str, tuple[Any, Any]], set_to: Any) -> list[Line]:
    return [
        Line(name, label, help_text, name in set_to, set_to.get(name, USUAL))
        for name, (label, help_text) in named.items()
    ]


@login_required
@require_GET
@with_now
def preview(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """What stands in one row of the form, over the last days."""
    what = request.GET.get("what", "")
    if what not in names.THRESHOLDS and what not in names.LINES:
        raise Http404
    value = number(request.GET.get(f"at-{what}", ""))
    brand, days = brand_of(request, request.GET), days_of(request.GET)
    is_fit = value is not None and 0 < value <= 1
    found = seeing.crossing(request.user, brand, what, value, days, now) if is_fit and value else None
    told = {"what": what, "found": found, "value": value, "days": days}
    return render(request, "triage/_preview.html", told, status=200 if is_fit else 422)


@login_required
@require_POST
@with_now
def save(request: StaffRequest, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, request.POST)
    said(
        request,
        lambda: actions.set_lines(
            brand,
            written(request, names.THRESHOLDS),
            written(request, names.LINES),
            by=request.user,
            now=now,
        ),
        _("Saved. New posts are judged so; press Apply for those that are open."),
    )
    return back(brand)


def written(request: HttpRequest, named: Iterable[str]) -> dict[str, float]:
    """The rows that are switched on. What is no number is 0, which is refused."""
    return {
        name: number(request.POST.get(f"at-{name}", "")) or 0.0
        for name in named
        if request.POST.get(f"on-{name}")
    }


@login_required
@require_POST
@with_now
def as_installation(request: StaffRequest, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, request.POST)
    if brand is not None:
        told = _("This brand has the values of the whole installation again.")
        said(request, lambda: actions.as_house(brand, by=request.user, now=now), told)
    return back(brand)


@login_required
@require_POST
@with_now
def apply(request: StaffRequest, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, request.POST)
    n = actions.apply(brand, by=request.user, now=now)
    told = ngettext(
        "%(n)s post is judged anew by the worker. Its conversation follows.",
        "%(n)s posts are judged anew by the worker. Open conversations follow.",
        n,
    )
    messages.success(request, told % {"n": n})
    return back(brand)

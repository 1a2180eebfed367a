"""Which replies a second person reads, how long she is waited for, and who decides fast."""

from datetime import datetime, time
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.channels import queries as channels
from lyhord.desk import actions, approving, words
from lyhord.desk.actions.policy import PURPOSES
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.forms import whole
from lyhord.desk.models import ApprovalRule, DeciderShift, Use
from lyhord.desk.queries import approvals, approvers
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage.topics import queries as own_topics
from lyhord.web.views import render

VERB = "set_mandates"


@login_required
@require_GET
@with_now
def policy(request: StaffRequest, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    by = request.user
    context = {
        "brands": [of_brand(by, brand, now) for brand in brands_of(by)],
        "people": people_of(by),
        "levels": words.TRUST,
        "words": words,
        "days": list(words.WEEKDAYS.items()),
    }
    return render(request, "desk/policy.html", context)


def brands_of(by: User) -> list[Brand]:
    rows = staff.brands_visible_to(by).order_by("name", "pk")
    return [brand for brand in rows if mandates.allows(by, VERB, brand)]


def of_brand(by: User, brand: Brand, now: datetime) -> dict[str, Any]:
    names = names_of(by, brand)
    rules = ApprovalRule.objects.filter(brand=brand).order_by("what", "pk")
    return {
        "brand": brand,
        "rules": [(row, names.get(f"{row.what}:{row.value}", row.value)) for row in rules],
        "choices": names,
        "minutes": int(approvers.terms(brand.pk).total_seconds() // 60),
        "shifts": approvers.shifts(brand.pk),
        "fast": approvers.fast_decider(brand.pk, now),
        "people": list(staff.colleagues([brand.pk])),
    }


def names_of(by: User, brand: Brand) -> dict[str, Any]:
    """What a rule can be about: "topic:billing" -> what it is called."""
    accounts = channels.accounts_visible_to(by).filter(brand=brand).order_by("name")
    found: dict[str, Any] = {f"account:{row.pk}": row.name for row in accounts}
    found |= {f"own_topic:{pk}": name for pk, name in own_topics.choices()}
    found |= {f"topic:{code}": words.TOPICS[code] for code in approving.TOPICS}
    found |= {f"use:{code}": name for code, name in Use.choices}
    return found | {f"purpose:{code}": words.PURPOSES[code] for code in PURPOSES}


def people_of(by: User) -> list[tuple[User, str]]:
    """Whose trust she sets: of her brands, but not her own."""
    rows = staff.users_visible_to(by).filter(is_active=True).order_by("name", "pk")
    if not by.is_administrator:
        brands = mandates.brands_where(by, VERB)
        rows = rows.filter(pk__in=User.objects.filter(memberships__team__brand__in=brands)).exclude(pk=by.pk)
    levels = approvals.trusts_visible_to(by)
    return [(row, levels.get(row.pk, "free")) for row in rows[:500]]


@login_required
@require_POST
@with_now
def set_trust(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    person = get_object_or_404(staff.users_visible_to(request.user), pk=pk)
    level = request.POST.get("level", "")
    said(request, lambda: actions.set_trust(person, level, by=request.user, now=now), _("Saved."))
    return redirect("desk:policy")


def brand_of(request: StaffRequest, pk: int) -> Brand:
    mandates.require(request.user, VERB)
    return get_object_or_404(staff.brands_visible_to(request.user), pk=pk)


@login_required
@require_POST
@with_now
def add_rule(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, pk)
    what, _colon, value = request.POST.get("about", "").partition(":")
    is_public_only = bool(request.POST.get("is_public_only"))
    said(
        request,
        lambda: actions.add_approval_rule(
            brand, what, value, is_public_only=is_public_only, by=request.user, now=now
        ),
        _("From now on somebody else reads these replies first."),
    )
    return redirect("desk:policy")


@login_required
@require_POST
@with_now
def remove_rule(request: StaffRequest, pk: int, rule: int, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, pk)
    row = get_object_or_404(ApprovalRule.objects.filter(brand=brand).select_related("brand"), pk=rule)
    said(request, lambda: actions.remove_approval_rule(row, by=request.user, now=now), _("Removed."))
    return redirect("desk:policy")


@login_required
@require_POST
@with_now
def set_terms(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, pk)
    minutes = whole(request.POST.get("minutes", "")) or 0
    said(request, lambda: actions.set_terms(brand, minutes, by=request.user, now=now), _("Saved."))
    return redirect("desk:policy")


@login_required
@require_POST
@with_now
def add_shift(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, pk)
    told = request.POST
    person = get_object_or_404(staff.users_visible_to(request.user), pk=whole(told.get("person", "")) or 0)
    days = [day for day in (whole(one) for one in told.getlist("day")) if day is not None]

    def save() -> None:
        begins, ends = clock(told.get("begins", "")), clock(told.get("ends", ""))
        actions.add_shift(brand, person, days, begins, ends, by=request.user, now=now)

    said(request, save, _("Saved."))
    return redirect("desk:policy")


def clock(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError as problem:
        raise NotPossible(_("Write the time as hours and minutes, such as 08:00.")) from problem


@login_required
@require_POST
@with_now
def remove_shift(request: StaffRequest, pk: int, shift: int, *, now: datetime) -> HttpResponse:
    brand = brand_of(request, pk)
    row = get_object_or_404(DeciderShift.objects.filter(brand=brand).select_related("brand"), pk=shift)
    said(request, lambda: actions.remove_shift(row, by=request.user, now=now), _("Removed."))
    return redirect("desk:policy")

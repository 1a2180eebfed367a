"""What each brand can do for its customers, and up to how much each role grants."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, words
from lyhord.desk.forms import whole
from lyhord.desk.models import Remedy, RemedyKind
from lyhord.desk.queries import remedies as queries
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Role, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.mandates import amount
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

VERB = "set_mandates"
WORDS = ("name", "kind", "unit", "meaning", "instruction")


@login_required
@require_GET
@with_now
def remedies(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """Who may what of it is read by everybody who works there."""
    by = request.user
    brands = list(staff.brands_visible_to(by).order_by("name", "pk"))
    rows = queries.remedies_visible_to(by).prefetch_related("levels__user").order_by("name", "pk")
    context = {
        "tables": [
            (
                brand,
                [row for row in rows if row.brand_id == brand.pk and row.retired_at is None],
                [row for row in rows if row.brand_id == brand.pk and row.retired_at is not None],
                mandates.allows(by, VERB, brand),
            )
            for brand in brands
        ],
        "kinds": RemedyKind.choices,
        "sums": queries.sums(by, now - queries.YEAR),
        "roles": [(code, str(name)) for code, name in Role.choices],
        "words": words,
    }
    return render(request, "desk/remedies.html", context)


@login_required
@require_POST
@with_now
def create(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    made: list[Remedy] = []
    is_done = said(
        request,
        lambda: made.append(actions.save_remedy(brand, told(request), by=request.user, now=now)),
        _("Made. Say next who grants how much of it."),
    )
    return redirect("desk:remedy", made[0].pk) if is_done else redirect("desk:remedies")


def told(request: StaffRequest) -> dict[str, Any]:
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in WORDS}
    return given | {"needs_amount": bool(request.POST.get("needs_amount"))}


def one(request: StaffRequest, pk: int) -> Remedy:
    mandates.require(request.user, VERB)
    return get_object_or_404(queries.remedies_visible_to(request.user).select_related("brand"), pk=pk)


@login_required
@require_GET
def remedy(request: StaffRequest, pk: int) -> HttpResponse:
    row = one(request, pk)
    levels = {level.role: level for level in row.levels.all() if level.role}
    context = {
        "remedy": row,
        "kinds": RemedyKind.choices,
        "levels": [(code, name, levels.get(code)) for code, name in Role.choices],
        "own": row.levels.exclude(user=None).select_related("user").order_by("user__name"),
        "people": [one for one in staff.colleagues([row.brand_id]) if one.pk != request.user.pk],
    }
    return render(request, "desk/remedy.html", context)


@login_required
@require_POST
@with_now
def change(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = one(request, pk)
    said(
        request,
        lambda: actions.save_remedy(row.brand, told(request), by=request.user, now=now, remedy=row),
        _("Saved."),
    )
    return redirect("desk:remedy", pk)


@login_required
@require_POST
@with_now
def retire(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = one(request, pk)
    said(
        request,
        lambda: actions.retire_remedy(row, by=request.user, now=now),
        _("Retired. What was granted stays."),
    )
    return redirect("desk:remedies")


@login_required
@require_POST
@with_now
def bring_back(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = one(request, pk)
    said(request, lambda: actions.bring_back_remedy(row, by=request.user, now=now), _("It is in use again."))
    return redirect("desk:remedies")


@login_required
@require_POST
@with_now
def set_level(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """`whose`: "role:agent" or "person:7"; `choice`: no, most or all."""
    row = one(request, pk)
    kind, _colon, key = request.POST.get("whose", "").partition(":")
    whose: str | User = key
    if kind == "person":
        whose = get_object_or_404(staff.colleagues([row.brand_id]), pk=whole(key) or 0)
    choice = request.POST.get("choice", "")

    def save() -> None:
        most = amount(request.POST.get("most", "")) if choice == "most" else None
        is_allowed = choice == "all" or (choice == "most" and most is not None)
        actions.set_level(row, whose, most, is_allowed=is_allowed, by=request.user, now=now)

    said(request, save, _("The mandate is saved."))
    return redirect("desk:remedy", pk)

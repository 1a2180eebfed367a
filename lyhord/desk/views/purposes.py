"""Why we do this: a page for everybody, and its settings."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, words
from lyhord.desk.actions.departments import VERB
from lyhord.desk.forms import whole
from lyhord.desk.queries import purposes as queries
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render


@login_required
@require_GET
@with_now
def purpose(request: StaffRequest, *, now: datetime) -> HttpResponse:
    brands = list(staff.brands_visible_to(request.user).order_by("name"))
    asked = whole(request.GET.get("brand", ""))
    brand = next((one for one in brands if one.pk == asked), brands[0] if brands else None)
    row = queries.newest(brand) if brand else None
    may_change = brand is not None and mandates.allows(request.user, VERB, brand)
    told = {
        "brands": brands, "brand": brand, "purpose": row, "may_change": may_change, "words": words,
        "goals": queries.goals(row, now) if row else [],
        "is_read": row is not None and queries.has_read(row, request.user),
        "receipts": queries.receipts(row) if row and may_change else [],
        "measures": queries.MEASURES, "targets": {one["measure"]: one["target"] for one in row.goals} if row else {},
    }  # fmt: skip
    return render(request, "desk/purpose.html", told)


@login_required
@require_POST
@with_now
def change(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    why, by = request.POST.get("why", ""), request.user
    told = _("Told. Everybody is asked to read it anew.")
    said(request, lambda: actions.tell_purpose(brand, why, goals_of(request.POST), by=by, now=now), told)
    return redirect(f"/purpose/?brand={pk}")


def goals_of(post: QueryDict) -> dict[str, float]:
    """Raises NotPossible; an empty field is no goal."""
    found = {}
    for name in queries.MEASURES:
        told = post.get(f"goal-{name}", "").strip().replace(",", ".")
        if not told:
            continue
        try:
            found[name] = float(told)
        except ValueError:
            raise actions.NotPossible(_("A goal is a number.")) from None
    return found


@login_required
@require_POST
@with_now
def read(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    row = queries.newest(brand)
    if row is not None:
        by = request.user
        said(
            request,
            lambda: actions.read_purpose(row, by=by, now=now),
            _("Thank you. It is noted that you read it."),
        )
    return redirect(f"/purpose/?brand={pk}")

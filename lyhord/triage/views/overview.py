"""What each head knows and how well, which model serves, and how many are silent."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage import figures, names
from lyhord.triage.learning import queries
from lyhord.triage.tuning import actions, silent, values
from lyhord.triage.views.shared import context, number
from lyhord.web.views import render


@login_required
@require_GET
@with_now
def overview(request: StaffRequest, *, now: datetime) -> HttpResponse:
    told = figures.read()
    estimate = silent.estimate(request.user, values.read().complaint_rate, now)
    return render(
        request,
        "triage/overview.html",
        context(
            request,
            "overview",
            heads=heads(told, queries.team_figures()),
            measured=told,
            serving=queries.serving(),
            silent=estimate,
        ),
    )


def heads(told: dict[str, Any] | None, team: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that we have words for, in their order, then whatever else was measured."""
    shipped = {names.ALIASES.get(name, name): head for name, head in (told or {}).get("heads", {}).items()}
    order = [*names.HEADS, *(name for name in shipped if name not in names.HEADS)]
    rows = []
    for name in order:
        label, does = names.head(name)
        head = shipped.get(name) or {}
        confusion = head.get("confusion") or {}
        sets = [row for row in head.get("sets", []) if isinstance(row, dict)]
        rows.append(
            {"label": label, "does": does, "sets": sets, "confusion": confusion, "team": team.get(name)}
        )
    return rows


@login_required
@require_POST
@with_now
def rate(request: StaffRequest, *, now: datetime) -> HttpResponse:
    per_cent = number(request.POST.get("rate", ""))
    share = per_cent / 100 if per_cent is not None else 0.0
    said(request, lambda: actions.set_rate(share, by=request.user, now=now), _("Saved."))
    return redirect("triage:overview")

"""Guidance of another time, read by a person before anybody uses it (GO-06)."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import composing_words
from lyhord.desk.queries.saved_replies import Network
from lyhord.moving import actions, forms, queries, words
from lyhord.moving.actions.guidance import Adapted
from lyhord.moving.models import Guidance
from lyhord.moving.views.importing import brands_of
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

SHOWN = 30


@login_required
@require_GET
def guidance(request: StaffRequest) -> HttpResponse:
    """What waits, oldest first; `?kind=` one kind, `?after=` the page after."""
    brands_of(request)
    kind, after = request.GET.get("kind", ""), request.GET.get("after", "")
    rows = queries.to_adapt(request.user)
    if kind in Guidance.Kind.values:
        rows = rows.filter(kind=kind)
    if after.isascii() and after.isdigit() and len(after) < 19:
        rows = rows.filter(pk__gt=int(after))
    found = list(rows.order_by("pk")[: SHOWN + 1])
    networks = queries.networks_of(request.user)
    context = {
        "items": [
            (row, forms.Adapt(row=row), reasons(row, networks), steps_of(row)) for row in found[:SHOWN]
        ],
        "kind": kind,
        "kinds": [("", _("All")), *Guidance.Kind.choices],
        "next_url": f"?kind={kind}&after={found[SHOWN - 1].pk}" if len(found) > SHOWN else None,
    }
    return render(request, "moving/guidance.html", context)


def reasons(row: Guidance, networks: list[Network]) -> list[str]:
    return [words.reason(one.code, one.values) for one in queries.reasons_of(row, networks)]


def steps_of(row: Guidance) -> list[str]:
    told = row.values.get("steps", [])
    return [composing_words.step(str(one.get("verb", "")), one.get("value")) for one in told]


@login_required
@require_POST
@with_now
def decide(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """Keep what was written; then approve or drop it, if that was asked."""
    brands_of(request)
    row = get_object_or_404(queries.guidance_visible_to(request.user), pk=pk)
    what, by = request.POST.get("what", "save"), request.user
    form = forms.Adapt(request.POST, row=row)

    def doing() -> None:
        if what == "drop":
            actions.drop(row, by=by, now=now)
            return
        if not form.is_valid():
            raise actions.NeedsWords(
                " ".join(str(error) for errors in form.errors.values() for error in errors)
            )
        told = {**form.cleaned_data}
        for name in ("first", "resolution"):
            told[name] = told[name] * 60 if told.get(name) else None
        actions.change_guidance(row, Adapted(**told), by=by, now=now)
        if what == "approve":
            actions.approve(row, by=by, now=now)

    done = {
        "approve": _("Approved. It can be used from now on."),
        "drop": _("Dropped. Nobody will use it."),
    }
    said(request, doing, done.get(what, _("Saved.")))
    return redirect("moving:guidance")

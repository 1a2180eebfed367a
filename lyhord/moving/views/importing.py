"""Trying a file, reading what it would bring, and bringing it in."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.moving import actions, exports, forms, queries, readers, reports
from lyhord.moving.models import Run
from lyhord.staff import mandates
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, status_of, tried, with_now
from lyhord.web.views import render

SHOWN = 50


def brands_of(request: StaffRequest) -> list[Brand]:
    """Those whose data this person may move. Raises mandates.NotYours if there is none."""
    found = list(queries.brands_moved_by(request.user).order_by("name"))
    if not found:
        mandates.require(request.user, exports.VERB)
    return found


@login_required
@require_GET
def overview(request: StaffRequest) -> HttpResponse:
    return drawn(request, brands_of(request), None)


def drawn(request: StaffRequest, brands: list[Brand], form: forms.File | None) -> HttpResponse:
    shown = form or forms.File(brands=[(one.pk, one.name) for one in brands])
    context = {
        "brands": brands,
        "kinds": [(kind.name, _(kind.label)) for kind in exports.KINDS.values()],
        "form": shown,
        "systems": [(_(one.label), _(one.files)) for one in readers.SYSTEMS.values()],
        "runs": list(queries.runs_visible_to(request.user).order_by("-pk")[:SHOWN]),
        "waiting": queries.to_adapt(request.user).count(),
    }
    return render(request, "moving/overview.html", context, status=status_of(shown))


@login_required
@require_POST
@with_now
def try_file(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """The dry run. Nothing is written but that it was tried."""
    brands = brands_of(request)
    form = forms.File(request.POST, request.FILES, brands=[(one.pk, one.name) for one in brands])

    def trying() -> Run:
        told, file = form.cleaned_data, form.cleaned_data["file"]
        brand = next(one for one in brands if one.pk == int(told["brand"]))
        if file.size > actions.MOST_BYTES:
            raise actions.TooBig(actions.too_big(file.size))
        name, raw = file.name or "", file.read()
        return actions.try_files(brand, told["system"], name, raw, told["columns"], by=request.user, now=now)

    made = tried(form, trying)
    return redirect("moving:run", made.pk) if made else drawn(request, brands, form)


@login_required
@require_GET
def run(request: StaffRequest, pk: int) -> HttpResponse:
    """What a file would bring, brings now, or brought."""
    brands_of(request)
    row = get_object_or_404(queries.runs_visible_to(request.user), pk=pk)
    report = reports.of(row.report)
    context = {
        "row": row,
        "lines": reports.lines(report),
        "problems": reports.said(report),
        "more": report.more,
        "share": row.position / row.total if row.total else 1,
        "label": _(readers.SYSTEMS[row.system].label),
    }
    return render(request, "moving/run.html", context)


@login_required
@require_POST
@with_now
def begin(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """Import now."""
    brands_of(request)
    row = get_object_or_404(queries.runs_visible_to(request.user), pk=pk)
    said(
        request,
        lambda: actions.want(row, by=request.user, now=now),
        _("It comes in now. Look at this page again in a while."),
    )
    return redirect("moving:run", pk)


@login_required
@require_POST
@with_now
def stop(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    brands_of(request)
    row = get_object_or_404(queries.runs_visible_to(request.user), pk=pk)
    said(
        request,
        lambda: actions.give_up(row, by=request.user, now=now),
        _("No more of it comes. What came stays."),
    )
    return redirect("moving:run", pk)

"""The models that were learned: the curve, the confusion, going back and adopting all the same."""

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage import names
from lyhord.triage.learning import actions, chart, lessons, queries
from lyhord.triage.models import LearnedModel
from lyhord.triage.views.shared import context
from lyhord.web.views import render

SHOWN = 12


@login_required
@require_GET
def models(request: StaffRequest) -> HttpResponse:
    runs = queries.runs()
    points = queries.curve()
    stock = lessons.stock(lessons.lessons())
    told = context(
        request,
        "models",
        runs=[(row, *names.STATES[row.state], because(row)) for row in runs[:SHOWN]],
        kept={row.pk for row in queries.kept(runs)},
        points=points,
        chart=chart.chart(points),
        confusion=queries.confusion(),
        kinds=names.KINDS,
        heads={name: label for name, (label, _does) in names.HEADS.items()},
        team=queries.team_figures(),
        serving=queries.serving(),
        stock=stock,
        least=lessons.LEAST,
        too_few="" if stock.is_enough else actions.too_few(stock),
        is_under_way=any(row.state in actions.UNDER_WAY for row in runs),
    )
    return render(request, "triage/models.html", told)


def because(row: LearnedModel) -> str:
    return gettext(row.why) % row.values if row.why else ""


@login_required
@require_POST
@with_now
def teach(request: StaffRequest, *, now: datetime) -> HttpResponse:
    told = _("The worker begins within a minute. It takes some minutes; come back to this page.")
    said(request, lambda: actions.teach(by=request.user, now=now), told)
    return redirect("triage:models")


@login_required
@require_POST
@with_now
def serve(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = get_object_or_404(LearnedModel, pk=pk)
    told = _("Model %(n)d serves again.") % {"n": pk}
    said(request, lambda: actions.roll_back(row, by=request.user, now=now), told)
    return redirect("triage:models")


@login_required
@require_POST
@with_now
def serve_shipped(request: StaffRequest, *, now: datetime) -> HttpResponse:
    told = _("The model that ships serves again.")
    said(request, lambda: actions.roll_back(None, by=request.user, now=now), told)
    return redirect("triage:models")


@login_required
@require_POST
@with_now
def adopt(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = get_object_or_404(LearnedModel, pk=pk)
    reason = request.POST.get("reason", "")
    told = _("Model %(n)d serves now.") % {"n": pk}
    said(request, lambda: actions.adopt_anyway(row, reason, by=request.user, now=now), told)
    return redirect("triage:models")

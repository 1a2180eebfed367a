"""Settings: servers that help with words. Off until an administrator names one, tries it and switches it on."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lyhord.desk import composing_words
from lyhord.desk.actions import assist as helping
from lyhord.desk.composing_forms import Endpoint
from lyhord.desk.models import AssistEndpoint
from lyhord.desk.queries import assist
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said
from lyhord.web.views import render


@login_required
@require_http_methods(["GET", "POST"])
def endpoints(request: StaffRequest) -> HttpResponse:
    mandates.require_administrator(request.user)
    if request.method == "POST":
        return saved(request, None)
    return shown(request)


def shown(request: StaffRequest, **more: Any) -> HttpResponse:
    now = timezone.now()
    told = {
        "rows": assist.endpoints(),
        "outcomes": assist.outcomes(now),
        "brands": list(Brand.objects.order_by("name")),
        "protocols": AssistEndpoint.Protocol.choices,
        "called": composing_words,
        "given": {},
        "why": "",
        "wrong": 0,
        **more,
    }
    return render(request, "desk/assist.html", told, status=422 if more.get("why") else 200)


@login_required
@require_POST
def endpoint(request: StaffRequest, pk: int) -> HttpResponse:
    mandates.require_administrator(request.user)
    return saved(request, get_object_or_404(AssistEndpoint, pk=pk))


def saved(request: StaffRequest, row: AssistEndpoint | None) -> HttpResponse:
    form = Endpoint(request.POST)
    if not form.is_valid():
        why = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return shown(request, why=why, given=request.POST, wrong=row.pk if row else 0)
    try:
        helping.save_endpoint(form.given(), by=request.user, now=timezone.now(), endpoint=row)
    except NotYours:
        raise
    except LyhordError as problem:
        return shown(request, why=str(problem), given=request.POST, wrong=row.pk if row else 0)
    messages.success(request, _("Saved."))
    return redirect("desk:assist")


@login_required
@require_POST
def try_endpoint(request: StaffRequest, pk: int) -> HttpResponse:
    mandates.require_administrator(request.user)
    row = get_object_or_404(AssistEndpoint, pk=pk)
    try:
        words = helping.test_endpoint(row, by=request.user, now=timezone.now())
    except LyhordError as problem:
        messages.error(request, f"{row.name}: {problem}")
    else:
        messages.success(
            request, _("%(name)s answers: “%(words)s”") % {"name": row.name, "words": words[:120]}
        )
    return redirect("desk:assist")


@login_required
@require_POST
def delete_endpoint(request: StaffRequest, pk: int) -> HttpResponse:
    mandates.require_administrator(request.user)
    row = get_object_or_404(AssistEndpoint, pk=pk)
    said(request, lambda: helping.delete_endpoint(row, by=request.user, now=timezone.now()), _("Deleted."))
    return redirect("desk:assist")

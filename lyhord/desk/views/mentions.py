"""Where she was named, and whom she may name."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, queries
from lyhord.desk.forms import whole
from lyhord.desk.queries import mentions as named
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

MOST = 50


@login_required
@require_GET
def suggest(request: StaffRequest, pk: int) -> JsonResponse:
    """Names for the "@" of a note."""
    case = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    found = named.suggested(request.user, case, request.GET.get("q", "")[:60])
    return JsonResponse(
        {
            "people": [{"id": one.id, "name": one.name, "sees": one.sees} for one in found],
            "guest": _("does not see this conversation: will read this note and what answers it"),
            "label": _("Colleagues"),
        }
    )


@login_required
@require_GET
def mentions(request: StaffRequest) -> HttpResponse:
    rows = named.mentions_of(request.user)
    if (before := whole(request.GET.get("before", ""))) is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: MOST + 1])
    shown = found[:MOST]
    threads = {row.pk: named.thread_of(row) for row in shown if row.is_guest}
    told = {
        "rows": shown, "threads": threads, "unread": any(row.read_at is None for row in shown), "form_key": uuid4,
        "next": shown[-1].pk if len(found) > MOST else None,
    }  # fmt: skip
    return render(request, "desk/mentions.html", told)


@login_required
@require_POST
@with_now
def read_all(request: StaffRequest, *, now: datetime) -> HttpResponse:
    said(request, lambda: actions.read_mentions(by=request.user, now=now), _("All are marked as read."))
    return redirect("desk:mentions")


@login_required
@require_POST
@with_now
def answer(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """Of a guest: who sees the conversation answers there."""
    row = get_object_or_404(named.mentions_of(request.user).filter(is_guest=True), pk=pk)
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        key = uuid4()
    text = request.POST.get("text", "")
    said(
        request,
        lambda: actions.answer_as_guest(row, text, by=request.user, form_key=key, now=now),
        _("Noted."),
    )
    return redirect("desk:mentions")

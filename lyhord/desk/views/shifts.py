"""Shift notes: what the next shift must know, shown when somebody goes on duty."""

from datetime import datetime
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions
from lyhord.desk.forms import whole
from lyhord.desk.queries import shifts as queries
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Team
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render


@login_required
@require_GET
@with_now
def shifts(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """Her teams, one at a time."""
    teams = queries.teams_of(request.user)
    asked = whole(request.GET.get("team", ""))
    team = next((one for one in teams if one.pk == asked), teams[0] if teams else None)
    told = {
        "teams": teams, "team": team, "form_key": uuid4(),
        "rows": queries.notes_of(team, request.user, now) if team else [],
        "may_write": team is not None and mandates.allows(request.user, "note", team),
    }  # fmt: skip
    return render(request, "desk/shifts.html", told)


@login_required
@require_GET
@with_now
def news(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """A toast for who goes on duty; nothing where nothing is new."""
    n = queries.new_to(request.user, now).count()
    return render(request, "desk/_shift_news.html", {"n": n}) if n else HttpResponse(status=204)


def team_of(request: StaffRequest, pk: int) -> Team:
    return get_object_or_404(staff.teams_visible_to(request.user).select_related("brand"), pk=pk)


@login_required
@require_POST
@with_now
def write(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, "note")
    team, text = team_of(request, pk), request.POST.get("text", "")
    try:
        key = UUID(request.POST.get("form_key", ""))
    except ValueError:
        key = uuid4()
    by = request.user
    said(request, lambda: actions.write_shift_note(team, text, by=by, form_key=key, now=now), _("Noted."))
    return redirect(f"/shifts/?team={pk}")


@login_required
@require_POST
@with_now
def read(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    team, upto = team_of(request, pk), whole(request.POST.get("upto", "")) or 0
    by = request.user
    said(request, lambda: actions.read_shift_notes(team, upto=upto, by=by, now=now), _("Marked as read."))
    return redirect(f"/shifts/?team={pk}")

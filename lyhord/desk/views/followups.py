"""Follow-ups of a conversation, and the list of those that are due."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, queries
from lyhord.desk.case_forms import FollowUpGiven
from lyhord.desk.queries import followups as found
from lyhord.desk.views.answers import refuse, told
from lyhord.desk.views.cases import done, visible
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render


@login_required
@require_http_methods(["GET", "POST"])
def follow_up(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = visible(request, pk)
    people = queries.colleagues(conversation.account_id)
    if request.method == "GET":
        morning = timezone.localtime().replace(hour=9, minute=0) + timedelta(days=1)
        context = {
            "conversation": conversation, "people": people, "form_key": uuid4(), "at": f"{morning:%Y-%m-%dT%H:%M}",
        }  # fmt: skip
        return render(request, "desk/_followup.html", context)
    form = FollowUpGiven(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    given = form.cleaned_data
    user = next((one for one in people if one.pk == given["user"]), None)
    if given["user"] and user is None:
        return refuse(request, _("That person does not work with this account."))
    return done(
        request,
        pk,
        _("It comes back then."),
        lambda row, now: actions.follow_up(
            row, given["text"], given["at"], by=request.user, form_key=given["form_key"], now=now, user=user
        ),
    )


@login_required
@require_POST
def finish(request: StaffRequest, pk: int, followup: int) -> HttpResponse:
    visible(request, pk)
    row = get_object_or_404(found.followups_visible_to(request.user), pk=followup, conversation=pk)
    return done(
        request, pk, _("Done."), lambda _row, now: actions.finish_followup(row, by=request.user, now=now)
    )


@login_required
@require_GET
@with_now
def followups(request: StaffRequest, *, now: datetime) -> HttpResponse:
    whose = "all" if request.GET.get("whose") == "all" else "mine"
    when = "open" if request.GET.get("when") == "open" else "due"
    rows = found.due(request.user, now, whose=whose, when=when)
    return render(request, "desk/followups.html", {"rows": rows, "whose": whose, "which": when, "now": now})


@login_required
@require_POST
@with_now
def finish_listed(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """From the list."""
    row = get_object_or_404(found.followups_visible_to(request.user), pk=pk)
    said(request, lambda: actions.finish_followup(row, by=request.user, now=now), _("Done."))
    return redirect("desk:followups")

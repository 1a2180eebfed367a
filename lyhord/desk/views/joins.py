"""Merging a conversation into another, and splitting one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lyhord.desk import actions, queries
from lyhord.desk.case_forms import Merge, Split
from lyhord.desk.forms import whole
from lyhord.desk.queries import joins as found
from lyhord.desk.views.answers import refuse, told
from lyhord.desk.views.cases import done, visible
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

MOST = 30


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = visible(request, pk)
    if request.method == "GET":
        others = queries.conversations_visible_to(request.user).filter(customer=conversation.customer_id)
        shown = list(others.exclude(pk=pk).order_by("-last_at")[:MOST])
        return render(request, "desk/_join.html", {"conversation": conversation, "others": shown})
    form = Merge(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    into = queries.conversations_visible_to(request.user).filter(number=form.wanted()).first()
    if into is None:
        return refuse(request, _("There is no conversation of this number that you see."))
    reason = form.cleaned_data["reason"]
    text = _("Merged into #%(number)s.") % {"number": into.number}
    return done(
        request, pk, text, lambda row, now: actions.merge(row, into, by=request.user, now=now, reason=reason)
    )


@login_required
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = visible(request, pk)
    if request.method == "GET":
        context = {"conversation": conversation, "turns": found.words_of(pk)}
        return render(request, "desk/_split.html", context)
    form = Split(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    chosen = [number for text in request.POST.getlist("turns")[:500] if (number := whole(text)) is not None]
    given = form.cleaned_data
    return done(
        request,
        pk,
        _("Two conversations now."),
        lambda row, now: actions.split(
            row, chosen, by=request.user, now=now, reason=given["reason"], subject=given["subject"]
        ),
    )


@login_required
@require_POST
def part(request: StaffRequest, pk: int, join: int) -> HttpResponse:
    visible(request, pk)
    row = get_object_or_404(found.joins_visible_to(request.user), pk=join)
    if pk not in {row.kept_id, row.gone_id}:
        return refuse(request, _("This does not belong to the conversation."))
    return done(
        request,
        pk,
        _("Undone."),
        lambda _row, now: actions.part(row, by=request.user, now=now),
        can_undo=False,
    )

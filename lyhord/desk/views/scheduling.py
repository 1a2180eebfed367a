"""Replies that leave later: made, moved, changed, cancelled; and the list of all that wait."""

from datetime import datetime
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, queries
from lyhord.desk.composing_forms import Moment, Schedule, zone
from lyhord.desk.models import Conversation, ScheduledReply
from lyhord.desk.views import referrals
from lyhord.desk.views.answers import answer, refuse, told
from lyhord.desk.views.warning import unseen
from lyhord.desk.views.writing import private_strand
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web import formats, show
from lyhord.web.views import render


@login_required
@require_GET
def scheduled(request: StaffRequest) -> HttpResponse:
    """All that wait or are held, over all her accounts."""
    mine = request.GET.get("whose") == "mine"
    rows = queries.scheduled_replies(request.user, mine=mine)
    return render(request, "desk/scheduled.html", {"rows": rows, "mine": mine})


@login_required
@require_POST
def schedule(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    form, at = Schedule(request.POST), Moment(request.POST)
    if not (form.is_valid() and at.is_valid()):
        return refuse(request, f"{told(form)} {told(at)}".strip())
    if sent_before := unseen(request, conversation, form.cleaned_data):
        return sent_before
    try:
        row = made(request, conversation, form, at)
    except NotYours:
        raise
    except actions.NewerTurn as problem:
        return refuse(request, str(problem), trigger={"desk:newer": {"id": pk}})
    except LyhordError as problem:
        return refuse(request, str(problem))
    text = leaves(row)
    news = {"desk:sent": {"id": pk, "formKey": str(uuid4()), "closed": False}}
    return answer(request, pk, text, trigger=news, can_undo=True)


def made(request: StaffRequest, conversation: Conversation, form: Schedule, at: Moment) -> ScheduledReply:
    given, now = form.cleaned_data, timezone.now()
    strands = queries.strands_visible_to(request.user).select_related("thread__account__app", "identity")
    strand = get_object_or_404(strands, pk=given["strand"], conversation=conversation)
    if given["kind"] == "private" and strand.thread.is_public:
        strand = private_strand(conversation) or strand
    return actions.schedule(
        strand,
        given["text"],
        at.moment(now),
        zone=zone(),
        seen=given["seen"],
        is_public=given["kind"] == "public",
        by=request.user,
        form_key=given["form_key"],
        now=now,
        closes=given["close"],
    )


def leaves(row: ScheduledReply) -> str:
    """When it leaves; and if the network will take no answer then, that it will not."""
    told = _("It leaves %(when)s.") % {"when": shown(row.send_at)}
    if row.window_until is None:
        return told
    late = _(
        "The network takes an answer here only until %(when)s: at its time it is held, and you are told."
    )
    return f"{told} {late % {'when': shown(row.window_until)}}"


def shown(at: datetime) -> str:
    return formats.short(at, show.language(), timezone.get_current_timezone())


def visible(request: StaffRequest, pk: int, row: int) -> ScheduledReply:
    return get_object_or_404(queries.scheduled_visible_to(request.user), pk=row, conversation=pk)


@login_required
@require_POST
def change(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    """Other words or another time. What she has on her screen she has seen."""
    found, at = visible(request, pk, row), Moment(request.POST)
    now, text = timezone.now(), request.POST.get("text")
    if not at.is_valid():
        return refuse(request, told(at))
    try:
        seen = queries.newest_turn(pk)
        done = actions.change_scheduled(
            found, by=request.user, now=now, seen=seen, text=text, send_at=at.moment(now)
        )
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, pk, leaves(done))


@login_required
@require_POST
def cancel(request: StaffRequest, pk: int, row: int) -> HttpResponse:
    found = visible(request, pk, row)
    try:
        done = actions.cancel_scheduled(found, by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    if done.by_id != request.user.pk:
        words = _("It does not leave. Its words are a draft of %(name)s.") % {"name": done.by}
        return answer(request, pk, words)
    return answer(
        request,
        pk,
        _("It does not leave. Its words are your draft."),
        trigger={"desk:draft": referrals.left(request.user, pk)},
    )

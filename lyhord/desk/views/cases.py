"""The case beside a conversation, and the dialog that closing opens."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, queries, words
from lyhord.desk.actions.bulk import MOST
from lyhord.desk.actions.cases import ending_of
from lyhord.desk.case_forms import CaseTold, Closing, FieldGiven, MadeCase, Skip
from lyhord.desk.forms import whole, wholes
from lyhord.desk.models import Case, CaseType, Conversation, Outcome, ProcessStep
from lyhord.desk.queries import casefile, experts, fields, similar
from lyhord.desk.views import case_panel
from lyhord.desk.views.answers import answer, refuse, told
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

Run = Callable[[Conversation, datetime], Any]


def visible(request: StaffRequest, pk: int) -> Conversation:
    rows = queries.conversations_visible_to(request.user)
    return get_object_or_404(rows.select_related("account", "brand", "customer"), pk=pk)


def done(request: StaffRequest, pk: int, text: Any, run: Run, *, can_undo: bool = True) -> HttpResponse:
    conversation = visible(request, pk)
    try:
        run(conversation, timezone.now())
    except actions.NeedsEnding as problem:
        return case_panel.asked(request, pk, problem)
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, pk, str(text), can_undo=can_undo)


# Closing ---------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "POST"])
def ending(request: StaffRequest, pk: int) -> HttpResponse:
    """What became of it: the dialog, and the closing with what was said there."""
    if request.method == "GET":
        return ending_dialog(request, visible(request, pk))
    form = Closing(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    given = ending_of({**form.cleaned_data, "fields": form.fields_given()})
    if request.POST.get("after") == "send":
        return done(
            request,
            pk,
            _("Noted."),
            lambda row, now: actions.describe_case(row, given, by=request.user, now=now),
        )
    return done(
        request, pk, _("Closed."), lambda row, now: actions.close(row, by=request.user, now=now, ending=given)
    )


def ending_dialog(request: StaffRequest, conversation: Conversation) -> HttpResponse:
    case = Case.objects.filter(conversation=conversation).select_related("type").first()
    context = {
        "conversation": conversation,
        "case": case,
        "outcomes": Outcome.choices,
        "fields": [row for row in fields.values(conversation) if row.field.is_required and not row.value],
        "remedies": casefile.lines(case.type.remedies) if case is not None and case.type else [],
        "can_answer": actions.can_answer(conversation),
        "after": request.GET.get("after", ""),
    }
    return render(request, "desk/_ending.html", context)


@login_required
@require_GET
def bulk_ending(request: StaffRequest) -> HttpResponse:
    """The same, once for all that are selected: `ids`, or those of the page, of which `n` are cases."""
    ids = wholes(request.GET.get("ids", ""), MOST)
    n = casefile.asking(request.user, ids) if ids else whole(request.GET.get("n", "")) or 0
    context = {"ids": ",".join(map(str, ids)), "n": n, "outcomes": Outcome.choices}
    return render(request, "desk/_bulk_ending.html", context)


# The case --------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def make(request: StaffRequest, pk: int) -> HttpResponse:
    form = MadeCase(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    conversation = visible(request, pk)
    kind = CaseType.objects.filter(
        brand=conversation.brand_id, retired_at=None, pk=form.cleaned_data["type"] or 0
    ).first()
    given = {"case_type": kind, "is_complaint": form.cleaned_data["is_complaint"]}
    return done(
        request,
        pk,
        _("It is a case now."),
        lambda row, now: actions.make_case(row, by=request.user, now=now, **given),
    )


@login_required
@require_POST
def no_case(request: StaffRequest, pk: int) -> HttpResponse:
    return done(
        request, pk, _("No complaint."), lambda row, now: actions.no_case(row, by=request.user, now=now)
    )


@login_required
@require_http_methods(["GET", "POST"])
def tell(request: StaffRequest, pk: int) -> HttpResponse:
    """Cause, action, result, lesson, type and deadline: the dialog, and what was written there."""
    conversation = visible(request, pk)
    if request.method == "GET":
        case = Case.objects.filter(conversation=conversation).first()
        due = f"{timezone.localtime(case.due_at):%Y-%m-%dT%H:%M}" if case is not None and case.due_at else ""
        context = {
            "conversation": conversation,
            "case": case,
            "due": due,
            "outcomes": Outcome.choices,
            "types": casefile.types_of([conversation.brand_id]),
        }
        return render(request, "desk/_case_tell.html", context)
    form = CaseTold(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    given = form.cleaned_data
    kind = CaseType.objects.filter(
        brand=conversation.brand_id, retired_at=None, pk=given["type"] or 0
    ).first()
    more = {"case_type": kind} if "type" in request.POST else {}
    more |= {"due_at": given["due_at"]} if "due_at" in request.POST else {}
    return done(
        request, pk, _("Noted."),
        lambda row, now: actions.describe_case(row, ending_of(given), by=request.user, now=now, **more), can_undo=False,
    )  # fmt: skip


@login_required
@require_POST
def number(request: StaffRequest, pk: int) -> HttpResponse:
    """The number as a draft."""
    conversation = visible(request, pk)
    link = request.build_absolute_uri("/") + "%(lang)s/help/case/%(token)s/"
    try:
        draft = actions.give_number(conversation, by=request.user, now=timezone.now(), link=link)
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    text = _("The number is your draft: read it, then send it.")
    trigger = {"desk:draft": {"id": pk, "kind": draft.kind, "text": draft.text}}
    return answer(request, pk, text, trigger=trigger)


@login_required
@require_POST
def step(request: StaffRequest, pk: str, step: str, verb: str) -> HttpResponse:
    """A step of the process: done, left out with a reason, or open again."""
    return stepped(request, int(pk), int(step), verb)


def stepped(request: StaffRequest, pk: int, step: int, verb: str) -> HttpResponse:
    row = get_object_or_404(ProcessStep, pk=step, type__brand=visible(request, pk).brand_id)
    by = request.user
    if verb == "skip":
        form = Skip(request.POST)
        if not form.is_valid():
            return refuse(request, _("Say why this step is left out."))
        why = form.cleaned_data["reason"]
        return done(request, pk, _("Left out."), lambda one, now: actions.skip(one, row, why, by=by, now=now))
    action = actions.tick if verb == "done" else actions.untick
    text = _("Step done.") if verb == "done" else _("Open again.")
    return done(request, pk, text, lambda one, now: action(one, row, by=by, now=now), can_undo=verb == "done")


@login_required
@require_GET
def skip_dialog(request: StaffRequest, pk: int, step: int) -> HttpResponse:
    row = get_object_or_404(ProcessStep, pk=step, type__brand=visible(request, pk).brand_id)
    return render(request, "desk/_step_skip.html", {"conversation": visible(request, pk), "step": row})


@login_required
@require_GET
def alike(request: StaffRequest, pk: int) -> HttpResponse:
    """What was done before in matters like this one (CA-03). Loaded when somebody opens it."""
    rows = similar.similar(request.user, visible(request, pk))
    return render(
        request, "desk/_similar.html", {"rows": rows, "words": words, "outcomes": dict(Outcome.choices)}
    )


@login_required
@require_POST
def set_field(request: StaffRequest, pk: int) -> HttpResponse:
    form = FieldGiven(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    conversation = visible(request, pk)
    field = next(
        (one for one in fields.fields_of(conversation.brand_id) if one.pk == form.cleaned_data["field"]), None
    )
    if field is None:
        return refuse(request, _("This field does not belong here."))
    value = form.cleaned_data["value"]
    return done(
        request,
        pk,
        _("Saved."),
        lambda row, now: actions.set_field(row, field, value, by=request.user, now=now),
    )


@login_required
@require_GET
def knowing(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = visible(request, pk)
    context = {"conversation": conversation, "knowing": experts.knowing(conversation.customer)}
    return render(request, "desk/_expert.html", context)


@login_required
@require_POST
def expert(request: StaffRequest, pk: int, is_on: bool) -> HttpResponse:
    """Whether this customer knows more than a first answer tells (IN-11)."""
    text = _("Noted: knows the matter well.") if is_on else _("Noted: no expert.")
    return done(
        request,
        pk,
        text,
        lambda row, now: actions.set_expert(row, is_on, by=request.user, now=now),
        can_undo=False,
    )

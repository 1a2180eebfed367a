"""Questions to departments: the dialog in the case, and the pages of people inside."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, links, queries, words
from lyhord.desk.forms import whole, wholes
from lyhord.desk.models import DepartmentMember, Request, RequestFile
from lyhord.desk.queries import departments as asking
from lyhord.desk.queries import request_page
from lyhord.desk.views.answers import answer as answered
from lyhord.desk.views.answers import refuse
from lyhord.intake import files as kept
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import is_htmx, render

MOST_LISTED = 100


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def ask(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """The form, which is fetched into the dialog; and the question itself."""
    rows = queries.conversations_visible_to(request.user).select_related("account")
    case = get_object_or_404(rows, pk=pk)
    departments = asking.departments_to_ask(case)
    if request.method == "GET":
        turns = [turn for turn in queries.turns(pk) if turn.kind in {"post", "reply"} and not turn.is_deleted]
        told = {"conversation": case, "departments": departments, "turns": turns[-20:], "form_key": uuid4()}
        return render(request, "desk/_ask.html", told)
    mandates.require(request.user, "ask", case.account)
    chosen = next((one for one in departments if one.pk == whole(request.POST.get("department", ""))), None)
    if chosen is None:
        return refuse(request, _("Choose a department."))
    try:
        row = actions.ask(
            case, chosen, request.POST.get("question", ""), shown=wholes(",".join(request.POST.getlist("shown")), 100),
            by=request.user, form_key=key_of(request), now=now,
        )  # fmt: skip
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answered(request, pk, _("Asked: %(name)s.") % {"name": row.department.name})


def key_of(request: StaffRequest) -> UUID:
    try:
        return UUID(request.POST.get("form_key", ""))
    except ValueError:
        return uuid4()


def visible(request: StaffRequest, pk: int) -> Request:
    rows = asking.requests_visible_to(request.user)
    return get_object_or_404(rows.select_related("department__brand", "conversation__account", "by"), pk=pk)


def sees_case(request: StaffRequest, row: Request) -> bool:
    return queries.conversations_visible_to(request.user).filter(pk=row.conversation_id).exists()


# In the case ---------------------------------------------------------------------------------------------------------


def done(request: StaffRequest, row: Request, text: str, action: Callable[[], Any]) -> HttpResponse:
    """From the open conversation as a toast, from a page of its own by leading back there."""
    if not is_htmx(request):
        said(request, action, text)
        return redirect("desk:request", row.pk)
    try:
        action()
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answered(request, row.conversation_id, text)


def of_case(request: StaffRequest, pk: int) -> Request:
    """For who sees the case; the department's own people only answer."""
    row = visible(request, pk)
    if not sees_case(request, row):
        raise Http404
    return row


@login_required
@require_POST
@with_now
def further(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row, text, key = of_case(request, pk), request.POST.get("text", ""), key_of(request)
    told = _("Asked: %(name)s.") % {"name": row.department.name}
    by = request.user
    return done(request, row, told, lambda: actions.ask_further(row, text, by=by, form_key=key, now=now))


@login_required
@require_POST
@with_now
def withdraw(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = of_case(request, pk)
    told = _("Withdrawn. Nobody is reminded any more.")
    return done(request, row, told, lambda: actions.withdraw_request(row, by=request.user, now=now))


@login_required
@require_POST
@with_now
def new_link(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = of_case(request, pk)
    told = _("A new link is there; those given before are worth nothing now.")
    return done(request, row, told, lambda: actions.new_request_link(row, by=request.user, now=now))


@login_required
@require_POST
@with_now
def use(request: StaffRequest, pk: int, turn: int, *, now: datetime) -> HttpResponse:
    """The department's words into the composer."""
    row = of_case(request, pk)
    words_of = get_object_or_404(row.turns.filter(kind="answer"), pk=turn)
    try:
        draft = actions.draft_answer(row, words_of, by=request.user, now=now)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    news = {"desk:draft": {"id": row.conversation_id, "kind": draft.kind, "text": draft.text}}
    return answered(
        request, row.conversation_id, _("The answer is your draft: read it, then send it."), trigger=news
    )


# Pages of their own ---------------------------------------------------------------------------------------------------


@login_required
@require_GET
@with_now
def requests(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """Those that she asked, and those that wait for her departments."""
    mine = asking.departments_of(request.user)
    of = request.GET.get("of", "")
    shows_departments = of != "mine" and bool(mine)
    department = whole(of)
    rows = asking.asked_of(request.user, department) if shows_departments else asking.asked_by(request.user)
    is_open = request.GET.get("state") != "all"
    if is_open and shows_departments:
        rows = rows.filter(state=Request.State.OPEN)
    told = {
        "rows": list(rows[:MOST_LISTED]), "departments": mine, "department": department, "now": now,
        "shows_departments": shows_departments, "is_open": is_open, "words": words,
    }  # fmt: skip
    return render(request, "desk/requests.html", told)


@login_required
@require_GET
@with_now
def request_page_of(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """For the asker with the link; for the department what the link shows, and no more."""
    row = visible(request, pk)
    sees = sees_case(request, row)
    is_member = DepartmentMember.objects.filter(department=row.department_id, user=request.user).exists()
    if is_member:
        actions.request_opened(row, by=request.user, now=now)
    told = {
        "asked": request_page.asked(row, now), "sees_case": sees, "is_member": is_member, "form_key": uuid4(), "now": now,
        "link": links.link(row) if sees and "ask" in mandates.verbs_anywhere(request.user) else "", "words": words,
    }  # fmt: skip
    return render(request, "desk/request.html", told)


@login_required
@require_POST
@with_now
def answer(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = visible(request, pk)
    declines = request.POST.get("declines") == "1"
    key = key_of(request)
    text, by = request.POST.get("text", ""), request.user
    try:
        files = [(one.name or "", one.read(6_000_000)) for one in request.FILES.getlist("files")[:4]]
        actions.answer_request(
            row,
            text,
            via="inside",
            by=by,
            name=by.name,
            form_key=key,
            now=now,
            files=files,
            declines=declines,
        )
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        told = {
            "asked": request_page.asked(row, now), "sees_case": sees_case(request, row), "is_member": True, "link": "",
            "form_key": key, "problem": str(problem), "text": text, "now": now, "words": words,
        }  # fmt: skip
        return render(request, "desk/request.html", told, status=422)
    messages.success(request, _("Thank you. %(name)s has been told.") % {"name": row.by.name})
    return redirect("desk:request", pk)


@login_required
@require_GET
def file(request: StaffRequest, token: str) -> FileResponse:
    """A file beside an answer, for who sees the question."""
    seen = asking.requests_visible_to(request.user)
    row = get_object_or_404(RequestFile, token=token, turn__request__in=seen)
    path = kept.folder() / row.path
    if not path.is_file():
        raise Http404
    return kept.answer(path, row.content_type, row.name)

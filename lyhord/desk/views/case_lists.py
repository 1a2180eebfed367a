"""Pages about many cases: lessons and their month, the second look, and how it goes."""

import csv
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, words
from lyhord.desk.forms import whole
from lyhord.desk.queries import casefile
from lyhord.desk.queries import lessons as bank
from lyhord.desk.queries import results as figures
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.show import url
from lyhord.web.views import render

PAGES = ("lessons", "digest", "second_look", "case_results", "case_types", "case_fields", "case_tags")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def context(request: StaffRequest, current: str, **more: Any) -> dict[str, Any]:
    names = (
        _("Lessons"), _("The month"), _("Second look"), _("Results"), _("Types and processes"), _("Fields"), _("Tags"),
    )  # fmt: skip
    tabs = [
        {"label": label, "href": url(f"desk:{page}"), "current": page == current}
        for page, label in zip(PAGES, names, strict=True)
    ]
    may = "manage_cases" in mandates.verbs_anywhere(request.user)
    return {"tabs": tabs, "may": may, "words": words, **more}


@login_required
@require_GET
def lessons(request: StaffRequest) -> HttpResponse:
    asked = asked_of(request)
    page = bank.bank(request.user, **asked, before=whole(request.GET.get("before", "")))
    more = ""
    if page.next is not None:
        query = request.GET.copy()
        query["before"] = str(page.next)
        more = f"{url('desk:lessons')}?{query.urlencode()}"
    told = context(request, "lessons", rows=page.cases, asked=asked, more=more, query=request.GET.urlencode())
    return render(request, "desk/lessons.html", told)


def asked_of(request: StaffRequest) -> dict[str, Any]:
    topic = request.GET.get("topic", "")
    return {
        "q": request.GET.get("q", "").strip()[:200],
        "topic": topic if topic in words.TOPICS else "",
        "only_lessons": request.GET.get("all") != "1",
    }


@login_required
@require_GET
@with_now
def table(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """The whole bank as CSV, safe against formulas."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="lessons-{now:%Y-%m-%d}.csv"'
    rows = csv.writer(answer)
    rows.writerow(
        [
            _("Case"), _("Closed"), _("Type"), _("Topic"), _("Outcome"), _("Cause"), _("What we did"), _("Result"),
            _("Compensation"), _("Lesson"),
        ]
    )  # fmt: skip
    before, asked = None, asked_of(request)
    for _page in range(200):
        page = bank.bank(request.user, **asked, before=before)
        rows.writerows(line(case) for case in page.cases)
        if (before := page.next) is None:
            break
    return answer


def line(case: Any) -> list[Any]:
    cells = [
        case.conversation.number, f"{case.resolved_at:%Y-%m-%d}" if case.resolved_at else "",
        case.type.name if case.type else "", words.TOPICS.get(case.conversation.topic, ""),
        words.OUTCOMES.get(case.outcome, ""), case.cause, case.action, case.result, case.compensation, case.lesson,
    ]  # fmt: skip
    return [f"'{cell}" if str(cell).startswith(FORMULA) else str(cell) for cell in cells]


@login_required
@require_GET
@with_now
def digest(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """One month: by default the last whole one."""
    today = timezone.localtime(now)
    year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
    wanted = request.GET.get("month", "")
    if len(wanted) == 7 and wanted[:4].isdecimal() and wanted[5:].isdecimal():
        year, month = int(wanted[:4]), int(wanted[5:])
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise Http404
    before, after = (year - (month == 1), month - 1 or 12), (year + (month == 12), month % 12 + 1)
    told = context(
        request, "digest", digest=bank.digest(request.user, year, month), month=f"{year:04}-{month:02}",
        before=f"{before[0]:04}-{before[1]:02}", after=f"{after[0]:04}-{after[1]:02}",
    )  # fmt: skip
    return render(request, "desk/digest.html", told)


@login_required
@require_GET
def second_look(request: StaffRequest) -> HttpResponse:
    """Closed complaints drawn at random, for a second pair of eyes (CA-02)."""
    rows = casefile.to_look_at(request.user)
    return render(request, "desk/second_look.html", context(request, "second_look", rows=rows))


@login_required
@require_POST
@with_now
def looked(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, "manage_cases")
    case = get_object_or_404(casefile.cases_visible_to(request.user), pk=pk)
    is_well, note = request.POST.get("well") == "1", request.POST.get("note", "")
    said(request, lambda: actions.look_again(case, is_well, note, by=request.user, now=now), _("Noted."))
    return redirect("desk:second_look")


@login_required
@require_GET
@with_now
def results(request: StaffRequest, *, now: datetime) -> HttpResponse:
    days = whole(request.GET.get("days", ""))
    days = days if days in figures.DAYS else 28
    report = figures.results(request.user, days=days, now=now)
    told = context(request, "case_results", report=report, days=days, choices=figures.DAYS)
    return render(request, "desk/case_results.html", told)

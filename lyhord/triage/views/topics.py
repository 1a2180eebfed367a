"""The operator's own topics: the table, a topic with its examples and posts, teaching."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.intake import queries as intake
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage import actions as triage
from lyhord.triage import names
from lyhord.triage.models import Correction, Topic, TopicExample, TopicModel
from lyhord.triage.topics import actions, examples, queries, stock, upload
from lyhord.triage.tuning import actions as tuning
from lyhord.triage.tuning import values
from lyhord.triage.views.shared import context, number
from lyhord.web.show import url
from lyhord.web.views import render

PAGE = 50  # examples
MOST_REPORTED = 200  # lines of a report of each sort


@login_required
@require_GET
@with_now
def topics(request: StaffRequest, *, now: datetime) -> HttpResponse:
    found, runs, serving = stock.stock(), queries.runs(), queries.serving()
    told = context(
        request,
        "topics",
        rows=queries.table(request.user, now),
        retired=queries.retired(),
        stock=found,
        least=stock.LEAST,
        too_few="" if found.is_enough else stock.too_few(found),
        serving=serving,
        confused=queries.confused(serving),
        runs=[(row, *names.TOPIC_STATES[row.state], because(row)) for row in runs],
        is_under_way=any(row.state in actions.UNDER_WAY for row in runs),
        chance=values.read().own_topic_from,
        most_kb=upload.MOST_BYTES // 1000,
    )
    return render(request, "triage/topics.html", told)


def because(row: TopicModel) -> str:
    return gettext(row.why) % row.values if row.why else ""


@login_required
@require_GET
@with_now
def topic(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = get_object_or_404(Topic, pk=pk)
    after = request.GET.get("after", "")
    rows = queries.examples(row)
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(pk__lt=int(after))
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    told = context(
        request,
        "topics",
        topic=row,
        about=queries.about(row, request.user, now),
        examples=shown,
        hidden=queries.hidden_of(request.user, shown),
        sources=names.SOURCES,
        next=url("triage:topic", pk) + f"?after={shown[-1].pk}" if len(found) > PAGE else "",
        lately=queries.lately(request.user, row, now),
        others=list(stock.in_use().exclude(pk=pk)),
        is_taught=queries.serving() is not None,
        may_sort="tag" in mandates.verbs_anywhere(request.user),
        least=stock.LEAST,
        longest=examples.LONGEST,
        most_kb=upload.MOST_BYTES // 1000,
    )
    return render(request, "triage/topics_one.html", told)


@login_required
@require_POST
@with_now
def create(request: StaffRequest, *, now: datetime) -> HttpResponse:
    name, described = request.POST.get("name", ""), request.POST.get("description", "")
    said(
        request,
        lambda: actions.create(name, described, by=request.user, now=now),
        _("Made. Give it examples next."),
    )
    return redirect("triage:topics")


@login_required
@require_POST
@with_now
def begin(request: StaffRequest, *, now: datetime) -> HttpResponse:
    told = _("The topics are there. Retire those that you do not need, and give the others examples.")
    said(request, lambda: actions.begin(by=request.user, now=now), told)
    return redirect("triage:topics")


@login_required
@require_POST
@with_now
def change(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = actions.changeable(pk, by=request.user)
    name, described = request.POST.get("name", ""), request.POST.get("description", "")
    said(request, lambda: actions.change(row, name, described, by=request.user, now=now), _("Saved."))
    return redirect("triage:topic", pk)


@login_required
@require_POST
@with_now
def move(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = actions.changeable(pk, by=request.user)
    places = -1 if request.POST.get("way") == "up" else 1
    said(request, lambda: actions.move(row, places, by=request.user, now=now), _("Moved."))
    return redirect("triage:topics")


@login_required
@require_POST
@with_now
def retire(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = actions.changeable(pk, by=request.user)
    told = _("Retired. What was judged so stays; it can be brought back with its examples.")
    said(request, lambda: actions.retire(row, by=request.user, now=now), told)
    return redirect("triage:topics")


@login_required
@require_POST
@with_now
def bring_back(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = actions.changeable(pk, by=request.user)
    said(request, lambda: actions.bring_back(row, by=request.user, now=now), _("It is in use again."))
    return redirect("triage:topics")


# Examples ----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
@with_now
def add(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """One example a line."""
    row = actions.changeable(pk, by=request.user)
    lines = list(enumerate(request.POST.get("texts", "").splitlines(), 1))
    rows = [examples.Row(line, text, row) for line, text in lines if text.strip()]
    return reported(request, row, lambda: examples.add(rows, TopicExample.WRITTEN, by=request.user, now=now))


@login_required
@require_POST
@with_now
def take_file(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """A file of texts and topics. From a topic's own page: of lines that name none, it is the topic."""
    mandates.require(request.user, examples.VERB)
    pk = request.POST.get("topic", "")
    usual = get_object_or_404(Topic, pk=int(pk)) if pk.isdecimal() and len(pk) < 19 else None

    def take() -> examples.Report:
        return actions.take_file(
            content_of(request.FILES.get("file")),
            usual,
            make_topics=bool(request.POST.get("make_topics")),
            by=request.user,
            now=now,
        )

    return reported(request, usual, take)


def content_of(file: "UploadedFile[Any] | None") -> bytes:
    """Raises upload.BadFile. No more is read than tells that it is too large."""
    if file is None:
        raise upload.BadFile(_("Choose a file first."))
    content: bytes = file.read(upload.MOST_BYTES + 1)
    return content


def reported(request: StaffRequest, row: Topic | None, take: Callable[[], examples.Report]) -> HttpResponse:
    """Back to where they came from when all were taken, else a page that says what was not, and why."""
    back = url("triage:topic", row.pk) if row else url("triage:topics")
    try:
        report = take()
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        messages.error(request, str(problem))
        return redirect(back)
    if report.taken and not report.refused and not report.doubled:
        messages.success(request, taken(report.taken))
        return redirect(back)
    told = context(request, "topics", report=report, topic=row, back=back, most=MOST_REPORTED)
    told["taken"] = taken(report.taken) if report.taken else _("No example was taken.")
    return render(request, "triage/topics_report.html", told, status=200 if report.taken else 422)


def taken(count: int) -> str:
    return ngettext("%(n)d example was taken.", "%(n)d examples were taken.", count) % {"n": count}


@login_required
@require_POST
@with_now
def remove(request: StaffRequest, pk: int, example: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, examples.VERB)
    row = get_object_or_404(TopicExample.objects.select_related("topic"), pk=example, topic=pk)
    said(
        request,
        lambda: examples.remove(row, by=request.user, now=now),
        _("Removed. The next model is taught without it."),
    )
    return redirect("triage:topic", pk)


# Posts -------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
@with_now
def sort(request: StaffRequest, pk: int, post: int, *, now: datetime) -> HttpResponse:
    """A person's word about the topic of a post: right, another one, or none."""
    found = get_object_or_404(intake.posts_visible_to(request.user).select_related("account"), pk=post)
    label = request.POST.get("label", "")
    said(
        request,
        lambda: triage.correct(found, "own_topic", label, by=request.user, now=now),
        _("Noted, and an example from now on."),
    )
    return redirect(url("triage:topic", pk) + "#lately")


@login_required
@require_POST
@with_now
def take_back(request: StaffRequest, pk: int, correction: int, *, now: datetime) -> HttpResponse:
    """It was a mistake: the post is as before, and no example."""
    ours = Correction.objects.filter(head="own_topic", post__in=intake.posts_visible_to(request.user))
    row = get_object_or_404(ours, pk=correction)
    said(request, lambda: triage.take_back(row.pk, by=request.user, now=now), _("Taken back."))
    return redirect(url("triage:topic", pk) + "#lately")


# Teaching ----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
@with_now
def teach(request: StaffRequest, *, now: datetime) -> HttpResponse:
    told = _("The worker begins within a minute. It takes some minutes; come back to this page.")
    said(request, lambda: actions.teach(by=request.user, now=now), told)
    return redirect("triage:topics")


@login_required
@require_POST
@with_now
def set_least(request: StaffRequest, *, now: datetime) -> HttpResponse:
    chance = number(request.POST.get("chance", "")) or 0.0
    told = _("Saved. New posts are judged so.")
    said(request, lambda: actions.set_least(chance, by=request.user, now=now), told)
    return redirect("triage:topics")


@login_required
@require_POST
@with_now
def apply(request: StaffRequest, *, now: datetime) -> HttpResponse:
    n = tuning.apply(None, by=request.user, now=now)
    told: Any = ngettext(
        "%(n)s post is judged anew by the worker. Its conversation follows.",
        "%(n)s posts are judged anew by the worker. Open conversations follow.",
        n,
    )
    messages.success(request, told % {"n": n})
    return redirect("triage:topics")

"""Opening hours and targets as they stand, how fast we were, and the clocks of one conversation."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.channels import registry
from lyhord.desk import actions, clock_words, queries, weeks, words
from lyhord.desk.actions import hours as setting
from lyhord.desk.actions import late
from lyhord.desk.forms import whole
from lyhord.desk.queries import clocks as reading
from lyhord.desk.queries import hours as plans
from lyhord.desk.queries import speed
from lyhord.desk.views.answers import answer, refuse
from lyhord.desk.views.verbs import do, visible
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Brand, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.show import url
from lyhord.web.views import render


def tabs(current: str) -> list[dict[str, Any]]:
    pages = (("clocks", _("Hours and targets")), ("speed", _("How fast we are")))
    return [
        {"label": label, "href": url(f"desk:{page}"), "current": page == current} for page, label in pages
    ]


def brands_set_by(user: User) -> list[Brand]:
    rows = staff.brands_visible_to(user).order_by("name")
    if user.is_administrator:
        return list(rows)
    return list(rows.filter(pk__in=mandates.brands_where(user, setting.VERB)))


def brand_of(request: StaffRequest) -> Brand:
    """The brand that the page is about: the one that is asked for, else the first that she may set. Raises Http404."""
    asked = request.POST.get("brand") or request.GET.get("brand")
    if asked:
        return get_object_or_404(staff.brands_visible_to(request.user), pk=whole(asked) or 0)
    if not (brands := brands_set_by(request.user)):
        raise Http404
    return brands[0]


@login_required
@require_GET
def clocks(request: StaffRequest) -> HttpResponse:
    rows = list(plans.hours_visible_to(request.user).order_by("brand__name", "-is_default", "name"))
    told = {
        "tabs": tabs("clocks"),
        "hours": rows,
        "kept_by": plans.kept_by(request.user, rows),
        "targets": list(
            plans.targets_visible_to(request.user).order_by("brand__name", "account__name", "kind")
        ),
        "brands": brands_set_by(request.user),
        "words": words,
        "called": clock_words,
        "weeks": weeks,
    }
    return render(request, "desk/clocks.html", told)


@login_required
@require_POST
@with_now
def begin(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """What is usual, to be changed: office hours, an answer within an hour, resolved within two days."""
    mandates.require(request.user, setting.VERB)
    found = staff.brands_visible_to(request.user)
    brand = get_object_or_404(found, pk=whole(request.POST.get("brand", "")) or 0)
    said(
        request,
        lambda: setting.begin(brand, by=request.user, now=now),
        _("Hours and targets are there. Change them as you like."),
    )
    return redirect("desk:clocks")


@login_required
@require_GET
@with_now
def report(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """First answer and resolution, beside what was solved (SL-02, SL-04)."""
    asked = asked_of(request)
    labels = {name: connector.label for name, connector in registry.connectors().items()}
    told = {
        "tabs": tabs("speed"),
        "lines": speed.speed(request.user, **asked, now=now),
        "labels": labels,
        "asked": asked,
        "choices": speed.DAYS,
        "brands": list(staff.brands_visible_to(request.user)),
        "complaints": reading.unanswered_complaints(request.user, now),
        "patience": reading.PATIENCE,
        "words": words,
        "called": clock_words,
    }
    return render(request, "desk/speed.html", told)


def asked_of(request: StaffRequest) -> dict[str, Any]:
    """What the address asks for; what is not understood is left out."""
    days, kind = whole(request.GET.get("days", "")), request.GET.get("kind", "")
    return {
        "days": days if days in speed.DAYS else 28,
        "brand": whole(request.GET.get("brand", "")),
        "kind": kind if kind in words.KINDS else "",
    }


# One conversation -------------------------------------------------------------------------------------------------


@login_required
@require_GET
@with_now
def because(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """Milestones, and why each clock is due when it is; loaded when somebody asks."""
    conversation = visible(request, pk)
    rows = reading.clocks(pk)
    told = {
        "clocks": rows,
        "milestones": reading.milestones(conversation),
        "because": reading.because(conversation, rows, now),
        "words": words,
        "called": clock_words,
    }
    return render(request, "desk/_clocks_why.html", told)


@login_required
@require_POST
@with_now
def acknowledge(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    why = request.POST.get("why", "")
    return do(
        request,
        pk,
        _("Marked as acknowledged: the first clock has ended."),
        lambda one: actions.acknowledge(one, why=why, by=request.user, now=now),
    )


@login_required
@require_POST
@with_now
def decide(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """What becomes of it; to answer, an apology is drafted."""
    conversation = visible(request, pk)
    decision, by = request.POST.get("decision", ""), request.user
    try:
        actions.decide_late(conversation, decision, reason=request.POST.get("reason", ""), by=by, now=now)
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    if decision == "close":
        return answer(request, pk, _("Closed, with your reason."), can_undo=True)
    return answer(
        request, pk, _("It is back in the queue."), can_undo=True, trigger=drafted(request, pk, decision, now)
    )


def drafted(request: StaffRequest, pk: int, decision: str, now: datetime) -> dict[str, Any]:
    conversation = queries.conversations_visible_to(request.user).select_related("account").get(pk=pk)
    if not mandates.allows(request.user, "reply", conversation.account):
        return {}
    draft = late.apologise(conversation, decision, by=request.user, now=now)
    return {"desk:draft": {"id": pk, "kind": draft.kind, "text": draft.text}} if draft is not None else {}

"""What a team needs to know of itself: what needs somebody, who has what, and the end of the day."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, queries, routed
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.forms import whole
from lyhord.desk.models import Conversation
from lyhord.desk.queries import day as days
from lyhord.desk.queries import load
from lyhord.desk.queries import routing as rules
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.show import url
from lyhord.web.views import render

PERIOD = 28  # days of the report


def tabs(request: StaffRequest, current: str) -> list[dict[str, Any]]:
    pages = [
        ("team", _("Needs somebody"), True),
        ("load", _("Who has what"), "route" in mandates.verbs_anywhere(request.user)),
        ("hand_overs", _("Hand-overs"), True),
        ("team_practice", _("Practice"), "route" in mandates.verbs_anywhere(request.user)),
        ("day", _("End of the day"), True),
    ]
    return [
        {"label": label, "href": url(f"desk:{name}"), "current": name == current}
        for name, label, is_shown in pages
        if is_shown
    ]


@login_required
@require_GET
def team(request: StaffRequest) -> HttpResponse:
    """Conversations that nobody was found for, and cases that go badly."""
    needing = load.needs_owner(request.user)
    bad = load.nightmares(request.user)
    context = {
        "tabs": tabs(request, "team"),
        "needing": [
            (row, routed.lacks({"why": row.why, "language": row.conversation.lang})) for row in needing
        ],
        "nightmares": bad,
        "colleagues": list(staff.colleagues(staff.brand_ids(request.user))),
        "may_route": "route" in mandates.verbs_anywhere(request.user),
    }
    return render(request, "desk/team.html", context)


@login_required
@require_GET
def loads(request: StaffRequest) -> HttpResponse:
    mandates.require(request.user, "route")
    return render(
        request, "desk/load.html", {"tabs": tabs(request, "load"), "rows": load.loads(request.user)}
    )


@login_required
@require_GET
@with_now
def day(request: StaffRequest, *, now: datetime) -> HttpResponse:
    chosen = day_of(request.GET.get("day", ""), now)
    n, median, p90 = days.owner_report(request.user, PERIOD, now)
    brands = staff.brands_visible_to(request.user)
    context = {
        "tabs": tabs(request, "day"),
        "found": days.day(request.user, chosen, now),
        "kept": days.kept_days(request.user, 14),
        "before": chosen - timedelta(days=1),
        "after": chosen + timedelta(days=1) if chosen < days.today(now) else None,
        "report": {"n": n, "median": median, "p90": p90, "days": PERIOD},
        "single": days.single_owner(request.user, PERIOD, now),
        "goal": min((rules.policy_of(brand).owner_minutes for brand in brands), default=15),
        "colleagues": list(staff.colleagues(staff.brand_ids(request.user))),
    }
    return render(request, "desk/day.html", context)


def day_of(text: str, now: datetime) -> date:
    today = days.today(now)
    try:
        return min(date.fromisoformat(text), today) if len(text) == 10 else today
    except ValueError:
        return today


# One click that settles each --------------------------------------------------------------------------------------


def given_to(row: Conversation, request: StaffRequest, now: datetime) -> None:
    to = whole(request.POST.get("to", ""))
    person = next((one for one in queries.colleagues(row.account_id) if one.pk == to), None)
    if person is None:
        raise NotPossible(_("Choose to whom."))
    actions.assign(row, person, by=request.user, now=now)


def decided(row: Conversation, request: StaffRequest, now: datetime) -> None:
    actions.decide(row, request.POST.get("reason", ""), by=request.user, now=now)


def taken(row: Conversation, request: StaffRequest, now: datetime) -> None:
    actions.take(row, by=request.user, now=now)


def given_back(row: Conversation, request: StaffRequest, now: datetime) -> None:
    actions.give_back(row, "left", by=request.user, now=now)


def noted(row: Conversation, request: StaffRequest, now: datetime) -> None:
    actions.note_nightmare(row, by=request.user, now=now)


VERBS: dict[str, Callable[[Conversation, StaffRequest, datetime], None]] = {
    "take": taken, "assign": given_to, "decide": decided, "give-back": given_back, "note": noted,
}  # fmt: skip
MANDATES = {"take": "assign", "assign": "assign", "decide": "close", "give-back": "assign", "note": "route"}


@login_required
@require_POST
@with_now
def settle(request: StaffRequest, pk: str, verb: str, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, MANDATES[verb])
    row = get_object_or_404(queries.conversations_visible_to(request.user), pk=int(pk))
    text = _("#%(number)s is settled.") % {"number": row.number}
    said(request, lambda: VERBS[verb](row, request, now), text)
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, set()) and back.startswith("/team/")
    return redirect(back if is_ours else url("desk:team"))

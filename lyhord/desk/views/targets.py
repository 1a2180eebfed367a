"""Settings: what we promise, and what last week would have looked like with it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.desk import clock_words, words
from lyhord.desk.actions import hours as actions
from lyhord.desk.actions.hours import BadHours, TargetGiven
from lyhord.desk.models import Flow, Target
from lyhord.desk.queries import hours as queries
from lyhord.desk.queries import trial
from lyhord.desk.views.clocks import brand_of
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

TIMES = (
    "first", "first_warn", "first_too_late", "resolution", "resolution_warn", "resolution_too_late",
)  # fmt: skip
USUAL = {"first": 3600, "first_warn": 900, "first_too_late": 86400, "resolution": 2 * 28800}


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def new(request: StaffRequest, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, actions.VERB)
    brand = brand_of(request)
    if request.method == "POST":
        return posted(request, brand, None, now)
    return drawn(request, brand, None, Target(brand=brand, resolution_pauses=list(actions.PAUSES), **USUAL))


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def change(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, actions.VERB)
    row = get_object_or_404(queries.targets_visible_to(request.user), pk=pk)
    if request.method == "POST":
        return posted(request, row.brand, row, now)
    return drawn(request, row.brand, row, row)


@login_required
@require_POST
@with_now
def delete(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, actions.VERB)
    row = get_object_or_404(queries.targets_visible_to(request.user), pk=pk)
    said(request, lambda: actions.delete_target(row, by=request.user, now=now), _("Deleted."))
    return redirect("desk:clocks")


def posted(request: StaffRequest, brand: Brand, row: Target | None, now: datetime) -> HttpResponse:
    """Save, or try it on last week."""
    accounts = accounts_of(request, brand)
    unsaved = Target(brand=brand)
    try:
        given = given_of(request.POST, accounts)
        for name, value in vars(given).items():
            setattr(unsaved, name, value)
        if "try" in request.POST:
            actions.check_times(unsaved)
            asked = [given.account] if given.account else accounts
            return drawn(request, brand, row, unsaved, kept=trial.last_week(unsaved, asked, now))
        actions.save_target(brand, given, by=request.user, now=now, row=row)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        return drawn(request, brand, row, unsaved, problem=str(problem))
    messages.success(request, _("Saved. Open clocks are reckoned anew."))
    return redirect("desk:clocks")


def drawn(
    request: StaffRequest,
    brand: Brand,
    row: Target | None,
    shown: Target,
    problem: str = "",
    kept: list[trial.Kept] | None = None,
) -> HttpResponse:
    told: dict[str, Any] = {
        "row": row,
        "brand": brand,
        "shown": shown,
        "problem": problem,
        "kept": kept,
        "accounts": accounts_of(request, brand),
        "kinds": [code for code in actions.KINDS if code],
        "flows": Flow.choices,
        "reopenings": Target.Reopening.choices,
        "words": words,
        "called": clock_words,
        "spans": clock_words.clock_span,
    }
    return render(request, "desk/target.html", told, status=422 if problem else 200)


def accounts_of(request: StaffRequest, brand: Brand) -> list[Account]:
    rows = channels.accounts_visible_to(request.user).filter(brand=brand, is_rehearsal=False)
    return list(rows.order_by("name", "pk"))


def given_of(post: QueryDict, accounts: list[Account]) -> TargetGiven:
    """Raises BadHours."""
    asked = post.get("account", "")
    account = next((one for one in accounts if str(one.pk) == asked), None)
    if asked and account is None:
        raise BadHours(_("Choose an account from the list."))
    times = {name: seconds(post, name) for name in TIMES}
    return TargetGiven(
        account=account,
        kind=post.get("kind", ""),
        flow=post.get("flow", ""),
        is_urgent="is_urgent" in post,
        first=times["first"],
        first_warn=times["first_warn"] or 0,
        first_too_late=times["first_too_late"],
        first_in_open="first_in_open" in post,
        first_pauses=post.getlist("first_pauses"),
        resolution=times["resolution"],
        resolution_warn=times["resolution_warn"] or 0,
        resolution_too_late=times["resolution_too_late"],
        resolution_in_open="resolution_in_open" in post,
        resolution_pauses=post.getlist("resolution_pauses"),
        reopening=post.get("reopening", "on"),
    )


def seconds(post: QueryDict, name: str) -> int | None:
    """None: left empty."""
    amount = post.get(name, "").strip()
    if not amount:
        return None
    size = clock_words.CLOCK_UNITS.get(post.get(f"{name}_unit", ""))
    if size is None or not (amount.isascii() and amount.isdigit() and len(amount) < 9):
        raise BadHours(_("Write times as whole numbers of minutes, hours or days."))
    return int(amount) * size

"""Settings: macros, their steps, and the tag that may run one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lyhord.desk import actions, composing_forms, composing_words, queries
from lyhord.desk.composing_words import Names
from lyhord.desk.models import Macro
from lyhord.desk.queries.departments import departments_visible_to
from lyhord.desk.views.replies import ROWS, context, reach_of, replies_of
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said
from lyhord.web.views import render

TYPED = {"tag", "untag", "set_priority", "note"}  # verbs whose value is written beside them


@login_required
@require_http_methods(["GET"])
def macros(request: StaffRequest) -> HttpResponse:
    rows = [(row, steps_shown(row, request.user)) for row in queries.macros(request.user)]
    return render(request, "desk/macros.html", context(request, rows=rows))


def names(user: User) -> Names:
    people = {
        one.pk: str(one) for one in staff.users_visible_to(user).filter(is_active=True).order_by("name")
    }
    teams = {one.pk: one.name for one in staff.teams_visible_to(user).order_by("name")}
    rows = departments_visible_to(user).filter(retired_at=None).select_related("brand")
    departments = {one.pk: f"{one.brand.name}: {one.name}" for one in rows.order_by("brand__name", "name")}
    return Names(people, teams, departments)


def steps_shown(row: Macro, user: User) -> list[str]:
    known = names(user)
    return [composing_words.kept_step(one["verb"], one.get("value"), known) for one in row.steps]


@login_required
@require_http_methods(["GET", "POST"])
def new_macro(request: StaffRequest) -> HttpResponse:
    mandates.require(request.user, "reply")
    return edited(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def one_macro(request: StaffRequest, pk: int) -> HttpResponse:
    return edited(request, get_object_or_404(macros_of(request.user), pk=pk))


def macros_of(user: User) -> QuerySet[Macro]:
    return queries.macros_visible_to(user).select_related("brand", "team", "owner", "reply")


def edited(request: StaffRequest, row: Macro | None) -> HttpResponse:
    why, replies = "", list(replies_of(request.user).order_by("name"))
    if request.method == "POST":
        try:
            given = composing_forms.macro(request.user, request.POST, replies)
            made = actions.save_macro(given, by=request.user, now=timezone.now(), macro=row)
        except NotYours:
            raise
        except LyhordError as problem:
            why = str(problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:macro", made.pk)
    known = names(request.user)
    told = context(request, row=row, why=why, replies=replies, reach=reach_of(row), given=request.POST)
    told |= {
        "may": row is None or queries.may_change_macro(request.user, row),
        "steps": steps_of(row, request),
    }
    told |= {"people": known.people, "team_names": known.teams, "departments": known.departments}
    return render(request, "desk/macro.html", told, status=422 if why else 200)


def steps_of(row: Macro | None, request: StaffRequest) -> list[dict[str, Any]]:
    """(choice, typed value) of each row of the form, and empty ones behind them."""
    if request.method == "POST":
        pairs = zip(request.POST.getlist("step"), request.POST.getlist("value"), strict=False)
        return [{"what": what, "value": value} for what, value in pairs]
    kept = row.steps if row else []
    return [
        *(step_of(one["verb"], one["value"]) for one in kept),
        *({"what": "", "value": ""} for _number in range(ROWS)),
    ]


def step_of(verb: str, value: Any) -> dict[str, Any]:
    if verb in TYPED:
        return {"what": verb, "value": value}
    if verb == "ask":
        pk, _colon, question = value.partition(":")
        return {"what": f"ask:{pk}", "value": question}
    return {"what": f"{verb}:{value if value is not None else ''}", "value": ""}


@login_required
@require_POST
def delete_macro(request: StaffRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(macros_of(request.user), pk=pk)
    said(request, lambda: actions.delete_macro(row, by=request.user, now=timezone.now()), _("Deleted."))
    return redirect("desk:macros")

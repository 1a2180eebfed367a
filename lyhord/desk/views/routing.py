"""Settings of routing: how a brand gives, its rules in their order, one rule with its trial and its history."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, rule_choices, rule_words
from lyhord.desk.forms import whole
from lyhord.desk.matching import CHOICES, FLOORS
from lyhord.desk.models import RoutingRule
from lyhord.desk.queries import routing as queries
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Team, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.show import url
from lyhord.web.views import render

VERB = "route"
NUMBERED = frozenset({"own_topics", "accounts", "sentiments"})
POLICY = (
    "slots", "sticky_days", "keep_hours", "accept_minutes", "owner_minutes", "nightmare_hours", "nightmare_transfers",
    "nightmare_share",
)  # fmt: skip


def brand_of(request: StaffRequest, pk: int | None = None) -> Brand | None:
    """The one asked for, else the first that she sees."""
    brands = staff.brands_visible_to(request.user).order_by("name", "pk")
    if pk is None:
        pk = whole(request.GET.get("brand", ""))
    return brands.filter(pk=pk).first() if pk else brands.first()


def changeable(request: StaffRequest, pk: int) -> RoutingRule:
    mandates.require(request.user, VERB)
    return get_object_or_404(queries.rules_visible_to(request.user).select_related("brand"), pk=pk)


@login_required
@require_GET
def routing(request: StaffRequest) -> HttpResponse:
    brand = brand_of(request)
    context: dict[str, Any] = {"brand": brand, "may": VERB in mandates.verbs_anywhere(request.user)}
    if brand is not None:
        known = rule_choices.choices(brand)
        rules = queries.rules_of(brand)
        context |= {
            "brands": list(staff.brands_visible_to(request.user).order_by("name", "pk")),
            "policy": queries.policy_of(brand),
            "known": known,
            "rules": [
                (rule, rule_words.conditions(rule.when, known), rule_words.consequences(rule.then, known))
                for rule in rules
            ],
        }
    return render(request, "desk/routing.html", context)


@login_required
@require_POST
@with_now
def policy(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    given = {name: whole(request.POST[name]) for name in POLICY if name in request.POST}
    numbers = {name: -1 if value is None else value for name, value in given.items()}
    team, person = fallback(request.POST.get("fallback", ""), brand)
    told = _("Saved.")
    said(
        request,
        lambda: actions.set_policy(
            brand, is_on="is_on" in request.POST, fallback_team=team, fallback_person=person,
            by=request.user, now=now, **numbers,
        ),
        told,
    )  # fmt: skip
    return redirect(url("desk:routing") + f"?brand={brand.pk}")


def fallback(chosen: str, brand: Brand) -> tuple[Team | None, User | None]:
    kind, _colon, key = chosen.partition(":")
    pk = whole(key) or 0
    if kind == "team":
        return brand.teams.filter(pk=pk).first(), None
    if kind == "person":
        return None, staff.colleagues([brand.pk]).filter(pk=pk).first()
    return None, None


# One rule ---------------------------------------------------------------------------------------------------------


def given_when(given: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in CHOICES:
        values: list[Any] = given.getlist(name)
        found[name] = [as_number(value) for value in values] if name in NUMBERED else values
    for name in FLOORS:
        text = given.get(name, "").strip()
        found[name] = as_number(text) if text else 0
    lines = given.get("words", "").replace(",", "\n").splitlines()
    return found | {"words": [line for line in lines if line.strip()]}


def as_number(text: str) -> int | str:
    """The number, or the text itself, which the check then refuses by name."""
    bare = text.removeprefix("-")
    return int(text) if bare.isascii() and bare.isdecimal() and len(bare) < 19 else text


def given_then(given: QueryDict) -> dict[str, Any]:
    kind, _colon, key = given.get("owner", "").partition(":")
    found: dict[str, Any] = {}
    if kind in {"team", "person"}:
        found[kind] = as_number(key)
    if kind == "needs_owner":
        found["needs_owner"] = True
    if text := given.get("priority", "").strip():
        found["priority"] = as_number(text)
    found["tags"] = [tag for tag in given.get("tags", "").split(",") if tag.strip()]
    return found | {"alert": "alert" in given}


def editor(request: StaffRequest, brand: Brand, rule: RoutingRule | None, **more: Any) -> HttpResponse:
    known = rule_choices.choices(brand)
    status = more.pop("status", 200)
    shown = {
        "name": rule.name if rule else "", "when": rule.when if rule else {}, "then": rule.then if rule else {},
        "goes_on": bool(rule and rule.goes_on),
    }  # fmt: skip
    context = {
        "brand": brand, "rule": rule, "known": known, "shown": shown, "conditions": rule_words.CONDITIONS,
        "history": history(rule, known) if rule else [], "happened": rule_words.HAPPENED,
        "may": VERB in mandates.verbs_anywhere(request.user), "trial": None, "told": [], "problem": "",
    }  # fmt: skip
    if rule is not None:
        context["rule_when"] = rule_words.conditions(rule.when, known)
        context["rule_then"] = rule_words.consequences(rule.then, known)
    return render(request, "desk/routing_rule.html", context | more, status=status)


def history(rule: RoutingRule, known: rule_choices.Choices) -> list[Any]:
    return [
        (row, rule_words.conditions(row.when, known), rule_words.consequences(row.then, known))
        for row in queries.versions(rule)
    ]


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def make(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    mandates.require(request.user, VERB)
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    if request.method == "GET":
        return editor(request, brand, None)
    when, then = given_when(request.POST), given_then(request.POST)
    name, goes_on = request.POST.get("name", ""), "goes_on" in request.POST
    try:
        rule = actions.make_rule(brand, name, when, then, goes_on=goes_on, by=request.user, now=now)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        shown = {"name": name, "when": when, "then": then, "goes_on": goes_on}
        return editor(request, brand, None, shown=shown, problem=str(problem), status=422)
    messages.success(request, _("Made. Try it on last week's conversations next."))
    return redirect("desk:routing_rule", rule.pk)


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def rule(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    if request.method == "GET":
        rows = queries.rules_visible_to(request.user).select_related("brand")
        row = get_object_or_404(rows, pk=pk)
        return editor(request, row.brand, row)
    row = changeable(request, pk)
    when, then = given_when(request.POST), given_then(request.POST)
    name, goes_on = request.POST.get("name", ""), "goes_on" in request.POST
    try:
        changed = actions.change_rule(row, name, when, then, goes_on=goes_on, by=request.user, now=now)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        shown = {"name": name, "when": when, "then": then, "goes_on": goes_on}
        return editor(request, row.brand, row, shown=shown, problem=str(problem), status=422)
    text = _("Saved.") if changed.is_tried else _("Saved. It is off until it was tried again.")
    messages.success(request, text)
    return redirect("desk:routing_rule", pk)


@login_required
@require_POST
@with_now
def try_rule(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = changeable(request, pk)
    try:
        trial = actions.try_rule(row, by=request.user, now=now)
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        messages.error(request, str(problem))
        return redirect("desk:routing")
    row.refresh_from_db()
    names = {one.pk: one.name for one in queries.rules_of(row.brand)}
    return editor(request, row.brand, row, trial=trial, told=told(trial, row, names))


def told(trial: Any, row: RoutingRule, names: dict[int, str]) -> list[tuple[str, int]]:
    """Where they go today, with how many."""
    known = [(names.get(pk, ""), n) for pk, n in trial.instead.most_common() if pk]
    return [*known, (_("No rule"), trial.instead[0])] if trial.instead[0] else known


@login_required
@require_POST
@with_now
def switch(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row, is_on = changeable(request, pk), request.POST.get("on") == "1"
    text = _("It is on: new conversations go by it.") if is_on else _("It is off.")
    said(request, lambda: actions.switch_rule(row, is_on, by=request.user, now=now), text)
    return redirect("desk:routing_rule", pk)


@login_required
@require_POST
@with_now
def move(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = changeable(request, pk)
    ids = [one.pk for one in queries.rules_of(row.brand)]
    if pk not in ids:
        raise Http404
    place = ids.index(pk) + (-1 if request.POST.get("way") == "up" else 1)
    said(request, lambda: actions.move_rule(row, place, by=request.user, now=now), _("Moved."))
    return redirect(url("desk:routing") + f"?brand={row.brand_id}#rule-{pk}")


@login_required
@require_POST
@with_now
def remove(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = changeable(request, pk)
    text = _("Removed. What it did stays told in each conversation.")
    said(request, lambda: actions.remove_rule(row, by=request.user, now=now), text)
    return redirect(url("desk:routing") + f"?brand={row.brand_id}")

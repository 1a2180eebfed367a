"""What I may, who may beyond it, and what my cases did; who stands for which topic."""

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lyhord.desk import actions, queries, words
from lyhord.desk.models import Responsibility
from lyhord.desk.queries import mandate as of
from lyhord.desk.queries import responsibilities as raci
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Role, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.staff.words import VERBS
from lyhord.web.views import render

VERB = "set_mandates"


@login_required
@require_GET
@with_now
def mandate(request: StaffRequest, pk: int | None = None, *, now: datetime) -> HttpResponse:
    """Hers, or a colleague's: who may what is no secret (RE-11)."""
    by = request.user
    person = by if pk is None else get_object_or_404(staff.users_visible_to(by), pk=pk)
    return render(request, "desk/mandate.html", context_of(person, by, now))


def context_of(person: User, by: User, now: datetime) -> dict[str, Any]:
    seen = queries.conversations_visible_to(by)
    is_own = person.pk == by.pk
    return {
        "person": person,
        "is_own": is_own,
        "brands": of.of_person(person, by),
        "people": list(staff.users_visible_to(by).filter(is_active=True).order_by("name", "pk")[:500]),
        "trust": words.TRUST[of.trust_of(person)],
        # What others achieved is their own affair and their lead's.
        "effect": of.effect(person, seen, now) if is_own or mandates.allows(by, VERB) else None,
        "everybody": of.effect(None, seen, now),
        "days": of.DAYS,
        "verb_names": VERBS,
        "role_names": dict(Role.choices),
        "day_names": words.WEEKDAYS,
    }


# Who stands for what (CA-09) --------------------------------------------------------------------------------------


def brand_of(request: StaffRequest, pk: int) -> Brand:
    return get_object_or_404(staff.brands_visible_to(request.user), pk=pk)


def letters() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in Responsibility.Letter.choices]


@login_required
@require_GET
def responsibilities(request: StaffRequest) -> HttpResponse:
    """The matrix: topics and letters, of each brand that she works for."""
    brands = list(staff.brands_visible_to(request.user).order_by("name", "pk"))
    tables = [(brand, raci.matrix(brand), mandates.allows(request.user, VERB, brand)) for brand in brands]
    context = {"tables": tables, "letters": letters(), "words": words}
    return render(request, "desk/responsibilities.html", context)


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def responsibility(request: StaffRequest, pk: int, topic: str, *, now: datetime) -> HttpResponse:
    """One topic of one brand: who is responsible, accountable, consulted and informed."""
    mandates.require(request.user, VERB)
    brand = brand_of(request, pk)
    mandates.require(request.user, VERB, brand)
    row = row_of(raci.matrix(brand), topic)
    if request.method == "POST":
        parties = {
            letter: [one for one in request.POST.getlist(letter)[:50] if one]
            for letter in Responsibility.Letter.values
        }
        is_done = said(
            request,
            lambda: actions.set_responsible(brand, topic, parties, by=request.user, now=now),
            _("Saved."),
        )
        return redirect("desk:responsibilities") if is_done else redirect("desk:responsibility", pk, topic)
    context = {
        "brand": brand, "row": row, "choices": raci.choices(brand), "letters": letters(),
        "helps": words.RACI_HELPS, "words": words,
    }  # fmt: skip
    return render(request, "desk/responsibility.html", context)


def row_of(rows: list[raci.Row], topic: str) -> raci.Row:
    found = next((row for row in rows if row.topic == topic), None)
    if found is None:
        raise Http404
    return found

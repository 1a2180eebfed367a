"""The weights of the priority, with the sum of three example posts beside them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.triage import names
from lyhord.triage.reasons import Reason
from lyhord.triage.tuning import actions, laying, values
from lyhord.triage.views.shared import context, number
from lyhord.web.views import render

PARTS = {"urgent": "urgency"}  # a weight -> the part of a reason that carries it


@login_required
@with_now
def weights(request: StaffRequest, *, now: datetime) -> HttpResponse:
    house = values.read().house
    given: Mapping[str, int] = house.weights
    influence = house.influence_from
    if request.method == "POST":
        given = written(request.POST)
        influence = int(number(request.POST.get("influence_from", "")) or 0)
        if said(
            request,
            lambda: actions.set_weights(given, influence, by=request.user, now=now),
            _("Saved. New posts are judged so; press Apply under Thresholds for those that are open."),
        ):
            return redirect("triage:weights")
    told = context(
        request,
        "weights",
        kinds=[(name, label, given[name]) for name, label in names.KINDS.items()],
        signs=[(name, label, given[name]) for name, label in names.SIGNS.items()],
        shipped=laying.WEIGHTS,
        influence_from=influence,
        examples=examples(given),
    )
    return render(request, "triage/weights.html", told, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def weigh(request: StaffRequest) -> HttpResponse:
    """The examples with what stands in the form now; nothing is saved."""
    return render(request, "triage/_examples.html", {"examples": examples(written(request.POST))})


def written(post: Any) -> dict[str, int]:
    """What stands in the form. What is no whole number is -1, which is refused when it is saved."""
    found = {}
    for name in laying.WEIGHTS:
        value = number(post.get(name, ""))
        found[name] = int(value) if value is not None and value == int(value) else -1
    return found


def examples(given: Mapping[str, int]) -> list[tuple[Any, int, list[tuple[Any, int]]]]:
    """Text, sum, and each part with its points."""
    fit = {name: min(max(points, 0), 100) for name, points in given.items()}
    told = []
    for text, kind, signs in names.EXAMPLES:
        parts = [Reason("kind", 0, ""), *(Reason(PARTS.get(sign, sign), 0, "") for sign in signs)]
        reasons = laying.weighed(parts, kind, fit)
        labels = [names.KINDS[kind], *(names.SIGNS[sign] for sign in signs)]
        told.append(
            (
                text,
                sum(one.points for one in reasons),
                [(label, one.points) for label, one in zip(labels, reasons, strict=True)],
            )
        )
    return told

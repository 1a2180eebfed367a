"""Handing over from the conversation that is open, and the answers to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, queries
from lyhord.desk.forms import whole
from lyhord.desk.models import Conversation, HandOver
from lyhord.desk.queries import load
from lyhord.desk.views.answers import answer, refuse
from lyhord.lib.errors import LyhordError
from lyhord.staff import queries as staff
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import Team, User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import said, with_now
from lyhord.web.views import render

ANSWERS: dict[str, tuple[Callable[..., Conversation], Any]] = {
    "accept": (actions.accept, gettext_lazy("It is yours.")),
    "decline": (actions.decline, gettext_lazy("Declined. It stays with who offered it.")),
    "withdraw": (actions.withdraw, gettext_lazy("The offer is taken back.")),
}


def form_key(text: str) -> UUID:
    """Of the form; one that was tampered with is a form of its own."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def taker(chosen: str, people: list[User], teams: list[Team]) -> User | Team | None:
    kind, _colon, key = chosen.partition(":")
    rows: dict[str, list[Any]] = {"person": people, "team": teams}
    found: User | Team | None = next((one for one in rows.get(kind, []) if one.pk == whole(key)), None)
    return found


@login_required
@require_http_methods(["GET", "POST"])
@with_now
def hand_over(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    conversation = get_object_or_404(
        queries.conversations_visible_to(request.user).select_related("account"), pk=pk
    )
    places = queries.places(request.user, conversation, queries.colleagues(conversation.account_id))
    if request.method == "GET":
        context = {
            "conversation": conversation, "places": places, "reasons": HandOver.Reason.choices, "form_key": uuid4(),
            "offer": load.open_offer(pk),
        }  # fmt: skip
        return render(request, "desk/_hand_over.html", context)
    to = taker(request.POST.get("to", ""), places.people, places.teams)
    if to is None:
        return refuse(request, _("Choose to whom."))
    try:
        made = actions.hand_over(
            conversation, to, reason=request.POST.get("reason", ""), note=request.POST.get("note", ""),
            by=request.user, form_key=form_key(request.POST.get("form_key", "")), now=now,
        )  # fmt: skip
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    text = _("Offered to %(name)s. You have it until it is accepted.") % {"name": made.to_name}
    return answer(request, pk, text, can_undo=True)


@login_required
@require_POST
@with_now
def answer_here(request: StaffRequest, pk: str, offer: str, verb: str, *, now: datetime) -> HttpResponse:
    """Accept, decline or take back, beside the conversation."""
    rows = load.hand_overs_visible_to(request.user).select_related("conversation")
    row = get_object_or_404(rows, pk=int(offer), conversation=int(pk))
    try:
        do(row, verb, request, now)
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, int(pk), str(ANSWERS[verb][1]))


def do(row: HandOver, verb: str, request: StaffRequest, now: datetime) -> None:
    more = {"why": request.POST.get("why", "")} if verb == "decline" else {}
    ANSWERS[verb][0](row, by=request.user, now=now, **more)


# The page ---------------------------------------------------------------------------------------------------------


@login_required
@require_GET
def hand_overs(request: StaffRequest) -> HttpResponse:
    from lyhord.desk.views.team import tabs

    brands = staff.brand_ids(request.user)
    context = {
        "tabs": tabs(request, "hand_overs"),
        "offers": load.offers_for(request.user),
        "mine": load.offers_of(request.user),
        "held": load.held_by(request.user),
        "people": [one for one in staff.colleagues(brands) if one.pk != request.user.pk],
        "teams": list(staff.teams_visible_to(request.user).order_by("name")),
        "reasons": dict(HandOver.Reason.choices),
        "form_key": uuid4(),
    }
    return render(request, "desk/hand_overs.html", context)


@login_required
@require_POST
@with_now
def answer_there(request: StaffRequest, offer: str, verb: str, *, now: datetime) -> HttpResponse:
    """The same from the page."""
    rows = load.hand_overs_visible_to(request.user).select_related("conversation")
    row = get_object_or_404(rows, pk=int(offer))
    said(request, lambda: do(row, verb, request, now), str(ANSWERS[verb][1]))
    return redirect("desk:hand_overs")


@login_required
@require_POST
@with_now
def all_at_once(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """The end of a shift."""
    people = list(staff.colleagues(staff.brand_ids(request.user)))
    teams = list(staff.teams_visible_to(request.user))
    to = taker(request.POST.get("to", ""), people, teams)
    ids = [pk for pk in (whole(text) for text in request.POST.getlist("ids")) if pk]
    if to is None or not ids:
        messages.error(request, _("Choose what you hand over, and to whom."))
        return redirect("desk:hand_overs")
    given = {"note": request.POST.get("note", ""), "form_key": form_key(request.POST.get("form_key", ""))}
    done = actions.hand_over_all(ids, to, by=request.user, now=now, **given)  # type: ignore[arg-type]
    if done.changed:
        told = ngettext(
            "%(n)d conversation is offered.", "%(n)d conversations are offered.", len(done.changed)
        )
        messages.success(request, told % {"n": len(done.changed)})
    for why in sorted(set(done.refused.values())):
        messages.error(request, why)
    return redirect("desk:hand_overs")

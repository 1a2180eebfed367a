"""Sending a customer on, from the conversation that is open (IN-18)."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, forms, queries, words
from lyhord.desk.models import Conversation, Draft, Referral
from lyhord.desk.views.answers import answer, refuse, told
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render


@login_required
@require_http_methods(["GET", "POST"])
def refer(request: StaffRequest, pk: int) -> HttpResponse:
    """The form; and the referral itself, which puts the receipt into the composer."""
    conversation = get_object_or_404(
        queries.conversations_visible_to(request.user).select_related("account"), pk=pk
    )
    places = queries.places(request.user, conversation, queries.colleagues(conversation.account_id))
    if request.method == "GET":
        context = {"conversation": conversation, "places": places, "form_key": uuid4()}
        return render(request, "desk/_refer.html", context)
    form = forms.Refer(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    to = chosen(places, form.cleaned_data)
    if to is None:
        return refuse(request, _("That place is not to be had any more. Open the form again."))
    given = {"why": form.cleaned_data["why"], "form_key": form.cleaned_data["form_key"]}
    try:
        done = actions.refer(conversation, to, by=request.user, now=timezone.now(), **given)
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    text = _("Referred to %(name)s.") % {"name": done.referral.name}
    if done.draft is None:
        return answer(request, pk, text, can_undo=True)
    text += " " + _("The receipt is your draft: read it, then send it.")
    draft = {"id": pk, "kind": done.draft.kind, "text": done.draft.text}
    return answer(request, pk, text, trigger={"desk:draft": draft}, can_undo=True)


@login_required
@require_POST
def thank(request: StaffRequest, pk: int) -> HttpResponse:
    """Thanks as a draft, beside the dialog in which she says who should know."""
    conversation = get_object_or_404(
        queries.conversations_visible_to(request.user).select_related("account"), pk=pk
    )
    try:
        draft = actions.thank(conversation, by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    text = _("Thanks are your draft: read them, then send them.")
    return answer(
        request, pk, text, trigger={"desk:draft": {"id": pk, "kind": draft.kind, "text": draft.text}}
    )


def chosen(places: queries.Places, given: dict[str, Any]) -> actions.To | None:
    kind, _colon, key = given["to"].partition(":")
    if kind == "address":
        return actions.Elsewhere(given["name"], given["address"])
    rows: dict[str, list[Any]] = {"account": places.accounts, "person": places.people, "team": places.teams}
    found: actions.To | None = next((one for one in rows[kind] if one.pk == int(key)), None)
    return found


def left(by: User, pk: int) -> dict[str, Any]:
    """What stands in her composer once a referral was taken back."""
    conversation = Conversation.objects.get(pk=pk)
    mine = Draft.objects.filter(conversation=pk, user=by).exclude(kind="note").order_by("-saved_at").first()
    kind = mine.kind if mine is not None else "public" if conversation.is_public else "private"
    return {"id": pk, "kind": kind, "text": mine.text if mine is not None else ""}


def visible(request: StaffRequest, pk: int, referral: int) -> Referral:
    get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    rows = queries.referrals_visible_to(request.user).filter(Q(conversation=pk) | Q(joined=pk))
    return get_object_or_404(rows.select_related("conversation__account", "by"), pk=referral)


@login_required
@require_GET
def history(request: StaffRequest, pk: int, referral: int) -> HttpResponse:
    """What she told before she was sent on."""
    row = visible(request, pk, referral)
    return render(request, "desk/_history.html", {"history": queries.history(row), "words": words})


@login_required
@require_POST
def part(request: StaffRequest, pk: int, referral: int) -> HttpResponse:
    row = visible(request, pk, referral)
    try:
        actions.part_referral(row, by=request.user, now=timezone.now())
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, pk, _("Two matters again."))

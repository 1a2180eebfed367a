"""The toolbox beside the composer: saved replies, macros, routes, and what completes while somebody writes."""

import json
from uuid import uuid4

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lyhord.desk import actions, composing_words, queries
from lyhord.desk.actions.assist import LANGUAGES
from lyhord.desk.models import Conversation, Macro
from lyhord.desk.queries import assist, toolbox
from lyhord.desk.views.answers import answer, refuse
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

LONGEST = 100  # characters of a search


def visible(request: StaffRequest, pk: int) -> Conversation:
    rows = queries.conversations_visible_to(request.user)
    return get_object_or_404(rows.select_related("account__app", "brand", "customer", "ticket"), pk=pk)


@login_required
@require_GET
def tools(request: StaffRequest, pk: int) -> HttpResponse:
    """The panel, fetched when it is opened; with `q` the lists alone."""
    conversation = visible(request, pk)
    sought = request.GET.get("q", "")[:LONGEST]
    context = {
        "conversation": conversation,
        "sought": sought,
        "replies": queries.fitting(request.user, conversation, sought),
        "macros": queries.macros_for(request.user, conversation, sought),
        "called": composing_words,
    }
    if "q" in request.GET:
        return render(request, "desk/_tools_found.html", context)
    context |= {
        "routes": toolbox.routes(request.user, conversation),
        "helps": assist.helps(conversation.brand_id),
        "languages": LANGUAGES,
        "now": timezone.now(),
    }
    return render(request, "desk/_tools.html", context)


@login_required
@require_GET
def complete(request: StaffRequest, pk: int) -> HttpResponse:
    """Choices for what is being typed: `reply` after a slash, `handle` after an at sign."""
    conversation = visible(request, pk)
    sought = request.GET.get("q", "")[:LONGEST]
    if request.GET.get("what") == "handle":
        parts = sought.casefold()
        found = [
            one for one in toolbox.handles(conversation) if parts in f"{one.handle} {one.name}".casefold()
        ]
        return render(request, "desk/_complete.html", {"handles": found[:8]})
    context = {
        "replies": queries.fitting(request.user, conversation, sought)[:8],
        "macros": queries.macros_for(request.user, conversation, sought)[:4],
        "conversation": conversation,
    }
    return render(request, "desk/_complete.html", context)


@login_required
@require_POST
def use_reply(request: StaffRequest, pk: int, saved: int) -> HttpResponse:
    """The words of a saved reply, filled in, for the page to put where the writer is."""
    conversation = visible(request, pk)
    row = get_object_or_404(
        queries.saved_replies_visible_to(request.user).filter(brand=conversation.brand_id), pk=saved
    )
    found = queries.fitting_one(request.user, conversation, row)
    if found is None:
        return refuse(request, _("This reply has no words for this network."))
    actions.use_reply(row, now=timezone.now())
    told = {"desk:insert": {"id": pk, "text": found.text}}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


@login_required
@require_http_methods(["GET", "POST"])
def macro(request: StaffRequest, pk: int, macro: int) -> HttpResponse:
    """What a macro would do here; and the doing, taken back in one step."""
    conversation = visible(request, pk)
    rows = queries.macros_visible_to(request.user).filter(brand=conversation.brand_id, is_on=True)
    row = get_object_or_404(rows.select_related("reply"), pk=macro)
    if request.method == "GET":
        shown = queries.preview_macro(request.user, conversation, row, timezone.now())
        context = {
            "conversation": conversation,
            "shown": shown,
            "form_key": uuid4(),
            "called": composing_words,
        }
        return render(request, "desk/_macro.html", context)
    return run(request, conversation, row)


def run(request: StaffRequest, conversation: Conversation, row: Macro) -> HttpResponse:
    try:
        form_key = forms.UUIDField().clean(request.POST.get("form_key"))
        ran = actions.run_macro(conversation, row, by=request.user, form_key=form_key, now=timezone.now())
    except NotYours:
        raise
    except forms.ValidationError:
        return refuse(request, _("Open the macro again."))
    except LyhordError as problem:
        return refuse(request, str(problem))
    if not ran.done and ran.refused:
        return refuse(request, " ".join(ran.refused.values()))
    trigger = {}
    if ran.draft is not None:
        draft = {"id": conversation.pk, "kind": ran.draft.kind, "text": ran.draft.text, "closes": ran.closes}
        trigger = {"desk:draft": draft}
    return answer(request, conversation.pk, outcome(row.name, ran), can_undo=bool(ran.done), trigger=trigger)


def outcome(name: str, ran: actions.Ran) -> str:
    text = _("%(name)s is done.") % {"name": name}
    if ran.refused:
        n = len(ran.refused)
        text += " " + ngettext("%(n)s part was refused:", "%(n)s parts were refused:", n) % {"n": n}
        text += " " + " ".join(ran.refused.values())
    return text

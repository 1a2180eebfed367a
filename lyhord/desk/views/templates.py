"""Approved templates beside the composer: found, filled in, seen as the customer sees them, sent."""

from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, filling, queries
from lyhord.desk.composing_forms import Template
from lyhord.desk.forms import whole
from lyhord.desk.models import Conversation, Strand, Turn
from lyhord.desk.queries import templating
from lyhord.desk.queries.saved_replies import values as known_values
from lyhord.desk.views.answers import answer, refuse, told
from lyhord.desk.views.granting import kept_for
from lyhord.lib.errors import LyhordError
from lyhord.outbox import actions as outbox
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

LONGEST = 100  # characters of a search


def place(request: StaffRequest, pk: int) -> tuple[Conversation, Strand, int | None]:
    """The conversation, where its next answer goes, and the newest turn that is seen with it."""
    asked = whole(request.GET.get("strand") or request.POST.get("strand") or "")
    detail = queries.conversation(request.user, pk, asked=asked)
    if detail is None or detail.answered is None:
        raise Http404
    return detail.conversation, detail.answered, detail.newest_turn


@login_required
@require_GET
def templates(request: StaffRequest, pk: int) -> HttpResponse:
    """The dialog; with `q` the list alone."""
    conversation, strand, newest = place(request, pk)
    sought, now = request.GET.get("q", "")[:LONGEST], timezone.now()
    rows = templating.offered(request.user, conversation, strand, sought)
    known = known_values(request.user, conversation)
    context = {
        "conversation": conversation,
        "strand": strand,
        "newest": newest,
        "sought": sought,
        "rows": rows,
        "known": sorted({value for value in known.values() if value}),
        "price": templating.price_of(conversation, strand, rows[0].template, now) if rows else None,
        "form_key": uuid4(),
    }
    name = "desk/_templates_found.html" if "q" in request.GET else "desk/_templates.html"
    return render(request, name, context)


@login_required
@require_POST
def send_template(request: StaffRequest, pk: int) -> HttpResponse:
    """Send it. What was being written in the composer stays there."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    form = Template(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    try:
        turn = sent(request, conversation, form)
    except actions.NewerTurn as problem:
        return refuse(request, str(problem), trigger={"desk:newer": {"id": pk}})
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    if turn.what == "proposed":
        return answer(request, pk, kept_for(turn.values.get("name", "")), trigger={"desk:newer": {"id": pk}})
    seconds = request.user.undo_seconds
    return answer(
        request,
        pk,
        _("Sending."),
        trigger={"desk:newer": {"id": pk}},
        can_undo=seconds > 0,
        seconds=seconds or 4,
    )


def sent(request: StaffRequest, conversation: Conversation, form: Template) -> Turn:
    given, by = form.cleaned_data, request.user
    strands = queries.strands_visible_to(by).select_related("thread__account__app", "identity")
    strand = get_object_or_404(strands, pk=given["strand"], conversation=conversation)
    known = known_values(by, conversation)
    values = tuple(filling.filled(value, known).text for value in request.POST.getlist("value"))
    return actions.reply(
        strand,
        "",
        seen=given["seen"],
        is_public=strand.thread.is_public,
        by=by,
        form_key=given["form_key"],
        now=timezone.now(),
        template=outbox.Chosen(given["name"], given["language"], values),
    )

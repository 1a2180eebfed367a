"""What a writer is shown before her words leave, and the answer that was given to the same question elsewhere."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.customers import actions as customers
from lyhord.customers.models import SameQuestion
from lyhord.desk import actions, queries
from lyhord.desk.models import Conversation
from lyhord.desk.queries.asked import asked_elsewhere
from lyhord.desk.views.answers import answer, refuse
from lyhord.desk.views.beside import mark, warned
from lyhord.lib.errors import LyhordError
from lyhord.outbox.models import Dispatch
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

KINDS = frozenset({"public", "private", "note"})


@login_required
@require_POST
def before(request: StaffRequest, pk: int) -> HttpResponse:
    """What stands against sending these words to this person, asked while they are written."""
    conversation = get_object_or_404(
        queries.conversations_visible_to(request.user).select_related("account", "customer"), pk=pk
    )
    kind = request.POST.get("kind", "")
    text = request.POST.get("text", "")[:100_000]
    return render(
        request,
        "desk/_before.html",
        warned(conversation, text, kind if kind in KINDS else "note", timezone.now()),
    )


def unseen(request: StaffRequest, conversation: Conversation, told: dict[str, Any]) -> HttpResponse | None:
    """Refuses words that this very person was sent before, until the writer has been shown so (IN-12)."""
    if told["kind"] == "note" or request.POST.get("shown") == mark(told["text"]):
        return None
    if queries.same_reply_before(conversation.customer_id, told["text"]) is None:
        return None
    # A double click is one reply. Asked last: what was said before may be what the first click said just now.
    if Dispatch.objects.filter(key=told["form_key"]).exists():
        return None
    context = warned(conversation, told["text"], told["kind"], timezone.now())
    context |= {
        "why": _("This person was sent these very words before. Send again to send them all the same.")
    }
    return render(request, "desk/_refused_before.html", context, status=422)


@login_required
@require_POST
def answer_like(request: StaffRequest, pk: int, link: int) -> HttpResponse:
    """Put the answer that was given to the same question elsewhere into the composer, as a draft."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    found = next((one for one in asked_elsewhere(request.user, conversation).found if one.link == link), None)
    if found is None:
        raise Http404
    if found.answer is None:
        return refuse(request, _("Nobody has answered there yet."))
    kind = request.POST.get("kind", "")
    kind = kind if kind in {"public", "private"} else "public" if conversation.is_public else "private"
    try:
        actions.save_draft(conversation, kind, found.answer.text, by=request.user, now=timezone.now())
    except LyhordError as problem:
        return refuse(request, str(problem))
    draft = {"id": pk, "kind": kind, "text": found.answer.text}
    return answer(
        request,
        pk,
        _("The answer from there is your draft. Fit it to this person."),
        trigger={"desk:draft": draft},
    )


@login_required
@require_POST
def another_question(request: StaffRequest, pk: int, link: int) -> HttpResponse:
    """The two ask different things after all."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    if link not in {one.link for one in asked_elsewhere(request.user, conversation).found}:
        raise Http404
    row = get_object_or_404(SameQuestion.objects.select_related("post__account"), pk=link)
    try:
        customers.is_not_the_same(row, request.user, timezone.now())
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, pk, _("Not shown as the same question any more."))

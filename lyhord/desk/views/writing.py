"""Answering, noting, drafts, and who is there."""

import json
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lyhord.channels.contract import Allowed, Denied
from lyhord.desk import actions, forms, queries, words
from lyhord.desk.models import Conversation, Strand, Turn
from lyhord.desk.views import case_panel, enclosing, warning
from lyhord.desk.views.answers import answer, refuse, told
from lyhord.desk.views.granting import kept_for
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render


@login_required
@require_POST
def reply(request: StaffRequest, pk: int) -> HttpResponse:
    """A reply or a note. A newer turn refuses it, is shown, and the text stays with the writer."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    form = forms.Reply(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    if sent_before := warning.unseen(request, conversation, form.cleaned_data):
        return sent_before
    try:
        turn = written(request, conversation, form.cleaned_data)
    except actions.NewerTurn as problem:
        return refuse(request, str(problem), trigger={"desk:newer": {"id": pk}})
    except NotYours:
        raise  # 403, told in place and to the audit log (staff.middleware)
    except actions.NeedsEnding as problem:
        return case_panel.asked(request, pk, problem, after="send")
    except LyhordError as problem:
        return refuse(request, str(problem))
    is_note = turn.note_id is not None
    if turn.what == "proposed":
        news = {"desk:sent": {"id": pk, "formKey": str(uuid4()), "closed": False}}
        return answer(request, pk, kept_for(turn.values.get("name", "")), trigger=news)
    news = {"desk:sent": {"id": pk, "formKey": str(uuid4()), "closed": form.cleaned_data["close"]}}
    text = _("Noted.") if is_note else sending_text(request)
    seconds = request.user.undo_seconds
    return answer(request, pk, text, trigger=news, can_undo=not is_note and seconds > 0, seconds=seconds or 4)


def sending_text(request: StaffRequest) -> str:
    return (
        _("Sending. You can take it back for %(n)s seconds.") % {"n": request.user.undo_seconds}
        if request.user.undo_seconds
        else _("Sending.")
    )


def written(request: StaffRequest, conversation: Conversation, told: dict[str, Any]) -> Turn:
    by, now = request.user, timezone.now()
    if told["kind"] == "note":
        return actions.note(
            conversation,
            told["text"],
            by=by,
            form_key=told["form_key"],
            now=now,
            guests=forms.wholes(told["guests"], 20),
            answers=told["answers"],
        )
    strand = get_object_or_404(queries.strands_visible_to(by), pk=told["strand"], conversation=conversation)
    files, alts = enclosing.files_of(request), enclosing.alts_of(request)
    if alts:
        actions.describe(conversation, alts, by=by)
    if told["kind"] == "private" and strand.thread.is_public:
        private = private_strand(conversation)
        if private is None:
            return actions.move_to_private(
                conversation,
                told["text"],
                seen=told["seen"],
                by=by,
                form_key=told["form_key"],
                now=now,
                files=files,
            )
        strand = private
    return actions.reply(
        strand,
        told["text"],
        seen=told["seen"],
        is_public=strand.thread.is_public,
        by=by,
        form_key=told["form_key"],
        now=now,
        close=told["close"],
        files=files,
    )


def private_strand(conversation: Conversation) -> Strand | None:
    strands = Strand.objects.filter(conversation=conversation, thread__is_public=False, ended_at=None)
    return strands.select_related("thread__account__app", "identity").order_by("-pk").first()


@login_required
@require_POST
def draft(request: StaffRequest, pk: int) -> HttpResponse:
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    form = forms.Draft(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_text(), "text/plain; charset=utf-8", 422)
    now = timezone.now()
    kind, text = form.cleaned_data["kind"], form.cleaned_data["text"]
    actions.save_draft(conversation, kind, text, by=request.user, now=now)
    allowed = asked(request, conversation, form.cleaned_data["strand"], kind, text)
    told: dict[str, Any] = {
        "at": now,
        "now": now,
        "allowed": allowed,
        "conversation": conversation,
        "words": words,
    }
    told["strand"] = {"id": form.cleaned_data["strand"]} if form.cleaned_data["strand"] else None
    return render(request, "desk/_saved.html", told)


def asked(
    request: StaffRequest, conversation: Conversation, strand: int | None, kind: str, text: str
) -> Allowed | Denied | None:
    """What the network says of these words now, and what they cost; None where nothing would be sent."""
    if kind == "note" or strand is None:
        return None
    strands = queries.strands_visible_to(request.user).filter(conversation=conversation)
    found = strands.select_related("thread__account__app", "identity").filter(pk=strand).first()
    if found is not None and kind == "private" and found.thread.is_public:
        found = private_strand(conversation) or found
    return queries.may_answer(conversation, found, kind, text, timezone.now()) if found else None


@login_required
@require_POST
def take_draft(request: StaffRequest, pk: int, draft: int) -> HttpResponse:
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    theirs = next((row for row in queries.drafts(conversation.pk) if row.pk == draft), None)
    if theirs is None:
        raise Http404
    mine = actions.take_over_draft(theirs, by=request.user, now=timezone.now())
    return answer(
        request,
        pk,
        _("The draft is yours now."),
        trigger={"desk:draft": {"id": pk, "kind": mine.kind, "text": mine.text}},
    )


@login_required
@require_POST
def case_address(request: StaffRequest, pk: int) -> HttpResponse:
    """An address for this case alone, for the page to put where the writer is."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    try:
        address = actions.give_address(conversation, by=request.user, now=timezone.now())
    except actions.NotPossible as problem:
        return refuse(request, str(problem))
    return HttpResponse(
        status=204, headers={"HX-Trigger": json.dumps({"desk:insert": {"id": pk, "text": address}})}
    )


@login_required
@require_POST
def present(request: StaffRequest, pk: int) -> HttpResponse:
    """I am here: viewing, writing, away or gone. Answers with who else is."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    doing = request.POST.get("doing", "viewing")
    if doing not in {"viewing", "writing", "away", "gone"}:
        told = _("That did not work. Nothing was changed.")
        return HttpResponse(told, "text/plain; charset=utf-8", 422)
    others = actions.present(conversation, doing, by=request.user, now=timezone.now())
    return render(request, "desk/_presence.html", {"present": others})


@login_required
@require_POST
def read(request: StaffRequest, pk: int, is_read: bool) -> HttpResponse:
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    mark = actions.mark_read if is_read else actions.mark_unread
    mark(conversation, by=request.user, now=timezone.now())
    return HttpResponse(
        status=204, headers={"HX-Trigger": json.dumps({"desk:read": {"id": pk, "read": is_read}})}
    )

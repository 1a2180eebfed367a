"""What waits for a second person: the page, the conversation's part of it, and the decisions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, approving, queries, words
from lyhord.desk.forms import whole
from lyhord.desk.models import Conversation, Grant, Proposal, Turn
from lyhord.desk.queries import approvals as waiting
from lyhord.desk.queries import approvers, remedies
from lyhord.desk.views.answers import answer, refuse
from lyhord.lib.errors import LyhordError
from lyhord.staff import mandates
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.shared import with_now
from lyhord.web.views import is_htmx, render

OF_GRANTS = ("granted", "remedy_")
OF_PROPOSALS = ("proposed",)


@dataclass(frozen=True)
class Shown:
    """A proposed reply as its reader sees it."""

    row: Proposal
    between: list[Turn]  # what was said since its author wrote
    seen: int | None
    is_own: bool
    may: bool  # decide


def shown(row: Proposal, by: User) -> Shown:
    is_own = row.by_id == by.pk
    return Shown(
        row,
        waiting.came_between(row),
        queries.newest_turn(row.conversation_id),
        is_own,
        not is_own and mandates.allows(by, approvers.APPROVE, row.conversation.account),
    )


def of_case(
    user: User, conversation: Conversation, turns: list[queries.TurnRow], now: datetime
) -> dict[str, Any]:
    """For the opened conversation. Looked for only where the turns tell of one, or are too many to tell."""
    told = {turn.what for turn in turns if turn.what}
    is_long = len(turns) >= queries.MOST_TURNS
    proposed = waiting.proposals(conversation.pk) if is_long or told & set(OF_PROPOSALS) else []
    has_grants = is_long or any(what.startswith(OF_GRANTS) for what in told)
    for row in proposed:
        row.conversation = conversation
    return {
        "proposals": [shown(row, user) for row in proposed],
        "grants": remedies.grants(conversation.pk) if has_grants else [],
        "approval": waiting.before_sending(user, conversation, now),
    }


@login_required
@require_GET
@with_now
def approvals(request: StaffRequest, *, now: datetime) -> HttpResponse:
    """All that waits for her, that she could decide too, and that she asked for."""
    by = request.user
    found = waiting.waiting(by)
    parts = [
        ("mine", cards(found.mine, by)),
        ("others", [card for card in cards(found.others, by) if card["may"]]),
        ("own", cards(found.own, by)),
    ]
    context = {"parts": parts, "decided": decisions(waiting.decided(by)), "words": words, "now": now}
    return render(request, "desk/approvals.html", context)


def cards(rows: list[Grant | Proposal], by: User) -> list[dict[str, Any]]:
    return [card(row, by) for row in rows]


def card(row: Grant | Proposal, by: User) -> dict[str, Any]:
    if isinstance(row, Proposal):
        one = shown(row, by)
        return {"proposal": one, "grant": None, "row": row, "may": one.may, "is_own": one.is_own}
    is_own = row.by_id == by.pk
    may = not is_own and remedies.may(by, row.remedy, row.amount, row.conversation.account)
    return {"proposal": None, "grant": row, "row": row, "may": may, "is_own": is_own}


def decisions(rows: list[Grant | Proposal]) -> list[dict[str, Any]]:
    """Each with the minutes it took, and what the approver changed."""
    return [
        {
            "row": row,
            "is_reply": isinstance(row, Proposal),
            "minutes": (row.decided_at - row.at).total_seconds() / 60 if row.decided_at else None,
            "differences": (
                approving.differences(row.text, row.sent_text)
                if isinstance(row, Proposal) and row.sent_text
                else []
            ),
        }
        for row in rows
    ]


# Deciding --------------------------------------------------------------------------------------------------------


def done(request: StaffRequest, pk: int, text: str, run: Callable[[], Any]) -> HttpResponse:
    """Do it: from the opened conversation its parts as they now stand, from the page the page again."""
    try:
        run()
    except mandates.NotYours:
        raise
    except LyhordError as problem:
        if is_htmx(request):
            news = {"desk:newer": {"id": pk}} if isinstance(problem, actions.NewerTurn) else None
            return refuse(request, str(problem), trigger=news)
        messages.error(request, str(problem))
        return redirect("desk:approvals")
    if is_htmx(request):
        return answer(request, pk, text)
    messages.success(request, text)
    return redirect("desk:approvals")


def proposal_of(request: StaffRequest, pk: int, verb: str) -> Proposal:
    mandates.require(request.user, verb)
    return get_object_or_404(waiting.proposals_visible_to(request.user), pk=pk)


def grant_of(request: StaffRequest, pk: int) -> Grant:
    mandates.require(request.user, remedies.VERB)
    return get_object_or_404(remedies.grants_visible_to(request.user), pk=pk)


@login_required
@require_POST
@with_now
def approve_reply(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = proposal_of(request, pk, approvers.APPROVE)
    seen, text = whole(request.POST.get("seen", "")), request.POST.get("text")
    told = _("Approved. It is sent under the name of %(name)s.") % {"name": row.by}
    return done(
        request,
        row.conversation_id,
        told,
        lambda: actions.approve_reply(row, seen=seen, text=text, by=request.user, now=now),
    )


@login_required
@require_POST
@with_now
def return_reply(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = proposal_of(request, pk, approvers.APPROVE)
    told = _("Returned to %(name)s.") % {"name": row.by}
    word = request.POST.get("word", "")
    return done(
        request,
        row.conversation_id,
        told,
        lambda: actions.return_reply(row, word, by=request.user, now=now),
    )


@login_required
@require_POST
@with_now
def withdraw_proposal(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = proposal_of(request, pk, "reply")
    told = _("Taken back: it is your draft again.")
    return done(
        request, row.conversation_id, told, lambda: actions.withdraw_proposal(row, by=request.user, now=now)
    )


@login_required
@require_POST
@with_now
def approve_grant(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = grant_of(request, pk)
    return done(
        request, row.conversation_id, _("Granted."), lambda: actions.approve_grant(row, by=request.user, now=now)
    )  # fmt: skip


@login_required
@require_POST
@with_now
def decline_grant(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = grant_of(request, pk)
    word = request.POST.get("word", "")
    return done(
        request,
        row.conversation_id,
        _("Declined."),
        lambda: actions.decline_grant(row, word, by=request.user, now=now),
    )


@login_required
@require_POST
@with_now
def withdraw_grant(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    row = grant_of(request, pk)
    return done(
        request, row.conversation_id, _("Taken back."), lambda: actions.withdraw_grant(row, by=request.user, now=now)
    )  # fmt: skip

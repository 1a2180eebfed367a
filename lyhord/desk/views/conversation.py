"""One conversation: the thread, the composer and the customer's card."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Allowed, Denied
from lyhord.channels.models import Account
from lyhord.customers import queries as customers
from lyhord.desk import queries, rules, words
from lyhord.desk.actions.handing import is_for
from lyhord.desk.forms import whole
from lyhord.desk.models import Draft, Request, ScheduledReply
from lyhord.desk.queries.departments import requests_of_case
from lyhord.desk.queries.load import open_offer
from lyhord.desk.queries.mentions import answering
from lyhord.desk.queries.turns import MOST
from lyhord.desk.views import beside, case_panel
from lyhord.outbox.files import kind_name
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

AROUND = 12  # posts of others in the same thread that are shown beside


def work_context(request: StaffRequest, pk: int) -> dict[str, Any] | None:
    """Everything that both panes of a conversation need; None: not hers to see."""
    from lyhord.desk.views import approvals  # it answers with what is drawn here

    now, asked = timezone.now(), whole((request.GET.get("strand") or request.POST.get("strand")) or "")
    detail = queries.conversation(request.user, pk, asked=asked, now=now)
    if detail is None:
        return None
    conversation, drafts, turns = detail.conversation, queries.drafts(pk), queries.turns(pk)
    may = allowed(detail, drafts, request, now)
    return {
        "detail": detail,
        "scheduled": scheduled_of(pk, turns),
        "verbs": verbs_of(conversation.account),
        "conversation": conversation,
        "turns": turns,
        "merges": customers.merges_of(conversation.customer),
        "around": queries.context(pk, most=AROUND),
        "card": queries.card(request.user, conversation.customer_id, without=pk),
        "colleagues": queries.colleagues(conversation.account_id),
        "present": [
            someone for someone in queries.present(pk, now=now) if someone.user_id != request.user.pk
        ],
        "drafts": drafts,
        "asked_strand": asked if asked == detail.answer_strand else None,
        "case": queries.case_address(request.user, conversation) is not None,
        "ways": queries.other_ways(request.user, conversation) if is_shut(detail, may) else [],
        "allowed": may,
        "files": queries.draft_files(pk, request.user),
        "kinds": enclosing_kinds(detail),
        "form_key": uuid4(),
        "signature": rules.signature_of(request.user.signature, request.user.name),
        "requests": asked_of_departments(pk, turns),
        **offered(request.user, pk, turns),
        "note_threads": note_threads(pk, turns),
        "words": words,
        "person": request.user,
        **approvals.of_case(request.user, conversation, turns, now),
        **beside.of_customer(request.user, conversation, now),
        **case_panel.beside(conversation, now),
        "now": now,
    }


def note_threads(pk: int, turns: list[queries.TurnRow]) -> dict[int, tuple[int, str]]:
    """Which note answers which; a single note answers none."""
    return answering(pk) if sum(turn.kind == "note" for turn in turns) > 1 else {}


def offered(user: User, pk: int, turns: list[queries.TurnRow]) -> dict[str, Any]:
    """A hand-over that waits. Asked only where the last that is told of one is an offer."""
    told = [turn.what for turn in turns if turn.what.startswith("hand_over")]
    offer = open_offer(pk) if told and told[-1] == "hand_over" else None
    return {"offer": offer, "is_for_me": offer is not None and is_for(offer, user)}


def asked_of_departments(pk: int, turns: list[queries.TurnRow]) -> list[Request]:
    """Looked for only where the turns tell of one, or are too many to tell."""
    is_told = len(turns) >= MOST or any(turn.what == "department_asked" for turn in turns)
    return requests_of_case(pk) if is_told else []


def scheduled_of(pk: int, turns: list[queries.TurnRow]) -> list[ScheduledReply]:
    """What waits for its time. Asked only where a turn says that something was scheduled."""
    return queries.scheduled_in(pk) if any(turn.what.startswith("scheduled") for turn in turns) else []


def allowed(
    detail: queries.Detail, drafts: list[Draft], request: StaffRequest, now: datetime
) -> Allowed | Denied | None:
    """What the network says of an answer here, with her draft if she has one."""
    strand = detail.answered
    if strand is None:
        return None
    mine = next((draft.text for draft in drafts if draft.user_id == request.user.pk), "")
    kind = "public" if strand.thread.is_public else "private"
    return queries.may_answer(detail.conversation, strand, kind, mine, now)


def is_shut(detail: queries.Detail, may: Allowed | Denied | None) -> bool:
    """Whether nothing at all can be written here, so that other ways are looked for."""
    return detail.answer_strand is None or (isinstance(may, Denied) and not may.instead)


def enclosing_kinds(detail: queries.Detail) -> list[str]:
    """What kinds of files the network takes, as people call them."""
    return list(dict.fromkeys(kind_name(kind) for kind in detail.accepts))


def verbs_of(account: Account) -> frozenset[str]:
    """What can be done with a post there: hide, delete, like, and so on."""
    return frozenset(registry.get(account.connector).abilities(channels.side_of(account)).verbs)


@login_required
@require_GET
def work(request: StaffRequest, pk: int) -> HttpResponse:
    """Both panes as a fragment. A prefetch does not count as reading."""
    context = work_context(request, pk)
    if context is None:
        raise Http404
    return render(request, "desk/_work.html", context)


@login_required
@require_GET
def news(request: StaffRequest, pk: int) -> HttpResponse:
    """Head, turns and card as they now stand; the page puts in what is new and keeps the composer."""
    context = work_context(request, pk)
    if context is None:
        raise Http404
    return render(request, "desk/_news.html", context)

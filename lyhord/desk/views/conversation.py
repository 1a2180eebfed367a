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
from lyhord.desk.forms import whole
from lyhord.desk.models import Draft
from lyhord.desk.views import beside
from lyhord.outbox.files import kind_name
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

AROUND = 12  # posts of others in the same thread that are shown beside


def work_context(request: StaffRequest, pk: int) -> dict[str, Any] | None:
    """Everything that both panes of a conversation need; None: not hers to see."""
    now, asked = timezone.now(), whole((request.GET.get("strand") or request.POST.get("strand")) or "")
    detail = queries.conversation(request.user, pk, asked=asked, now=now)
    if detail is None:
        return None
    conversation, drafts = detail.conversation, queries.drafts(pk)
    return {
        "detail": detail,
        "verbs": verbs_of(conversation.account),
        "conversation": conversation,
        "turns": queries.turns(pk),
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
        "ways": queries.other_ways(request.user, conversation) if detail.answer_strand is None else [],
        "allowed": allowed(detail, drafts, request, now),
        "files": queries.draft_files(pk, request.user),
        "kinds": enclosing_kinds(detail),
        "form_key": uuid4(),
        "signature": rules.signature_of(request.user.signature, request.user.name),
        "words": words,
        "person": request.user,
        **beside.of_customer(request.user, conversation, now),
        "now": now,
    }


def allowed(
    detail: queries.Detail, drafts: list[Draft], request: StaffRequest, now: datetime
) -> Allowed | Denied | None:
    """What the network says of an answer here, with her draft if she has one."""
    strands = queries.strands_visible_to(request.user).filter(pk=detail.answer_strand or 0)
    strand = strands.select_related("thread__account__app", "identity").first()
    if strand is None:
        return None
    mine = next((draft.text for draft in drafts if draft.user_id == request.user.pk), "")
    kind = "public" if strand.thread.is_public else "private"
    return queries.may_answer(detail.conversation, strand, kind, mine, now)


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

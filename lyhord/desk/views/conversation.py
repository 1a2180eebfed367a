"""One conversation: the thread, the composer and the customer's card."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.models import Account
from lyhord.customers import queries as customers
from lyhord.desk import queries, rules, words
from lyhord.staff.requests import StaffRequest
from lyhord.web.views import render

AROUND = 12  # posts of others in the same thread that are shown beside


def work_context(request: StaffRequest, pk: int) -> dict[str, Any] | None:
    """Everything that both panes of a conversation need; None: not hers to see."""
    detail = queries.conversation(request.user, pk)
    if detail is None:
        return None
    now = timezone.now()
    conversation = detail.conversation
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
        "drafts": queries.drafts(pk),
        "form_key": uuid4(),
        "signature": rules.signature_of(request.user.signature, request.user.name),
        "words": words,
        "person": request.user,
        "now": now,
    }


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

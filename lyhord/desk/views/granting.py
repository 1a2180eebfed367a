"""Remedies and proposed replies of the open conversation."""

from datetime import datetime
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lyhord.desk import actions, forms, queries
from lyhord.desk.actions.granting import told as amount_of
from lyhord.desk.models import Conversation, Grant
from lyhord.desk.queries import approvers, remedies
from lyhord.desk.views import enclosing
from lyhord.desk.views.answers import answer, refuse, told
from lyhord.lib.errors import LyhordError
from lyhord.staff.mandates import NotYours
from lyhord.staff.requests import StaffRequest
from lyhord.staff.views.mandates import amount as read_amount
from lyhord.staff.views.shared import with_now
from lyhord.web.views import render


def conversation_of(request: StaffRequest, pk: int) -> Conversation:
    rows = queries.conversations_visible_to(request.user)
    return get_object_or_404(rows.select_related("account", "brand"), pk=pk)


@login_required
@require_GET
@with_now
def offers(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """What can be done for her here, and up to how much at once."""
    conversation = conversation_of(request, pk)
    context = {
        "conversation": conversation,
        "offers": remedies.offers(request.user, conversation),
        "fast": approvers.fast_decider(conversation.brand_id, now),
        "form_key": uuid4(),
    }
    return render(request, "desk/_offers.html", context)


@login_required
@require_POST
@with_now
def grant(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    conversation, form = conversation_of(request, pk), forms.Grant(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    given = form.cleaned_data
    remedy = get_object_or_404(remedies.in_use(conversation.brand_id), pk=given["remedy"])
    try:
        row = actions.grant(
            conversation, remedy, read_amount(given["amount"]), why=given["why"], by=request.user,
            form_key=given["form_key"], now=now,
        )  # fmt: skip
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    return answer(request, pk, said(row), can_undo=row.state != Grant.State.DECLINED)


def said(row: Grant) -> str:
    values = {"remedy": row.remedy.name, "amount": amount_of(row), "name": row.approver}
    if row.state == Grant.State.ASKED:
        return _("%(name)s is asked for %(remedy)s %(amount)s.") % values
    return _("Granted: %(remedy)s %(amount)s.") % values


@login_required
@require_POST
@with_now
def propose(request: StaffRequest, pk: int, *, now: datetime) -> HttpResponse:
    """Her words as a proposal of her own free will, or as a rebuttal with a fact."""
    conversation, form = conversation_of(request, pk), forms.Propose(request.POST)
    if not form.is_valid():
        return refuse(request, told(form))
    given = form.cleaned_data
    strands = queries.strands_visible_to(request.user).select_related("thread__account", "identity")
    strand = get_object_or_404(strands, pk=given["strand"], conversation=conversation)
    try:
        row = actions.propose(
            strand, given["text"], seen=given["seen"], by=request.user, form_key=given["form_key"], now=now,
            files=enclosing.files_of(request), rebuts=given["rebuts"], fact=given["fact"],
        )  # fmt: skip
    except NotYours:
        raise
    except LyhordError as problem:
        return refuse(request, str(problem))
    news = {"desk:sent": {"id": pk, "formKey": str(uuid4()), "closed": False}}
    return answer(request, pk, kept_for(row.approver), trigger=news)


def kept_for(approver: object) -> str:
    return _("Kept until %(name)s has approved it.") % {"name": approver}

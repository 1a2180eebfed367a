"""Thanks for a view that somebody gave (TR-04): only a draft, in her language; a person reads it, changes it and sends it."""

from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.desk import queries, receipts
from lyhord.desk.actions import drafting
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Draft
from lyhord.staff import mandates
from lyhord.staff.models import User


@transaction.atomic
def thank(conversation: Conversation, *, by: User, now: datetime) -> Draft:
    """Thanks behind what she has written already; twice is once. Raises mandates.NotYours, NotPossible."""
    mandates.require(by, "reply", conversation.account)
    detail = queries.conversation(by, conversation.pk, now=now)
    strand = next((one for one in detail.strands if one.id == detail.answer_strand), None) if detail else None
    if strand is None:
        raise NotPossible(_("No answer can be sent here, so there is nobody to thank. Refer it instead."))
    kind = "public" if strand.is_public else "private"
    mine = Draft.objects.filter(conversation=conversation, user=by, kind=kind).first()
    if mine is not None and words(conversation) in mine.text:
        return mine
    text = f"{mine.text.rstrip()}\n\n{words(conversation)}" if mine is not None else words(conversation)
    draft = drafting.save_draft(conversation, kind, text, by=by, now=now)
    assert draft is not None
    return draft


def words(conversation: Conversation) -> str:
    """In her language; in that of the account where we do not have hers."""
    with translation.override(receipts.language(conversation)):
        return _("Thank you for telling us what you think. We pass it on to those who can decide about it.")

"""Giving a customer an address for her case alone."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import CaseAddress, Conversation
from lyhord.desk.queries.cases import case_address
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


@transaction.atomic
def give_address(conversation: Conversation, *, by: User, now: datetime) -> str:
    """The address, to be put into a private reply; mail to it joins the conversation from now on. Raises NotPossible."""
    mandates.require(by, "reply", conversation.account)
    found = case_address(by, conversation)
    if found is None:
        raise NotPossible(
            _("No mailbox of this brand gives an address for each case. Switch it on under Channels.")
        )
    account, case = found
    _row, is_new = CaseAddress.objects.get_or_create(
        account=account, parent=case.parent,
        defaults={"conversation": conversation, "address": case.address, "made_at": now},
    )  # fmt: skip
    if is_new:
        audit.record("conversation.address_given", conversation, by=by, now=now, account=account.pk)
    return case.address

"""Customers who know more than a first answer tells (IN-11)."""

from datetime import datetime

from django.db import transaction

from lyhord.desk.actions import changing
from lyhord.desk.models import Conversation, Expertise
from lyhord.staff import audit, mandates
from lyhord.staff.models import User


@transaction.atomic
def set_expert(conversation: Conversation, is_expert: bool, *, by: User, now: datetime) -> Expertise:
    """Of the customer of this conversation; False declines the suggestion, and it is not made again."""
    mandates.require(by, "handle_case", conversation.account)
    row = changing.locked([conversation.pk]).get()
    told, _new = Expertise.objects.update_or_create(
        customer_id=row.customer_id, defaults={"is_expert": is_expert, "by": by, "at": now}
    )
    audit.record("customer.expertise", row, by=by, now=now, is_expert=is_expert)
    return told

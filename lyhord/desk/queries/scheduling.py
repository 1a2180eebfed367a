"""Replies that wait for their time."""

from django.db.models import QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import ScheduledReply
from lyhord.staff.models import User

OPEN = ("waiting", "held")
MOST = 200


def scheduled_visible_to(user: User) -> QuerySet[ScheduledReply]:
    return ScheduledReply.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))


def scheduled_in(conversation: int) -> list[ScheduledReply]:
    """What waits in one conversation, the next first; what is held before all."""
    rows = ScheduledReply.objects.filter(conversation=conversation, state__in=OPEN)
    return list(rows.select_related("by", "strand__thread").order_by("state", "send_at", "pk"))


def scheduled_replies(user: User, *, mine: bool = False) -> list[ScheduledReply]:
    """All that wait or are held and that she may see, the next first."""
    rows = scheduled_visible_to(user).filter(state__in=OPEN)
    rows = rows.filter(by=user) if mine else rows
    return list(
        rows.select_related("by", "conversation__account", "conversation__customer").order_by(
            "state", "send_at", "pk"
        )[:MOST]
    )

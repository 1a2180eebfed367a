"""What somebody promised to come back to."""

from datetime import datetime

from django.db.models import QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import FollowUp
from lyhord.staff.models import User

MOST = 200


def followups_visible_to(user: User) -> QuerySet[FollowUp]:
    rows = FollowUp.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))
    return rows.select_related("user", "made_by", "conversation__customer", "conversation__account")


def of_conversation(pk: int) -> list[FollowUp]:
    """Those that are open, the next first."""
    rows = FollowUp.objects.filter(conversation=pk, done_at=None).select_related("user")
    return list(rows.order_by("due_at", "pk"))


def due(user: User, now: datetime, *, whose: str = "mine", when: str = "due") -> list[FollowUp]:
    """`whose`: mine | all; `when`: due (by now) | open (all that are not done)."""
    rows = followups_visible_to(user).filter(done_at=None)
    if whose == "mine":
        rows = rows.filter(user=user)
    if when == "due":
        rows = rows.filter(due_at__lte=now)
    return list(rows.order_by("due_at", "pk")[:MOST])

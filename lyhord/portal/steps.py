"""Answers on our own pages: a dispatch handed over stands on the ticket's page at once."""

from datetime import datetime

from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, State


def hand_over(now: datetime) -> int:
    """Write the receipt of what was handed over to us. Gives how many."""
    waiting = list(
        Dispatch.objects.filter(state=State.HANDED_OVER, account__connector="webform")
        .select_related("account")
        .order_by("pk")[:200]
    )
    for dispatch in waiting:
        outbox.hand_over(dispatch, f"answer:{dispatch.key}", "", now)
    return len(waiting)

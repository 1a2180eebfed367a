"""What scheduled replies and macros hold about a customer: told on request, and let go with her words."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from lyhord.desk.models import Conversation, ScheduledReply

WAITING = [ScheduledReply.State.WAITING, ScheduledReply.State.HELD]


def told(conversations: QuerySet[Conversation]) -> dict[str, Any]:
    rows = ScheduledReply.objects.filter(conversation__in=conversations).order_by("made_at")
    return {
        "scheduled_replies": list(rows.values("conversation__number", "made_at", "send_at", "state", "text"))
    }


def forget(conversations: Sequence[int]) -> int:
    """Words to her go from every conversation that she took part in; what had not left never leaves."""
    rows = ScheduledReply.objects.filter(conversation__in=conversations)
    rows.filter(state__in=WAITING).update(state=ScheduledReply.State.CANCELLED, due_at=None)
    return rows.exclude(text="").update(text="", problem="")

"""What closing does to words that have not left yet: they wait for somebody to look."""

from datetime import datetime, timedelta

from lyhord.desk.models import Case, Conversation
from lyhord.lib.text import N_
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, Hold, State
from lyhord.staff.models import User

REASON = N_("The conversation was closed before this was sent.")
# Closing right after one's own answer is how people work: that answer is the one that closes.
SAME_STROKE = timedelta(minutes=1)


def source(conversation: Conversation) -> str:
    return f"desk:closed:{conversation.pk}"


def hold_queued(conversation: Conversation, *, by: User | None, now: datetime) -> int:
    """Hold the lanes in which older words of this conversation still wait; gives how many words that are."""
    waiting = Dispatch.objects.filter(
        turn__conversation=conversation,
        state__in=[State.QUEUED, State.SENDING],
        verb="reply",
        made_at__lt=now,
    ).order_by("pk")
    held = 0
    fresh: dict[str, datetime] = {}
    older: dict[str, int] = {}
    for dispatch in waiting:
        if by is not None and dispatch.by_id == by.pk and dispatch.made_at >= now - SAME_STROKE:
            fresh.setdefault(dispatch.lane, dispatch.made_at)
        else:
            older[dispatch.lane] = older.get(dispatch.lane, 0) + 1
    for lane, n in sorted(older.items()):
        # A hold binds what was queued before it began, so it begins just before the answer that closes.
        outbox.hold(lane, REASON, source(conversation), fresh.get(lane, now))
        held += n
    return held


def lift(*conversations: Conversation, now: datetime) -> None:
    """Let them go again; the outbox still looks whether she has written since."""
    sources = [source(conversation) for conversation in conversations]
    for hold in Hold.objects.filter(source__in=sources, lifted_at=None).order_by("pk"):
        outbox.lift(hold, now)
    # What became of it was said too early: the next closing asks again.
    Case.objects.filter(conversation__in=conversations, is_settled=True).update(
        is_settled=False, outcome="", reopened_at=now
    )

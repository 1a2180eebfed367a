"""Who had a conversation, and from when to when: told beside every change of its assignee."""

from datetime import datetime

from lyhord.desk.models import Conversation, Ownership


def passed(row: Conversation, before: int, now: datetime) -> None:
    """Note that a locked conversation went from one person to another. `before`: the former's id; 0: nobody had it."""
    if before == (row.assignee_id or 0):
        return
    Ownership.objects.filter(conversation=row, until=None).update(until=now)
    if row.assignee_id is None:
        return
    is_first = not Ownership.objects.filter(conversation=row).exists()
    waited = max(0, int((now - row.opened_at).total_seconds()))
    Ownership.objects.create(
        conversation=row,
        user_id=row.assignee_id,
        since=now,
        is_first=is_first,
        seconds=waited if is_first else None,
    )

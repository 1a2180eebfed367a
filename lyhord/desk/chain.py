"""When a department shall have answered, and who is reminded when. Plain values."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lyhord.lib import hours as open_hours

# What a new department begins with: half an hour before the answer is due, when it is, and two hours after.
USUAL = (-30, 0, 120)
LONGEST = 60 * 24 * 90  # minutes
MOST_REMINDERS = 10
LINK_WORKS = timedelta(days=30)  # after the answer was due


def answer_by(asked_at: datetime, minutes: int, hours: open_hours.Hours | None = None) -> datetime:
    """Round the clock where the department has no opening hours of its own."""
    worth = timedelta(minutes=minutes)
    return asked_at + worth if hours is None else open_hours.after(hours, asked_at, worth)


def next_reminder(due: datetime, minutes: Sequence[int], gone: int) -> datetime | None:
    """When the link after the `gone` first ones is due; None: the chain is at its end. `minutes` in their order."""
    return due + timedelta(minutes=minutes[gone]) if gone < len(minutes) else None


def expires(due: datetime) -> datetime:
    return due + LINK_WORKS

"""Whether a conversation is open, asleep or done: one state for all who work with it."""

from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from lyhord.desk.actions import endings, giving_back, holding, proposing
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import Closed, NotPossible
from lyhord.desk.models import Conversation, Status
from lyhord.staff.models import User

LONGEST_SNOOZE = timedelta(days=366)


def close(
    conversation: Conversation, *, by: User, now: datetime, ending: endings.Ending | None = None
) -> Conversation:
    """The matter is done. What was queued in it and has not left is held (`reopen` lets it go again).

    A complaint takes a reply and an outcome, in `ending`. Raises endings.NeedsEnding.
    """
    return change(conversation, closing, "close", "close", by=by, now=now, ending=ending)


def reopen(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    """Back into work, from closed, snoozed or waiting."""
    return change(conversation, reopening, "reopen", "reopen", by=by, now=now)


def snooze(conversation: Conversation, until: datetime, *, by: User, now: datetime) -> Conversation:
    """Out of sight until then, or until the customer writes."""
    return change(conversation, snoozing, "snooze", "snooze", by=by, now=now, until=until)


def wake(conversation: Conversation, *, by: User, now: datetime) -> Conversation:
    return change(conversation, waking, "wake", "snooze", by=by, now=now)


def closing(step: Change, *, ending: endings.Ending | None = None) -> None:
    row = step.conversation
    if row.status == Status.CLOSED:
        return
    step.undo |= endings.settle(row, ending, by=step.by, now=step.now)
    step.undo |= proposing.closed(row, step.by, step.now)
    told = {"outcome": ending.outcome} if ending is not None and ending.outcome else {}
    row.status = Status.CLOSED
    row.closed_at, row.closed_by = step.now, step.by
    row.snoozed_until = row.snoozed_by = None
    held = holding.hold_queued(row, by=step.by, now=step.now)
    step.tell("closed", **({"held": held} if held else {}), **told)


def reopening(step: Change) -> None:
    row = step.conversation
    if row.status == Status.OPEN:
        return
    was_closed = row.status == Status.CLOSED
    row.status = Status.OPEN
    row.closed_at = row.closed_by = row.snoozed_until = row.snoozed_by = None
    if was_closed:
        holding.lift(row, now=step.now)
        giving_back.queue_again([row], step.now)
    step.tell("reopened")


def snoozing(step: Change, *, until: datetime) -> None:
    row = step.conversation
    if row.status == Status.CLOSED:
        raise Closed(row)
    if not step.now < until <= step.now + LONGEST_SNOOZE:
        raise NotPossible(_("Choose a time that is still to come, within a year."))
    if row.status == Status.SNOOZED and row.snoozed_until == until:
        return
    row.status = Status.SNOOZED
    # As the database gives it back: undo compares it with what stands there.
    row.snoozed_until, row.snoozed_by = until.astimezone(UTC), step.by
    step.tell("snoozed", until=until.isoformat())


def waking(step: Change) -> None:
    row = step.conversation
    if row.status != Status.SNOOZED:
        return
    row.status = Status.OPEN
    row.snoozed_until = row.snoozed_by = None
    step.tell("woke")

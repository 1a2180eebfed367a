"""What somebody promised to come back to: with a day, in words, for a person."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.desk.actions import giving_back, holding, notifications
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import CannotSee, NotPossible
from lyhord.desk.models import Conversation, FollowUp, Status, Turn
from lyhord.desk.queries import leads
from lyhord.lib.text import clean
from lyhord.staff.models import User

FARTHEST = timedelta(days=2 * 366)
MOST = 50  # open ones of a conversation


@transaction.atomic
def follow_up(
    conversation: Conversation,
    text: str,
    due_at: datetime,
    *,
    by: User,
    form_key: UUID,
    now: datetime,
    user: User | None = None,
) -> FollowUp:
    """Remember it for `user` (None: oneself). Raises mandates.NotYours, CannotSee, NotPossible."""
    if not FollowUp.objects.filter(key=form_key, made_by=by).exists():
        values = {"text": text, "due_at": due_at, "user": user or by, "key": form_key}
        change(conversation, promising, "follow_up", "handle_case", by=by, now=now, **values)
    return FollowUp.objects.select_related("user", "conversation__account").get(key=form_key)


def promising(step: Change, *, text: str, due_at: datetime, user: User, key: UUID) -> None:
    row, text = step.conversation, " ".join(clean(text).split())
    assert step.by is not None
    if FollowUp.objects.filter(key=key, made_by=step.by).exists():
        return  # the other click of a double one was first; only now, under the lock, it shows
    if not text or len(text) > 500:
        raise NotPossible(_("Say what it is about, in at most 500 characters."))
    if not step.now < due_at <= step.now + FARTHEST:
        raise NotPossible(_("Choose a time that is still to come, within two years."))
    if not may_have(user, row):
        raise CannotSee(str(user), row.account.name)
    if FollowUp.objects.filter(conversation=row, done_at=None).count() >= MOST:
        raise NotPossible(_("There are %(most)d follow-ups here already. Finish one first.") % {"most": MOST})
    made = FollowUp.objects.create(
        conversation=row, user=user, text=text, due_at=due_at, made_by=step.by, made_at=step.now, key=key
    )
    step.undo = {"followup": made.pk}
    step.tell("followup", name=str(user), at=due_at.isoformat())


def finish_followup(followup: FollowUp, *, by: User, now: datetime) -> Conversation:
    """It is done; once is enough."""
    return change(
        followup.conversation, finishing, "finish_followup", "handle_case", by=by, now=now, pk=followup.pk
    )


def finishing(step: Change, *, pk: int) -> None:
    open_one = FollowUp.objects.filter(pk=pk, conversation=step.conversation, done_at=None)
    if open_one.update(done_at=step.now, done_by=step.by):
        step.undo = {"finished": pk}
        step.tell("followup_done")


def move_followup(followup: FollowUp, due_at: datetime, *, by: User, now: datetime) -> Conversation:
    """To another time; she is reminded anew then."""
    return change(
        followup.conversation,
        moving,
        "move_followup",
        "handle_case",
        by=by,
        now=now,
        pk=followup.pk,
        due_at=due_at,
    )


def moving(step: Change, *, pk: int, due_at: datetime) -> None:
    if not step.now < due_at <= step.now + FARTHEST:
        raise NotPossible(_("Choose a time that is still to come, within two years."))
    rows = FollowUp.objects.filter(pk=pk, conversation=step.conversation, done_at=None).exclude(due_at=due_at)
    before = rows.first()
    if before is not None and rows.update(due_at=due_at, reminded_at=None):
        reminded = before.reminded_at.isoformat() if before.reminded_at else None
        step.undo = {"moved": [pk, due_at.isoformat(), before.due_at.isoformat(), reminded]}
        step.tell("followup_moved", at=due_at.isoformat())


def reminding(step: Change, *, followup: FollowUp) -> None:
    """Its time has come: back into work, to the same person where she is on duty; else to whoever has it, or the queue."""
    row, user = step.conversation, followup.user
    rows = FollowUp.objects.filter(pk=followup.pk, reminded_at=None, done_at=None)
    if not rows.update(reminded_at=step.now):
        return
    at_work(step)
    if may_have(user, row):
        notifications.tell(user, "follow_up", row, step.now)
        if user.is_on_duty and row.assignee_id != user.pk:
            row.assignee = user
    else:  # she left, or the account is not hers to see any more
        notifications.tell_all(leads.leads_of(row.account), "follow_up", row, step.now)
    step.tell("followup_due", name=str(user))


def at_work(step: Change) -> None:
    """Open again, told as a turn of its own where clocks stood still."""
    row = step.conversation
    told = {Status.CLOSED: "reopened", Status.SNOOZED: "woke"}.get(Status(row.status))
    was_closed = row.status == Status.CLOSED
    row.status = Status.OPEN
    row.closed_at = row.closed_by = row.snoozed_until = row.snoozed_by = None
    if was_closed:
        holding.lift(row, now=step.now)
        giving_back.queue_again([row], step.now)
    if told is not None:
        Turn.objects.create(conversation=row, at=step.now, what=told)


def may_have(user: User, row: Conversation) -> bool:
    return user.is_active and channels.accounts_visible_to(user).filter(pk=row.account_id).exists()


def put_back(entry: dict[str, Any]) -> None:
    """Undo of promising, of moving, and of finishing."""
    if "followup" in entry:
        FollowUp.objects.filter(pk=entry["followup"]).delete()
    if "moved" in entry:
        pk, now_is, was, reminded = entry["moved"]
        FollowUp.objects.filter(pk=pk, due_at=now_is).update(due_at=was, reminded_at=reminded)
    if "finished" in entry:
        FollowUp.objects.filter(pk=entry["finished"]).update(done_at=None, done_by=None)

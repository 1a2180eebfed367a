"""Replies that are written now and leave at their time, unless something was said in between."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import registry
from lyhord.channels.contract import Allowed, Denied
from lyhord.desk.actions import changing, drafting, endings, notifications, replies, tally
from lyhord.desk.actions.changing import Change, change
from lyhord.desk.actions.refusals import ChangedSince, NotPossible
from lyhord.desk.models import Draft, Proposal, ScheduledReply, Strand, Turn
from lyhord.desk.queries import answering
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

SOONEST = timedelta(minutes=1)
LATEST = timedelta(days=366)
WAITING, HELD = ScheduledReply.State.WAITING, ScheduledReply.State.HELD
SENT, CANCELLED = ScheduledReply.State.SENT, ScheduledReply.State.CANCELLED
OPEN = (WAITING, HELD)


@transaction.atomic
def schedule(
    strand: Strand,
    text: str,
    send_at: datetime,
    *,
    zone: str,
    seen: int | None,
    is_public: bool,
    by: User,
    form_key: UUID,
    now: datetime,
    closes: bool = False,
) -> ScheduledReply:
    """Keep a reply until `send_at`; `zone` is the writer's, to show the time as she gave it. A double click is one.

    Raises as `reply` does, and NotPossible for a time that is over or farther than a year.
    """
    mandates.require(by, "reply", strand.thread.account)
    conversation = changing.locked([strand.conversation_id]).get()
    known = ScheduledReply.objects.filter(key=form_key, by=by).first()
    if known is not None:
        return known
    replies.require_current(conversation, seen)
    wanted = ScheduledReply(
        conversation=conversation, strand=strand, is_public=is_public, seen=seen, closes=closes, zone=zone, by=by, made_at=now,
        key=form_key,
    )  # fmt: skip
    check_way(wanted)
    worded(wanted, text)
    timed(wanted, send_at, now)
    change(conversation, scheduling, "schedule", "reply", by=by, now=now, wanted=wanted)
    Draft.objects.filter(conversation=conversation, user=by, kind=kind_of(wanted)).delete()
    return wanted


@transaction.atomic
def change_scheduled(
    scheduled: ScheduledReply,
    *,
    by: User,
    now: datetime,
    seen: int | None,
    text: str | None = None,
    send_at: datetime | None = None,
) -> ScheduledReply:
    """Other words, another time; what was held waits again, as its writer has now seen what came in between."""
    row = open_one(scheduled, by)
    conversation = changing.locked([row.conversation_id]).get()
    replies.require_current(conversation, seen)
    row.seen, row.state, row.problem, row.attempts = seen, WAITING, "", 0
    worded(row, row.text if text is None else text)
    timed(row, row.send_at if send_at is None else send_at, now)
    row.save()
    told(row, "scheduled_changed", by, now)
    return row


@transaction.atomic
def cancel_scheduled(scheduled: ScheduledReply, *, by: User, now: datetime) -> ScheduledReply:
    """It does not leave; its words are a draft of its writer again, whoever cancels it. A second time it changes nothing."""
    row = locked(scheduled)
    mandates.require(by, "reply", row.strand.thread.account)
    if row.state == CANCELLED:
        return row
    row = open_one(scheduled, by)
    stopped(row)
    drafting.give_back(row.conversation, kind_of(row), row.text, to=row.by, now=now)
    told(row, "scheduled_cancelled", by, now)
    return row


def take_back(pk: int, *, now: datetime) -> None:
    """Undo of `schedule`. Raises ChangedSince where it left already."""
    row = locked(ScheduledReply(pk=pk))
    if row.state not in OPEN:
        raise ChangedSince(row.conversation.number, now)
    stopped(row)
    drafting.give_back(row.conversation, kind_of(row), row.text, to=row.by, now=now)


@transaction.atomic
def send_scheduled(scheduled: ScheduledReply, now: datetime) -> Turn | None:
    """Its time has come: an ordinary reply of its writer, with all that one is refused for. None: it is no more to be sent.

    Where it needs approval it is a proposal from now on, and this row is cancelled and says so.
    """
    row = locked(scheduled)
    if row.state != WAITING:
        return None
    given: dict[str, Any] = {
        "seen": row.seen, "by": row.by, "form_key": row.key, "now": now, "delay": timedelta(0)
    }  # fmt: skip
    if row.strand.thread.is_public and not row.is_public:
        turn = replies.move_to_private(row.conversation, row.text, **given)
    else:
        turn = answered(row, given)
    row.state, row.due_at, row.dispatch, row.problem = SENT, None, turn.dispatch, ""
    if turn.dispatch is None:  # a second person reads it first: the words are a proposal now
        row.state, row.problem = CANCELLED, str(Proposal.State.OPEN.label)
        notifications.tell(row.by, "not_sent", row.conversation, now)
    row.save(update_fields=["state", "due_at", "dispatch", "problem"])
    return turn


def answered(row: ScheduledReply, given: dict[str, Any]) -> Turn:
    given = {"is_public": row.is_public, **given}
    try:
        return replies.reply(row.strand, row.text, close=row.closes, **given)
    except endings.NeedsEnding:
        # Nobody is there to be asked what closing asks for: the words leave, and it stays open.
        return replies.reply(row.strand, row.text, close=False, **given)


@transaction.atomic
def hold_scheduled(scheduled: ScheduledReply, why: str, now: datetime) -> None:
    """It could not leave; it waits for a person, who sees why. Its writer is told."""
    row = locked(scheduled)
    if row.state != WAITING:
        return
    row.state, row.due_at, row.problem = HELD, None, why
    row.save(update_fields=["state", "due_at", "problem"])
    told(row, "scheduled_held", None, now)
    notifications.tell(row.by, "not_sent", row.conversation, now)


# The parts -----------------------------------------------------------------------------------------------------------


def moment(local: datetime, zone: str) -> datetime:
    """The moment at which clocks there show `local` (naive). An hour that is skipped in spring comes an hour later; of one
    that comes twice in autumn the first is meant."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def scheduling(step: Change, *, wanted: ScheduledReply) -> None:
    wanted.save()
    step.undo = {"scheduled": wanted.pk}
    step.tell("scheduled", scheduled=wanted.pk, at=wanted.send_at.isoformat())


def check_way(row: ScheduledReply) -> None:
    if row.is_public and not row.strand.thread.is_public:
        raise NotPossible(
            _(
                "This strand is private and the text was meant for everybody. Check where it shall go, then send again."
            )
        )


def worded(row: ScheduledReply, text: str) -> None:
    """The words as they are, checked as those of a reply are: not empty, nothing left to fill in, not too long."""
    account = row.strand.thread.account
    length = replies.abilities_of(account).reply.get(replies.way(row.is_public))
    signed = replies.signed(text, row.conversation, length, row.by)
    if length is not None:
        used = registry.get(account.connector).measure(signed, length)
        if used > length.limit:
            raise NotPossible(
                _("The reply has %(n)d characters; this network takes %(limit)d.")
                % {"n": used, "limit": length.limit}
            )
    row.text = clean(text).strip()


def timed(row: ScheduledReply, send_at: datetime, now: datetime) -> None:
    if not now + SOONEST <= send_at <= now + LATEST:
        raise NotPossible(_("Choose a time that is still to come, within a year."))
    row.send_at = row.due_at = send_at
    row.window_until = ends_before(row, send_at, now)


def ends_before(row: ScheduledReply, send_at: datetime, now: datetime) -> datetime | None:
    """When the time that the network gives ends, if no answer is taken at `send_at` any more; None: one is.

    It is kept all the same: if she writes before then it is held and shown, and may be sent with a new window.
    """
    kind = kind_of(row)
    at_its_time = answering.may_answer(row.conversation, row.strand, kind, row.text, send_at)
    if not isinstance(at_its_time, Denied):
        return None
    told = answering.may_answer(row.conversation, row.strand, kind, row.text, now)
    return (told.until if isinstance(told, Allowed) else None) or now


def locked(scheduled: ScheduledReply) -> ScheduledReply:
    rows = ScheduledReply.objects.select_for_update(of=("self",)).select_related(
        "conversation__account", "conversation__brand", "strand__thread__account", "strand__identity", "by"
    )
    return rows.get(pk=scheduled.pk)


def open_one(scheduled: ScheduledReply, by: User) -> ScheduledReply:
    row = locked(scheduled)
    mandates.require(by, "reply", row.strand.thread.account)
    if row.state not in OPEN:
        raise NotPossible(_("This reply has left or was cancelled, so it cannot be changed any more."))
    return row


def stopped(row: ScheduledReply) -> None:
    row.state, row.due_at = CANCELLED, None
    row.save(update_fields=["state", "due_at"])


def kind_of(row: ScheduledReply) -> str:
    return "public" if row.is_public else "private"


def told(row: ScheduledReply, what: str, by: User | None, now: datetime) -> None:
    """A line in the conversation, the audit, and a word to open pages."""
    conversation = changing.locked([row.conversation_id]).get()
    values: dict[str, Any] = {"scheduled": row.pk, "at": row.send_at.isoformat()}
    Turn.objects.create(conversation=conversation, at=now, what=what, values=values, by=by)
    audit.record(f"conversation.{what}", conversation, by=by, now=now, **values)
    changing.saved(conversation, tally.key(conversation), now)

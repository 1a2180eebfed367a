"""Take back one's newest change: act at once, undo is the safety net."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from lyhord.desk.actions import (
    changing,
    deciding,
    drafting,
    enclosing,
    endings,
    followups,
    granting,
    handing,
    holding,
    late,
    macro_runs,
    merging,
    owning,
    proposing,
    referring,
    scheduling,
    tally,
    waiting,
)
from lyhord.desk.actions.refusals import ChangedSince, NothingToUndo
from lyhord.desk.models import Conversation, Join, Status, Strand, Turn, Undo
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.triage import actions as triage

FOR = timedelta(minutes=15)  # later, a key pressed by chance would change what nobody thinks of any more


@dataclass(frozen=True)
class Undone:
    verb: str
    conversations: list[int]
    text: str = ""  # the draft that a reply taken back is now, for the composer


@transaction.atomic
def undo(*, by: User, now: datetime) -> Undone:
    """Her newest change or send, one step. Raises NothingToUndo, ChangedSince, or outbox.TooLate."""
    rows = Undo.objects.select_for_update().filter(user=by, used_at=None, at__gte=now - FOR)
    step = rows.order_by("-pk").first()
    if step is None:
        raise NothingToUndo()
    entries = {entry["conversation"]: entry for entry in step.before}
    conversations = list(changing.locked(entries))
    for row in conversations:
        mandates.require(by, "undo", row.account)
    text = ""
    if step.verb == "reply":
        text = take_back(conversations[0], step.before[0], by=by, now=now)
    else:
        restore(conversations, entries, step.verb, by=by, now=now)
        for join in Join.objects.filter(pk__in=[entry["join"] for entry in step.before if "join" in entry]):
            merging.paused(join, now)
    Undo.objects.filter(pk=step.pk).update(used_at=now)
    return Undone(step.verb, [row.pk for row in conversations], text)


@transaction.atomic
def forget(now: datetime, most: int = 1000) -> int:
    """Let go what cannot be taken back any more; gives how many went."""
    old = Undo.objects.filter(at__lt=now - FOR).order_by("at", "pk").values_list("pk", flat=True)
    return Undo.objects.filter(pk__in=list(old[:most])).delete()[0]


def forget_words(conversations: Collection[int]) -> int:
    """What would write words of these conversations back: they are erased."""
    gone = set(conversations)
    rows = Undo.objects.values_list("pk", "before").iterator()
    named = [pk for pk, before in rows if gone & {entry["conversation"] for entry in before}]
    return Undo.objects.filter(pk__in=named).delete()[0]


def take_back(row: Conversation, entry: dict[str, Any], *, by: User, now: datetime) -> str:
    """A reply that has not left: the outbox drops it, and its words are a draft again."""
    dispatch = Dispatch.objects.get(pk=entry["dispatch"])
    outbox.undo(dispatch, proposing.author_of(dispatch, by), now)
    not_sent(row, Turn.objects.get(dispatch=dispatch), Strand.objects.get(pk=entry["strand"]), now=now)
    endings.put_back(entry)
    proposing.put_back(entry, now)
    if proposing.again(dispatch, now):
        audit.record("conversation.reply_undone", row, by=by, now=now, dispatch=dispatch.pk, proposed=True)
        return ""
    kind = "public" if dispatch.is_public else "private"
    draft = drafting.give_back(row, kind, dispatch.text, to=by, now=now)
    enclosing.back(row, dispatch, by)
    audit.record("conversation.reply_undone", row, by=by, now=now, dispatch=dispatch.pk)
    return draft.text


def not_sent(row: Conversation, turn: Turn, strand: Strand | None, *, now: datetime, what: str = "") -> None:
    """Our words never reached her: she still waits. `what` tells it as a turn of its own."""
    assert turn.dispatch is not None
    cell = tally.key(row)
    Turn.objects.filter(pk=turn.pk).update(taken_state=turn.dispatch.state)
    if row.status == Status.CLOSED:
        holding.lift(row, now=now)
    waiting.unanswered(row, strand)
    if what:
        Turn.objects.create(conversation=row, at=now, what=what, values={"dispatch": turn.dispatch_id})
    changing.saved(row, cell, now)


def restore(
    rows: list[Conversation], entries: dict[int, dict[str, Any]], verb: str, *, by: User, now: datetime
) -> None:
    """Put the columns back, where they still are as the change left them."""
    for row in rows:
        now_is = changing.snapshot(row)
        if any(now_is[column] != after for column, (_before, after) in entries[row.pk]["fields"].items()):
            raise ChangedSince(row.number, now)
    deltas: Counter[tally.Key] = Counter()
    for row in rows:
        cell = tally.key(row)
        put_back(row, entries[row.pk], now)
        endings.put_back(entries[row.pk])
        proposing.put_back(entries[row.pk], now)
        followups.put_back(entries[row.pk])
        if "join" in entries[row.pk]:
            merging.back(row, entries[row.pk]["join"], now)
        if "late" in entries[row.pk]:
            late.undecided(entries[row.pk]["late"])
        if "correction" in entries[row.pk]:
            triage.take_back(entries[row.pk]["correction"], by=by, now=now)
        offers_back(entries[row.pk], by, now)
        if "referral" in entries[row.pk]:
            referring.take_back(entries[row.pk]["referral"], by, now)
        if "scheduled" in entries[row.pk]:
            scheduling.take_back(entries[row.pk]["scheduled"], now=now)
        macro_runs.take_back(row, entries[row.pk], by=by, now=now)
        if "grant" in entries[row.pk]:
            granting.take_back(entries[row.pk]["grant"])
        row.version += 1
        row.save()
        owning.passed(row, cell[1], now)
        tally.moved(cell, tally.key(row), deltas)
        Turn.objects.create(conversation=row, at=now, what="undone", values={"verb": verb}, by=by)
        audit.record("conversation.undone", row, by=by, now=now, undone=verb)
    changing.told(rows, tally.write(deltas), now)


def offers_back(entry: dict[str, Any], by: User, now: datetime) -> None:
    if "hand_over" in entry:
        handing.take_back(entry["hand_over"], by, now)
    if "offer" in entry:
        handing.offer_again(entry["offer"])
    deciding.put_back(entry)


def put_back(row: Conversation, entry: dict[str, Any], now: datetime) -> None:
    was_closed = row.status == Status.CLOSED
    for column, (before, _after) in entry["fields"].items():
        field = Conversation._meta.get_field(column.removesuffix("_id"))
        is_time = isinstance(field, models.DateTimeField) and before is not None
        setattr(row, column, datetime.fromisoformat(before) if is_time else before)
    row.tags.remove(*entry.get("added", []))
    row.tags.add(*entry.get("removed", []))
    if was_closed and row.status != Status.CLOSED:
        holding.lift(row, now=now)

"""Two conversations made one, and one made two. Turns move and nothing is lost; either can be taken back."""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from lyhord.desk import rules
from lyhord.desk.actions import changing, holding, requesting, tally
from lyhord.desk.actions.changing import Change
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import (
    Case,
    CaseAddress,
    Conversation,
    Draft,
    DraftFile,
    FieldValue,
    FollowUp,
    Join,
    Proposal,
    Request,
    ScheduledReply,
    Status,
    Strand,
    Turn,
)
from lyhord.lib import work
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

# Filing finds the conversation of a strand before it locks it: it and we take turns (steps.filing.LOCK).
FILING = 7_504
# What goes along: rows that point at the conversation and may do so in any number.
ALONG: dict[str, type[models.Model]] = {
    "turns": Turn, "strands": Strand, "followups": FollowUp, "files": DraftFile, "addresses": CaseAddress,
    "requests": Request, "proposals": Proposal, "scheduled": ScheduledReply,
}  # fmt: skip
COLUMNS = ("status", "assignee_id", "closed_at", "closed_by_id", "snoozed_until", "snoozed_by_id")


@transaction.atomic
def merge(
    conversation: Conversation, into: Conversation, *, by: User, now: datetime, reason: str = ""
) -> Conversation:
    """All of `conversation` goes on in `into`. Of two customers it takes a reason.

    Raises mandates.NotYours, NotPossible. Gives the conversation in which it goes on.
    """
    work.in_order(FILING)
    rows = {row.pk: row for row in changing.locked([conversation.pk, into.pk])}
    for row in rows.values():
        mandates.require(by, "merge", row.account)
    gone, kept, reason = rows[conversation.pk], rows[into.pk], clean(reason).strip()[:300]
    require_joinable(gone, kept, reason)
    moved = moved_along(gone, kept)
    join = Join.objects.create(
        kind=Join.MERGE, kept=kept, gone=gone, moved=moved, reason=reason, by=by, at=now
    )
    changing.applied(kept, receiving, "merge", by=by, now=now, gone=gone)
    changing.applied(gone, leaving, "merge", by=by, now=now, kept=kept)
    remembered(by, "merge", kept, gone, join, now)
    paused(join, now)
    return kept


def require_joinable(gone: Conversation, kept: Conversation, reason: str) -> None:
    if gone.pk == kept.pk:
        raise NotPossible(_("This is the same conversation."))
    if gone.brand_id != kept.brand_id or gone.account.is_rehearsal != kept.account.is_rehearsal:
        raise NotPossible(_("The two belong to different brands."))
    if Join.objects.filter(gone__in=[gone, kept], kind=Join.MERGE, undone_at=None).exists():
        raise NotPossible(_("One of the two was merged already. Open the one in which it goes on."))
    if gone.customer_id != kept.customer_id and not reason:
        raise NotPossible(_("These are two customers. Say why their conversations are one."))


def moved_along(gone: Conversation, kept: Conversation) -> dict[str, Any]:
    """Let everything point at the one that stays; gives what moved, by name."""
    moved: dict[str, Any] = {"before": {name: told(getattr(gone, name)) for name in COLUMNS}}
    moved["kept_before"] = {name: told(getattr(kept, name)) for name in COLUMNS}
    for name, table in ALONG.items():
        rows = table._default_manager.filter(conversation=gone)
        if name == "turns":
            rows = rows.filter(what="")  # what was done to it stays its own history
        moved[name] = list(rows.values_list("pk", flat=True))
        table._default_manager.filter(pk__in=moved[name]).update(conversation=kept)
    move_drafts(gone, kept)
    known = FieldValue.objects.filter(conversation=kept).values("field")
    free = FieldValue.objects.filter(conversation=gone).exclude(field__in=known)
    moved["values"] = list(free.values_list("pk", flat=True))
    FieldValue.objects.filter(pk__in=moved["values"]).update(conversation=kept)
    new = [tag.pk for tag in gone.tags.all() if tag.pk not in set(kept.tags.values_list("pk", flat=True))]
    kept.tags.add(*new)
    moved["tags"] = new
    if not Case.objects.filter(conversation=kept).exists():
        moved["case"] = Case.objects.filter(conversation=gone).update(conversation=kept, followed=0)
    else:
        Case.objects.filter(conversation=gone).update(is_settled=True)
    return moved


def paused(join: Join, now: datetime) -> None:
    """The clock stands still where the open questions are now. Called when both rows are written."""
    if join.moved.get("requests"):
        for row in (join.kept, join.gone):
            requesting.keep_pause(row, now)


def move_drafts(gone: Conversation, kept: Conversation) -> None:
    for draft in Draft.objects.filter(conversation=gone):
        mine = Draft.objects.filter(conversation=kept, user=draft.user_id, kind=draft.kind).first()
        if mine is None:
            Draft.objects.filter(pk=draft.pk).update(conversation=kept)
        else:
            Draft.objects.filter(pk=mine.pk).update(text=f"{mine.text.rstrip()}\n\n{draft.text}")
            draft.delete()


def receiving(step: Change, *, gone: Conversation) -> None:
    kept = step.conversation
    kept.is_urgent, kept.needs_answer = (
        kept.is_urgent or gone.is_urgent,
        kept.needs_answer or gone.needs_answer,
    )
    firsts = [at for at in (kept.first_answer_at, gone.first_answer_at) if at is not None]
    kept.first_answer_at = min(firsts, default=None)
    if kept.assignee_id is None:
        kept.assignee_id = gone.assignee_id
    was_closed = kept.status == Status.CLOSED
    refreshed(kept)
    if (gone.status != Status.CLOSED and was_closed) or kept.waiting_since is not None:
        awake(kept, step.now)
    step.tell("joined_here", number=gone.number)


def awake(row: Conversation, now: datetime) -> None:
    """Back into work: somebody waits, or it was not done yet."""
    was_closed = row.status == Status.CLOSED
    row.status = Status.OPEN if row.waiting_since is not None else Status.WAITING
    row.closed_at = row.closed_by = row.snoozed_until = row.snoozed_by = None
    if was_closed:
        holding.lift(row, now=now)


def leaving(step: Change, *, kept: Conversation) -> None:
    row = step.conversation
    row.status, row.waiting_since, row.snoozed_until, row.snoozed_by = Status.CLOSED, None, None, None
    row.closed_at, row.closed_by = row.closed_at or step.now, row.closed_by or step.by
    step.tell("merged_into", number=kept.number)


def refreshed(row: Conversation) -> None:
    """What follows from its turns and strands, read anew. The caller saves it."""
    strands = Strand.objects.filter(conversation=row, ended_at=None)
    row.waiting_since = strands.aggregate(since=Min("waiting_since"))["since"]
    row.is_public = strands.filter(thread__is_public=True).exists() if strands.exists() else row.is_public
    said = Turn.objects.filter(conversation=row, what="", note=None).select_related("post", "dispatch")
    last = said.exclude(post__deleted_at__isnull=False).order_by("-at", "-pk").first()
    if last is not None:
        row.last_at = last.at
        words = last.post.text if last.post else last.dispatch.text if last.dispatch else ""
        row.snippet = rules.one_line(words)


def remembered(
    by: User, verb: str, kept: Conversation, gone: Conversation, join: Join, now: datetime
) -> None:
    entries = [{"conversation": row.pk, "fields": {}, "join": join.pk} for row in (kept, gone)]
    changing.remember(by, verb, entries, now)


def told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


# Taking it back --------------------------------------------------------------------------------------------------


@transaction.atomic
def part(join: Join, *, by: User, now: datetime) -> Conversation:
    """Two again, or one again, whenever somebody finds that it was wrong. Gives the conversation that was kept."""
    work.in_order(FILING)
    rows = {row.pk: row for row in changing.locked([join.kept_id, join.gone_id])}
    for row in rows.values():
        mandates.require(by, "merge", row.account)
    known = Join.objects.select_for_update().get(pk=join.pk)
    kept, gone = rows[join.kept_id], rows[join.gone_id]
    if known.undone_at is not None:
        return kept
    cells = {row.pk: tally.key(row) for row in (kept, gone)}
    for row in (kept, gone):
        back(row, known.pk, now)
    for row, other in ((kept, gone), (gone, kept)):
        Turn.objects.create(
            conversation=row, at=now, what="join_undone", values={"number": other.number}, by=by
        )
        changing.saved(row, cells[row.pk], now)
        audit.record("conversation.join_undone", row, by=by, now=now, other=other.pk)
    paused(known, now)
    return kept


def back(row: Conversation, join: int, now: datetime) -> None:
    """One side of a join that is taken back; called for both, in any order. The caller saves the row."""
    known = Join.objects.get(pk=join)
    if known.undone_at is None:
        Join.objects.filter(pk=join).update(undone_at=now)
        (return_merged if known.kind == Join.MERGE else return_split)(known)
    refreshed(row)
    if known.kind == Join.MERGE:
        before = known.moved["before" if row.pk == known.gone_id else "kept_before"]
        restored(row, before, now)
    elif row.pk == known.gone_id:
        row.status, row.closed_at, row.waiting_since = Status.CLOSED, now, None
    elif row.waiting_since is not None:
        awake(row, now)


def restored(row: Conversation, before: dict[str, Any], now: datetime) -> None:
    """The columns as they were; but who waits for us is open, whatever it was then."""
    was_closed = row.status == Status.CLOSED
    for name in COLUMNS:
        value = before[name]
        is_time = name.endswith(("_at", "_until")) and value
        setattr(row, name, datetime.fromisoformat(value) if is_time else value)
    if row.waiting_since is not None and row.status in {Status.WAITING, Status.CLOSED}:
        awake(row, now)
    if was_closed and row.status != Status.CLOSED:
        holding.lift(row, now=now)


def return_merged(join: Join) -> None:
    """What moved goes back, and what was said since in the strands that moved."""
    moved, gone = join.moved, join.gone_id
    since = Turn.objects.filter(conversation=join.kept_id, strand__in=moved["strands"], what="")
    since.update(conversation=gone)
    for name, table in ALONG.items():
        rows = table._default_manager.filter(pk__in=moved.get(name, ()), conversation=join.kept_id)
        rows.update(conversation=gone)
    FieldValue.objects.filter(pk__in=moved["values"], conversation=join.kept_id).update(conversation=gone)
    join.kept.tags.remove(*moved["tags"])
    if moved.get("case"):
        Case.objects.filter(conversation=join.kept_id).update(conversation=gone, followed=0)
    else:
        Case.objects.filter(conversation=gone).update(is_settled=False, followed=0)


def return_split(join: Join) -> None:
    """All words of the new one go back, and with them the strands."""
    kept, gone, moved = join.kept_id, join.gone_id, join.moved
    for copy, original in moved["copies"]:
        for said in (Turn, Proposal, ScheduledReply):
            said._default_manager.filter(strand=copy).update(strand=original)
    Turn.objects.filter(conversation=gone, what="").update(conversation=kept)
    Strand.objects.filter(pk__in=[copy for copy, _original in moved["copies"]]).delete()
    Strand.objects.filter(conversation=gone).update(conversation=kept)
    for table in (FollowUp, Request, Proposal, ScheduledReply):
        table._default_manager.filter(conversation=gone).update(conversation=kept)
    Case.objects.filter(conversation=gone).update(is_settled=True)

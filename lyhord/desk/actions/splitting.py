"""One conversation made two: words of another matter go into a conversation of their own."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions import changing, correcting, merging, tally, waiting
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Conversation, Join, Proposal, ScheduledReply, Status, Strand, Turn
from lyhord.intake import tickets
from lyhord.lib import work
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

COPIED = (
    "brand_id", "account_id", "customer_id", "assignee_id", "team_id", "lang", "kind", "topic", "use", "purpose", "journey",
    "sentiment", "is_urgent", "flow", "needs_answer", "is_public", "priority", "last_at",
)  # fmt: skip


@transaction.atomic
def split(
    conversation: Conversation,
    turns: Collection[int],
    *,
    by: User,
    now: datetime,
    reason: str = "",
    subject: str = "",
) -> Conversation:
    """The words of `turns` become a matter of their own, with the same customer; gives the new conversation.

    Where only a part of a strand goes, the strand goes with her newest word, since what she writes next belongs to that;
    the other side keeps one that has ended. Raises mandates.NotYours, NotPossible.
    """
    work.in_order(merging.FILING)
    row = changing.locked([conversation.pk]).get()
    mandates.require(by, "merge", row.account)
    chosen = chosen_of(row, turns)
    subject = " ".join(clean(subject).split())[:200]
    made = new_conversation(row, chosen, subject)
    moved = {"turns": [turn.pk for turn in chosen], "strands": [], "copies": []}
    for strand in Strand.objects.filter(pk__in={turn.strand_id for turn in chosen}):
        divide(strand, made, {turn.pk for turn in chosen}, moved, now)
    Turn.objects.filter(pk__in=moved["turns"]).update(conversation=made)
    for waits in (Proposal, ScheduledReply):  # an answer goes with the strand that it answers
        waits._default_manager.filter(conversation=row, strand__conversation=made).update(conversation=made)
    join = Join.objects.create(
        kind=Join.SPLIT, kept=row, gone=made, moved=moved, reason=clean(reason).strip()[:300], by=by, at=now
    )
    written(row, made, by=by, now=now)
    merging.remembered(by, "split", row, made, join, now)
    return made


def chosen_of(row: Conversation, turns: Collection[int]) -> list[Turn]:
    words = list(Turn.objects.filter(conversation=row, what="").select_related("post").order_by("at", "pk"))
    chosen = [turn for turn in words if turn.pk in set(turns)]
    rest = [turn for turn in words if turn.pk not in set(turns)]
    if not any(is_hers(turn) for turn in chosen):
        raise NotPossible(_("Choose at least one post of the customer: she begins the new conversation."))
    if not any(is_hers(turn) for turn in rest):
        raise NotPossible(_("Leave at least one post of the customer here."))
    return chosen


def is_hers(turn: Turn) -> bool:
    return turn.post is not None and not turn.post.is_own


def new_conversation(row: Conversation, chosen: list[Turn], subject: str) -> Conversation:
    hers = [turn for turn in chosen if is_hers(turn)]
    values = {name: getattr(row, name) for name in COPIED}
    made = Conversation(
        **values, number=tickets.next_number(), subject=subject, status=Status.OPEN, opened_at=hers[0].at
    )
    ours = [turn.at for turn in chosen if turn.dispatch_id is not None]
    made.first_answer_at = min(ours, default=None)
    judge(made, hers[-1])
    made.save()
    return made


def judge(made: Conversation, newest: Turn) -> None:
    """It is what her newest word in it was judged to be."""
    told = getattr(newest.post, "assessment", None)
    if newest.post is not None and told is not None:
        correcting.judged(made, newest.post, told)
        made.priority = told.priority


def divide(
    strand: Strand, made: Conversation, chosen: set[int], moved: dict[str, Any], now: datetime
) -> None:
    """Give the strand, or a part of it, to the new conversation."""
    words = Turn.objects.filter(strand=strand, what="").order_by("at", "pk")
    rest = words.exclude(pk__in=chosen)
    if not rest.exists():
        moved["strands"].append(strand.pk)
        Strand.objects.filter(pk=strand.pk).update(conversation=made)
        return
    newest = words.filter(post__is_own=False).last() or words.last()
    assert newest is not None
    goes = newest.pk in chosen
    copy = Strand.objects.create(
        thread_id=strand.thread_id, identity_id=strand.identity_id, begun_at=strand.begun_at, ended_at=strand.ended_at or now,
        conversation_id=strand.conversation_id if goes else made.pk,
    )  # fmt: skip
    staying = rest if goes else words.filter(pk__in=chosen)
    Turn.objects.filter(pk__in=list(staying.values_list("pk", flat=True))).update(strand=copy)
    moved["copies"].append([copy.pk, strand.pk])
    if goes:
        Strand.objects.filter(pk=strand.pk).update(conversation=made)


def written(row: Conversation, made: Conversation, *, by: User, now: datetime) -> None:
    """Both as they now stand: who waits where, in the counts, told and recorded."""
    before = tally.key(row)
    for one in (row, made):
        for strand in Strand.objects.filter(conversation=one, ended_at=None):
            since = waiting.first_unanswered(one, strand)
            Strand.objects.filter(pk=strand.pk).update(waiting_since=since)
        merging.refreshed(one)
    made.status = Status.OPEN if made.waiting_since is not None else Status.WAITING
    if row.status == Status.OPEN and row.waiting_since is None:
        row.status = Status.WAITING
    said = Turn.objects.filter(conversation=row, what="", post__is_own=False).select_related(
        "post__assessment"
    )
    if (newest := said.order_by("-at", "-pk").first()) is not None:
        judge(row, newest)
    for one, other, what in ((row, made, "split_off"), (made, row, "split_from")):
        Turn.objects.create(conversation=one, at=now, what=what, values={"number": other.number}, by=by)
        audit.record("conversation.split", one, by=by, now=now, other=other.pk)
    changing.saved(row, before, now)
    counted(made, now)


def counted(made: Conversation, now: datetime) -> None:
    """A new one, as it now stands, in the counts and on open pages."""
    made.save()
    deltas: Counter[tally.Key] = Counter()
    tally.moved(None, tally.key(made), deltas)
    changing.told([made], tally.write(deltas), now)

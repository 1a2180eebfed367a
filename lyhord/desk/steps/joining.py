"""Threads that were found to be one: the strands go along, and two matters of one person there become one."""

from datetime import datetime

from lyhord.desk import rules
from lyhord.desk.actions import changing, tally
from lyhord.desk.models import Conversation, Draft, Referral, Status, Strand, Turn
from lyhord.intake.models import Post


def follow(posts: set[int], now: datetime) -> None:
    """`posts` lie in another thread now than when they were filed."""
    moved = dict(Post.objects.filter(pk__in=posts).values_list("pk", "thread"))
    turns = Turn.objects.filter(post__in=moved, strand__isnull=False).values_list("post", "strand")
    strands = {strand: moved[post] for post, strand in turns if post is not None}
    for strand in Strand.objects.filter(pk__in=strands).order_by("pk"):
        if strand.thread_id != strands[strand.pk]:
            move(strand, strands[strand.pk], now)


def move(strand: Strand, thread: int, now: datetime) -> None:
    there = Strand.objects.filter(thread=thread, identity=strand.identity_id, ended_at=None).first()
    if there is None or strand.ended_at is not None:
        Strand.objects.filter(pk=strand.pk).update(thread=thread)
        return
    rows = {row.pk: row for row in changing.locked([strand.conversation_id, there.conversation_id])}
    if len(rows) == 2:
        merge(rows[max(rows)], rows[min(rows)], now)
    Turn.objects.filter(strand=strand).update(strand=there)
    Strand.objects.filter(pk=strand.pk).update(ended_at=now)
    since = [at for at in (strand.waiting_since, there.waiting_since) if at is not None]
    Strand.objects.filter(pk=there.pk).update(waiting_since=min(since, default=None))


def merge(gone: Conversation, kept: Conversation, now: datetime) -> None:
    """The younger conversation goes into the older one, with all that was said and noted in it."""
    cells = tally.key(gone), tally.key(kept)
    Turn.objects.filter(conversation=gone).update(conversation=kept)
    Strand.objects.filter(conversation=gone).update(conversation=kept)
    Referral.objects.filter(conversation=gone).update(conversation=kept)
    Referral.objects.filter(joined=gone).update(joined=kept)
    writing = Draft.objects.filter(conversation=kept).values_list("user", flat=True)
    Draft.objects.filter(conversation=gone).exclude(user__in=writing).update(conversation=kept)
    kept.tags.add(*gone.tags.all())
    take_over(gone, kept)
    gone.status, gone.closed_at, gone.waiting_since, gone.snoozed_until = Status.CLOSED, now, None, None
    changing.saved(gone, cells[0], now)
    changing.saved(kept, cells[1], now)
    Turn.objects.create(
        conversation=gone, at=now, what="merged_into", values={"number": kept.number, "to": kept.pk}
    )
    Turn.objects.create(
        conversation=kept, at=now, what="merged", values={"number": gone.number, "from": gone.pk}
    )


def take_over(gone: Conversation, kept: Conversation) -> None:
    if gone.last_at >= kept.last_at:
        kept.last_at, kept.snippet = gone.last_at, gone.snippet
        kept.kind, kept.topic, kept.sentiment = gone.kind, gone.topic, gone.sentiment
        kept.use, kept.is_viewpoint = rules.use_after(kept.use, gone.kind, gone.purpose), gone.is_viewpoint
        kept.purpose, kept.journey = gone.purpose or kept.purpose, gone.journey or kept.journey
    since = [at for at in (gone.waiting_since, kept.waiting_since) if at is not None]
    kept.waiting_since = min(since, default=None)
    if gone.status == Status.OPEN:
        kept.status, kept.closed_at, kept.closed_by = Status.OPEN, None, None
    kept.assignee_id = kept.assignee_id or gone.assignee_id
    kept.is_spam = kept.is_spam and gone.is_spam
    kept.is_urgent = kept.is_urgent or gone.is_urgent
    kept.needs_answer = kept.needs_answer or gone.needs_answer
    kept.priority = max(kept.priority, gone.priority)

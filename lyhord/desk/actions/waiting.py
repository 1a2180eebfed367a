"""Who waits for whom: kept on the conversation and on each strand."""

from datetime import datetime

from django.db.models import Min, Q

from lyhord.desk.models import Conversation, Status, Strand, Turn

NOT_SAID = ["refused", "undone", "dropped"]  # states of a dispatch that never reached the customer


def answered(conversation: Conversation, strand: Strand | None) -> None:
    """We have spoken: the next word is theirs, unless another strand still waits. The caller saves the conversation."""
    others = Strand.objects.filter(conversation=conversation, ended_at=None, waiting_since__isnull=False)
    if strand is not None:
        others = others.exclude(pk=strand.pk)
    conversation.waiting_since = others.aggregate(since=Min("waiting_since"))["since"]
    if conversation.waiting_since is None and conversation.status in {Status.OPEN, Status.SNOOZED}:
        conversation.status = Status.WAITING
        conversation.snoozed_until = conversation.snoozed_by = None
    if strand is not None:
        Strand.objects.filter(pk=strand.pk).update(waiting_since=None)


def unanswered(conversation: Conversation, strand: Strand | None) -> None:
    """An answer of ours never reached her: who waits is read anew from the turns."""
    conversation.waiting_since = first_unanswered(conversation, None)
    if strand is not None:
        Strand.objects.filter(pk=strand.pk).update(waiting_since=first_unanswered(conversation, strand))
    if conversation.status in {Status.WAITING, Status.CLOSED}:
        conversation.status = Status.OPEN
        conversation.closed_at = conversation.closed_by = None


def first_unanswered(conversation: Conversation, strand: Strand | None) -> datetime | None:
    """Her first word after our last one that reached her."""
    turns = Turn.objects.filter(conversation=conversation, what="")
    if strand is not None:
        turns = turns.filter(strand=strand)
    said = Q(dispatch__isnull=False) & ~Q(dispatch__state__in=NOT_SAID)
    ours = turns.filter(said | Q(post__is_own=True)).order_by("-pk").values_list("pk", flat=True).first() or 0
    hers = turns.filter(post__is_own=False, post__deleted_at=None, pk__gt=ours)
    return hers.order_by("at", "pk").values_list("at", flat=True).first()

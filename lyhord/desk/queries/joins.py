"""Conversations that were made one, or two."""

from django.db.models import Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import Conversation, Join, Turn
from lyhord.staff.models import User

FARTHEST = 10


def joins_of(conversation: int) -> list[Join]:
    """The newest first."""
    rows = Join.objects.filter(Q(kept=conversation) | Q(gone=conversation), undone_at=None)
    return list(rows.select_related("kept", "gone", "by").defer("moved").order_by("-pk")[:10])


def joins_visible_to(user: User) -> QuerySet[Join]:
    """Both sides must be hers to see: taking one back changes both."""
    hers = channels.account_ids_visible_to(user)
    return Join.objects.filter(kept__account__in=hers, gone__account__in=hers, undone_at=None)


def goes_on_in(conversation: Conversation) -> Conversation:
    """Where a conversation that was merged goes on; itself where it was not."""
    for _round in range(FARTHEST):
        join = (
            Join.objects.filter(gone=conversation, kind=Join.MERGE, undone_at=None)
            .select_related("kept")
            .first()
        )
        if join is None:
            break
        conversation = join.kept
    return conversation


def words_of(conversation: int) -> list[Turn]:
    """Her words, ours and notes: what can be split off. The oldest first."""
    rows = Turn.objects.filter(conversation=conversation, what="").select_related(
        "post", "dispatch", "note", "by"
    )
    return list(rows.order_by("at", "pk")[:500])

"""What remedies and proposed replies hold about a customer: told on request, and let go with her words."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from lyhord.desk.models import Conversation, Grant, Proposal


def told(conversations: QuerySet[Conversation]) -> dict[str, Any]:
    grants = Grant.objects.filter(conversation__in=conversations).order_by("at")
    proposals = Proposal.objects.filter(conversation__in=conversations).order_by("at")
    return {
        "remedies": list(
            grants.values("conversation__number", "remedy__name", "amount", "remedy__unit", "why", "state", "at")
        ),
        "proposed_replies": list(
            proposals.values("conversation__number", "at", "text", "sent_text", "fact", "state", "word")
        ),
    }  # fmt: skip


def forget(hers: Sequence[int], all_of_them: Sequence[int]) -> int:
    """Words about her alone go; words to her go from every conversation that she took part in.

    Nothing about her waits for anybody's decision any more.
    """
    grants = Grant.objects.filter(conversation__in=hers)
    grants.filter(state=Grant.State.ASKED).update(state=Grant.State.WITHDRAWN, approver=None, due_at=None)
    grants.update(why="", word="")
    waiting = Proposal.objects.filter(conversation__in=all_of_them, state=Proposal.State.OPEN)
    waiting.update(state=Proposal.State.UNUSED, due_at=None)
    return (
        Proposal.objects.filter(conversation__in=all_of_them)
        .exclude(text="", sent_text="", fact="", word="")
        .update(text="", sent_text="", fact="", word="", template={})
    )

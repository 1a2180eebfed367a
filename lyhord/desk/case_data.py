"""What cases hold about a customer: told to her, and removed with her."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from lyhord.desk.models import Case, Conversation, Expertise, FieldValue, FollowUp, Join, ProcessTick

WORDS = ("cause", "action", "result", "compensation", "lesson", "looked_note")


def told(conversations: QuerySet[Conversation], customers: Collection[int]) -> dict[str, Any]:
    cases = Case.objects.filter(conversation__in=conversations).order_by("opened_at")
    values = FieldValue.objects.filter(conversation__in=conversations) | FieldValue.objects.filter(
        customer__in=customers
    )
    return {
        "cases": list(
            cases.values("conversation__number", "state", "opened_at", "due_at", "outcome", *WORDS[:5], "resolved_at")
        ),
        "follow_ups": list(
            FollowUp.objects.filter(conversation__in=conversations).order_by("due_at").values("due_at", "text", "done_at")
        ),
        "fields": list(values.order_by("field").values("field__name", "value")),
        "is_expert": Expertise.objects.filter(customer__in=customers, is_expert=True).exists(),
    }  # fmt: skip


def erase(conversations: Collection[int], customers: Collection[int]) -> int:
    """Words about her go; that there was a case, and what became of it, stays for the figures."""
    gone = Case.objects.filter(conversation__in=conversations).update(
        **dict.fromkeys(WORDS, ""), token=None, lesson_at=None, lesson_by=None
    )
    gone += FollowUp.objects.filter(conversation__in=conversations).exclude(text="").update(text="")
    ProcessTick.objects.filter(case__conversation__in=conversations).update(reason="")
    for side in ("kept__in", "gone__in"):
        Join.objects.filter(**{side: conversations}).update(reason="")
    gone += FieldValue.objects.filter(conversation__in=conversations).delete()[0]
    gone += FieldValue.objects.filter(customer__in=customers).delete()[0]
    gone += Expertise.objects.filter(customer__in=customers).delete()[0]
    return gone

"""What questions to departments and mentions hold about a customer, and how it goes (privacy)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from lyhord.desk.models import Conversation, Request, RequestFile, RequestTurn
from lyhord.intake import files

ERASED = "–"


def told(conversations: QuerySet[Conversation]) -> dict[str, Any]:
    turns = (
        RequestTurn.objects.filter(request__conversation__in=conversations).exclude(text="").order_by("at")
    )
    return {
        "requests": list(
            turns.values(
                "request__conversation__number", "request__department__name", "kind", "text", "name", "at"
            )
        )
    }


def erase(hers: Sequence[int]) -> int:
    """The words and files go, and no link leads there any more; that a department was asked, and how soon it answered, stays."""
    turns = RequestTurn.objects.filter(request__conversation__in=hers)
    gone = turns.exclude(text__in=["", ERASED]).update(text=ERASED, name="")
    beside = RequestFile.objects.filter(turn__in=turns)
    paths = list(beside.values_list("path", flat=True))
    gone += beside.delete()[0]
    transaction.on_commit(lambda: removed(paths))
    rows = Request.objects.filter(conversation__in=hers)
    for row in rows:
        row.shown.clear()
    ended = rows.aggregate(at=Max("at"))["at"]
    if ended is not None:
        rows.update(question=ERASED, expires_at=ended, remind_at=None)
    return gone


def removed(paths: Sequence[str]) -> None:
    for path in paths:
        (files.folder() / path).unlink(missing_ok=True)

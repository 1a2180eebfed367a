"""How it goes: the share that was solved, who was won back, and how many mentions were seen (RE-04, CA-12, RE-26)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import Case, Conversation, Turn
from lyhord.desk.queries.casefile import SAID, cases_visible_to
from lyhord.staff.models import User

DAYS = (7, 28, 90, 365)
LIKED = Q(what="like") & ~Q(dispatch__state__in=["refused", "undone", "dropped"])


@dataclass(frozen=True)
class OfType:
    """Closed cases of one type."""

    name: str  # "": of none
    closed: int
    solved: int
    began_bad: int  # whose customer was discontent when it began
    recovered: int  # and is not any more
    late: int  # closed after the deadline

    @property
    def share_solved(self) -> float:
        return self.solved / self.closed if self.closed else 0.0

    @property
    def share_recovered(self) -> float:
        return self.recovered / self.began_bad if self.began_bad else 0.0


@dataclass(frozen=True)
class Results:
    days: int
    outcomes: dict[str, int]
    types: list[OfType]
    all: OfType
    mentions: int
    answered: int
    acknowledged: int  # no words of ours, but a like: she saw that we saw it
    looked: int
    looked_well: int

    @property
    def share_seen(self) -> float:
        return (self.answered + self.acknowledged) / self.mentions if self.mentions else 0.0


def results(user: User, *, days: int, now: datetime) -> Results:
    """Of the accounts that she sees: cases closed, and conversations begun, in the last days."""
    since = now - timedelta(days=days)
    closed = cases_visible_to(user).filter(is_settled=True, resolved_at__gte=since).exclude(outcome="")
    closed = closed.exclude(conversation__account__is_rehearsal=True)
    outcomes = dict(closed.order_by().values_list("outcome").annotate(n=Count("pk")))
    types = [of_type(one) for one in counted(closed)]
    looked = cases_visible_to(user).filter(looked_at__gte=since)
    return Results(
        days=days,
        outcomes=outcomes,
        types=sorted(types, key=lambda one: -one.closed),
        all=OfType("", *(sum(getattr(one, name) for one in types) for name in SUMS)),
        **seen(user, since),
        looked=looked.count(),
        looked_well=looked.filter(looked_well=True).count(),
    )


SUMS = ("closed", "solved", "began_bad", "recovered", "late")


def counted(closed: QuerySet[Case]) -> list[Any]:
    return list(
        closed.order_by().values("type__name").annotate(
            closed=Count("pk"), solved=Count("pk", filter=Q(outcome="solved")),
            began_bad=Count("pk", filter=Q(sentiment_first__lt=0)),
            recovered=Count("pk", filter=Q(sentiment_first__lt=0, sentiment_last__gte=0)),
            late=Count("pk", filter=Q(resolved_at__gt=F("due_at"))),
        )
    )  # fmt: skip


def of_type(row: dict[str, Any]) -> OfType:
    numbers = [int(row[name]) for name in SUMS]
    return OfType(str(row["type__name"] or ""), *numbers)


def seen(user: User, since: datetime) -> dict[str, int]:
    """Mentions are conversations that somebody began in public; seen is what got words of ours, or a like."""
    here = Turn.objects.filter(conversation=OuterRef("pk"))
    rows = Conversation.objects.filter(
        account__in=channels.account_ids_visible_to(user), opened_at__gte=since, is_spam=False, account__is_rehearsal=False
    ).annotate(said=Exists(here.filter(SAID | Q(post__is_own=True))), liked=Exists(here.filter(LIKED)))  # fmt: skip
    told = rows.aggregate(
        mentions=Count("pk"), answered=Count("pk", filter=Q(said=True)),
        acknowledged=Count("pk", filter=Q(said=False, liked=True)),
    )  # fmt: skip
    return {name: int(n or 0) for name, n in told.items()}

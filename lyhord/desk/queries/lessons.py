"""What was learned: the list with search, and the digest of a month (TE-08, CA-03)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from lyhord.desk.models import Case
from lyhord.desk.queries.casefile import cases_visible_to
from lyhord.staff.models import User

PAGE = 50
SEARCHED = ("lesson", "cause", "action", "result")


@dataclass(frozen=True)
class Page:
    cases: list[Case]
    next: int | None


def bank(
    user: User, *, q: str = "", only_lessons: bool = True, topic: str = "", before: int | None = None
) -> Page:
    """Closed cases with what was told of them, the newest first; `q`: words that all stand in it."""
    rows = cases_visible_to(user).select_related("conversation__account", "type", "lesson_by")
    rows = rows.exclude(lesson="") if only_lessons else rows.exclude(outcome="")
    for word in q.split()[:8]:
        any_of = Q()
        for name in SEARCHED:
            for form in {word, word.capitalize(), word.lower()}:  # SQLite folds the case of ASCII alone
                any_of |= Q(**{f"{name}__icontains": form})
        rows = rows.filter(any_of)
    if topic:
        rows = rows.filter(conversation__topic=topic)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


@dataclass(frozen=True)
class Digest:
    """One month: what was learned, and what lay behind the complaints."""

    begins: datetime
    lessons: list[Case]
    causes: list[tuple[str, int]]
    topics: list[tuple[str, int]]
    outcomes: dict[str, int]
    closed: int


def digest(user: User, year: int, month: int) -> Digest:
    begins, ends = bounds(year, month)
    rows = cases_visible_to(user).filter(resolved_at__gte=begins, resolved_at__lt=ends, is_settled=True)
    rows = rows.exclude(outcome="")
    told = list(rows.values_list("cause", "conversation__topic", "outcome"))
    return Digest(
        begins=begins,
        lessons=lessons_of(user, begins, ends),
        causes=Counter(cause.strip() for cause, _topic, _outcome in told if cause.strip()).most_common(10),
        topics=Counter(topic or "other" for _cause, topic, _outcome in told).most_common(10),
        outcomes=dict(Counter(outcome for _cause, _topic, outcome in told)),
        closed=len(told),
    )


def lessons_of(user: User, begins: datetime, ends: datetime) -> list[Case]:
    rows: QuerySet[Case] = cases_visible_to(user).exclude(lesson="")
    rows = rows.filter(lesson_at__gte=begins, lesson_at__lt=ends).select_related(
        "conversation", "lesson_by", "type"
    )
    return list(rows.order_by("conversation__topic", "-lesson_at")[:200])


def bounds(year: int, month: int) -> tuple[datetime, datetime]:
    """A month in the reader's zone."""
    zone = timezone.get_current_timezone()
    after = (year + 1, 1) if month == 12 else (year, month + 1)
    return datetime(year, month, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone)

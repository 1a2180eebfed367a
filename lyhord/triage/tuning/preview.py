"""What the last days would have looked like with another value."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from lyhord.intake import queries as intake
from lyhord.staff.models import Brand, User
from lyhord.triage.models import Assessment

SHOWN = 20
DAYS = (7, 30)
COLUMNS = {"answer": "answer_score", "urgent": "urgency_score", "abusive": "abuse_score"}


@dataclass(frozen=True)
class Crossing:
    """How many posts of how many are at or over a value, and those nearest to it: there it is decided."""

    count: int
    of: int
    rows: list[Assessment]  # with `.post`, and `.score`


def crossing(
    person: User, brand: Brand | None, what: str, value: float, days: int, now: datetime
) -> Crossing:
    """Of what the person may see. `what` is a threshold or a line."""
    column = column_of(what)
    rows = judged(person, brand, days, now)
    over = rows.filter(**{f"{column}__gte": value})
    nearest = list(over.order_by(column, "-pk").select_related("post")[:SHOWN])
    for row in nearest:
        row.score = score_of(row, what)  # type: ignore[attr-defined]
    return Crossing(over.count(), rows.count(), nearest)


def count(person: User, brand: Brand | None, what: str, value: float, days: int, now: datetime) -> int:
    return judged(person, brand, days, now).filter(**{f"{column_of(what)}__gte": value}).count()


def judged(person: User, brand: Brand | None, days: int, now: datetime) -> QuerySet[Assessment]:
    posts = intake.posts_visible_to(person).filter(at__gte=now - timedelta(days=days), deleted_at=None)
    if brand is not None:
        posts = posts.filter(account__brand=brand)
    return Assessment.objects.filter(post__in=posts)


def column_of(what: str) -> str:
    return COLUMNS.get(what) or f"scores__{what}"


def score_of(row: Assessment, what: str) -> float:
    return float(getattr(row, COLUMNS[what]) if what in COLUMNS else row.scores.get(what, 0))

"""How far people are in the training inbox."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.desk import practice
from lyhord.desk.models import Practice
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import User


@dataclass(frozen=True)
class Progress:
    """One person's. `finished_at`: the first time; who began anew keeps it."""

    user: User
    done: int
    begun_at: datetime | None
    finished_at: datetime | None

    @property
    def all(self) -> int:
        return len(practice.POSTS)


def practice_of(user: User) -> Practice | None:
    return Practice.objects.filter(user=user).first()


def is_offered(user: User) -> bool:
    """Until she began or put the offer away."""
    row = practice_of(user)
    return row is None or (row.begun_at is None and row.put_away_at is None and row.finished_at is None)


def progress(user: User) -> Progress:
    return told(user, practice_of(user))


def progress_of_team(by: User) -> list[Progress]:
    """Of everybody in the brands where she looks after who has what; who has not finished stands first."""
    brands = staff.brand_ids(by) if by.is_administrator else mandates.brands_where(by, "route")
    people = list(staff.colleagues(brands))
    rows = {row.user_id: row for row in Practice.objects.filter(user__in=people)}
    found = [told(one, rows.get(one.pk)) for one in people]
    return sorted(found, key=lambda one: one.finished_at is not None)


def told(user: User, row: Practice | None) -> Progress:
    if row is None:
        return Progress(user, 0, None, None)
    return Progress(user, practice.done_of(row.done), row.begun_at, row.finished_at)

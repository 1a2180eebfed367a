"""Everything that a view and its filters show, as ids alone: what "Select all that match" takes."""

from dataclasses import dataclass

from django.db import connection

from lyhord.desk.operators import Condition
from lyhord.desk.queries.inbox import Filters, asked_in, hits_of
from lyhord.staff.models import User

MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Matching:
    """In the order of the list."""

    ids: list[int]  # the first ones, where there are more than were asked for
    total: int  # at most MOST_COUNTED
    is_more: bool  # there are more than `total`
    unknown: tuple[Condition, ...] = ()  # parts of `q` that mean nothing, and were left out


def matching(user: User, view: str, *, filters: Filters | None = None, most: int) -> Matching:
    """The first `most` of a view, and how many there are. Raises NoSuchView."""
    asked = asked_in(user, view, filters or Filters(), None)
    if not asked.accounts:
        return Matching([], 0, False, asked.wanted.unknown)
    sql, values = hits_of(
        user, asked.view, asked.accounts, asked.where, None, MOST_COUNTED + 1, is_of_few=asked.is_of_few
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        ids = [pk for pk, _at in cursor.fetchall()]
    total = min(len(ids), MOST_COUNTED)
    return Matching(ids[:most], total, len(ids) > MOST_COUNTED, asked.wanted.unknown)

"""What people write for, and what became of it: by purpose (TR-06) and by where they stand in their purchase (TR-08)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.desk.models import Use
from lyhord.desk.queries.inbox import slots
from lyhord.staff.models import User

DAYS = (7, 28, 90)
JOURNEYS = ("before", "during", "after", "")  # "": nobody told

# One walk over the index of beginnings; each conversation then counts three times, in its use, its stage and the sum. Without
# MATERIALIZED, SQLite walks three times.
SQL = """
WITH told AS MATERIALIZED (
  SELECT c.use, c.journey, {minutes} AS minutes,
    CASE WHEN c.status = 'closed' THEN 1 ELSE 0 END AS closed,
    CASE WHEN c.sentiment < 0 THEN 1 ELSE 0 END AS negative,
    CASE WHEN EXISTS (SELECT 1 FROM desk_turn t WHERE t.conversation_id = c.id AND t.what = 'reopened')
      THEN 1 ELSE 0 END AS reopened
  FROM desk_conversation c
  WHERE c.account_id IN ({accounts}) AND NOT c.is_spam AND c.opened_at >= %s AND c.opened_at <= %s
), counted AS (
  SELECT 'use' AS part, use AS name, minutes, closed, negative, reopened FROM told
  UNION ALL SELECT 'journey', journey, minutes, closed, negative, reopened FROM told
  UNION ALL SELECT 'all', '', minutes, closed, negative, reopened FROM told
), placed AS (
  SELECT part, name, minutes,
    ROW_NUMBER() OVER (PARTITION BY part, name ORDER BY minutes) AS place,
    COUNT(*) OVER (PARTITION BY part, name) AS n
  FROM counted WHERE minutes IS NOT NULL
), halves AS (
  SELECT part, name, AVG(minutes) AS median FROM placed WHERE place IN ((n + 1) / 2, (n + 2) / 2) GROUP BY part, name
), sums AS (
  SELECT part, name, COUNT(*) AS n, COUNT(minutes) AS answered, SUM(closed) AS closed, SUM(reopened) AS reopened,
    SUM(negative) AS negative FROM counted GROUP BY part, name
)
SELECT s.part, s.name, s.n, s.answered, h.median, s.closed, s.reopened, s.negative
FROM sums s LEFT JOIN halves h ON h.part = s.part AND h.name = s.name
"""
MINUTES = {
    "sqlite": "(julianday(c.first_answer_at) - julianday(c.opened_at)) * 1440",
    "postgresql": "EXTRACT(EPOCH FROM c.first_answer_at - c.opened_at) / 60",
}


@dataclass(frozen=True)
class Line:
    """Conversations that began in the time asked for, and how they stand now."""

    name: str  # a use, a stage of the journey, or "" for those that told none and for the sum
    conversations: int = 0
    answered: int = 0
    minutes: float | None = None  # to our first answer: the median of those answered
    closed: int = 0
    reopened: int = 0  # at least once
    negative: int = 0  # of which the newest words are not content

    def share(self, n: int) -> float:
        return n / self.conversations if self.conversations else 0.0

    @property
    def share_negative(self) -> float:
        return self.share(self.negative)


@dataclass(frozen=True)
class Report:
    days: int
    uses: list[Line]
    journeys: list[Line]
    all: Line


def used_for(
    user: User, *, days: int, brand: int | None = None, connector: str = "", now: datetime
) -> Report:
    """Of the accounts that she sees, narrowed to a brand and a network; spam and rehearsals are left out."""
    rows = channels.accounts_visible_to(user).filter(is_rehearsal=False)
    if brand is not None:
        rows = rows.filter(brand=brand)
    if connector:
        rows = rows.filter(connector=connector)
    found = lines(rows.values_list("pk", flat=True), now - timedelta(days=days), now)
    return Report(
        days,
        [found.get(("use", name), Line(name)) for name in Use.values],
        [found.get(("journey", name), Line(name)) for name in JOURNEYS],
        found.get(("all", ""), Line("")),
    )


def lines(accounts: Iterable[int], since: datetime, until: datetime) -> dict[tuple[str, str], Line]:
    ids = sorted(accounts)
    if not ids:
        return {}
    adapt = connection.ops.adapt_datetimefield_value
    sql = SQL.format(minutes=MINUTES[connection.vendor], accounts=slots(ids))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids, adapt(since), adapt(until)])
        return {
            (part, name): Line(
                name, n, answered, None if median is None else float(median), *map(int, (closed, again, sour))
            )
            for part, name, n, answered, median, closed, again, sour in cursor.fetchall()
        }


def networks(user: User) -> list[str]:
    """The connectors of the accounts that she sees."""
    rows: Iterable[Account] = channels.accounts_visible_to(user).filter(is_rehearsal=False)
    return sorted({account.connector for account in rows})

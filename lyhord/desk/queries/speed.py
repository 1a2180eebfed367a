"""How fast we answered and resolved, network by network, and beside it how much of it was solved: neither alone (SL-02, SL-04)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from lyhord.channels import queries as channels
from lyhord.desk.queries.inbox import slots
from lyhord.staff.models import User

DAYS = (7, 28, 90)

# One walk over the index of beginnings. Minutes are as customers live them, round the clock.
SQL = """
WITH told AS MATERIALIZED (
  SELECT a.connector AS name, {first} AS first, {resolved} AS resolved,
    CASE WHEN c.status = 'closed' AND NOT EXISTS (SELECT 1 FROM desk_turn t WHERE t.conversation_id = c.id
      AND t.what = 'reopened') THEN 1 ELSE 0 END AS solved,
    CASE WHEN EXISTS (SELECT 1 FROM desk_clock k WHERE k.conversation_id = c.id AND k.breached_at IS NOT NULL)
      THEN 1 ELSE 0 END AS breached,
    CASE WHEN EXISTS (SELECT 1 FROM desk_clock k WHERE k.conversation_id = c.id AND k.due_at IS NOT NULL)
      THEN 1 ELSE 0 END AS promised
  FROM desk_conversation c JOIN channels_account a ON a.id = c.account_id
  WHERE c.account_id IN ({accounts}) AND NOT c.is_spam AND c.opened_at >= %s AND c.opened_at <= %s {kind}
), every AS (
  SELECT name, first, resolved, solved, breached, promised FROM told
  UNION ALL SELECT '', first, resolved, solved, breached, promised FROM told
), minutes AS (
  SELECT name, 'first' AS which, first AS took FROM every WHERE first IS NOT NULL
  UNION ALL SELECT name, 'resolved', resolved FROM every WHERE resolved IS NOT NULL
), placed AS (
  SELECT name, which, took, ROW_NUMBER() OVER (PARTITION BY name, which ORDER BY took) AS place,
    COUNT(*) OVER (PARTITION BY name, which) AS n FROM minutes
), taken AS (
  SELECT name, which, AVG(CASE WHEN place IN ((n + 1) / 2, (n + 2) / 2) THEN took END) AS median,
    MIN(CASE WHEN place >= n * 0.9 THEN took END) AS most FROM placed GROUP BY name, which
), sums AS (
  SELECT name, COUNT(*) AS n, COUNT(first) AS answered, COUNT(resolved) AS closed, SUM(solved) AS solved,
    SUM(breached) AS breached, SUM(promised) AS promised FROM every GROUP BY name
)
SELECT s.name, s.n, s.answered, s.closed, s.solved, s.promised, s.breached, f.median, f.most, r.median, r.most
FROM sums s LEFT JOIN taken f ON f.name = s.name AND f.which = 'first'
LEFT JOIN taken r ON r.name = s.name AND r.which = 'resolved' ORDER BY s.name
"""
MINUTES = {
    "sqlite": "(julianday(c.{column}) - julianday(c.opened_at)) * 1440",
    "postgresql": "EXTRACT(EPOCH FROM c.{column} - c.opened_at) / 60",
}


@dataclass(frozen=True)
class Speed:
    """Conversations that began in the time asked for. Minutes: half were faster than `median`, nine in ten than `p90`."""

    connector: str  # "": all together
    conversations: int = 0
    answered: int = 0
    closed: int = 0
    solved: int = 0  # closed, and never opened again
    promised: int = 0  # that had a target
    breached: int = 0
    first_median: float | None = None
    first_p90: float | None = None
    resolved_median: float | None = None
    resolved_p90: float | None = None

    @property
    def solved_share(self) -> float:
        return self.solved / self.conversations if self.conversations else 0.0

    @property
    def kept_share(self) -> float | None:
        """Of those that had a target; None: none had."""
        return 1 - self.breached / self.promised if self.promised else None


def speed(user: User, *, days: int, brand: int | None = None, kind: str = "", now: datetime) -> list[Speed]:
    """A line for each network, the sum first. `kind` compares like with like. Spam and rehearsals are left out."""
    rows = channels.accounts_visible_to(user).filter(is_rehearsal=False)
    if brand is not None:
        rows = rows.filter(brand=brand)
    return lines(rows.values_list("pk", flat=True), kind, now - timedelta(days=days), now)


def lines(accounts: Iterable[int], kind: str, since: datetime, until: datetime) -> list[Speed]:
    ids = sorted(accounts)
    if not ids:
        return []
    took = MINUTES[connection.vendor]
    sql = SQL.format(
        first=took.format(column="first_answer_at"), resolved=took.format(column="closed_at"), accounts=slots(ids),
        kind="AND c.kind = %s" if kind else "",
    )  # fmt: skip
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids, adapt(since), adapt(until), *([kind] if kind else [])])
        return [made(record) for record in cursor.fetchall()]


def made(record: tuple[object, ...]) -> Speed:
    name, *rest = record
    counts = [int(str(one or 0)) for one in rest[:6]]
    minutes = [None if one is None else float(str(one)) for one in rest[6:]]
    return Speed(str(name), *counts, *minutes)

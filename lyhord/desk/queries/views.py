"""The views of the inbox: what each shows, in which order, and how many stand in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from lyhord.channels import queries as channels
from lyhord.staff.models import User

# Written exactly as the partial indexes are, so that both databases take those.
IN_WORK = "NOT c.is_spam AND c.status = 'open'"
RESTING = "NOT c.is_spam AND c.status IN ('waiting', 'snoozed', 'closed')"
UNANSWERED = f"{IN_WORK} AND c.waiting_since IS NOT NULL"


@dataclass(frozen=True)
class View:
    """`where` is SQL on conversation `c`; `order` its key, the newest first unless `is_oldest_first`."""

    where: str
    order: str = "last_at"
    is_oldest_first: bool = False
    is_mine: bool = False


VIEWS: dict[str, View] = {
    "open": View(IN_WORK),
    "mine": View(IN_WORK, is_mine=True),
    "unassigned": View(f"{IN_WORK} AND c.assignee_id IS NULL"),
    "service": View(f"c.flow = 'service' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
    "community": View(f"c.flow = 'community' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
    "corporate": View(f"c.flow = 'corporate' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
    "waiting": View(f"{RESTING} AND c.status = 'waiting'"),
    "snoozed": View(f"{RESTING} AND c.status = 'snoozed'"),
    "closed": View(f"{RESTING} AND c.status = 'closed'"),
    "spam": View("c.is_spam"),
}


# Summed by the database, and of the people only she and nobody told apart: a dozen rows, however many people there are.
COUNTS = """
SELECT CASE WHEN assignee IN (0, %s) THEN assignee ELSE -1 END AS who, status, waits, is_spam, flow, SUM(n)
FROM desk_tally WHERE account_id IN ({accounts}) GROUP BY who, status, waits, is_spam, flow
"""


def counts(user: User, accounts: Sequence[int] | None = None) -> dict[str, int]:
    """How many stand in each view, from the maintained counts alone. `accounts`: hers, where the caller has them."""
    found = dict.fromkeys(VIEWS, 0)
    accounts = channels.account_ids_visible_to(user) if accounts is None else accounts
    if not accounts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(accounts=", ".join(["%s"] * len(accounts))), [user.pk, *accounts])
        summed = cursor.fetchall()
    for assignee, status, waits, is_spam, flow, n in summed:
        for view in views_of(assignee, status, waits, is_spam, flow, user.pk):
            found[view] += int(n)
    return found


def views_of(assignee: int, status: str, waits: bool, is_spam: bool, flow: str, user: int) -> list[str]:
    """The views in which conversations of this cell stand for `user`."""
    if is_spam:
        return ["spam"]
    if status != "open":
        return [status]
    views = ["open"]
    if assignee == user:
        views.append("mine")
    if not assignee:
        views.append("unassigned")
    if waits:
        views.append(flow)
    return views

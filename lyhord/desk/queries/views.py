"""The views of the inbox: what each shows, in which order, and how many stand in it."""

from collections.abc import Collection, Sequence
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


# One walk over the cells. Of an open one several views may count the same conversation.
OPEN = "NOT is_spam AND status = 'open'"
CELLS = {
    "open": OPEN,
    "mine": f"{OPEN} AND assignee = %s",
    "unassigned": f"{OPEN} AND assignee = 0",
    "service": f"{OPEN} AND waits AND flow = 'service'",
    "community": f"{OPEN} AND waits AND flow = 'community'",
    "corporate": f"{OPEN} AND waits AND flow = 'corporate'",
    "waiting": "NOT is_spam AND status = 'waiting'",
    "snoozed": "NOT is_spam AND status = 'snoozed'",
    "closed": "NOT is_spam AND status = 'closed'",
    "spam": "is_spam",
}
# What is done with, which most cells are of: the rail of a page does not count it.
DONE = frozenset({"closed", "spam"})


def counts(
    user: User, accounts: Sequence[int] | None = None, views: Collection[str] = tuple(VIEWS)
) -> dict[str, int]:
    """How many stand in each of `views`, from the maintained counts alone. `accounts`: hers, where the caller has them."""
    accounts = channels.account_ids_visible_to(user) if accounts is None else accounts
    if not accounts:
        return dict.fromkeys(views, 0)
    sums = ", ".join(f"COALESCE(SUM(n) FILTER (WHERE {CELLS[view]}), 0)" for view in views)
    walked = f"account_id IN ({', '.join(['%s'] * len(accounts))})"
    if DONE.isdisjoint(views):
        walked += " AND NOT is_spam AND status <> 'closed'"
    values = [user.pk] * ("mine" in views) + [*accounts]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sums} FROM desk_tally WHERE {walked}", values)  # noqa: S608 - our own words only
        (found,) = cursor.fetchall()
    return {view: int(n) for view, n in zip(views, found, strict=True)}

"""The views of the inbox: what each shows, in which order, and how many stand in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from lyhord.channels import queries as channels
from lyhord.staff.models import User

# Written exactly as the partial indexes are, so that both databases take those.
IN_WORK = "NOT c.is_spam AND c.status = 'open'"
RESTING = "NOT c.is_spam AND c.status IN ('waiting', 'snoozed', 'closed')"
LATE = f"{IN_WORK} AND c.due_stage = 3"  # too late: somebody must decide before it comes back to the queue
LIVE = f"{IN_WORK} AND COALESCE(c.due_stage, 0) < 3"
UNANSWERED = f"{LIVE} AND c.waiting_since IS NOT NULL"


@dataclass(frozen=True)
class View:
    """`where` is SQL on conversation `c`; `order` its key, the newest first unless `is_oldest_first`."""

    where: str
    order: str = "last_at"
    is_oldest_first: bool = False
    is_mine: bool = False


VIEWS: dict[str, View] = {
    "open": View(LIVE),
    "mine": View(LIVE, is_mine=True),
    "unassigned": View(f"{LIVE} AND c.assignee_id IS NULL"),
    "service": View(f"c.flow = 'service' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
    "community": View(f"c.flow = 'community' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
    "corporate": View(f"c.flow = 'corporate' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
    "due": View(f"{LIVE} AND c.due_at IS NOT NULL", "due_at", is_oldest_first=True),
    "too_late": View(LATE, is_oldest_first=True),
    "complaints": View(f"c.kind = 'complaint' AND {UNANSWERED}", "waiting_since", is_oldest_first=True),
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
# What no cell tells: read from the conversations themselves, up to so many, by partial indexes.
COUNTED = ("due", "too_late", "complaints")
MOST_COUNTED = 1000
# Of these views the cells count what is too late as well, so it is taken off again.
TOO_LATE = {
    "open": "1 = 1",
    "mine": "assignee_id = %s",
    "unassigned": "assignee_id IS NULL",
    **{
        flow: f"waiting_since IS NOT NULL AND flow = '{flow}'"
        for flow in ("service", "community", "corporate")
    },
}
# What is done with, which most cells are of: the rail of a page does not count it.
DONE = frozenset({"closed", "spam"})


def counts(
    user: User, accounts: Sequence[int] | None = None, views: Collection[str] = tuple(VIEWS)
) -> dict[str, int]:
    """How many stand in each of `views`, from the maintained counts. `accounts`: hers, where the caller has them.

    What is due, too late or an unanswered complaint is counted up to MOST_COUNTED.
    """
    accounts = channels.account_ids_visible_to(user) if accounts is None else accounts
    if not accounts:
        return dict.fromkeys(views, 0)
    hers = f"account_id IN ({', '.join(['%s'] * len(accounts))})"
    late = f"SELECT c.assignee_id, c.flow, c.waiting_since FROM desk_conversation c WHERE c.{hers} AND {LATE}"  # noqa: S608
    values: list[int] = [*accounts]
    columns = []
    for view in views:
        columns.append(column(view, hers))
        values += [*accounts] if view in COUNTED else [user.pk] * (2 if view == "mine" else 0)
    walked = f"{hers} AND NOT is_spam AND status <> 'closed'" if DONE.isdisjoint(views) else hers
    sql = f"WITH late AS ({late} LIMIT {MOST_COUNTED}) SELECT {', '.join(columns)} FROM desk_tally WHERE {walked}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *accounts])
        (found,) = cursor.fetchall()
    return {view: max(int(n), 0) for view, n in zip(views, found, strict=True)}


def column(view: str, hers: str) -> str:
    if view in COUNTED:
        rows = (
            f"SELECT 1 FROM desk_conversation c WHERE c.{hers} AND {VIEWS[view].where} LIMIT {MOST_COUNTED}"  # noqa: S608
        )
        return f"(SELECT COUNT(*) FROM ({rows}) AS counted)"  # noqa: S608
    cells = f"COALESCE(SUM(n) FILTER (WHERE {CELLS[view]}), 0)"
    if view not in TOO_LATE:
        return cells
    return f"{cells} - (SELECT COUNT(*) FROM late WHERE {TOO_LATE[view]})"  # noqa: S608

"""What a line of the list shows, and no more: the record itself, so that lines that say the same are the same value."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from lyhord.desk.models import Status
from lyhord.desk.queries.inbox import (
    MOST,
    Filters,
    Page,
    Shape,
    Where,
    asked_in,
    page_of,
    read,
    slots,
    statement,
)
from lyhord.staff.models import User

COLUMNS = """
c.id, c.version,
CASE WHEN k.name <> '' THEN k.name ELSE COALESCE((SELECT i.handle FROM desk_strand s
  JOIN customers_identity i ON i.id = s.identity_id WHERE s.conversation_id = c.id ORDER BY s.id DESC LIMIT 1), '') END,
a.connector, c.subject, c.snippet, c.lang, c.kind, c.purpose, c.is_viewpoint, c.status, c.is_urgent, c.is_public, COALESCE(u.name, ''),
c.waiting_since, c.last_at, c.due_at, COALESCE(c.due_stage, 0),
EXISTS (SELECT 1 FROM desk_request q WHERE q.conversation_id = c.id AND q.state = 'open'),
COALESCE((SELECT t.id FROM desk_turn t WHERE t.conversation_id = c.id ORDER BY t.at DESC, t.id DESC LIMIT 1), 0)
  > COALESCE(r.last_turn, 0)
"""


class Line(NamedTuple):
    """As the database gave it: truths may be 0 and 1, times are read by `inbox.moment`."""

    id: int
    version: int
    who: str  # the customer's name, else her handle
    connector: str
    subject: str
    snippet: str
    lang: str
    kind: str
    purpose: str
    is_viewpoint: bool
    status: str
    is_urgent: bool
    is_public: bool
    assignee: str
    waiting_since: datetime | None
    last_at: datetime
    due_at: datetime | None
    due_stage: int  # 0 fine, 1 warned, 2 breached, 3 too late
    is_asked: bool  # waits for a department
    is_new: bool  # bold: hers alone

    @property
    def waits(self) -> bool:
        """The dot: for everybody."""
        return self.waiting_since is not None and self.status != Status.CLOSED


LINES = Shape(COLUMNS, Line._make)


def lines(
    user: User,
    view: str = "open",
    *,
    filters: Filters | None = None,
    after: str | None = None,
    limit: int = 50,
    accounts: Sequence[int] | None = None,
) -> Page[Line]:
    """`inbox` for a page of the desk."""
    return page_of(LINES, user, view, filters, after, limit, accounts)


def lines_in_view(user: User, view: str, pks: Iterable[int], *, filters: Filters | None = None) -> list[Line]:
    """Those of `pks` that stand in the view now, for a page that is open; the others have left it."""
    ids = sorted(set(pks))[:MOST]
    asked = asked_in(user, view, filters or Filters(), None, of=ids)
    if not ids or not asked.accounts:
        return []
    where = Where([*asked.where.sql, f"c.id IN ({slots(ids)})"], [*asked.where.values, *ids])
    shown = statement(
        user, asked.view, asked.accounts, where, None, MOST, is_of_few=asked.is_of_few, columns=COLUMNS
    )
    return read(LINES, *shown)

"""What a line of the list shows, and no more: the record itself, so that lines that say the same are the same value."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from lyhord.channels import queries as channels
from lyhord.desk.models import Status
from lyhord.desk.queries.inbox import (
    MOST,
    Filters,
    Page,
    Shape,
    Where,
    found,
    narrowed,
    page_of,
    read,
    slots,
    statement,
)
from lyhord.desk.queries.views import VIEWS, View
from lyhord.staff.models import User

COLUMNS = """
c.id, c.version,
CASE WHEN k.name <> '' THEN k.name ELSE COALESCE((SELECT i.handle FROM desk_strand s
  JOIN customers_identity i ON i.id = s.identity_id WHERE s.conversation_id = c.id ORDER BY s.id DESC LIMIT 1), '') END,
a.connector, c.subject, c.snippet, c.lang, c.kind, c.purpose, c.is_viewpoint, c.status, c.is_urgent, c.is_public, COALESCE(u.name, ''),
c.waiting_since, c.last_at,
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
    filters = filters or Filters()
    ids = sorted(set(pks))[:MOST]
    accounts = channels.account_ids_visible_to(user)
    if filters.account is not None:
        accounts = [pk for pk in accounts if pk == filters.account]
    if filters.q:
        ids = [pk for pk in found(filters.q, accounts) if pk in ids]
    if not ids or not accounts:
        return []
    where = narrowed(filters)
    where = Where([*where.sql, f"c.id IN ({slots(ids)})"], [*where.values, *ids])
    shown = View("c.id > 0") if filters.q else VIEWS[view]
    return read(LINES, *statement(user, shown, accounts, where, None, MOST, columns=COLUMNS))

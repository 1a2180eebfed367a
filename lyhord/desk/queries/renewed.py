"""Rows of an open page, as they now stand."""

from collections.abc import Iterable

from lyhord.channels import queries as channels
from lyhord.desk.queries.inbox import MOST, Filters, Row, Where, fetched, found, narrowed, slots, statement
from lyhord.desk.queries.views import VIEWS, View
from lyhord.staff.models import User


def rows_in_view(user: User, view: str, pks: Iterable[int], *, filters: Filters | None = None) -> list[Row]:
    """Those of `pks` that stand in the view now; the others have left it."""
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
    return fetched(*statement(user, shown, accounts, where, None, MOST))

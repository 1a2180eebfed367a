"""The list of conversations: one SQL statement a page, by partial indexes, however many there are.

Each account that she sees gives the first rows of its own index range; of these the page is made. So the cost grows with
the accounts she sees, never with the conversations there are.
"""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.db import connection
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.desk.operators import Condition
from lyhord.desk.queries.narrowing import NOTHING, Wanted, wanted
from lyhord.desk.queries.views import VIEWS, View
from lyhord.lib.errors import LyhordError
from lyhord.staff.models import User

MOST = 100

T = TypeVar("T")
COLUMNS = """
c.id, c.number, c.subject, c.snippet, c.status, c.flow, c.customer_id, k.name, c.account_id, a.name, a.connector,
c.is_public, c.lang, c.kind, c.topic, c.sentiment, c.is_urgent, c.is_spam, c.needs_answer,
COALESCE(c.priority_set, CASE WHEN c.priority + c.clock_points > 100 THEN 100 ELSE c.priority + c.clock_points END), c.assignee_id, u.name, c.waiting_since, c.last_at, c.snoozed_until, c.closed_at,
c.version, c.use, c.purpose, c.journey, c.is_viewpoint, c.due_at, c.due_stage,
(SELECT i.handle FROM desk_strand s JOIN customers_identity i ON i.id = s.identity_id
  WHERE s.conversation_id = c.id ORDER BY s.id DESC LIMIT 1),
(SELECT {tags} FROM desk_conversation_tags ct JOIN desk_tag g ON g.id = ct.tag_id WHERE ct.conversation_id = c.id),
(SELECT t.id FROM desk_turn t WHERE t.conversation_id = c.id ORDER BY t.at DESC, t.id DESC LIMIT 1),
r.last_turn
"""
JOINS = """
JOIN desk_conversation c ON c.id = h.id
JOIN customers_customer k ON k.id = c.customer_id
JOIN channels_account a ON a.id = c.account_id
LEFT JOIN staff_user u ON u.id = c.assignee_id
LEFT JOIN desk_reading r ON r.conversation_id = c.id AND r.user_id = %s
"""
TAGS = {"sqlite": "json_group_array(g.name)", "postgresql": "CAST(json_agg(g.name) AS text)"}


class BadCursor(LyhordError):
    pass


class NoSuchView(LyhordError):
    pass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    id: int
    number: int
    subject: str
    snippet: str
    status: str
    flow: str
    customer_id: int
    customer: str
    account_id: int
    account: str
    connector: str
    is_public: bool
    lang: str
    kind: str
    topic: str
    sentiment: int
    is_urgent: bool
    is_spam: bool
    needs_answer: bool
    priority: int
    assignee_id: int | None
    assignee: str
    waiting_since: datetime | None
    last_at: datetime
    snoozed_until: datetime | None
    closed_at: datetime | None
    version: int
    use: str  # service complaint brand relation
    purpose: str
    journey: str
    is_viewpoint: bool
    due_at: datetime | None  # of the clock that ends first
    due_stage: int  # 0 fine, 1 warned, 2 breached, 3 too late
    handle: str
    tags: tuple[str, ...]
    is_new: bool  # bold: hers alone

    @property
    def waits(self) -> bool:
        """The dot: for everybody."""
        return self.waiting_since is not None and self.status != "closed"


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    rows: list[T]
    next: str | None  # the cursor of the page after
    unknown: tuple[Condition, ...] = ()  # parts of `q` that mean nothing, and were left out
    looked_back_to: datetime | None = None  # the words of `q` were looked for so far; None: to the beginning


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What is read of each conversation, and what is made of the record. `{tags}` in it is the list of names as JSON."""

    columns: str
    made: Callable[[tuple[Any, ...]], T]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a view. Empty: everything."""

    q: str = ""  # words and operators, as on the search page; they narrow the view
    account: int | None = None
    tag: str = ""
    lang: str = ""
    kind: str = ""
    status: str = ""
    flow: str = ""
    assignee: int | None = None  # 0: nobody
    customer: int | None = None
    use: str = ""
    purpose: str = ""  # press, influence, ...
    viewpoint: bool | None = None  # True: who gives a view; False: who does not
    own_topic: int | None = None  # one of the operator's own: words of hers were judged so
    field: int | None = None  # one of the brand's own, which holds `value`
    value: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    sql: list[str]
    values: list[Any]


def inbox(
    user: User,
    view: str = "open",
    *,
    filters: Filters | None = None,
    after: str | None = None,
    limit: int = 50,
    accounts: Sequence[int] | None = None,
) -> Page[Row]:
    """A page of a view. `after` is the `next` of the page before. Raises NoSuchView, BadCursor.

    `accounts`: what `account_ids_visible_to(user)` gave, where the caller has asked already.
    """
    return page_of(ROWS, user, view, filters, after, limit, accounts)


def page_of(
    shape: Shape[T],
    user: User,
    view: str,
    filters: Filters | None,
    after: str | None,
    limit: int,
    accounts: Sequence[int] | None,
) -> Page[T]:
    """`inbox` for rows of any shape that have an id and the times that views are ordered by."""
    asked = asked_in(user, view, filters or Filters(), accounts)
    if not asked.accounts:
        return Page([], None, asked.wanted.unknown)
    limit = max(1, min(limit, MOST))
    sql, values = statement(
        user, asked.view, asked.accounts, asked.where, after, limit + 1,
        is_of_few=asked.is_of_few, columns=shape.columns,
    )  # fmt: skip
    rows = read(shape, sql, values)
    more = len(rows) > limit
    rows = rows[:limit]
    following = cursor(rows[-1], asked.view) if more else None
    return Page(rows, following, asked.wanted.unknown, asked.wanted.looked_back_to)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A view and its filters, as the statement takes them."""

    view: View
    accounts: Sequence[int]
    where: Where
    wanted: Wanted
    is_of_few: bool


def asked_in(
    user: User,
    view: str,
    filters: Filters,
    accounts: Sequence[int] | None,
    of: Sequence[int] | None = None,
) -> AskedFor:
    """What a view with these filters asks for. `accounts`: hers, where the caller knows them. Raises NoSuchView.

    `of`: the few conversations that alone are in question; the caller asks for them besides.
    """
    if view not in VIEWS:
        raise NoSuchView(_("There is no view of this name."))
    accounts = channels.account_ids_visible_to(user) if accounts is None else accounts
    if filters.account is not None:
        accounts = [pk for pk in accounts if pk == filters.account]
    where = narrowed(filters)
    line = wanted(user, filters.q, accounts, of=of) if filters.q else NOTHING
    if line.sql:
        where = Where([*where.sql, line.sql], [*where.values, *line.values])
    is_of_few = bool(line.is_of_few or filters.customer)
    return AskedFor(VIEWS.get(filters.status, VIEWS[view]), accounts, where, line, is_of_few)


def row(user: User, pk: int) -> Row | None:
    return next(iter(rows(user, [pk])), None)


def rows(user: User, pks: Iterable[int]) -> list[Row]:
    """These, of what she sees; for rows that changed on a page that is open."""
    ids, accounts = sorted(set(pks))[:MOST], channels.account_ids_visible_to(user)
    if not ids or not accounts:
        return []
    where = Where([f"c.id IN ({slots(ids)})"], list(ids))
    return fetched(*statement(user, View("c.id > 0"), accounts, where, None, MOST, is_of_few=True))


def statement(
    user: User,
    view: View,
    accounts: Sequence[int],
    where: Where,
    after: str | None,
    limit: int,
    *,
    is_of_few: bool = False,
    columns: str = COLUMNS,
) -> tuple[str, list[Any]]:
    """The statement of a page, with its values. `is_of_few`: `where` names a customer or ids, so few rows are in question."""
    hits, bound = hits_of(user, view, accounts, where, after, limit, is_of_few=is_of_few)
    way = "ASC" if view.is_oldest_first else "DESC"
    sql = (
        f"WITH h AS ({hits}) SELECT {columns.format(tags=TAGS[connection.vendor])} "  # noqa: S608
        f"FROM h {JOINS} ORDER BY h.at {way}, h.id {way}"
    )
    return sql, [*bound, user.pk]


def hits_of(
    user: User,
    view: View,
    accounts: Sequence[int],
    where: Where,
    after: str | None,
    limit: int,
    *,
    is_of_few: bool = False,
) -> tuple[str, list[Any]]:
    """The ids of a page and the times that they are ordered by, as `statement` takes them."""
    way, sign = ("ASC", ">") if view.is_oldest_first else ("DESC", "<")
    conditions, values = [view.where, *where.sql], list(where.values)
    if view.is_mine:
        conditions.append("c.assignee_id = %s")
        values.append(user.pk)
    if after:
        at, pk = read_cursor(after)
        # So written, the first part is the range of the index (reference: performance.md, section 2a).
        conditions.append(f"c.{view.order} {sign}= %s AND (c.{view.order} {sign} %s OR c.id {sign} %s)")
        values += [at, at, pk]
    first = f"SELECT c.id AS id, c.{view.order} AS at FROM desk_conversation c WHERE "  # noqa: S608 - our own words only
    if view.is_mine or is_of_few:
        # By the index of the person, who has few; the plus keeps the databases from taking that of the accounts.
        arms = [f"{first} +c.account_id IN ({slots(accounts)}) AND {' AND '.join(conditions)}"]
        bound = [*accounts, *values]
    else:
        arms = [f"{first} c.account_id = %s AND {' AND '.join(conditions)}"] * len(accounts)
        bound = [value for account in accounts for value in (account, *values)]
    # Each arm is read in the order of its index, side by side, until the page is full: both databases merge them.
    return f"{' UNION ALL '.join(arms)} ORDER BY at {way}, id {way} LIMIT {int(limit)}", bound


def narrowed(filters: Filters) -> Where:
    where = Where([], [])
    for column in ("lang", "kind", "flow", "use", "purpose"):
        if value := getattr(filters, column):
            where.sql.append(f"c.{column} = %s")
            where.values.append(value)
    if filters.viewpoint is not None:
        where.sql.append("c.is_viewpoint" if filters.viewpoint else "NOT c.is_viewpoint")
    if filters.customer is not None:
        where.sql.append("c.customer_id = %s")
        where.values.append(filters.customer)
    if filters.assignee is not None:
        where.sql.append("c.assignee_id = %s" if filters.assignee else "c.assignee_id IS NULL")
        where.values.extend([filters.assignee] if filters.assignee else [])
    if filters.tag:
        where.sql.append(
            "EXISTS (SELECT 1 FROM desk_conversation_tags ct JOIN desk_tag g ON g.id = ct.tag_id"
            " WHERE ct.conversation_id = c.id AND g.name = %s)"
        )
        where.values.append(filters.tag)
    if filters.field is not None:
        where.sql.append(
            "EXISTS (SELECT 1 FROM desk_fieldvalue fv WHERE fv.field_id = %s AND fv.value = %s"
            " AND (fv.conversation_id = c.id OR fv.customer_id = c.customer_id))"
        )
        where.values.extend([filters.field, filters.value])
    if filters.own_topic is not None:
        where.sql.append(
            "EXISTS (SELECT 1 FROM desk_turn ot JOIN triage_assessment oa ON oa.post_id = ot.post_id"
            " WHERE ot.conversation_id = c.id AND oa.own_topic_id = %s)"
        )
        where.values.append(filters.own_topic)
    return where


def fetched(sql: str, values: list[Any]) -> list[Row]:
    return read(ROWS, sql, values)


def read(shape: Shape[T], sql: str, values: list[Any]) -> list[T]:
    with connection.cursor() as execute:
        execute.execute(sql, values)
        return [shape.made(record) for record in execute.fetchall()]


def made(record: tuple[Any, ...]) -> Row:
    *plain, handle, tags, newest, read = record
    plain[7] = plain[7] or handle or ""
    for place in (11, 16, 17, 18, 30):
        plain[place] = bool(plain[place])
    plain[21] = plain[21] or ""
    for place in (22, 23, 24, 25, 31):
        plain[place] = moment(plain[place])
    plain[32] = plain[32] or 0
    marks = tuple(sorted(json.loads(tags))) if tags else ()
    plain += [handle or "", marks, (newest or 0) > (read or 0)]
    return Row(*plain)


ROWS = Shape(COLUMNS, made)


def moment(value: Any) -> Any:
    """A time as the database gave it: SQLite gives it without a zone, of a computed column as text."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def slots(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def cursor(row: Any, view: View) -> str:
    return cursor_at(moment(getattr(row, view.order)), row.id)


def cursor_at(at: datetime | None, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat() if at else ''} {pk}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[Any, int]:
    try:
        at, pk = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(" ")
        return connection.ops.adapt_datetimefield_value(datetime.fromisoformat(at)), int(pk)
    except ValueError as problem:
        raise BadCursor(
            _("This place in the list is not one that was given. Load the list again.")
        ) from problem

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
from django.db.models import Q
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.customers.models import Identity
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.queries.views import VIEWS, View
from lyhord.intake import search
from lyhord.lib.errors import LyhordError
from lyhord.staff.models import User

MOST = 100
MOST_FOUND = 500  # posts that a search looks at
MOST_PEOPLE = 100

T = TypeVar("T")
COLUMNS = """
c.id, c.number, c.subject, c.snippet, c.status, c.flow, c.customer_id, k.name, c.account_id, a.name, a.connector,
c.is_public, c.lang, c.kind, c.topic, c.sentiment, c.is_urgent, c.is_spam, c.needs_answer,
COALESCE(c.priority_set, c.priority), c.assignee_id, u.name, c.waiting_since, c.last_at, c.snoozed_until, c.closed_at,
c.version, c.use, c.purpose, c.journey, c.is_viewpoint,
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


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """What is read of each conversation, and what is made of the record. `{tags}` in it is the list of names as JSON."""

    columns: str
    made: Callable[[tuple[Any, ...]], T]


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a view. Empty: everything."""

    q: str = ""
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
    if view not in VIEWS:
        raise NoSuchView(_("There is no view of this name."))
    filters = filters or Filters()
    shown = VIEWS[view]
    accounts = channels.account_ids_visible_to(user) if accounts is None else accounts
    if filters.account is not None:
        accounts = [pk for pk in accounts if pk == filters.account]
    limit = max(1, min(limit, MOST))
    where = narrowed(filters)
    if filters.q:
        shown = View("c.id > 0")
        where.sql.append(f"c.id IN ({slots(ids := found(filters.q, accounts)) or 'NULL'})")
        where.values.extend(ids)
    if filters.status:
        shown = View("c.id > 0") if filters.q else VIEWS.get(filters.status, shown)
    if not accounts:
        return Page([], None)
    is_of_few = bool(filters.q or filters.customer)
    asked = statement(
        user, shown, accounts, where, after, limit + 1, is_of_few=is_of_few, columns=shape.columns
    )
    rows = read(shape, *asked)
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(rows, cursor(rows[-1], shown) if more else None)


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
    hits = f"{' UNION ALL '.join(arms)} ORDER BY at {way}, id {way} LIMIT {int(limit)}"
    sql = (
        f"WITH h AS ({hits}) SELECT {columns.format(tags=TAGS[connection.vendor])} "  # noqa: S608
        f"FROM h {JOINS} ORDER BY h.at {way}, h.id {way}"
    )
    return sql, [*bound, user.pk]


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
    if filters.own_topic is not None:
        where.sql.append(
            "EXISTS (SELECT 1 FROM desk_turn ot JOIN triage_assessment oa ON oa.post_id = ot.post_id"
            " WHERE ot.conversation_id = c.id AND oa.own_topic_id = %s)"
        )
        where.values.append(filters.own_topic)
    if filters.status and filters.q:
        where.sql.append("c.status = %s")
        where.values.append(filters.status)
    return where


def found(q: str, accounts: Sequence[int]) -> list[int]:
    """Conversations in which these words were said, or of this number."""
    posts = search.find(q, accounts, most=MOST_FOUND)
    ids = set(Turn.objects.filter(post__in=posts).values_list("conversation", flat=True)) if posts else set()
    ids.update(of_people(q.strip().lstrip("@"), accounts))
    number = q.strip().lstrip("#")
    if number.isascii() and number.isdigit() and len(number) < 16:
        from_number = Turn.objects.filter(conversation__number=int(number)).values_list(
            "conversation", flat=True
        )
        ids.update(from_number[:1])
    return sorted(ids)


def of_people(name: str, accounts: Sequence[int]) -> set[int]:
    """Conversations of customers whose name or handle begins so."""
    if len(name) < 2:
        return set()
    # SQLite folds the case of ASCII alone, so "åsa" is asked for as "Åsa" too.
    begins = Q()
    for form in {name, name.title()}:
        begins |= (
            Q(name__istartswith=form) | Q(handle__istartswith=form) | Q(customer__name__istartswith=form)
        )
    known = list(Identity.objects.filter(begins).values_list("customer", flat=True)[:MOST_PEOPLE])
    rows = Conversation.objects.filter(customer__in=known, account__in=accounts).order_by("-last_at")
    return set(rows.values_list("pk", flat=True)[:MOST_FOUND])


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
    for place in (22, 23, 24, 25):
        plain[place] = moment(plain[place])
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

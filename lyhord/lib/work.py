"""Rows as work. A row knows when it is due; taking it moves that time ahead, so a killed worker's rows come back."""

import secrets
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Exists, F, OuterRef, Q, QuerySet

Row = TypeVar("Row", bound=models.Model)
Told = TypeVar("Told")

LEASE = timedelta(seconds=60)
TRIES = 5  # then a poison row is set aside with its reason, and shown


class Work(models.Model):
    """Columns of a row that is something to do."""

    due_at = models.DateTimeField(null=True)  # UTC; schedule, lease and back-off in one; None: nothing to do
    attempts = models.PositiveIntegerField(default=0)
    problem = models.TextField(default="", blank=True)  # why the last attempt failed, fit for people

    class Meta:
        abstract = True


def claim(rows: QuerySet[Row], now: datetime, *, lease: timedelta = LEASE, most: int = 100) -> list[Row]:
    """Take up to `most` due rows, oldest first; each is ours until `lease` has passed.

    One conditional UPDATE a row: SQLite has no SKIP LOCKED, and this is the same on PostgreSQL. Who loses the race
    for a row simply does not get it. The rows come back with `due_at` and `attempts` as they now stand.
    """
    until = now + lease
    taken = []
    for row in rows.filter(due_at__lte=now).order_by("due_at", "pk")[:most]:
        mine: Any = row
        won = (
            type(row)
            ._base_manager.filter(pk=row.pk, due_at=mine.due_at)
            .update(due_at=until, attempts=F("attempts") + 1)
        )
        if won:
            mine.due_at, mine.attempts = until, mine.attempts + 1
            taken.append(row)
    return taken


def claim_batch(
    rows: QuerySet[Row], now: datetime, *, lease: timedelta = LEASE, most: int = 200
) -> list[Row]:
    """As `claim`, in one UPDATE for the whole batch: for steps that take hundreds at a time.

    The moment to which the rows are moved is this call's own (a random share of a second is added), so it tells ours
    from those of a worker that ran at the same instant.
    """
    found = list(rows.filter(due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)[:most])
    if not found:
        return []
    until = now + lease + timedelta(microseconds=secrets.randbelow(999_983))
    table = rows.model._base_manager
    table.filter(pk__in=found, due_at__lte=now).update(due_at=until, attempts=F("attempts") + 1)
    return list(table.filter(pk__in=found, due_at=until).order_by("pk"))


def without_receipt(
    things: QuerySet[Any, Told],
    receipts: QuerySet[Any],
    *,
    link: str,
    after: int,
    settled: Q,
    most: int = 500,
) -> tuple[list[Told], int]:
    """Things above the low-water mark `after` that no row of `receipts` points at by its column `link`.

    Gives them, as `things` gives its rows (objects or `values_list`), and the new mark; see `low_water`. A thing that
    never gets its receipt holds the mark, not the others.
    """
    above = things.filter(pk__gt=after)
    mark = low_water(above, receipts, link=link, after=after, settled=settled)
    return list(above.filter(~Exists(receipts.filter(**{link: OuterRef("pk")}))).order_by("pk")[:most]), mark


def low_water(
    things: QuerySet[Any, Any], receipts: QuerySet[Any], *, link: str, after: int, settled: Q
) -> int:
    """How far all things have receipts: it moves over a gapless prefix only, so nothing is skipped for being old.

    `settled` says which things are old enough that no lower id can still be uncommitted (PostgreSQL gives ids before
    commit); the mark stops before the first that is not. SQLite has one writer, so there all are.
    """
    above = things.filter(pk__gt=after)
    stops = [above.filter(~Exists(receipts.filter(**{link: OuterRef("pk")})))]
    if connection.vendor == "postgresql":
        stops.append(above.exclude(settled))
    first = [rows.order_by("pk").values_list("pk", flat=True).first() for rows in stops]
    stop = min((pk for pk in first if pk is not None), default=None)
    done = above if stop is None else above.filter(pk__lt=stop)
    return done.order_by("-pk").values_list("pk", flat=True).first() or after


def in_order(lock: int) -> None:
    """Let the writers of one kind of row commit one after the other, so that ids rise in the order of commits.

    Within a transaction. SQLite has one writer anyway. `lock` is a number of the caller's own.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])

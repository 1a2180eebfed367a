"""Many new rows in one statement, without the cost that Django has for each field of each row.

Half the time of a batch went into `bulk_create`; this does the same for plain columns. Like it, it gives the rows
their numbers. No defaults of the database, no conflicts taken.
"""

import json
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, models

MOST_VALUES = 16_000  # in a statement; SQLite takes 32 766


def insert(rows: Collection[models.Model]) -> None:
    """Insert rows of one model and set their `pk`. Rows that they point to must have theirs."""
    waiting = list(rows)
    if not waiting:
        return
    model = type(waiting[0])
    pk = model._meta.pk
    fields = [
        field
        for field in model._meta.concrete_fields
        if field is not pk or not isinstance(pk, models.AutoField)
    ]
    at_once = MOST_VALUES // len(fields)
    for start in range(0, len(waiting), at_once):
        write(model, fields, waiting[start : start + at_once])


def write(model: type[models.Model], fields: list[Any], rows: list[models.Model]) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    group = f"({', '.join(['%s'] * len(fields))})"
    pk = quote(str(model._meta.pk.column))
    table = quote(model._meta.db_table)
    sql = f"INSERT INTO {table} ({columns}) VALUES {', '.join([group] * len(rows))} RETURNING {pk}"  # noqa: S608
    readers = [(field.attname, adapter(field)) for field in fields]
    values = [
        read(getattr(row, name)) if read else getattr(row, name) for row in rows for name, read in readers
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding = False
            row._state.db = connection.alias


def adapter(field: Any) -> Callable[[Any], Any] | None:
    """How a value of this field is given to the database; None: as it is."""
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return None

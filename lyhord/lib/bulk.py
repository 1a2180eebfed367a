"""Many new rows in one statement, without the cost that Django has for each row and each field of a row.

Half the time of a batch went into `bulk_create` and into making the objects; this does the same for plain columns. Like
`bulk_create` it gives the rows their numbers. No defaults of the database, no conflicts taken.
"""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db import connection, models
from django.db.models.base import ModelState

MOST_VALUES = 16_000  # in a statement; SQLite takes 32 766

Row = TypeVar("Row", bound=models.Model)


def made(model: type[Row], /, **values: Any) -> Row:
    """What `model(**values)` gives, in a twentieth of its time. Values by column (`thread_id`), never by relation."""
    row = model.__new__(model)
    plain, fresh = blank(model)
    told = row.__dict__
    told["_state"] = ModelState()
    told.update(plain)
    for name, default in fresh:
        told[name] = default()
    told.update(values)
    return row


def point(row: models.Model, name: str, to: models.Model) -> None:
    """`row.name = to`, for a relation of a row that was made here; `to` may have no number yet."""
    row._state.fields_cache[name] = to
    row.__dict__[f"{name}_id"] = to.pk


@cache
def blank(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """The defaults of each column: those that all rows may share, and those that are made for each."""
    plain: dict[str, Any] = {}
    fresh: list[tuple[str, Callable[[], Any]]] = []
    for field in model._meta.concrete_fields:
        if field.has_default() and callable(field.default):
            fresh.append((field.attname, field.default))
        else:
            plain[field.attname] = field.get_default()
    return plain, fresh


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
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns})"
    pk = quote(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            source = f"SELECT {columns} FROM {recordset(fields)}"  # noqa: S608 - names of ours alone
            cursor.execute(f"{into} {source} RETURNING {pk}", [records(rows, fields)])
        else:
            group = f"({', '.join(['%s'] * len(fields))})"
            values = [value for row in plain_values(rows, fields) for value in row]
            cursor.execute(f"{into} VALUES {', '.join([group] * len(rows))} RETURNING {pk}", values)
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding = False
            row._state.db = connection.alias


def update(rows: Collection[models.Model], names: Sequence[str]) -> None:
    """Write the fields `names` of known rows of one model, without the CASE for each column that Django would build."""
    if not rows:
        return
    meta = type(next(iter(rows)))._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns, table, key = [quote(field.column) for field in fields], quote(meta.db_table), meta.pk
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            words = ", ".join(f"{column} = new.{column}" for column in columns)
            pk = quote(str(key.column))
            source = f"FROM {recordset([*fields, key])} WHERE {table}.{pk} = new.{pk}"
            cursor.execute(f"UPDATE {table} SET {words} {source}", [records(rows, [*fields, key])])  # noqa: S608
        else:
            words = ", ".join(f"{column} = %s" for column in columns)
            sql = f"UPDATE {table} SET {words} WHERE {quote(str(key.column))} = %s"  # noqa: S608 - names of ours alone
            cursor.executemany(sql, plain_values(rows, [*fields, key]))


# How values are given ---------------------------------------------------------------------------------------------


def plain_values(rows: Collection[models.Model], fields: list[Any]) -> list[list[Any]]:
    readers = [(field.attname, adapter(field)) for field in fields]
    return [
        [read(row.__dict__[name]) if read else row.__dict__[name] for name, read in readers] for row in rows
    ]


def adapter(field: Any) -> Callable[[Any], Any] | None:
    """How SQLite gets a value of this field; None: as it is."""
    if isinstance(field, models.JSONField):
        return as_json
    return as_moment if isinstance(field, models.DateTimeField) else None


def records(rows: Collection[models.Model], fields: list[Any]) -> str:
    """All rows as one value: with a place for each of ten thousand values, half the time goes into reading the statement."""
    names = [(field.column, field.attname) for field in fields]
    told = [{column: row.__dict__[name] for column, name in names} for row in rows]
    return orjson.dumps(told, default=as_bytea).decode()


def recordset(fields: list[Any]) -> str:
    quote = connection.ops.quote_name
    return f"json_to_recordset(%s::json) AS new ({', '.join(f'{quote(field.column)} {kind(field)}' for field in fields)})"


def kind(field: Any) -> str:
    """The type of its column. `text` where the length is limited, so that the table itself refuses what is too long."""
    told = str(field.rel_db_type(connection) if field.primary_key else field.db_type(connection))
    return "text" if told.startswith("varchar") else told


def as_bytea(value: Any) -> str:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return "\\x" + bytes(value).hex()
    raise TypeError(f"A {type(value).__name__} is no value of a row.")


def as_json(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # half characters, or a number beyond 64 bits
        return json.dumps(value)


def as_moment(at: datetime | None) -> str | None:
    """As SQLite keeps it: UTC without a zone. What is in UTC already, as nearly all is, needs no reckoning."""
    if at is None:
        return None
    if at.tzinfo is not UTC:
        told: str | None = connection.ops.adapt_datetimefield_value(at)
        return told
    return at.isoformat(" ")[:-6]

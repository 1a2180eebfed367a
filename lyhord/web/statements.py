"""Statements of hot pages, put together once.

Django builds the SQL of a query set anew each time, which takes it several times as long as the database takes to
answer. Here the words are kept and only the values change; the query set stays the one place that says what is seen.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable

from lyhord.lib.errors import LyhordError

T = TypeVar("T")
Value = int | str
MOST_SHAPES = 64
# Values that stand for others while the words are made. No row of ours has them.
STAND_IN = 9_000_000_000_000_001


class CannotKeep(LyhordError):
    """A query set whose SQL does not follow from the places of its values alone."""


class Words:
    """The SQL, and for each of its parameters the place of the value that goes there, or what always does."""

    def __init__(self, rows: QuerySet[Any, Any], stand_ins: list[Value]) -> None:
        query = rows.query
        compiler = query.get_compiler(connection=connection)
        self.sql, given = compiler.as_sql()
        places = {value: place for place, value in enumerate(stand_ins)}
        # PostgreSQL's numbers come in classes of their own (Int8), which say how they are sent.
        self.given: list[tuple[int | None, Any]] = [
            (places.get(value), type(value))
            if isinstance(value, int | str) and value in places
            else (None, value)
            for value in given
        ]
        if len({place for place, _ in self.given if place is not None}) != len(stand_ins):
            raise CannotKeep(
                "A value is not among the parameters of the statement, or is there in another form."
            )
        more = query.annotation_select or query.extra_select or query.select_related
        if more or rows._prefetch_related_lookups:  # type: ignore[attr-defined]  # Django's own, unknown to the stubs
            raise CannotKeep("Only plain columns of one table can be kept.")
        self.read = self.reader(rows, compiler)

    def reader(self, rows: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], list[Any]]:
        kind = rows._iterable_class
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        names = [column.target.attname for column, _, _ in compiler.select]
        model = rows.model

        def values(found: list[Any]) -> Iterator[Any]:
            return compiler.apply_converters(found, converters) if converters else iter(found)

        if kind is ModelIterable:
            return lambda found: [model.from_db(connection.alias, names, row) for row in values(found)]
        if kind is FlatValuesListIterable:
            return lambda found: [row[0] for row in values(found)]
        if kind is ValuesListIterable:
            return lambda found: [tuple(row) for row in values(found)]
        raise CannotKeep("Rows are read as models or by values_list.")


class Kept(Generic[T]):
    """`build` gives a query set for values: ids and texts, or sequences of them. Called with values, it gives its rows."""

    def __init__(self, build: Callable[..., QuerySet[Any, T]]) -> None:
        self.build = build
        self.words: dict[tuple[object, ...], Words] = {}

    def __call__(self, *values: Value | Sequence[int]) -> list[T]:
        """An empty sequence gives no rows."""
        flat: list[Value] = []
        shape: list[object] = [connection.vendor]
        for value in values:
            if isinstance(value, int | str):
                flat.append(value)
                shape.append(type(value))
            elif not value:
                return []
            else:
                flat.extend(value)
                shape.append(len(value))
        words = self.words.get(tuple(shape)) or self.made(tuple(shape))
        with connection.cursor() as cursor:
            cursor.execute(
                words.sql, [given if place is None else given(flat[place]) for place, given in words.given]
            )
            found: list[T] = words.read(cursor.fetchall())
        return found

    def made(self, shape: tuple[object, ...]) -> Words:
        if len(self.words) >= MOST_SHAPES:
            self.words.clear()
        stand_ins: list[Value] = []
        given: list[Any] = []
        for part in shape[1:]:
            following = [STAND_IN + len(stand_ins) + n for n in range(part if isinstance(part, int) else 1)]
            own: list[Value] = [str(value) for value in following] if part is str else list(following)
            stand_ins += own
            given.append(own if isinstance(part, int) else own[0])
        made = self.words[shape] = Words(self.build(*given), stand_ins)
        return made

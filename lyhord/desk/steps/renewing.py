"""Many known rows written back at once: one prepared UPDATE, without the CASE for each column that Django would build."""

from collections.abc import Collection, Sequence

from django.db import connection, models

from lyhord.intake.bulk import adapter


def update(rows: Collection[models.Model], names: Sequence[str]) -> None:
    """Write the fields `names` of `rows`, which are all of one model and have their keys."""
    if not rows:
        return
    model = type(next(iter(rows)))
    fields = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)  # type: ignore[union-attr]
    sql = f"UPDATE {quote(model._meta.db_table)} SET {columns} WHERE id = %s"  # noqa: S608 - names of ours alone
    readers = [(str(field.attname), adapter(field)) for field in fields]  # type: ignore[union-attr]
    values = [
        [*(read(getattr(row, name)) if read else getattr(row, name) for name, read in readers), row.pk]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)

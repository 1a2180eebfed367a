"""An empty SQLite database in one step: `schema.sql` holds what all migrations together make.

Walking some eighty migrations takes four seconds, which is most of a first start. The file is used only where it holds
the very migrations that are installed, and a test compares it with what they make. `make schema` writes it anew.
"""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

PACKED = Path(__file__).with_name("schema.sql")
HEAD = "-- Made by `make schema` from the migrations; read by lyhord.operations.fresh. Not written by hand.\n"
MOMENT = "2026-01-01 00:00:00"  # stands for every time of day in the file, so that it changes only with its content
TIME = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?'")
# A search table brings its own; it makes them again itself.
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")


def installed() -> set[tuple[str, str]]:
    """(app, name) of each migration on the disk. Their modules are not loaded."""
    found = set()
    for app in apps.get_app_configs():
        name, _ = MigrationLoader.migrations_module(app.label)
        if name is not None and apps.get_app_config(app.label).models_module is not None:
            found |= {(app.label, module) for module in modules_of(name)}
    return found


def modules_of(package: str) -> list[str]:
    try:
        paths = import_module(package).__path__
    except ModuleNotFoundError:
        return []
    return [module.name for module in iter_modules(paths) if not module.ispkg and module.name[0] not in "_~"]


def packed() -> set[tuple[str, str]]:
    """(app, name) of each migration that the file holds."""
    told = re.findall(r"^INSERT INTO \"django_migrations\" VALUES\(\d+,'(\w+)','(\w+)'", text(), re.MULTILINE)
    return {(app, name) for app, name in told}


def text() -> str:
    return PACKED.read_text() if PACKED.exists() else ""


def fill() -> bool:
    """Whether the empty database got the packed tables. False: it is not empty, not SQLite, or the file is of another version."""
    if connection.vendor != "sqlite" or packed() != installed():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master")
        if cursor.fetchone()[0]:
            return False
    # executescript commits what is open and runs by itself: the file brings its own transaction.
    connection.connection.executescript(text())
    return True


def dump() -> str:
    """The tables of this SQLite database and what stands in them after migrating."""
    return "\n".join([HEAD + "BEGIN IMMEDIATE;", *statements(), "COMMIT;", ""])


def statements() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        things = [thing for thing in cursor.fetchall() if not thing[1].startswith("sqlite_")]
        search = [name for _, name, sql in things if sql.startswith("CREATE VIRTUAL")]
        own = {f"{name}{end}" for name in search for end in SHADOWS}
        tables = [name for kind, name, _ in things if kind == "table" and name not in own | set(search)]
        yield from (f"{sql};" for kind, name, sql in things if kind == "table" and name not in own)
        for table in tables:
            yield from rows(cursor, table)
        # After the rows: a trigger may refuse or repeat what a row says.
        yield from (f"{sql};" for kind, _, sql in things if kind != "table")


def rows(cursor: Any, table: str) -> Iterator[str]:
    cursor.execute(f'PRAGMA table_info("{table}")')
    values = ", ".join(f'quote("{column[1]}")' for column in cursor.fetchall())
    cursor.execute(f'SELECT {values} FROM "{table}" ORDER BY 1')  # noqa: S608 - names come from the database itself
    for row in sorted(cursor.fetchall(), key=lambda row: (len(row[0]), row[0])):
        line = f'INSERT INTO "{table}" VALUES({",".join(row)});'
        yield TIME.sub(f"'{MOMENT}'", line)


def main() -> None:
    """Write the file from a database that is made for it."""
    import os
    import tempfile

    import django

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"LYHORD_DATA": folder, "DJANGO_SETTINGS_MODULE": "lyhord.settings"}
        os.environ.pop("LYHORD_DATABASE_URL", None)
        django.setup()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        PACKED.write_text(dump())
        connection.close()
    sys.stdout.write(f"{PACKED.name}: {len(packed())} migrations.\n")


if __name__ == "__main__":
    main()

"""An empty database in one step: `schema-sqlite.sql` and `schema-postgresql.sql` hold what all migrations together make.

Walking some eighty migrations takes nearly a minute, which is most of a first start. A file is used only where it holds
the very migrations that are installed, and a test compares it with what they make. `make schema` writes both anew; for the
second it needs a PostgreSQL server and `pg_dump`.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

PACKED = {vendor: Path(__file__).with_name(f"schema-{vendor}.sql") for vendor in ("sqlite", "postgresql")}
HEAD = "-- Made by `make schema` from the migrations; read by lyhord.operations.fresh. Not written by hand.\n"
MOMENT = "2026-01-01 00:00:00"  # stands for every time of day in the file, so that it changes only with its content
TIME = re.compile(r"'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+00)?'")
# What pg_dump says of its own session, and its remarks: the file runs in ours.
SESSION = re.compile(r"(--.*|SET .*|\\.*|SELECT pg_catalog\.set_config.*)?")
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


def packed(vendor: str) -> set[tuple[str, str]]:
    """(app, name) of each migration that the file of this database holds."""
    told = re.findall(
        r"^INSERT INTO \"?django_migrations\"? VALUES ?\(\d+, ?'(\w+)', ?'(\w+)'", text(vendor), re.MULTILINE
    )
    return {(app, name) for app, name in told}


def text(vendor: str) -> str:
    return PACKED[vendor].read_text() if vendor in PACKED and PACKED[vendor].exists() else ""


def fill() -> bool:
    """Whether the empty database got the packed tables. False: it is not empty, or the file is of another version."""
    vendor = connection.vendor
    if packed(vendor) != installed() or connection.introspection.table_names():
        return False
    run(text(vendor), connection.connection, vendor)
    return True


def run(statements: str, opened: Any, vendor: str) -> None:
    """All of the file, or nothing of it. `opened`: the driver's own connection."""
    if vendor == "sqlite":
        opened.executescript(
            statements
        )  # commits what is open and runs by itself: the file brings its own transaction
    else:
        opened.execute(statements)  # several statements sent at once are one transaction where none is open


def dump() -> str:
    """The tables of this database and what stands in them after migrating."""
    if connection.vendor == "postgresql":
        return HEAD + "\n".join(["BEGIN;", *postgresql_statements(), "COMMIT;", ""])
    return "\n".join([HEAD + "BEGIN IMMEDIATE;", *statements(), "COMMIT;", ""])


def postgresql_statements() -> Iterator[str]:
    """What pg_dump tells, without its remarks and without a schema's name: the search path says where."""
    settings = connection.get_connection_params()
    address = {"host": "--host", "port": "--port", "user": "--username", "dbname": "--dbname"}
    words = [f"{flag}={settings[name]}" for name, flag in address.items() if settings.get(name)]
    told = subprocess.run(  # noqa: S603 - names of our own settings
        ["pg_dump", "--no-owner", "--no-acl", "--inserts", *words],  # noqa: S607 - of the machine, for who makes lyhord
        capture_output=True, text=True, check=True, env=os.environ | {"PGPASSWORD": str(settings.get("password", ""))},
    ).stdout  # fmt: skip
    for line in told.splitlines():
        if not SESSION.fullmatch(line):
            yield TIME.sub(f"'{MOMENT}+00'", re.sub(r"\bpublic\.", "", line))


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
    """Write the files, each from a database that is made for it: `make schema`."""
    if sys.argv[1:] == ["this"]:
        write()
        return
    here = [sys.executable, "-m", "lyhord.operations.fresh", "this"]
    with tempfile.TemporaryDirectory() as folder:
        new = os.environ | {"LYHORD_DATA": folder, "DJANGO_SETTINGS_MODULE": "lyhord.settings"}
        subprocess.run(here, env=new | {"LYHORD_DATABASE_URL": ""}, check=True)  # noqa: S603 - this program
        server = os.environ.get("LYHORD_TEST_POSTGRESQL") or "postgresql:///postgres"
        with psycopg.connect(server, autocommit=True) as connected:
            name = f"lyhord_schema_{os.getpid()}"
            connected.execute(f'CREATE DATABASE "{name}"')
            try:
                url = urlsplit(server)._replace(path=f"/{name}").geturl()
                subprocess.run(here, env=new | {"LYHORD_DATABASE_URL": url}, check=True)  # noqa: S603
            finally:
                connected.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def write() -> None:
    """The file of the database that the settings name, which is new."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    PACKED[connection.vendor].write_text(dump())
    told = f"{PACKED[connection.vendor].name}: {len(packed(connection.vendor))} migrations.\n"
    connection.close()
    sys.stdout.write(told)


if __name__ == "__main__":
    main()

"""The packed empty database is what all migrations together make."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from lyhord.operations import fresh, migrate

pytestmark = pytest.mark.django_db
ANEW = "Run `make schema` and keep what it writes."
TABLES = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def walk(**environment: str) -> None:
    """All migrations, one after another, into the empty database that the environment names."""
    command = [
        sys.executable,
        str(settings.ROOT.parent / "manage.py"),
        "migrate",
        "--no-input",
        "--verbosity",
        "0",
    ]
    without = {name: value for name, value in os.environ.items() if name != "LYHORD_DATABASE_URL"}
    subprocess.run(command, env=without | environment, check=True)


@pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="The file for SQLite; the next test has the other one."
)
@pytest.mark.timeout(600)
def test_a_new_file_gets_the_tables_indexes_and_triggers_that_the_migrations_make(tmp_path: Path) -> None:
    """The database of the tests is itself made from the packed tables, so another one is migrated to compare with."""
    from pysqlite3 import dbapi2

    walk(LYHORD_DATA=str(tmp_path))
    migrated = dbapi2.connect(str(tmp_path / "lyhord.sqlite3"))
    new = dbapi2.connect(str(tmp_path / "new.sqlite3"))
    new.executescript(fresh.text("sqlite"))
    assert new.execute(TABLES).fetchall() == migrated.execute(TABLES).fetchall(), ANEW
    assert new.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert new.execute("PRAGMA foreign_key_check").fetchall() == []
    new.close()
    migrated.close()


# What a database is, told by itself: columns, indexes and constraints, triggers, functions, and where counting goes on.
TOLD = """
SELECT 'column', table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default,
       is_identity, identity_generation, collation_name) FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', '', proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'sequence', '', sequencename, coalesce(last_value, 0)::text FROM pg_sequences WHERE schemaname = 'public'
ORDER BY 1, 2, 3
"""


def plain(word: str) -> str:
    """Without casts and brackets: the server writes them as the statement did, and a dump adds some."""
    return re.sub(r"::(text|character varying)(\[\])?|[()]", "", word or "")


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="The file for PostgreSQL; the test before has the other one."
)
@pytest.mark.timeout(600)
def test_a_new_database_gets_what_the_migrations_make_on_postgresql(tmp_path: Path) -> None:
    params = connection.get_connection_params()
    told = []
    with psycopg.connect(**params | {"dbname": "postgres"}, autocommit=True) as server:
        for way in ("walked", "filled"):
            name = f"lyhord_{way}_{os.getpid()}"
            server.execute(f'CREATE DATABASE "{name}"')
            try:
                if way == "walked":
                    url = urlsplit(os.environ["LYHORD_DATABASE_URL"])._replace(path=f"/{name}").geturl()
                    walk(LYHORD_DATA=str(tmp_path), LYHORD_DATABASE_URL=url)
                with psycopg.connect(**params | {"dbname": name}, autocommit=True) as new:
                    if way == "filled":
                        fresh.run(fresh.text("postgresql"), new, "postgresql")
                    told.append([tuple(map(plain, row)) for row in new.execute(TOLD)])
            finally:
                server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    assert len(told[0]) > 1000
    assert told[1] == told[0], ANEW


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_the_packed_migrations_are_those_that_are_installed(vendor: str) -> None:
    assert fresh.packed(vendor) == fresh.installed(), ANEW


def test_the_names_on_the_disk_are_those_that_migrating_takes() -> None:
    assert fresh.installed() == migrate.applied()
    assert migrate.pending() == []


def test_what_a_newer_version_brings_is_pending() -> None:
    newest = max(name for app, name in fresh.installed() if app == "intake")
    MigrationRecorder(connection).record_unapplied("intake", newest)
    assert migrate.pending() == [f"intake.{newest}"]


def test_a_database_with_tables_is_left_alone() -> None:
    assert fresh.fill() is False

"""The packed empty database is what all migrations together make."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from lyhord.operations import fresh, migrate

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The packed database is for SQLite alone."),
]
ANEW = "Run `make schema` and keep what it writes."
TABLES = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"


def test_a_new_file_gets_the_tables_indexes_and_triggers_that_the_migrations_make(tmp_path: Path) -> None:
    from pysqlite3 import dbapi2

    new = dbapi2.connect(str(tmp_path / "new.sqlite3"))
    new.executescript(fresh.text())
    with connection.cursor() as cursor:
        migrated = cursor.execute(TABLES).fetchall()
    assert new.execute(TABLES).fetchall() == migrated, ANEW
    assert new.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert new.execute("PRAGMA foreign_key_check").fetchall() == []
    new.close()


def test_the_packed_migrations_are_those_that_are_installed() -> None:
    assert fresh.packed() == fresh.installed(), ANEW


def test_the_names_on_the_disk_are_those_that_migrating_takes() -> None:
    assert fresh.installed() == migrate.applied()
    assert migrate.pending() == []


def test_what_a_newer_version_brings_is_pending() -> None:
    newest = max(name for app, name in fresh.installed() if app == "intake")
    MigrationRecorder(connection).record_unapplied("intake", newest)
    assert migrate.pending() == [f"intake.{newest}"]


def test_a_database_with_tables_is_left_alone() -> None:
    assert fresh.fill() is False

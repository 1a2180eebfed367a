"""Bring the database to this version. Two starts at once do not meet: a lock lets one in at a time."""

import contextlib
import fcntl
import logging
from collections.abc import Iterator

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from lyhord.lib.errors import LyhordError
from lyhord.operations import fresh

LOCK = 7_500
log = logging.getLogger(__name__)


class OldLibrary(LyhordError):
    pass


def main(name: str, words: list[str]) -> int:
    django.setup()
    migrate(verbosity=1)
    return 0


def migrate(verbosity: int = 0) -> None:
    require_sound_sqlite()
    with lock():
        if fresh.fill():
            log.info("the database was made", extra={"migrations": len(fresh.installed())})
        elif pending():
            call_command("migrate", interactive=False, verbosity=verbosity)


@contextlib.contextmanager
def lock() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    settings.LYHORD_DATA.mkdir(parents=True, exist_ok=True)
    with (settings.LYHORD_DATA / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def pending() -> list[str]:
    """Names of the migrations that this version has and the database does not."""
    if fresh.installed() <= applied():
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def applied() -> set[tuple[str, str]]:
    """(app, name) of each migration that the database has seen."""
    return set(MigrationRecorder(connection).applied_migrations())


def has_wal_fault(version: tuple[int, ...]) -> bool:
    """Whether an SQLite of this version can lose commits in WAL mode (3.7.0 to 3.51.2; fixed in 3.51.3, 3.50.7, 3.44.6)."""
    if version >= (3, 51, 3):
        return False
    return not ((3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))


def require_sound_sqlite() -> None:
    """Raise OldLibrary where the SQLite in use has the WAL-reset fault."""
    if connection.vendor != "sqlite":
        return
    from pysqlite3 import dbapi2

    if has_wal_fault(dbapi2.sqlite_version_info):
        raise OldLibrary(
            f"This SQLite is {dbapi2.sqlite_version}; versions before 3.51.3 can lose commits in WAL mode. "
            "Install pysqlite3>=0.6.1 (and not pysqlite3-binary beside it)."
        )

"""Bring a backup back. What was about to be sent when the copy was taken is held for people, never sent again."""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection

from lyhord.lib.commands import parser
from lyhord.lib.errors import LyhordError
from lyhord.operations import backup, migrate

HELD = "This installation was restored from a backup of {at}. It may have been sent since: look at the network, then settle it."


class RestoreFailed(LyhordError):
    pass


def main(name: str, words: list[str]) -> int:
    options = parser(
        "restore", "Bring a backup back into an empty installation. Put keys.json there yourself."
    )
    options.add_argument("file", type=Path, help="a file made by `lyhord backup`")
    options.add_argument(
        "--replace", action="store_true", help="also where an installation stands; what is there goes"
    )
    given = options.parse_args(words)
    django.setup()
    held = restore(given.file, datetime.now(UTC), replace=given.replace)
    sys.stdout.write(
        f"Restored. {held} dispatches that were under way are held for people to settle: see /outbox/.\n"
    )
    return 0


def restore(file: Path, now: datetime, *, replace: bool = False) -> int:
    """Gives how many dispatches are now held. Raises RestoreFailed before anything is touched."""
    with tempfile.TemporaryDirectory(prefix="lyhord-restore-") as name:
        folder = Path(name)
        manifest = unpacked(file, folder)
        require_room(replace)
        put_database(folder / manifest["database"]["name"])
        put_media(folder / "media")
    migrate.migrate()
    return hold_all(str(manifest["at"]), now)


def unpacked(file: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError) as problem:
        raise RestoreFailed(f"{file} is not a backup of lyhord, or it is cut short: {problem}") from problem
    if manifest.get("form") != backup.FORM or manifest.get("vendor") != connection.vendor:
        raise RestoreFailed(
            f"{file} was taken from {manifest.get('vendor')}, this installation runs on {connection.vendor}. "
            "Set LYHORD_DATABASE_URL to a database of the same kind."
        )
    wanted = {manifest["database"]["name"]: manifest["database"]["sha256"]}
    wanted |= {f"media/{place}": sha for place, sha in manifest["media"].items()}
    for place, sha in wanted.items():
        if not (folder / place).is_file() or backup.digest(folder / place) != sha:
            raise RestoreFailed(f"{place} in {file} is missing or damaged. Take an older backup.")
    return manifest


def require_room(replace: bool) -> None:
    if replace:
        return
    tables = set(connection.introspection.table_names())
    if "staff_user" in tables:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM staff_user")
            people = cursor.fetchone()[0]
        if people:
            raise RestoreFailed(
                f"An installation with {people} people stands here. `--replace` would put the backup in its place."
            )


def put_database(file: Path) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        program = shutil.which("pg_restore")
        if program is None:
            raise RestoreFailed("pg_restore is not on this machine. Install PostgreSQL's client programs.")
        command = [
            program,
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "-d",
            backup.address(),
            str(file),
        ]
        done = subprocess.run(  # noqa: S603 - a fixed program
            command, capture_output=True, text=True, check=False, env=backup.surroundings()
        )
        if done.returncode:
            raise RestoreFailed(f"pg_restore failed: {done.stderr.strip()[-500:]}")
        return
    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True)
    for tail in ("-wal", "-shm"):
        target.with_name(target.name + tail).unlink(missing_ok=True)
    fresh = target.with_name(target.name + ".restored")
    shutil.copyfile(file, fresh)
    fresh.replace(target)


def put_media(folder: Path) -> None:
    if folder.exists():
        shutil.copytree(folder, settings.MEDIA_ROOT, dirs_exist_ok=True)


def hold_all(at: str, now: datetime) -> int:
    """Nothing that may have left since the copy was taken leaves again without a person's word."""
    from lyhord.outbox.models import Dispatch, State

    waiting = Dispatch.objects.filter(state__in=[State.QUEUED, State.SENDING])
    return waiting.update(state=State.UNSURE, state_at=now, due_at=None, problem=HELD.format(at=at))

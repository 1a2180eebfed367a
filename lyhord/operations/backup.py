"""A whole copy of an installation, taken while people work.

One tar file: the database as it stood at one moment, the media files with their digests, and a manifest. The keys are
left out on purpose: who finds a backup must not be able to read tokens. Keep `keys.json` somewhere else.
"""

import hashlib
import json
import os
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

FORM = 1  # of the backup file


class BackupFailed(LyhordError):
    pass


def main(name: str, words: list[str]) -> int:
    options = parser(
        "backup", "A whole copy, taken while people work. keys.json is not in it: keep that elsewhere."
    )
    options.add_argument("folder", type=Path, help="where the file is put")
    given = options.parse_args(words)
    django.setup()
    path = backup(given.folder, datetime.now(UTC))
    sys.stdout.write(f"{path}\n")
    return 0


def backup(folder: Path, now: datetime) -> Path:
    """Write the copy and give its path; a half-written one never bears the final name."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / f"lyhord-{now:%Y%m%dT%H%M%SZ}.tar"
    with tempfile.TemporaryDirectory(dir=folder, prefix=".lyhord-") as name:
        work = Path(name)
        database = copy_database(work)
        manifest: dict[str, Any] = {
            "form": FORM,
            "at": now.isoformat(),
            "vendor": connection.vendor,
            "database": {"name": database.name, "sha256": digest(database)},
            "media": {},
        }
        part = work / "copy.tar"
        with tarfile.open(part, "w") as tar:
            tar.add(database, database.name)
            for file in media_files():
                place = file.relative_to(settings.MEDIA_ROOT).as_posix()
                if add(tar, file, f"media/{place}"):
                    manifest["media"][place] = digest(file)
            (work / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
            tar.add(work / "manifest.json", "manifest.json")
        part.replace(final)
    return final


def add(tar: tarfile.TarFile, file: Path, name: str) -> bool:
    """False when the file went while we were at it (an erasure): then it shall not be in the copy."""
    try:
        tar.add(file, name)
    except FileNotFoundError:
        return False
    return file.exists()


def media_files() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file()) if root.exists() else []


def copy_database(folder: Path) -> Path:
    if connection.vendor == "postgresql":
        return dump_postgresql(folder / "database.dump")
    target = folder / "database.sqlite3"
    # VACUUM INTO reads one moment and is done in one step. The incremental backup API starts anew at each commit and
    # never ends under writing (measured: reliability, finding 4).
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(target)])
    require_whole(target)
    return target


def require_whole(path: Path) -> None:
    from pysqlite3 import dbapi2

    with dbapi2.connect(str(path)) as copy:
        said = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise BackupFailed(
            f"The copy of the database is not whole: {said}. Run `lyhord check` on the installation."
        )


def dump_postgresql(target: Path) -> Path:
    program = shutil.which("pg_dump")
    if program is None:
        raise BackupFailed(
            "pg_dump is not on this machine. Install PostgreSQL's client programs of the server's version."
        )
    done = subprocess.run(  # noqa: S603 - a fixed program; the address is the operator's own
        [program, "--format=custom", "--no-owner", f"--file={target}", address()],
        capture_output=True,
        text=True,
        check=False,
        env=surroundings(),
    )
    if done.returncode:
        raise BackupFailed(f"pg_dump failed: {done.stderr.strip()[-500:]}")
    return target


def address() -> str:
    """The database as pg_dump and pg_restore take it; the password goes by `surroundings`."""
    told = connection.settings_dict
    words = {
        "dbname": told["NAME"],
        "user": told["USER"],
        "host": told["HOST"],
        "port": told["PORT"],
    }
    return " ".join(f"{key}='{quoted(str(value))}'" for key, value in words.items() if value)


def surroundings() -> dict[str, str]:
    """The password is no word of the command: those are seen by every user of the machine."""
    password = str(connection.settings_dict["PASSWORD"] or "")
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}


def quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

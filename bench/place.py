"""A place of its own for a measurement: a data folder and a database, both gone afterwards unless they are to be kept."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

DATABASES = ("sqlite", "postgresql")


@contextmanager
def made(database: str, keep: str = "", name: str = "") -> Iterator[dict[str, str]]:
    """The environment of a new installation, migrated and with its static files. `keep`: a folder that stays (SQLite alone)."""
    with ExitStack() as last:
        folder = Path(
            keep or last.enter_context(tempfile.TemporaryDirectory(prefix="lyhord-bench-"))
        ).resolve()
        (folder / "static").mkdir(parents=True, exist_ok=True)
        url = ""
        if database == "postgresql":
            called = f"bench_{os.getpid()}_{name}"
            subprocess.run(["createdb", called], check=True)
            last.callback(subprocess.run, ["dropdb", "--force", called], check=True)
            url = f"postgresql:///{called}"
        told = {
            "DJANGO_SETTINGS_MODULE": "lyhord.settings", "LYHORD_DATA": str(folder), "LYHORD_DATABASE_URL": url,
            "LYHORD_LOG": "ERROR", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        environment = os.environ | told
        asked(environment, "from lyhord import roles; roles.prepare()")
        yield environment


def enter(environment: dict[str, str]) -> None:
    """Use that installation in this process; before anything of lyhord is imported."""
    os.environ.update(environment)
    import django

    django.setup()


def asked(environment: dict[str, str], code: str) -> str:
    """What `code` prints, run there in a process of its own."""
    whole = f"import django; django.setup()\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", whole], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()

"""The client of the hatchery: installations that cost nothing to make, copied from a template."""

import contextlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.experiments.homes import Home
from tests.journeys.installation import PEOPLED, ROOT, free_port

AT_ONCE = 16  # connections; a server takes 100
FACTS = """
from lyhord.channels.models import Account
from lyhord.channels.actions import secrets_of
from lyhord.staff.actions.keys import make_api_key
from lyhord.staff.models import Membership, User
keys = {}
for name in ("linnea", "petri"):
    by = User.objects.get(email=name + "@example.com")
    Membership.objects.filter(user=by).update(role="lead")  # who may have keys
    keys[name] = make_api_key(by=by, name=name, scopes=["read", "write"], expires_at=None, now=now)[1]
app = Account.objects.get(connector="demo").app
out = {"endpoint": app.endpoint, "secret": secrets_of(app)["hook_secret"], "keys": keys}
"""


class Hatchery:
    """The process that hatches; see hatchery.py. `template` is a folder that was migrated and peopled."""

    def __init__(self, kind: str, base: Path, url: str) -> None:
        self.kind, self.base, self.url = kind, base, url  # url: of the PostgreSQL server
        self.port = free_port(22_000 if kind == "sqlite" else 26_000)
        self.numbers = itertools.count(1)
        self.name = f"lyhord_exp_{os.getpid()}_{kind}"
        self.databases: list[str] = []
        self.lock = threading.Lock()
        self.template = self.folder("template")
        if kind == "postgresql":
            self.sql(f'CREATE DATABASE "{self.name}"')
            self.databases.append(self.name)
        self.process: subprocess.Popen[str] | None = None
        try:
            self.process = self.started()
            self.facts = self.peopled()
        except BaseException:
            self.close()  # nobody else knows of the database yet
            raise

    def folder(self, name: str) -> Path:
        made = self.base / name
        made.mkdir(parents=True)
        return made

    def started(self) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "lyhord.settings",
            "LYHORD_DATA": str(self.template),
            "LYHORD_PUBLIC_URL": f"http://localhost:{self.port}",
            "LYHORD_MFA": "optional",
            "LYHORD_LOG": "ERROR",
            "PYTHONPATH": str(ROOT),
        }
        environment.pop("LYHORD_DATABASE_URL", None)
        if self.kind == "postgresql":
            environment["LYHORD_DATABASE_URL"] = f"{self.url.rsplit('/', 1)[0]}/{self.name}"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.experiments.hatchery"],
            env=environment, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=(self.base / "hatchery.log").open("ab"),
        )  # fmt: skip
        assert process.stdout is not None
        if not process.stdout.readline():
            end(process)
            raise AssertionError((self.base / "hatchery.log").read_text()[-3000:])
        return process

    def peopled(self) -> Any:
        home = Home(self, self.template, self.database(self.template))
        home.code("from lyhord.operations import migrate; migrate.migrate()")
        home.code(PEOPLED)
        return home.code(FACTS)

    def database(self, folder: Path) -> str:
        return self.name if self.kind == "postgresql" else str(folder / "lyhord.sqlite3")

    def home(self, sabotage: str = "") -> "Home":
        """A fresh installation: a copy of the template."""
        name = f"home{next(self.numbers)}"
        folder = self.base / name
        shutil.copytree(self.template, folder)
        if self.kind == "sqlite":
            return Home(self, folder, self.database(folder), sabotage)
        database = f"{self.name}_{name}"
        self.sql(f'CREATE DATABASE "{database}" TEMPLATE "{self.name}"')
        self.databases.append(database)
        return Home(self, folder, database, sabotage)

    def ask(self, order: dict[str, Any]) -> Any:
        with self.lock:
            assert self.process is not None
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        assert line, "The hatchery ended: " + (self.base / "hatchery.log").read_text()[-3000:]
        return json.loads(line)

    def sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        try:
            if self.process is not None:
                end(self.process)
        finally:
            # PostgreSQL makes a checkpoint for each DROP DATABASE, and those that wait at the same time share one.
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(self.drop, self.databases))
            self.databases.clear()

    def drop(self, name: str) -> None:
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def end(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError):  # it ended by itself
        process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

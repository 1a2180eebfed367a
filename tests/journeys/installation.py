"""A whole installation in processes of its own, as an operator starts it, and the demo network beside it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lyhord.connectors.demo.network import Network

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"


def free_port(first: int = 18_000) -> int:
    """The first of two free ports in a row: pages, and the live stream. `first`: who starts servers again and again on the same
    port, and holds it in between by nothing, looks elsewhere than the others do."""
    for port in range(first + 2 * (os.getpid() % 1_000), 32_000, 2):
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
    raise AssertionError("No two free ports in a row.")


@dataclass
class Installation:
    folder: Path
    port: int
    environment: dict[str, str]
    facts: Any = None  # what the maker of its people told

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def network(self) -> Network:
        """The demo network's side, read anew."""
        return Network(self.folder)

    def run(self, code: str) -> Any:
        """Run code of ours inside the installation; what it leaves in `out` comes back."""
        full = (
            "import json, sys, django; django.setup(); out = None\n"
            "from datetime import datetime, timedelta, UTC; now = datetime.now(UTC)\n"
            f"{code}\nprint('\\x1e' + json.dumps(out, default=str))"
        )
        done = subprocess.run(
            [sys.executable, "-c", full],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.rsplit("\x1e", 1)[1])

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "lyhord.cli", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    def answers(self) -> list[dict[str, Any]]:
        """Our replies as they stand on the network."""
        return [done for done in self.network.answers() if done.get("verb") == "reply"]

    @contextmanager
    def serving(self) -> "Iterator[subprocess.Popen[bytes]]":
        log = (self.folder / "serve.log").open("ab")
        process = subprocess.Popen(
            [sys.executable, "-m", "lyhord.cli", "serve", "--port", str(self.port)],
            env=self.environment, cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            until(self.is_up, f"the pages at {self.url}", self.log, seconds=150)
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
            log.close()

    def is_up(self) -> bool:
        try:
            for port in (self.port, self.port + 1):
                urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=2)
        except OSError:
            return False
        return True

    def log(self) -> str:
        path = self.folder / "serve.log"
        return path.read_text("utf-8", "replace")[-3000:] if path.exists() else ""


def make(folder: Path, **more: str) -> Installation:
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lyhord.settings",
        "LYHORD_DATA": str(folder),
        "LYHORD_PUBLIC_URL": f"http://localhost:{port}",
        "LYHORD_MFA": "optional",
        "LYHORD_LOG": "WARNING",
        **more,
    }
    environment.pop("LYHORD_DATABASE_URL", None) if "LYHORD_DATABASE_URL" not in more else None
    return Installation(folder, port, environment)


PEOPLED = """
from lyhord.channels.actions import connect
from lyhord.staff.models import Brand, Membership, Team, User
brand = Brand.objects.create(name="Nordbanan")
team = Team.objects.create(brand=brand, name="Kundtjänst")
people = {}
for name, role in (("Linnea Nyström", "agent"), ("Petri Lahtinen", "agent"), ("Ida Forsberg", "lead")):
    email = name.split()[0].lower() + "@example.com"
    user = User.objects.create_user(email, SECRET, name=name, language="en", undo_seconds=0)
    Membership.objects.create(user=user, team=team, role=role)
    people[email] = user.pk
chief = User.objects.create_user("chief@example.com", SECRET, name="Astrid Chef", language="en", is_administrator=True)
account = connect("demo", brand, [], "Nordbanan", {}, chief, now)
form = connect("webform", brand, [], "Ask form", {}, chief, now)
out = {"people": people, "account": account.pk, "form": form.pk}
""".replace("SECRET", repr(PASSWORD))


def until(is_so: Callable[[], Any], what: str, more: Callable[[], str] = str, seconds: float = 40) -> Any:
    """Wait for a state, never for a time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := is_so():
            return found
        time.sleep(0.05)
    raise AssertionError(f"It never came: {what}. {more()}")


def question(
    text: str, *, who: str = "aino", thread: str | None = None, private: bool = False, **more: Any
) -> dict[str, Any]:
    """What a customer does on the demo network."""
    return {
        "kind": "created",
        "account": "nordbanan",
        "author": {"id": who, "handle": who, "name": who.capitalize() + " Virtanen", "lang": "en"},
        "at": datetime.now(UTC).isoformat(),
        "text": text,
        "visibility": "private" if private else "public",
        **({"thread": thread} if thread else {}),
        **more,
    }

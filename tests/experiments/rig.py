"""The rig: installations that cost nothing to make, processes of theirs to kill, and a platform that keeps its own ledger."""

import contextlib
import hashlib
import hmac
import http.client
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lyhord.connectors.demo.network import Network
from tests.journeys.installation import PEOPLED, ROOT, free_port, question, until

LAPSE = 61.0  # seconds: a lease and a little
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

RECEIVE = """
from lyhord.channels.models import App
from lyhord.intake.actions import receive
app = App.objects.get(connector="demo")
for raw in given:
    receive(app, None, raw.encode(), {"content-type": "application/json"}, "/hooks/demo/", "POST", now)
"""


class Hatchery:
    """The process that hatches; see hatchery.py. `template` is a folder that was migrated and peopled."""

    def __init__(self, kind: str, base: Path, url: str) -> None:
        self.kind, self.base, self.url = kind, base, url  # url: of the PostgreSQL server
        self.port = free_port()
        self.numbers = itertools.count(1)
        self.name = f"lyhord_exp_{os.getpid()}_{kind}"
        self.databases: list[str] = []
        self.lock = threading.Lock()
        self.template = self.folder("template")
        if kind == "postgresql":
            self.sql(f'CREATE DATABASE "{self.name}"')
            self.databases.append(self.name)
        self.process = self.started()
        self.facts = self.peopled()

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
        assert process.stdout.readline(), (self.base / "hatchery.log").read_text()[-3000:]
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
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
        for name in reversed(self.databases):
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass
class Home:
    """One installation: a folder, a database, a clock that the experiment moves, and perhaps a saboteur within."""

    hatchery: Hatchery
    folder: Path
    database: str
    sabotage: str = ""
    shift: float = 0.0  # seconds that its workers' clock is ahead
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def facts(self) -> Any:
        return self.hatchery.facts

    @property
    def port(self) -> int:
        return self.hatchery.port

    @property
    def network(self) -> Network:
        """The other side, read anew from its own file."""
        return Network(self.folder)

    def order(self, do: str, **more: Any) -> int:
        told = {"folder": str(self.folder), "database": self.database, "sabotage": self.sabotage}
        return int(self.hatchery.ask({"do": do, "shift": self.shift, **told, **more})["pid"])

    def wait(self, pid: int) -> int:
        return int(self.hatchery.ask({"do": "wait", "pid": pid})["status"])

    def code(self, code: str, given: Any = None) -> Any:
        """Run code of ours inside; what it leaves in `out` comes back. No saboteur works here."""
        result = self.folder / f"result{next(self.numbers)}"
        status = self.wait(self.order("code", code=code, given=given, result=str(result), sabotage=""))
        assert status == 0, self.log()
        told = json.loads(result.read_text())
        result.unlink()
        return told

    def once(self, **more: Any) -> int:
        """A worker that walks until nothing is due; its exit status, negative when a signal ended it."""
        return self.wait(self.order("once", **more))

    def settle(self, rounds: int = 2) -> None:
        """Leases lapse, and workers do what is left."""
        for _ in range(rounds):
            self.shift += LAPSE
            status = self.once()
            assert status == 0, self.log()

    def receive(self, events: Sequence[dict[str, Any]], at_once: int = 1) -> None:
        """Envelopes as the door keeps them, without the door."""
        told = [list(events[start : start + at_once]) for start in range(0, len(events), at_once)]
        self.code(RECEIVE, [json.dumps(batch) for batch in told])

    def statements(self) -> int:
        """How many statements the worker needs for what waits now. It is done by then."""
        assert self.once(kill_at=-1) == 0, self.log()
        return int((self.folder / "statements").read_text())

    @contextmanager
    def running(self, do: str, **more: Any) -> Iterator["Running"]:
        child = Running(self, do, more)
        child.start()
        try:
            yield child
        finally:
            child.kill()

    def log(self) -> str:
        place = self.folder / "log"
        return place.read_text("utf-8", "replace")[-4000:] if place.exists() else ""


@dataclass
class Running:
    """Web or a worker, until it is killed; kill and start it as often as you like."""

    home: Home
    do: str
    more: dict[str, Any]
    pid: int = 0

    def start(self) -> None:
        self.pid = self.home.order(self.do, port=self.home.port, **self.more)
        if self.do == "web":
            until(self.answers, "the web process", self.home.log, seconds=60)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("localhost", self.home.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status in {200, 503}
        except OSError:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to all its processes at once."""
        if self.pid:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except ProcessLookupError:  # so young that it has no session of its own yet
                os.kill(self.pid, signal.SIGKILL)
            self.home.wait(self.pid)
            until(lambda: not members(self.pid), "the end of its last process")
            self.pid = 0

    def again(self) -> None:
        self.kill()
        self.start()

    def server(self) -> int:
        """The process that answers: granian's child."""
        found = [pid for pid in members(self.pid) if pid != self.pid]
        assert len(found) == 1, found
        return found[0]


def members(session: int) -> list[int]:
    """Living processes of a session."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = place.read_text().rpartition(")")[2].split()
            if words[0] != "Z" and int(words[3]) == session:
                found.append(int(place.parent.name))
    return found


# The platform that brings events --------------------------------------------------------------------------------------


@dataclass
class Ledger:
    """What a platform sent and what was acknowledged, in its own append-only file: the oracle."""

    home: Home
    seconds: float = 20.0  # that it waits for an answer
    lock: threading.Lock = field(default_factory=threading.Lock)
    kept: int = 0  # requests that were acknowledged

    @property
    def path(self) -> Path:
        return self.home.folder / "ledger.jsonl"

    def write(self, line: dict[str, Any]) -> None:
        with self.lock, self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
            self.kept += line["status"] == 200

    def ids(self, *, kept: bool) -> set[str]:
        """Ids of the events that were sent; with `kept` only those of which we were told that they are kept."""
        if not self.path.exists():
            return set()
        lines = [json.loads(line) for line in self.path.read_text().splitlines()]
        return {name for line in lines if not kept or line["status"] == 200 for name in line["ids"]}

    def faults(self) -> list[str]:
        """What the house lost or doubled of created posts that it acknowledged."""
        acknowledged, sent = self.ids(kept=True), self.ids(kept=False)
        return faults(self.home, {f"item-{name}" for name in acknowledged}, {f"item-{name}" for name in sent})

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("localhost", self.home.port, timeout=self.seconds)

    def send(
        self, events: Sequence[dict[str, Any]], connection: http.client.HTTPConnection | None = None
    ) -> int:
        """Bring events in one signed request; the status, 0 when no answer came."""
        body = json.dumps(list(events)).encode()
        facts = self.home.facts
        mac = hmac.new(facts["secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Demo-Signature": mac}
        own = connection or self.connect()
        try:
            own.request("POST", f"/hooks/demo/{facts['endpoint']}/", body, headers)
            answer = own.getresponse()
            answer.read()
            status = answer.status
        except (OSError, http.client.HTTPException):
            status = 0
            own.close()
        finally:
            if connection is None:
                own.close()
        self.write({"ids": [event["id"] for event in events], "status": status})
        return status

    def storm(self, batches: Iterator[list[dict[str, Any]]], lines: int = 8, pause: float = 0.0) -> "Storm":
        return Storm(self, batches, lines, pause)


class Storm:
    """Several connections that send as fast as they are answered, until stopped or out of events."""

    def __init__(
        self, ledger: Ledger, batches: Iterator[list[dict[str, Any]]], lines: int, pause: float
    ) -> None:
        self.ledger, self.batches, self.pause = ledger, batches, pause
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.refused: list[int] = []  # statuses other than 200, and 0 for no answer
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(lines)]
        for thread in self.threads:
            thread.start()

    def next(self) -> list[dict[str, Any]] | None:
        with self.lock:
            return next(self.batches, None)

    def run(self) -> None:
        connection = self.ledger.connect()
        while not self.stop.is_set() and (events := self.next()) is not None:
            # A platform tries again what was not acknowledged.
            while (status := self.ledger.send(events, connection)) != 200 and not self.stop.is_set():
                self.refused.append(status)
                time.sleep(0.05)
            time.sleep(self.pause)
        connection.close()

    def end(self) -> None:
        self.stop.set()
        self.join()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(1500)
        assert not any(thread.is_alive() for thread in self.threads)


def event(name: str, kind: str = "created", **more: Any) -> dict[str, Any]:
    """Something that a customer of her own did on the platform."""
    return {
        "id": name,
        "kind": kind,
        "item": f"item-{name}",
        "account": "nordbanan",
        "author": {"id": f"who-{name}", "handle": f"who-{name}", "name": "Aino Virtanen", "lang": "en"},
        "at": "2026-11-20T10:00:00+00:00",
        "text": f"Where is my train? {name}",
        "visibility": "public",
        **more,
    }


# What stands in the house ---------------------------------------------------------------------------------------------

STATE = """
from collections import Counter
from lyhord.desk.actions import tally
from lyhord.desk.models import Conversation, Filing, Tally, Turn
from lyhord.intake.models import Envelope, Post, Report
from lyhord.triage.models import Assessment
from lyhord.customers.models import Authorship
maintained = Counter()
for row in Tally.objects.all():
    maintained[row.account_id, row.assignee, row.status, row.waits, row.is_spam, row.flow] += row.n
counted = Counter(tally.key(row) for row in Conversation.objects.all())
several = Turn.objects.exclude(post=None).values_list("post__native", "conversation__customer")
out = {
    "posts": list(Post.objects.filter(is_placeholder=False).values_list("native", flat=True)),
    "authors": Authorship.objects.count(),
    "assessed": Assessment.objects.count(),
    "filed": Filing.objects.count(),
    "turns": list(Turn.objects.exclude(post=None).values_list("post__native", flat=True)),
    "conversations": Conversation.objects.count(),
    "reports": list(Report.objects.values_list("item", flat=True)),
    "not_done": list(Envelope.objects.exclude(state="done").values_list("state", "problem")),
    "tallies": sorted(map(repr, ((+maintained) - counted).items())) + sorted(map(repr, (counted - maintained).items())),
}
"""


def faults(home: Home, items: set[str], also: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """What is lost, doubled or torn, when exactly `items` were acknowledged (`also`: may be there); empty: nothing."""
    state = home.code(STATE)
    found = []
    for name in ("posts", "turns"):
        there = state[name]
        if lost := items - set(there):
            found.append(f"{len(lost)} of {len(items)} lost in {name}: {sorted(lost)[:3]}")
        if len(there) != len(set(there)):
            found.append(f"{len(there) - len(set(there))} doubled in {name}")
        if strange := set(there) - items - also:
            found.append(f"{len(strange)} strange in {name}: {sorted(strange)[:3]}")
    total = len(state["posts"])
    for name in ("authors", "assessed", "filed", "conversations"):
        if state[name] != total:
            found.append(f"{total} posts, {state[name]} {name}")
    if state["tallies"]:
        found.append(f"counts are wrong: {state['tallies']}")
    if state["not_done"]:
        found.append(f"not done: {state['not_done'][:3]}")
    return found


# Answers --------------------------------------------------------------------------------------------------------------

ASKED = """
from lyhord.desk.models import Strand, Turn
out = []
for strand in Strand.objects.filter(ended_at=None).select_related("conversation").order_by("pk"):
    newest = Turn.objects.filter(conversation=strand.conversation).order_by("-pk").first()
    post = Turn.objects.filter(strand=strand).exclude(post=None).values_list("post__native", flat=True).first()
    out.append({"conversation": strand.conversation_id, "strand": strand.pk, "seen": newest.pk, "item": post})
"""
REPLY = """
from datetime import timedelta
from uuid import uuid4
from lyhord.desk import actions
from lyhord.desk.models import Strand, Turn
from lyhord.staff.models import User
by = User.objects.get(email="linnea@example.com")
strands = Strand.objects.select_related("thread__account", "identity", "conversation")
for one in given:
    actions.reply(
        strands.get(pk=one["strand"]), one["text"], seen=one["seen"], is_public=True, by=by, form_key=uuid4(), now=now,
        delay=timedelta(0),
    )
"""
FORGETFUL = """
from lyhord.channels.models import Account
Account.objects.filter(connector="demo").update(settings={"keys": "none"})
"""
STATES = """
from lyhord.outbox.models import Dispatch
out = list(Dispatch.objects.filter(verb="reply").values_list("text", "state"))
"""


def asked(home: Home, number: int) -> list[dict[str, Any]]:
    """Customers ask on the network; their conversations as an agent has them before her."""
    for one in range(number):
        home.network.happen(question(f"Where is train {one}?", who=f"who{one}"))
    assert home.once() == 0, home.log()
    found: list[dict[str, Any]] = home.code(ASKED)
    assert len(found) == number, home.log()
    return found


def doubts(home: Home, texts: set[str], *, may_be_unsure: bool = False) -> list[str]:
    """What customers read twice, and what was dropped unsaid; the network's own file is the oracle."""
    stands = Counter(signed_off(done["text"]) for done in home.network.answers() if done["verb"] == "reply")
    states = {signed_off(text): state for text, state in home.code(STATES)}
    found = [f"{text}: stands {count} times" for text, count in stands.items() if count > 1]
    found += [f"{text}: never meant" for text in stands.keys() - texts]
    for text in sorted(texts):
        state = states.get(text, "not there")
        if state == "sent" and not stands[text]:
            found.append(f"{text}: said to be sent, and does not stand there")
        elif state not in {"sent", "unsure"} or (state == "unsure" and not may_be_unsure):
            found.append(f"{text}: {state} in the end")
    return found


def signed_off(text: str) -> str:
    return text.partition(" /")[0]


# Kills ------------------------------------------------------------------------------------------------------------------


def has_strace() -> bool:
    return shutil.which("strace") is not None


@contextmanager
def traced(pid: int, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """strace on a running process and all its threads; begins when it is attached."""
    command = ["strace", "-f", "-p", str(pid), *words]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert b"attached" in line, line
    os.set_blocking(process.stderr.fileno(), False)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)  # where all that it traced is dead, it does not always end by itself
        process.kill()
        process.wait()


def sample(everything: Sequence[Any], most: int, seed: int = 1) -> list[Any]:
    """A part of a sweep, the same at each run, ends included."""
    if len(everything) <= most:
        return list(everything)
    inner = random.Random(seed).sample(list(everything[1:-1]), max(most - 2, 0))
    return sorted([everything[0], *inner, everything[-1]], key=list(everything).index)

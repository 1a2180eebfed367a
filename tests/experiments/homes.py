"""One installation of an experiment, and processes of it to start and to kill."""

import contextlib
import http.client
import itertools
import json
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lyhord.connectors.demo.network import Network
from tests.journeys.installation import until

if TYPE_CHECKING:
    from tests.experiments.installing import Hatchery

LAPSE = 61.0  # seconds: a lease and a little
RECEIVE = """
from lyhord.channels.models import App
from lyhord.intake.actions import receive
app = App.objects.get(connector="demo")
for raw in given:
    receive(app, None, raw.encode(), {"content-type": "application/json"}, "/hooks/demo/", "POST", now)
"""


@dataclass
class Home:
    """One installation: a folder, a database, a clock that the experiment moves, and perhaps a saboteur within."""

    hatchery: "Hatchery"
    folder: Path
    database: str
    sabotage: str = ""
    shift: float = 0.0  # seconds that its workers' clock is ahead
    allow: tuple[str, ...] = ()  # host:port of peers of its own that lie inside
    call_seconds: float = 30.0  # that a call to a network may take
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
        told: dict[str, Any] = {
            "folder": str(self.folder),
            "database": self.database,
            "sabotage": self.sabotage,
        }
        told |= {"shift": self.shift, "allow": self.allow, "call_seconds": self.call_seconds}
        return int(self.hatchery.ask({"do": do, **told, **more})["pid"])

    def wait(self, pid: int) -> int:
        return int(self.hatchery.ask({"do": "wait", "pid": pid})["status"])

    def code(self, code: str, given: Any = None, *, sabotage: str = "") -> Any:
        """Run code of ours inside; what it leaves in `out` comes back. No saboteur works here unless he is named."""
        result = self.folder / f"result{next(self.numbers)}"
        status = self.wait(self.order("code", code=code, given=given, result=str(result), sabotage=sabotage))
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
        try:
            child.start()
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
        if self.do == "web":  # two may listen on one port, and each would get a part of what is asked
            until(
                lambda: not self.answers(), "the end of who answers on this port", self.home.log, seconds=60
            )
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

"""The platform that brings events, with a ledger of its own, and what stands in the house when it is done."""

import hashlib
import hmac
import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.experiments.homes import Home


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

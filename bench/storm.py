"""What a storm costs those who work: answers at the door, the way from arrival to the inbox, and the inbox page itself.

A platform brings news at a normal rate (calm), then at ten times of it, seven of ten under one post, in turns. Each
request has a moment at which it is to leave, whatever became of those before it, and its answer is timed from that moment
on: who is kept waiting does not go uncounted. Meanwhile an agent opens her inbox every second. Web and worker are
processes of their own. The figures are ratios of the storm to the calm.
"""

import argparse
import hashlib
import hmac
import http.client
import json
import os
import queue
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import measure, place
from lyhord.serve import die_with_parent

PORT = measure.free_port()
LINES = 32  # connections of the platform
LOOK = 0.05  # seconds between two looks into the inbox's table
DRAIN = 1_800.0  # R14: half an hour after the storm all is there
WHAT = ("answer at the door", "arrival to inbox", "inbox page")


@dataclass
class Turn:
    """Milliseconds of one turn."""

    answers: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    refused: int = 0
    drained: float = 0.0  # seconds from the last request until all were there

    def of(self, what: str) -> list[float]:
        return dict(zip(WHAT, (self.answers, self.shown, self.pages), strict=True))[what]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=place.DATABASES, default="sqlite")
    options.add_argument("--rate", type=float, default=2, help="news a second when it is calm")
    options.add_argument("--times", type=float, default=10, help="as many in the storm")
    options.add_argument("--seconds", type=float, default=60, help="of a turn; R14 asks for 30 minutes")
    options.add_argument("--turns", type=int, default=2, help="of each kind")
    given = options.parse_args()
    os.environ["LYHORD_PUBLIC_URL"] = f"http://localhost:{PORT}"
    with place.made(given.database) as environment:
        place.enter(environment)
        platform = Platform()
        told = f"{given.rate:g} news a second and {given.times:g} times of it, {given.turns} turns of {given.seconds:g} s"
        print(f"# {measure.machine()}; {given.database}; {told}; all on the same machine")
        turns: dict[str, list[Turn]] = {"calm": [], "storm": []}
        with roles(environment):
            platform.turn(given.rate, 5)  # warm
            for number in range(given.turns):
                for kind in ("calm", "storm") if number % 2 == 0 else ("storm", "calm"):
                    rate = given.rate * (given.times if kind == "storm" else 1)
                    turns[kind].append(platform.turn(rate, given.seconds))
                    tell(kind, turns[kind][-1])
        for what in WHAT:
            compare(what, turns)
        print(f"# load at the end {os.getloadavg()[0]:.1f}")


def tell(kind: str, turn: Turn) -> None:
    parts = [
        f"{what} p50 {measure.share(turn.of(what), 0.5):.1f}, p99 {measure.share(turn.of(what), 0.99):.1f} ms"
        for what in WHAT
    ]
    print(
        f"{kind:<6} {len(turn.answers)} news, {turn.refused} refused; {'; '.join(parts)}; drained after {turn.drained:.1f} s",
        flush=True,
    )


def compare(what: str, turns: dict[str, list[Turn]]) -> None:
    told = []
    for part in (0.5, 0.95, 0.99):
        calm, storm = (
            statistics.median(measure.share(turn.of(what), part) for turn in turns[kind])
            for kind in ("calm", "storm")
        )
        told.append(f"p{part * 100:.0f} {storm / calm:.2f} ({storm:.1f} ms against {calm:.1f})")
    print(f"{what:<20} storm / calm: {', '.join(told)}")


# The house ----------------------------------------------------------------------------------------------------------


@contextmanager
def roles(environment: dict[str, str]) -> Iterator[None]:
    """web and a worker, each a process of its own."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "lyhord.cli", *words],
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_parent,
            stdout=subprocess.DEVNULL,
        )
        for words in (["web", "--port", str(PORT)], ["work"])
    ]
    try:
        for _ in range(600):
            connection = http.client.HTTPConnection("localhost", PORT, timeout=5)
            try:
                connection.request("GET", "/healthz")
                connection.getresponse()
                break
            except OSError:
                time.sleep(0.1)
            finally:
                connection.close()
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(60)


# The platform -------------------------------------------------------------------------------------------------------


class Platform:
    """Brings signed news, looks when each stands in a conversation, and opens the inbox as an agent."""

    def __init__(self) -> None:
        from datetime import UTC, datetime

        from bench import inbox_page
        from lyhord.channels.actions import connect, secrets_of
        from lyhord.staff.models import Brand, Membership, Team, User

        brand = Brand.objects.create(name="Nordbanan")
        team = Team.objects.create(brand=brand, name="Kundtjänst")
        agent = User.objects.create(pk=1, email="p1@bench.example", name="Åsa Berg", is_demo=True)
        Membership.objects.create(user=agent, team=team, role="agent")
        account = connect("demo", brand, [team], "stormy", {}, None, datetime.now(UTC))
        self.native = account.native
        self.endpoint, self.secret = account.app.endpoint, secrets_of(account.app)["hook_secret"]
        self.cookie = inbox_page.session()
        self.numbers = 0

    def turn(self, rate: float, seconds: float) -> Turn:
        """So many news a second for so long; over when all of them stand in the inbox."""
        made, left = Turn(), threading.Event()
        came: dict[str, float] = {}
        begun = time.perf_counter() + 0.5
        names = [f"p{self.numbers + number}" for number in range(int(rate * seconds))]
        self.numbers += len(names)
        due: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
        for number, name in enumerate(names):
            due.put((begun + number / rate, name))
        sent: dict[str, float] = {}
        lines = [
            threading.Thread(target=self.line, args=(due, made, sent), daemon=True) for _ in range(LINES)
        ]
        for _ in lines:
            due.put(None)
        others = [
            threading.Thread(target=self.agent, args=(made, left), daemon=True),
            threading.Thread(target=self.look, args=(set(names), came), daemon=True),
        ]
        for thread in [*lines, *others]:
            thread.start()
        for thread in lines:
            thread.join()
        last = time.perf_counter()
        others[1].join(DRAIN)
        left.set()
        others[0].join()
        if missing := len(names) - len(came):
            sys.exit(f"{missing} news were not in the inbox {DRAIN:.0f} s after the last.")
        made.drained = time.perf_counter() - last
        made.shown = [(came[name] - at) * 1000 for name, at in sent.items()]
        return made

    def line(
        self, due: "queue.SimpleQueue[tuple[float, str] | None]", made: Turn, sent: dict[str, float]
    ) -> None:
        """One connection; what is refused is brought again, as networks do."""
        connection = http.client.HTTPConnection("localhost", PORT, timeout=60)
        while (told := due.get()) is not None:
            at, name = told
            time.sleep(max(at - time.perf_counter(), 0))
            sent[name] = at
            while self.brought(connection, name) != 200:
                made.refused += 1
                time.sleep(1)
            made.answers.append((time.perf_counter() - at) * 1000)
        connection.close()

    def brought(self, connection: http.client.HTTPConnection, name: str) -> int:
        body = json.dumps(self.news(name)).encode()
        mac = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Demo-Signature": mac}
        connection.request("POST", f"/hooks/demo/{self.endpoint}/", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def news(self, name: str) -> dict[str, Any]:
        number = int(name[1:])
        return {
            "id": f"e-{name}", "kind": "created", "item": name, "account": self.native,
            "author": {"id": f"u{number}", "handle": f"u{number}", "name": f"Person {number}"},
            "text": f"Varför står tåget still igen, och när kommer vi fram? {number}", "visibility": "public",
            "thread": "the-post" if number % 10 < 7 else f"t-{name}",
        }  # fmt: skip

    def agent(self, made: Turn, left: threading.Event) -> None:
        """Opens the inbox once a second."""
        connection = http.client.HTTPConnection("localhost", PORT, timeout=60)
        while not left.wait(1):
            at = time.perf_counter()
            connection.request("GET", "/inbox/", headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status
            made.pages.append((time.perf_counter() - at) * 1000)
        connection.close()

    def look(self, names: set[str], came: dict[str, float]) -> None:
        """When each was seen to be part of a conversation; as exactly as it looks."""
        from django.db import connections

        from lyhord.desk.models import Turn as Step

        waits, last = set(names), Step.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        end = time.perf_counter() + DRAIN * 2
        while waits and time.perf_counter() < end:
            rows = list(Step.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "post__native"))
            at = time.perf_counter()
            for pk, native in rows:
                last = pk
                if native in waits:
                    waits.discard(native)
                    came[native] = at
            time.sleep(LOOK)
        connections.close_all()


if __name__ == "__main__":
    main()

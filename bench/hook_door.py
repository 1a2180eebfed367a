"""Hooks accepted a second and core: the door with group commit, against no store and against a plain Django view.

Needs wrk (Debian: apt-get install wrk). The server is one granian process pinned to the first core, wrk has the second.
At the end the server is killed (-9) under load, and no answered hook may be missing from the database.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import measure, place
from lyhord.serve import die_with_parent

PORT = measure.free_port()
BODIES = 80_000
LUA = """
local asked = {}
local at = 0
function init()
  for line in io.lines("%s") do
    local mac, body = line:match("^(%%S+) (.*)$")
    local headers = {["Content-Type"] = "application/json", ["X-Demo-Signature"] = mac}
    asked[#asked + 1] = wrk.format("POST", nil, headers, body)
  end
end
request = function()
  at = at %% #asked + 1
  return asked[at]
end
"""
APP = """
import json, uuid
from datetime import UTC, datetime
from lyhord.channels import actions
from lyhord.staff.models import Brand
account = actions.connect("demo", Brand.objects.create(name="Bench"), [], "bench", {}, None, datetime.now(UTC))
print(json.dumps([account.app.endpoint, actions.secrets_of(account.app)["hook_secret"]]))
"""
COUNT = "from lyhord.intake.models import Envelope; print(Envelope.objects.count())"


@dataclass
class Bench:
    environment: dict[str, str]
    seconds: int
    runs: int = 0
    endpoint: str = ""
    secret: str = ""
    cpu: dict[str, list[float]] = field(default_factory=dict)  # milliseconds of the server for a request
    slowest: dict[str, list[float]] = field(default_factory=dict)  # p99 in milliseconds

    def __post_init__(self) -> None:
        self.endpoint, self.secret = json.loads(place.asked(self.environment, APP).splitlines()[-1])

    def rate(self, way: str) -> float:
        """Requests a second of one short run."""
        server, load = self.start(way, self.seconds)
        before = measure.cpu_seconds(server.pid)
        told = load.communicate()[0]
        used = measure.cpu_seconds(server.pid) - before
        end(server, signal.SIGTERM)
        if "Non-2xx" in told or "Socket errors" in told:
            sys.exit(f"{way}: {told}")
        self.cpu.setdefault(way, []).append(used * 1000 / answered(told))
        self.slowest.setdefault(way, []).append(latency(told))
        return float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]

    def killed(self) -> tuple[int, int]:
        """Answers given before a kill -9 in the middle, and rows then found."""
        before = int(place.asked(self.environment, COUNT))
        server, load = self.start("door", self.seconds * 2)
        time.sleep(self.seconds)
        end(server, signal.SIGKILL)
        told = load.communicate()[0]
        return answered(told), int(place.asked(self.environment, COUNT)) - before

    def start(self, way: str, seconds: int) -> "tuple[subprocess.Popen[bytes], subprocess.Popen[str]]":
        self.runs += 1
        script = Path(self.environment["LYHORD_DATA"]) / "post.lua"
        script.write_text(LUA % self.bodies())
        server = subprocess.Popen(
            ["taskset", "-c", "0", sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(PORT),
             "--blocking-threads", str(self.threads(way)), "--backlog", "1024", "--no-log", f"bench.doors:{way}"],
            env=self.environment | ({"BENCH_PLAIN": "1"} if way == "plain_view" else {}), start_new_session=True, preexec_fn=die_with_parent,
        )  # fmt: skip
        wait()
        address = f"http://127.0.0.1:{PORT}/hooks/demo/{self.endpoint}/"
        command = [
            "taskset",
            "-c",
            "1",
            "wrk",
            "-t1",
            "-c32",
            "--latency",
            "--timeout",
            "15s",
            f"-d{seconds}s",
            "-s",
            str(script),
            address,
        ]
        return server, subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def threads(self, way: str) -> int:
        """The plain view at its best: SQLite has one writer, and more threads only wait for each other's lock."""
        plain = 8 if self.environment["LYHORD_DATABASE_URL"] else 1
        return plain if way == "plain_view" else 32

    def bodies(self) -> Path:
        from lyhord.connectors.demo import hooks

        path = Path(self.environment["LYHORD_DATA"]) / "bodies.txt"
        with path.open("w", encoding="utf-8") as file:
            for number in range(self.runs * BODIES, (self.runs + 1) * BODIES):
                told = {
                    "kind": "created",
                    "id": f"e{number}",
                    "item": f"p{number}",
                    "text": "Varför står tåget still? " * 16,
                }
                body = json.dumps(told | {"author": {"id": f"u{number % 5000}"}}, ensure_ascii=False)
                file.write(f"{hooks.signature(body.encode(), self.secret)} {body}\n")
        return path


def answered(told: str) -> int:
    return int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]


def latency(told: str) -> float:
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", told).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def end(server: "subprocess.Popen[bytes]", sign: int) -> None:
    os.killpg(server.pid, sign)
    server.wait(10)


def wait() -> None:
    for _ in range(400):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1)
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("The server did not start.")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=place.DATABASES, default="sqlite")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=4)
    given = options.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not on this machine: apt-get install wrk")
    print(
        f"# {measure.machine()}; {given.database}; wrk -t1 -c32, closed loop; one server process on one core"
    )
    with place.made(given.database) as environment:
        bench = Bench(environment, given.seconds)
        print(f"# the disk's sync takes {measure.sync_ms(Path(environment['LYHORD_DATA'])):.2f} ms")
        ways: dict[str, Callable[[], float]] = {
            way: partial(bench.rate, way) for way in ("door", "no_store", "plain_view")
        }
        results = measure.turns(ways, given.rounds)
        answers, rows = bench.killed()
    for way, rates in results.items():
        a_core = 1000 / statistics.median(bench.cpu[way])
        print(
            f"{way:<11} {measure.spread(rates)} requests/s; {a_core:.0f} for a CPU second of the server; "
            f"p99 {measure.spread(bench.slowest[way])} ms"
        )
    middle = {way: statistics.median(rates) for way, rates in results.items()}
    print(f"door / no_store   {middle['door'] / middle['no_store']:.2f}")
    print(f"door / plain_view {middle['door'] / middle['plain_view']:.1f}")
    print(f"kill -9 under load: {answers} answered, {rows} rows, {max(0, answers - rows)} lost")
    print(f"# load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

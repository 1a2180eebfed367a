"""What a hundred accounts wait for their answers to leave, when twenty of their networks hang.

A real worker sends one message after the other from each account to a system on this machine, over real sockets. In
every second turn twenty of the hundred accounts hang (silent, a byte at a time, without end, half, no handshake). The
figure is the ratio of what the other eighty waited, with against without.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bench import measure, place

CONNECT = """
import json, sys
from datetime import UTC, datetime
from uuid import uuid4
from lyhord.channels.actions import sealed
from lyhord.channels.models import Account, App
from lyhord.staff.models import Brand
now, brand, out = datetime.now(UTC), Brand.objects.create(name="Bench"), {}
for name, url in json.loads(TOLD).items():
    app = App.objects.create(connector="api", name=name, endpoint=uuid4().hex, made_at=now)
    sealed.seal(app, {"secret": "a secret of thirty characters long", "hook_secret": uuid4().hex})
    app.save()
    account = Account.objects.create(
        app=app, brand=brand, connector="api", name=name, native=name, made_at=now, checked_at=now,
        settings={"url": url, "honours_key": True, "can_post": True},
    )
    sealed.seal(account, {})
    account.save()
    out[name] = account.pk
print(json.dumps(out))
"""
QUEUE = """
import json, time
from datetime import UTC, datetime
from uuid import uuid4
from lyhord.channels.models import Account
from lyhord.outbox import actions
made = {}
for account in Account.objects.select_related("app").order_by("pk"):
    made[account.name] = time.time()
    actions.queue(account, "post", key=uuid4(), by=None, now=datetime.now(UTC), text="Hello")
print(json.dumps(made))
"""
CLEAR = """
from django.utils import timezone
from lyhord.outbox.models import Dispatch
Dispatch.objects.exclude(state="sent").update(state="dropped", due_at=None)
"""


class Ledger:
    """The system behind the good accounts: when each message came, by its account."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        ledger = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                ledger.came.setdefault(self.path.strip("/"), time.time())
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *words: Any) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def turn(environment: dict[str, str], good: list[str], ledger: Ledger, rounds: int) -> list[float]:
    """Seconds that the good accounts' messages waited, over several rounds with one worker."""
    waits = []
    worker = subprocess.Popen(
        [sys.executable, "-m", "lyhord.cli", "work"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        time.sleep(5)  # it has started
        for _ in range(rounds):
            ledger.came.clear()
            made = json.loads(place.asked(environment, QUEUE))
            end = time.monotonic() + 60
            while len(ledger.came.keys() & set(good)) < len(good) and time.monotonic() < end:
                time.sleep(0.02)
            waits += [ledger.came.get(name, time.time()) - made[name] for name in good]
    finally:
        worker.terminate()
        worker.wait(60)
        place.asked(environment, CLEAR)
    return waits


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--accounts", type=int, default=100)
    options.add_argument("--hanging", type=int, default=20)
    options.add_argument("--rounds", type=int, default=4, help="messages of each account in a turn")
    options.add_argument("--turns", type=int, default=2)
    options.add_argument("--database", choices=place.DATABASES, default="sqlite")
    given = options.parse_args()
    from tests.experiments.hanging import hanging

    ways = ("silent", "trickle", "endless", "half", "tls")
    ledger = Ledger()
    medians: dict[str, list[float]] = {"calm": [], "hanging": []}
    tails: dict[str, list[float]] = {"calm": [], "hanging": []}
    with ExitStack() as last:
        peers = [last.enter_context(hanging(way)) for way in ways]
        os.environ["LYHORD_ALLOW_HOSTS"] = ",".join([ledger.place, *(peer.place for peer in peers)])
        good = [f"good{number}" for number in range(given.accounts - given.hanging)]
        places: dict[str, dict[str, str]] = {}
        for kind in medians:
            environment = last.enter_context(place.made(given.database, name=kind))
            urls = {name: f"http://{ledger.place}/{name}" for name in good}
            for number in range(given.hanging):
                name = f"other{number}"
                urls[name] = (
                    peers[number % len(ways)].url if kind == "hanging" else f"http://{ledger.place}/{name}"
                )
            place.asked(environment, f"TOLD = {json.dumps(urls)!r}\n{CONNECT}")
            places[kind] = environment
        for number in range(given.turns):
            for kind in ("calm", "hanging") if number % 2 == 0 else ("hanging", "calm"):
                waits = turn(places[kind], good, ledger, given.rounds)
                medians[kind].append(statistics.median(waits))
                tails[kind].append(measure.share(waits, 0.95))
                print(
                    f"{kind:8} median {medians[kind][-1]:.2f} s, 95 % within {tails[kind][-1]:.2f} s",
                    flush=True,
                )
    for what, figures in (("median", medians), ("95 %", tails)):
        with_them, without = statistics.median(figures["hanging"]), statistics.median(figures["calm"])
        print(f"{what}: {with_them / without:.2f} times as long ({with_them:.2f} s against {without:.2f} s)")
    print(f"{given.hanging} of {given.accounts} accounts hang, {given.database}; {measure.machine()}")


if __name__ == "__main__":
    main()

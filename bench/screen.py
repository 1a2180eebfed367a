"""From commit to screen: 500 open streams of `lyhord push`, one of them a real browser that shows the inbox.

An agent changes the subject of a row that the page shows, by the desk's own action. Measured from the return of the
commit: until each stream has the event, and until the browser's row is the new one (it waits a moment for further news
and then fetches the row). Beside it the writer's own look at the row. Needs Playwright and a Chromium.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import measure, place
from lyhord.serve import die_with_parent

PORT = measure.free_port()
CHROMIUM = "/usr/bin/chromium"
QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WATCH = """
window.seen = {};
new MutationObserver(() => {
  for (const row of document.querySelectorAll("#rows li")) {
    const key = row.dataset.id + ":" + row.dataset.version;
    window.seen[key] ??= performance.timeOrigin + performance.now();
  }
}).observe(document.getElementById("rows"), { childList: true, subtree: true });
"""


@dataclass
class Heard:
    """By (conversation, version): when it was committed, and when each stream had the event."""

    committed: dict[tuple[int, int], float] = field(default_factory=dict)
    at: dict[tuple[int, int], list[float]] = field(default_factory=dict)

    def note(self, conversation: int, version: int) -> None:
        self.at.setdefault((conversation, version), []).append(time.time())

    def delays(self) -> list[float]:
        return [
            (at - committed) * 1000
            for key, committed in self.committed.items()
            for at in self.at.get(key, [])
        ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=place.DATABASES, default="sqlite")
    options.add_argument("--streams", type=int, default=500)
    options.add_argument("--changes", type=int, default=100)
    options.add_argument("--pause", type=float, default=0.4, help="seconds between changes")
    given = options.parse_args()
    os.environ["LYHORD_PUBLIC_URL"] = f"http://localhost:{PORT}"
    with place.made(given.database) as environment:
        place.enter(environment)
        from bench import crowd

        crowd.fill(300)
        with roles(environment) as push:
            print(
                f"# {measure.machine()}; {given.database}; {given.streams} streams, one a browser; {given.changes} changes"
            )
            asyncio.run(measured(given, push))
            print(f"# load at the end {os.getloadavg()[0]:.1f}")


@contextmanager
def roles(environment: dict[str, str]) -> Iterator[int]:
    """web and push, each a process of its own; gives the pid of push."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "lyhord.cli", role, "--port", str(port)],
            env=environment,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        for role, port in (("web", PORT), ("push", PORT + 1))
    ]
    try:
        yield started[1].pid
    finally:
        for process in started:
            process.terminate()
            process.wait(15)


async def measured(given: argparse.Namespace, push: int) -> None:
    for port in (PORT, PORT + 1):
        await up(port)
    heard = Heard()
    empty = measure.memory_mb(push)
    readers = [asyncio.create_task(stream(heard)) for _ in range(given.streams - 1)]
    async with page() as browser:
        await asyncio.sleep(3)
        used = measure.cpu_seconds(push)
        reads = []
        for number in range(given.changes):
            key, committed, read = await asyncio.to_thread(change, number)
            heard.committed[key] = committed
            reads.append(read)
            await asyncio.sleep(given.pause)
        await asyncio.sleep(1)
        used = measure.cpu_seconds(push) - used
        seen = await browser.evaluate("window.seen")
        shown = [seen[f"{c}:{v}"] - at * 1000 for (c, v), at in heard.committed.items() if f"{c}:{v}" in seen]
        memory = measure.memory_mb(push)
    for reader in readers:
        reader.cancel()
    delays = heard.delays()
    wanted = given.changes * (given.streams - 1)
    tell("stream", delays, wanted)
    tell("browser's row", shown, given.changes)
    tell("writer's look", reads, given.changes)
    print(f"stream / writer's look {statistics.median(delays) / statistics.median(reads):.1f} (medians)")
    print(
        f"push: {(memory - empty) * 1000 / given.streams:.0f} kB a stream, {used * 1e6 / max(1, len(delays)):.0f} CPU us an event told"
    )


def tell(name: str, values: list[float], wanted: int) -> None:
    told = f"p50 {measure.share(values, 0.5):.1f}, p99 {measure.share(values, 0.99):.1f}, worst {max(values):.1f} ms"
    print(f"{name:<14} {told}; {len(values)} of {wanted} arrived")


def change(number: int) -> tuple[tuple[int, int], float, float]:
    """One row of the page gets a new subject: its new version, when that was committed, and the writer's look after it."""
    from datetime import UTC, datetime

    from lyhord.desk import actions, queries
    from lyhord.desk.models import Conversation
    from lyhord.staff.models import User

    by = User.objects.get(pk=1)
    rows = queries.inbox(by).rows
    row = Conversation.objects.get(pk=rows[number % min(10, len(rows))].id)
    done = actions.set_subject(row, f"Ämne nummer {number}", by=by, now=datetime.now(UTC))
    committed = time.time()
    Conversation.objects.filter(pk=done.pk).values_list("version").get()
    return (done.pk, done.version), committed, (time.time() - committed) * 1000


# Those who listen ---------------------------------------------------------------------------------------------------


async def up(port: int) -> None:
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("localhost", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    sys.exit(f"Nothing listens on port {port}.")


async def stream(heard: Heard) -> None:
    """One stream by a bare socket."""
    from django.conf import settings

    from lyhord.lib import crypto

    claims = {"user": 1, "audiences": ["*", *(f"a{n}" for n in range(1, 13))]}
    token = crypto.sign(claims, crypto.derived(settings.SECRET_KEY, "push"), now=time.time(), seconds=600)
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT + 1)
    writer.write(f"GET /live/?token={token} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    while line := await reader.readline():
        if line.startswith(b'data: {"topic":"conversation"'):
            told = line.decode().split(":")
            heard.note(int(told[3].split(",")[0]), int(told[4].split("}")[0]))


class page:  # noqa: N801 - used as a function
    """The inbox in a real browser, logged in, its rows watched."""

    async def __aenter__(self) -> Any:
        from django.conf import settings
        from playwright.async_api import async_playwright

        from bench.inbox_page import session

        cookie = await asyncio.to_thread(session)
        self.driver = await async_playwright().start()
        self.browser = await self.driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = await self.browser.new_context(bypass_csp=False)
        value = cookie.split("=", 1)[1]
        await context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": f"http://localhost:{PORT}"}]
        )
        shown = await context.new_page()
        await shown.goto(f"http://localhost:{PORT}/inbox/")
        await shown.evaluate(WATCH)
        await shown.wait_for_selector("#live-mark[data-state=live]", timeout=20_000)
        return shown

    async def __aexit__(self, *_: object) -> None:
        await self.browser.close()
        await self.driver.stop()


if __name__ == "__main__":
    main()

"""CPU of an inbox page of 50 rows, with few and with many conversations, beside the bare SQL of that page.

Ours is asked through the whole of Django, log-in and session included, without the web server. Each size lives in a
process of its own; they take turns, and within a turn the ways do. The person is an agent with a second factor.

`page` and `fragment` (the next rows) are asked again and again, so most lines were drawn before; `anew` is the page with
everything forgotten that was drawn for it, `gzipped` the page as a browser asks for it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import Any

from bench import measure, place

TIMES = 40  # of each way in a turn
WAYS = {"page": "/inbox/", "fragment": "/inbox/more/?after=", "anew": "/inbox/", "gzipped": "/inbox/"}


# In the process of one size ----------------------------------------------------------------------------------------


def serve(size: int) -> None:
    """Fill if empty, tell the plan, then answer each line of input with the milliseconds of one turn."""
    place.enter(dict(os.environ))
    from django.core.handlers.wsgi import WSGIHandler

    from bench import crowd
    from lyhord.desk.models import Conversation

    if not Conversation.objects.exists():
        begun = time.monotonic()
        crowd.fill(size)
        print(f"# {size} conversations made in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    ways = ways_of(WSGIHandler(), session())
    for run in ways.values():
        cpu_of(run, 30)
    print(json.dumps(plan()), flush=True)
    for _ in sys.stdin:
        print(json.dumps({name: cpu_of(run, TIMES) for name, run in ways.items()}), flush=True)


def cpu_of(run: Callable[[], object], times: int) -> dict[str, float]:
    """Milliseconds: CPU for one, and the wall time below which 95 of 100 lie."""
    walls = []
    before = time.process_time()
    for _ in range(times):
        at = time.perf_counter()
        run()
        walls.append((time.perf_counter() - at) * 1000)
    return {"cpu": (time.process_time() - before) * 1000 / times, "p95": measure.share(walls, 0.95)}


def session() -> str:
    """The cookie of a logged in agent."""
    from allauth.mfa.models import Authenticator
    from django.conf import settings
    from django.test import Client

    from lyhord.staff.models import User

    client, person = Client(), User.objects.get(pk=1)
    User.objects.filter(pk=1).update(is_demo=False)
    Authenticator.objects.get_or_create(user=person, type=Authenticator.Type.TOTP, defaults={"data": {}})
    client.force_login(person)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def ways_of(handler: Any, cookie: str) -> dict[str, Callable[[], object]]:
    from django.db import connection

    from lyhord.desk import queries
    from lyhord.desk.views import lines
    from lyhord.staff.models import User
    from lyhord.web import show

    sql, values = statement()
    following = queries.inbox(User.objects.get(pk=1)).next or ""

    def ask(address: str, **more: str) -> bytes:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "8000",
            "HTTP_HOST": "localhost:8000", "HTTP_COOKIE": cookie, "wsgi.input": BytesIO(), "wsgi.url_scheme": "http", **more,
        }  # fmt: skip
        status: list[str] = []
        answer = handler(environ, lambda line, _headers: status.append(line))
        page = b"".join(answer)
        answer.close()
        if not status[0].startswith("200") or (not more and b'id="row-' not in page):
            sys.exit(f"{address}: {status[0]}, {page[:300]!r}")
        return page

    def bare() -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def anew() -> bytes:
        lines.item.cache_clear()
        show._same.cache_clear()
        return ask(WAYS["anew"])

    return {
        "page": lambda: ask(WAYS["page"]),
        "fragment": lambda: ask(WAYS["fragment"] + following),
        "anew": anew,
        "gzipped": lambda: ask(WAYS["gzipped"], HTTP_ACCEPT_ENCODING="gzip"),
        "bare sql": bare,
    }


def statement() -> tuple[str, list[Any]]:
    """The page's own statement."""
    from lyhord.channels import queries as channels
    from lyhord.desk.queries.inbox import Where
    from lyhord.desk.queries.inbox import statement as page_of
    from lyhord.desk.queries.lines import COLUMNS
    from lyhord.desk.queries.views import VIEWS
    from lyhord.staff.models import User

    user = User.objects.get(pk=1)
    seen = channels.account_ids_visible_to(user)
    return page_of(user, VIEWS["open"], seen, Where([], []), None, 51, columns=COLUMNS)


def plan() -> list[str]:
    from django.db import connection

    sql, values = statement()
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {sql}", values)
        return [str(row[-1]) for row in cursor.fetchall()]


# The process that compares -------------------------------------------------------------------------------------------


class Size:
    def __init__(self, conversations: int, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.inbox_page", "--serve", str(conversations)],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.plan: list[str] = self.heard()
        self.turns: list[dict[str, dict[str, float]]] = []

    def heard(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            sys.exit("The measuring process ended.")
        return json.loads(line)

    def turn(self) -> float:
        assert self.process.stdin
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        self.turns.append(self.heard())
        return 0.0

    def of(self, way: str, what: str) -> list[float]:
        return [turn[way][what] for turn in self.turns]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=place.DATABASES, default="sqlite")
    options.add_argument("--sizes", type=int, nargs=2, default=[10_000, 1_000_000])
    options.add_argument("--rounds", type=int, default=6)
    options.add_argument(
        "--keep", default="", help="a folder that keeps the databases for another run (SQLite)"
    )
    options.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        serve(given.serve)
        return
    with ExitStack() as places:
        sizes = {}
        for n in given.sizes:
            keep = str(Path(given.keep) / str(n)) if given.keep else ""
            sizes[n] = Size(n, places.enter_context(place.made(given.database, keep, str(n))))
        print(f"# {measure.machine()}; {given.database}; {TIMES} of each way in a turn, {given.rounds} turns")
        measure.turns({str(n): size.turn for n, size in sizes.items()}, given.rounds)
        tell(sizes)
        for size in sizes.values():
            assert size.process.stdin
            size.process.stdin.close()
            size.process.wait()


def tell(sizes: dict[int, Size]) -> None:
    few, many = sizes.values()
    for n, size in sizes.items():
        for way in (*WAYS, "bare sql"):
            p95 = statistics.median(size.of(way, "p95"))
            print(
                f"{n:>9} {way:<9} {measure.spread(size.of(way, 'cpu'))} CPU ms; best {min(size.of(way, 'cpu')):.2f}; wall p95 {p95:.1f} ms"
            )
    for way in (*WAYS, "bare sql"):
        grown = statistics.median(many.of(way, "cpu")) / statistics.median(few.of(way, "cpu"))
        print(
            f"{way:<9} many / few {grown:.2f} (best of each: {min(many.of(way, 'cpu')) / min(few.of(way, 'cpu')):.2f})"
        )
    page, sql = (statistics.median(many.of(way, "cpu")) for way in ("page", "bare sql"))
    print(f"page / bare sql at the greater size {page / sql:.1f}")
    print("# plan at the greater size (repeated lines once):")
    for line in dict.fromkeys(many.plan):
        print(f"#   {line}")
    print(f"# load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()

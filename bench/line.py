"""Posts a second from envelope to conversation, through all rooms as the worker walks them, with the rule heads.

Beside it the same rows, read back and inserted once more in bare batches: what the database alone would cost.
Envelopes are written beforehand, as the hook door writes them; that is `bench.hook_door`.
"""

import argparse
import cProfile
import json
import os
import pstats
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from bench import measure, place

BATCH = 500
NUMBERS = count(1)


@dataclass
class Clock:
    """What each step took, in seconds."""

    wall: Counter[str] = field(default_factory=Counter)
    cpu: Counter[str] = field(default_factory=Counter)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=place.DATABASES, default="sqlite")
    options.add_argument("--posts", type=int, default=5_000, help="in a turn")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--batch", type=int, default=1, help="events in an envelope")
    options.add_argument("--profile", action="store_true", help="one turn under the profiler")
    given = options.parse_args()
    with place.made(given.database) as environment:
        place.enter(environment)
        app = account()
        told = f"{given.batch} events in an envelope, {given.posts} posts a turn"
        print(f"# {measure.machine()}; {given.database}; {told}; worker and database on the same machine")
        walked(app, 1_000, given.batch)  # warm
        if given.profile:
            profiled(app, given)
            return
        compare(app, given)
        print(f"# load at the end {os.getloadavg()[0]:.1f}")


def compare(app: int, given: argparse.Namespace) -> None:
    steps, results = Clock(), {"line": [], "bare": []}  # type: ignore[var-annotated]
    cpu: dict[str, list[float]] = {"line": [], "bare": []}
    for _ in range(given.rounds):
        before = marks()
        clock = walked(app, given.posts, given.batch)
        steps.wall += clock.wall
        steps.cpu += clock.cpu
        results["line"].append(given.posts / sum(clock.wall.values()))
        cpu["line"].append(sum(clock.cpu.values()) * 1000 / given.posts)
        wall, used = bare(before)
        results["bare"].append(given.posts / wall)
        cpu["bare"].append(used * 1000 / given.posts)
    for way, rates in results.items():
        used = statistics.median(cpu[way])
        print(
            f"{way:<5} {measure.spread(rates)} posts/s; {used:.3f} CPU ms a post, that is {1000 / used:.0f} posts a CPU second"
            f" (best turn {1000 / min(cpu[way]):.0f})"
        )
    print(f"line / bare in CPU {statistics.median(cpu['line']) / statistics.median(cpu['bare']):.1f}")
    whole = sum(steps.cpu.values())
    wall, posts = sum(steps.wall.values()), given.posts * given.rounds
    for name, used in steps.cpu.most_common(8):
        waited = steps.wall[name]  # on the database too, which on PostgreSQL is another process
        print(
            f"  {name:<32} {used * 1000 / posts:.3f} CPU ms a post, {used / whole:.0%};"
            f" {waited * 1000 / posts:.3f} ms of wall, {waited / wall:.0%}"
        )


def walked(app: int, posts: int, batch: int) -> Clock:
    """Bring so many new posts in and walk until nothing is due."""
    from lyhord import flow, worker
    from lyhord.customers.models import Wording
    from lyhord.desk.models import Turn

    class Timed(worker.Worker):
        def take(self, step: flow.Step) -> int:
            wall, cpu = time.perf_counter(), time.process_time()
            moved = super().take(step)
            # A Counter adds seconds as well; it is typed for whole numbers only.
            clock.wall[step.name] += time.perf_counter() - wall  # type: ignore[assignment]
            clock.cpu[step.name] += time.process_time() - cpu  # type: ignore[assignment]
            return moved

    clock = Clock()
    before, read = Turn.objects.count(), Wording.objects.count()
    envelopes(app, posts, batch)
    crew = Timed()
    while crew.walk() or Wording.objects.count() < read + posts:
        crew.rests.pop(
            "customers.noticing.notice", None
        )  # it takes 200 a second, and all posts are to be counted
    made = Turn.objects.count() - before
    assert made == posts, f"{made} turns of {posts} posts"
    return clock


def profiled(app: int, given: argparse.Namespace) -> None:
    profile = cProfile.Profile()
    profile.enable()
    walked(app, given.posts, given.batch)
    profile.disable()
    for order in ("tottime", "cumtime"):
        pstats.Stats(profile).sort_stats(order).print_stats(50)


# What comes in ------------------------------------------------------------------------------------------------------


def account() -> int:
    from lyhord.channels import actions
    from lyhord.staff.models import Brand

    made = actions.connect(
        "demo", Brand.objects.create(name="Bench"), [], "bench", {}, None, datetime.now(UTC)
    )
    return made.app_id


def envelopes(app: int, posts: int, batch: int) -> None:
    from lyhord.intake import keeping, rules

    told = list(events(posts))
    rows = []
    for start in range(0, posts, batch):
        part = told[start : start + batch]
        raw = json.dumps(part[0] if batch == 1 else part, ensure_ascii=False).encode()
        rows.append(keeping.Kept(app, "demo", "POST", "", "{}", raw, rules.envelope_digest(None, "", raw)))
    for start in range(0, len(rows), BATCH):
        keeping.insert(rows[start : start + BATCH], datetime.now(UTC))


def events(posts: int) -> Iterator[dict[str, Any]]:
    """Customers of the demo's railway in five languages; every third writes a second time, a fifth of threads are shared."""
    words = lines()
    now = datetime.now(UTC)
    for _ in range(posts):
        n = next(NUMBERS)
        person = n - n % 3 if n % 3 == 1 else n
        yield {
            "kind": "created", "id": f"e{n}", "item": f"p{n}", "text": f"{words[n % len(words)]} {n}",
            "thread": f"page{n // 50}" if n % 5 == 0 else f"t{person}", "visibility": "public" if n % 4 else "private",
            "author": {"id": f"u{person}", "handle": f"@person{person}", "name": f"Person {person}", "followers": n % 900},
            "at": (now - timedelta(seconds=posts - n % posts)).isoformat(),
        }  # fmt: skip


def lines() -> list[str]:
    from lyhord.connectors import demo

    found = []
    for path in sorted((Path(demo.__file__).parent / "fixtures").glob("story-*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            role, _, text = line.partition(": ")
            if len(role) == 1 and len(text) > 10:
                found.append(text)
    return found


# The same rows, bare ------------------------------------------------------------------------------------------------


def tables() -> list[Any]:
    from lyhord.customers.models import Authorship, Customer, Identity
    from lyhord.desk.models import Conversation, Filing, Strand, Turn
    from lyhord.intake.models import Post, Seen, Thread
    from lyhord.triage.models import Assessment
    from lyhord.web.models import Change

    return [
        Thread,
        Post,
        Seen,
        Customer,
        Identity,
        Authorship,
        Assessment,
        Conversation,
        Strand,
        Turn,
        Filing,
        Change,
    ]


def marks() -> dict[Any, int]:
    return {
        model: model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        for model in tables()
    }


def bare(before: dict[Any, int]) -> tuple[float, float]:
    """Take the rows of the turn out and put them back; wall and CPU seconds of putting them back.

    The index of words is left as it is: the floor is lower for it.
    """
    from django.db import connection, transaction

    rows = {model: read(model, mark) for model, mark in before.items()}
    take_out(before)
    wall, cpu = time.perf_counter(), time.process_time()
    for model, (columns, values) in rows.items():
        group = ", ".join(["%s"] * len(columns))
        into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES ({group})"
        for start in range(0, len(values), BATCH):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(into, values[start : start + BATCH])
    return time.perf_counter() - wall, time.process_time() - cpu


def read(model: Any, mark: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    from django.db import connection, models

    is_postgresql = connection.vendor == "postgresql"
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    told = [
        f"{column}::text" if is_postgresql and isinstance(field, models.JSONField) else column
        for column, field in zip(columns, model._meta.concrete_fields, strict=True)
    ]
    pk = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(told)} FROM {model._meta.db_table} WHERE {pk} > %s ORDER BY {pk}", [mark]
        )
        return columns, cursor.fetchall()


def take_out(before: dict[Any, int]) -> None:
    from django.db import connection

    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        for model, mark in reversed(before.items()):
            cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE {model._meta.pk.column} > %s", [mark])
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")


if __name__ == "__main__":
    main()

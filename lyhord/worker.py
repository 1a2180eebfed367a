"""The worker: walks the steps of `flow` until told to stop. All that it knows stands in rows, so it may die anywhere."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import close_old_connections, connections

from lyhord import flow
from lyhord.web import marks

log = logging.getLogger("lyhord.worker")

IDLE = 0.05  # seconds after a walk that moved nothing; doubled at each further one
LONGEST_IDLE = 0.4
LONGEST_REST = timedelta(seconds=60)  # of a step that fails


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Worker:
    """One process. `slots`: calls to networks at once."""

    slots: int = 16
    stop: threading.Event = field(default_factory=threading.Event)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    rests: dict[str, tuple[datetime, int]] = field(default_factory=dict)  # step -> (not before, failures)
    busy: set[tuple[str, int]] = field(default_factory=set)  # (kind of call, account) under way
    streams: dict[int, threading.Thread] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        log.info("worker started", extra={"worker": self.name})
        idle = IDLE
        with ThreadPoolExecutor(self.slots, thread_name_prefix="call") as pool:
            while not self.stop.is_set():
                close_old_connections()
                moved = self.walk() + self.start_calls(pool)
                self.start_streams()
                self.beat()
                idle = IDLE if moved else min(idle * 2, LONGEST_IDLE)
                if not moved:
                    self.stop.wait(idle)
        for thread in self.streams.values():
            thread.join(timeout=3)
        flow.RELEASE(self.name, clock())
        log.info("worker stopped", extra={"worker": self.name})

    def run_until_idle(self, rounds: int = 1000) -> int:
        """Walk until nothing is due; calls run one after the other in this thread. For commands and tests."""
        total = 0
        for _ in range(rounds):
            moved = self.walk() + self.make_calls()
            total += moved
            if not moved:
                return total
        return total

    def walk(self) -> int:
        """Each step once, in order. Gives how many rows were moved."""
        return sum(self.take(step) for step in flow.STEPS)

    def take(self, step: flow.Step) -> int:
        now = clock()
        due, failures = self.rests.get(step.name, (now, 0))
        if now < due:
            return 0
        try:
            moved = step.run(now)
        except Exception as problem:  # one step's fault must not stop the others
            self.rest(step.name, now, failures + 1, problem)
            return 0
        self.rests[step.name] = (now + step.every, 0)
        return moved

    def rest(self, name: str, now: datetime, failures: int, problem: Exception) -> None:
        pause = min(timedelta(seconds=2**failures), LONGEST_REST)
        self.rests[name] = (now + pause, failures)
        log.error("a step failed", extra={"step": name, "again_in": pause.total_seconds()}, exc_info=problem)
        connections.close_all()

    def start_calls(self, pool: ThreadPoolExecutor) -> int:
        """Hand due calls to the pool; one at a time for an account and kind."""
        started = 0
        for calls in flow.CALLS:
            for account, row in self.due(calls):
                place = (calls.name, account)
                with self.lock:
                    if place in self.busy or len(self.busy) >= self.slots:
                        continue
                    self.busy.add(place)
                pool.submit(self.call, calls, row).add_done_callback(lambda _f, p=place: self.free(p))  # type: ignore[misc]
                started += 1
        return started

    def due(self, calls: flow.Calls) -> list[tuple[int, int]]:
        now = clock()
        if now < self.rests.get(calls.name, (now, 0))[0]:
            return []
        try:
            return list(calls.due(now))
        except Exception as problem:  # as in `take`
            self.rest(calls.name, now, self.rests.get(calls.name, (now, 0))[1] + 1, problem)
            return []

    def call(self, calls: flow.Calls, row: int) -> None:
        try:
            calls.run(row, clock())
        except Exception:  # a row's own fault: its lease lapses, it is tried again and set aside in the end
            log.exception("a call failed", extra={"call": calls.name, "row": row})
        finally:
            connections.close_all()

    def free(self, place: tuple[str, int]) -> None:
        with self.lock:
            self.busy.discard(place)

    def make_calls(self) -> int:
        made = 0
        for calls in flow.CALLS:
            for _, row in self.due(calls):
                calls.run(row, clock())
                made += 1
        return made

    def start_streams(self) -> None:
        due, run = flow.STREAMS
        self.streams = {row: thread for row, thread in self.streams.items() if thread.is_alive()}
        for _account, row in due(clock()):
            if row not in self.streams:
                thread = threading.Thread(
                    target=self.hold, args=(run, row), name=f"stream-{row}", daemon=True
                )
                self.streams[row] = thread
                thread.start()

    def hold(self, run: Callable[..., object], row: int) -> None:
        try:
            run(row, self.stop, self.name)
        except Exception:  # the lease lapses and it is taken up again
            log.exception("a stream failed", extra={"source": row})
        finally:
            connections.close_all()

    def beat(self) -> None:
        """Let `doctor` and /healthz see that a worker lives."""
        now = clock()
        if now >= self.rests.get("beat", (now, 0))[0]:
            self.rests["beat"] = (now + timedelta(seconds=5), 0)
            marks.put("worker.beat", int(now.timestamp()))

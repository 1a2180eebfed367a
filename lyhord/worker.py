"""The worker: walks the steps of `flow` until told to stop. All that it knows stands in rows, so it may die anywhere."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, connections

from lyhord import flow
from lyhord.lib import patience, sabotage
from lyhord.web import marks

log = logging.getLogger("lyhord.worker")

IDLE = 0.05  # seconds after a walk that moved nothing; doubled at each further one
LONGEST_IDLE = 0.4
LONGEST_STEP = 120.0  # seconds; a step that takes longer hangs somewhere that no signal reaches
HANGS = 2.0  # seconds after which a call is taken to hang: it keeps its thread and gives back its slot
MOST_HANGING = 32  # such threads, each with a connection to the database
LONGEST_REST = timedelta(seconds=60)  # of a step that fails
PRESSED = 400  # rows moved in one walk; more than that, and what can wait is left


def clock() -> datetime:
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds that only go on. Rests are counted in them: a wall clock put back by an hour must not stop the line for one."""
    return time.monotonic()


@dataclass
class Worker:
    """One process. `slots`: calls to networks at once."""

    slots: int = 16
    stop: threading.Event = field(default_factory=threading.Event)
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    rests: dict[str, tuple[float, int]] = field(default_factory=dict)  # step -> (ticks not before, failures)
    is_pressed: bool = False  # the last walk moved more than we easily keep up with
    busy: dict[tuple[str, int], float] = field(
        default_factory=dict
    )  # (kind of call, account) -> since (ticks)
    hung: set[int] = field(default_factory=set)  # accounts whose last call hung
    streams: dict[int, threading.Thread] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    watchman: patience.Watchman = field(default_factory=lambda: patience.Watchman(LONGEST_STEP))

    def run(self) -> None:
        log.info("worker started", extra={"worker": self.name})
        idle = IDLE
        patience.cap_memory(settings.LYHORD_WORKER_MEMORY)
        with self.watchman, ThreadPoolExecutor(self.slots + MOST_HANGING, "call") as pool:
            while not self.stop.is_set():
                self.watchman.moved()
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
        moved = sum(self.take(step) for step in flow.STEPS)
        self.is_pressed = moved >= PRESSED
        return moved

    def take(self, step: flow.Step) -> int:
        begun = ticks()
        due, failures = self.rests.get(step.name, (begun, 0))
        if begun < due:
            return 0
        try:
            moved = step.run(clock())
        except Exception as problem:  # one step's fault must not stop the others
            self.rest(step.name, failures + 1, problem)
            return 0
        finally:
            self.watchman.moved()
        self.rests[step.name] = (begun + step.every.total_seconds(), 0)
        return moved

    def rest(self, name: str, failures: int, problem: Exception) -> None:
        pause = min(timedelta(seconds=2**failures), LONGEST_REST)
        self.rests[name] = (ticks() + pause.total_seconds(), failures)
        log.error("a step failed", extra={"step": name, "again_in": pause.total_seconds()}, exc_info=problem)
        connections.close_all()

    def start_calls(self, pool: ThreadPoolExecutor) -> int:
        """Hand due calls to the pool, in order of worth; one at a time for an account and kind.

        What is worth less leaves slots free for what is worth more, however long the networks let it hang, and what
        can wait does not begin while we do not keep up (R15).
        """
        started = 0
        for calls in flow.CALLS:
            if calls.can_wait and self.is_pressed:
                continue
            most = self.slots_for(calls)
            for account, row in self.due(calls):
                place = (calls.name, account)
                with self.lock:
                    if place in self.busy or not self.has_room(account, most):
                        continue
                    self.busy[place] = ticks()
                pool.submit(self.call, calls, row).add_done_callback(lambda _f, p=place: self.free(p))  # type: ignore[misc]
                started += 1
        return started

    def has_room(self, account: int, most: int) -> bool:
        """Whether one more call fits among `most`.

        Those that hang do not count, up to a number: a network that hangs holds a thread and not the others (R23). One
        whose last call hung begins as such a call, so that it takes no slot at all.
        """
        since = ticks() - HANGS
        hanging = sum(begun < since or place[1] in self.hung for place, begun in self.busy.items())
        if sabotage.is_on("worker.one_pool"):
            return len(self.busy) < most
        if account in self.hung:
            return hanging < MOST_HANGING
        return len(self.busy) - min(hanging, MOST_HANGING) < most

    def slots_for(self, calls: flow.Calls) -> int:
        """How many calls may be under way after one of these began."""
        return max(1, int(self.slots * calls.share))

    def due(self, calls: flow.Calls) -> list[tuple[int, int]]:
        begun = ticks()
        due, failures = self.rests.get(calls.name, (begun, 0))
        if begun < due:
            return []
        try:
            return list(calls.due(clock()))
        except Exception as problem:  # as in `take`
            self.rest(calls.name, failures + 1, problem)
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
            took = ticks() - self.busy.pop(place)
            (self.hung.add if took > HANGS else self.hung.discard)(place[1])

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
        begun = ticks()
        if begun >= self.rests.get("beat", (begun, 0))[0]:
            self.rests["beat"] = (begun + 5, 0)
            marks.put("worker.beat", int(clock().timestamp()))

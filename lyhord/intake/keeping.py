"""Group commit: one thread takes all envelopes that wait, writes them in one transaction, and then lets all go on.

The disk's sync is the dear part; thirty requests share one, and each still waits until its own bytes are safe.
"""

import os
import queue
import shutil
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from lyhord.lib.errors import LyhordError
from lyhord.lib.failpoints import failpoint

MOST_ROWS = 500
MOST_BYTES = 32 * 1024 * 1024  # in one transaction
PATIENCE = 15.0  # seconds that a request waits for its commit
# Room that is left for cleaning up: on a full disk SQLite cannot even delete (reference reliability-security.md, finding 5).
RESERVE = 64 * 1024 * 1024
LOOK_EVERY = 5.0

# What was read before is known by its digest. What came twice and waits still is told apart by the reader.
SQLITE = (
    "INSERT INTO intake_envelope"
    " (app_id, connector, method, url, headers, raw, digest, received_at, due_at, state, attempts, problem, is_blank)"
    " SELECT new.*, %s, %s, 'waiting', 0, '', 0 FROM (VALUES {rows}) AS new"
    " WHERE NOT EXISTS (SELECT 1 FROM intake_envelope WHERE due_at IS NULL AND digest = new.column7)"
)
ROW = "(%s, %s, %s, %s, %s, %s, %s)"
# OFFSET 0 keeps PostgreSQL from making a join of it, for which it might read the whole table.
POSTGRESQL = (
    "INSERT INTO intake_envelope"
    " (app_id, connector, method, url, headers, raw, digest, received_at, due_at, state, attempts, problem, is_blank)"
    " SELECT app, connector, method, url, headers, raw, digest, %s, %s, 'waiting', 0, '', false"
    " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bytea[], %s::text[])"
    " AS new (app, connector, method, url, headers, raw, digest) WHERE NOT EXISTS"
    " (SELECT 1 FROM intake_envelope old WHERE old.due_at IS NULL AND old.digest = new.digest OFFSET 0)"
)


class NotKept(LyhordError):
    """It is not on the disk; the network must send it again."""


class Kept(NamedTuple):
    """An envelope as the door has it."""

    app: int
    connector: str
    method: str
    url: str
    headers: str
    raw: bytes
    digest: str


class Slot:
    """One request that waits."""

    __slots__ = ("done", "kept", "problem")

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.problem: Exception | None = None
        # A bare lock: an Event costs five times as much, and this is on the way of each request.
        self.done = threading.Lock()
        self.done.acquire()


class Writer:
    """The writing thread of this process; started by the first envelope."""

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[Slot | None] = queue.SimpleQueue()
        self.starting = threading.Lock()
        self.process = 0
        self.thread: threading.Thread | None = None
        self.looked_at = 0.0

    def keep(self, kept: Kept) -> None:
        """Returns when `kept` is committed with full sync, or was there before. Raises NotKept."""
        slot = self.promise(kept)
        if not slot.done.acquire(timeout=PATIENCE):
            self.process = 0  # should the thread have died, the next one starts another
            raise NotKept(f"Not written within {PATIENCE:.0f} seconds.")
        if slot.problem is not None:
            raise NotKept("It could not be written.") from slot.problem

    def promise(self, kept: Kept) -> Slot:
        if self.process != os.getpid():
            self.start()
        slot = Slot(kept)
        self.waiting.put(slot)
        return slot

    def start(self) -> None:
        with self.starting:
            if self.process != os.getpid():
                self.waiting = queue.SimpleQueue()
                self.thread = threading.Thread(target=self.run, name="group commit", daemon=True)
                self.thread.start()
                self.process = os.getpid()

    def stop(self) -> None:
        """Write what waits, and end the thread."""
        with self.starting:
            if self.thread is not None and self.process == os.getpid():
                self.waiting.put(None)
                self.thread.join(PATIENCE)
            self.process = 0

    def run(self) -> None:
        while (slot := self.waiting.get()) is not None:
            slots = [slot]
            is_last = self.gather(slots)
            self.write(slots)
            if is_last:
                break
        connection.close()

    def gather(self, slots: list[Slot]) -> bool:
        """Add all that waits already. True: the thread was asked to end."""
        size = len(slots[0].kept.raw)
        while len(slots) < MOST_ROWS and size < MOST_BYTES:
            try:
                slot = self.waiting.get_nowait()
            except queue.Empty:
                return False
            if slot is None:
                return True
            slots.append(slot)
            size += len(slot.kept.raw)
        return False

    def write(self, slots: Sequence[Slot]) -> None:
        try:
            self.look_at_the_disk()
            insert([slot.kept for slot in slots], timezone.now())
        except Exception as problem:
            connection.close()
            # One bad row must not turn the others away; trouble of the database itself would only be repeated.
            if len(slots) > 1 and not isinstance(problem, OperationalError | InterfaceError | NotKept):
                for slot in slots:
                    self.write([slot])
                return
            for slot in slots:
                slot.problem = problem
        for slot in slots:
            if slot.done.locked():
                slot.done.release()

    def look_at_the_disk(self) -> None:
        if connection.vendor != "sqlite" or time.monotonic() < self.looked_at + LOOK_EVERY:
            return
        free = shutil.disk_usage(settings.LYHORD_DATA).free
        if free < RESERVE:
            raise NotKept(f"The disk has {free} bytes left; nothing is taken below {RESERVE}. Make room.")
        self.looked_at = time.monotonic()


def insert(batch: Sequence[Kept], now: datetime) -> None:
    at = connection.ops.adapt_datetimefield_value(now)
    batch = list({kept.digest: kept for kept in batch}.values())
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL, [at, at, *(list(column) for column in zip(*batch, strict=True))])
        else:
            # One statement: between two of them the requests of all other threads would want their turn.
            rows = ", ".join([ROW] * len(batch))
            values: list[Any] = [at, at, *chain.from_iterable(batch)]
            cursor.execute(SQLITE.format(rows=rows), values)
        failpoint("intake.keeping.before_commit")
    failpoint("intake.keeping.after_commit")

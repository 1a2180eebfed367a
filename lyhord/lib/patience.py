"""An end to work that does not come to one: a strange input must cost seconds, not the worker.

Two fences, since no single one holds. `within` breaks off what Python itself does (loops, regular expressions), by a
signal in the main thread. `Watchman` ends the process where that does not help, inside a library that never looks up;
whoever started us starts us again, and the row that was in hand has used up one of its tries. `cap_memory` makes a
parser that eats memory fail by itself instead of taking the machine with it.
"""

import contextlib
import logging
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType

from lyhord.lib.errors import LyhordError

log = logging.getLogger(__name__)


class TookTooLong(LyhordError):
    """It was broken off."""


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TookTooLong in what runs inside after so many seconds. Only in the main thread; elsewhere it has no effect.

    There is one such clock in a process: inside another `within` the outer one stands still.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(sign: int, frame: FrameType | None) -> None:
        raise TookTooLong(f"It took longer than {seconds:g} seconds and was broken off.")

    before = signal.signal(signal.SIGALRM, ring)
    left, _again = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, left)  # somebody else's clock goes on, a little late
        signal.signal(signal.SIGALRM, before)


class Watchman:
    """Ends the process when `moved` was not called for so many seconds."""

    def __init__(self, seconds: float, end: Callable[[int], object] = os._exit) -> None:
        self.seconds = seconds
        self.end = end
        self.last = time.monotonic()
        self.stop = threading.Event()

    def moved(self) -> None:
        self.last = time.monotonic()

    def is_stuck(self) -> bool:
        return time.monotonic() - self.last > self.seconds

    def watch(self) -> None:
        """Runs in a thread of its own."""
        while not self.stop.wait(min(1.0, self.seconds / 4)):
            if self.is_stuck():
                log.critical("the worker is stuck and ends itself", extra={"seconds": self.seconds})
                self.end(1)
                return

    def __enter__(self) -> "Watchman":
        self.moved()
        threading.Thread(target=self.watch, name="watchman", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()


def cap_memory(megabytes: int) -> None:
    """Let this process have so much address space and no more: then MemoryError, not the machine's end. 0: no cap."""
    if megabytes <= 0:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = megabytes * 1024 * 1024
    resource.setrlimit(
        resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard)
    )

"""One command, several processes: a small supervisor of web, worker and push.

Each child is forked, so that what the parent has loaded is loaded once and shared, leads a process group of its own and
dies with us (PDEATHSIG). A child that ends is started again after a pause that grows with each quick death; its whole
group is ended first, since a web server's own children would go on holding the port (seen with granian: kill -9 of its
main process leaves the one that listens). The parent has one thread and no open connection: both are unsafe to fork.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from lyhord.lib.errors import LyhordError

PR_SET_PDEATHSIG = 1
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
STEADY = 10.0  # seconds; who lived longer is started again at once
LONGEST_PAUSE = 30.0
GRACE = 8.0  # seconds between the request to end and the end


@dataclass
class Child:
    """`run` gives the exit code; it runs in the forked process and may become another program."""

    name: str
    run: Callable[[], int]
    pid: int = 0  # 0: not running
    code: int | None = None  # how it ended last
    started: float = 0.0
    again_at: float = 0.0
    pause: float = 0.25

    def start(self) -> None:
        self.code = None
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.setsid()
            die_with_parent()
            for sign in SIGNALS:
                signal.signal(sign, signal.SIG_DFL)
            end_with(self.run)

    def has_ended(self) -> bool:
        if self.pid and self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def signal_group(self, sign: int) -> None:
        if self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, sign)

    def plan_again(self) -> None:
        """Note when to start once more: soon after a steady life, later after each quick death."""
        self.signal_group(signal.SIGKILL)
        lived = time.monotonic() - self.started
        self.pause = 0.25 if lived > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        self.again_at = time.monotonic() + self.pause
        self.pid, self.code = 0, None


def die_with_parent() -> None:
    """In the child, before it becomes the command: the kernel ends it when we are gone (Linux)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Supervisor:
    children: list[Child]
    stopping: bool = False
    note: list[str] = field(default_factory=list)

    def run(self) -> int:
        for sign in SIGNALS:
            signal.signal(sign, self.stop)
        for child in self.children:
            child.start()
        while not self.stopping:
            self.look()
            time.sleep(0.1)
        self.end()
        return 0

    def stop(self, *_: object) -> None:
        self.stopping = True

    def look(self) -> None:
        for child in self.children:
            if child.has_ended():
                sys.stderr.write(
                    f'{{"from": "lyhord.serve", "message": "{child.name} ended ({child.code}); it is started again"}}\n'
                )
                child.plan_again()
            elif not child.pid and time.monotonic() >= child.again_at:
                child.start()

    def end(self) -> None:
        """Ask all to end; end those that do not."""
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        limit = time.monotonic() + GRACE
        while time.monotonic() < limit and any(c.pid and not c.has_ended() for c in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)


def aside(run: Callable[[], object]) -> int:
    """Run it in a process of its own and give its exit code: what it takes (memory, threads) goes with it."""
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        end_with(run)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def end_with(run: Callable[[], object]) -> NoReturn:
    """Run it and end this process: nothing that the parent planned for its own end happens here."""
    code = 1
    try:
        given = run()
        code = given if isinstance(given, int) else 0
    except LyhordError as problem:
        sys.stderr.write(f"{problem}\n")
    except SystemExit as problem:
        code = problem.code if isinstance(problem.code, int) else int(problem.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def become(*words: str) -> int:
    """Be another command of ours from here on, with a memory of its own."""
    os.execv(sys.executable, [sys.executable, "-m", "lyhord.cli", *words])  # noqa: S606 - our own commands only

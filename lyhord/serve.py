"""One command, several processes: a small supervisor of web, worker and push. No Django here.

Each child leads a process group of its own and dies with us (PDEATHSIG). A child that ends is started again after a
pause that grows with each quick death; its whole group is ended first, since a web server's own children would go on
holding the port (seen with granian: kill -9 of its main process leaves the one that listens).
"""

import contextlib
import ctypes
import os
import signal
import subprocess  # - our own commands only
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from lyhord.lib.errors import LyhordError

PR_SET_PDEATHSIG = 1
STEADY = 10.0  # seconds; who lived longer is started again at once
LONGEST_PAUSE = 30.0
GRACE = 8.0  # seconds between the request to end and the end


@dataclass
class Child:
    name: str
    command: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    again_at: float = 0.0
    pause: float = 0.25

    def start(self) -> None:
        # Our own commands only; `preexec_fn` is safe here: the supervisor has a single thread.
        self.process = subprocess.Popen(self.command, start_new_session=True, preexec_fn=die_with_parent)  # noqa: S603
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal_group(self, sign: int) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sign)

    def plan_again(self) -> None:
        """Note when to start once more: soon after a steady life, later after each quick death."""
        self.signal_group(signal.SIGKILL)
        lived = time.monotonic() - self.started
        self.pause = 0.25 if lived > STEADY else min(self.pause * 2, LONGEST_PAUSE)
        self.again_at = time.monotonic() + self.pause
        self.process = None


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
        for sign in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
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
                code = child.process.returncode if child.process else None
                sys.stderr.write(
                    f'{{"from": "lyhord.serve", "message": "{child.name} ended ({code}); it is started again"}}\n'
                )
                child.plan_again()
            elif child.process is None and time.monotonic() >= child.again_at:
                child.start()

    def end(self) -> None:
        """Ask all to end; end those that do not."""
        for child in self.children:
            child.signal_group(signal.SIGTERM)
        limit = time.monotonic() + GRACE
        while time.monotonic() < limit and any(c.process and c.process.poll() is None for c in self.children):
            time.sleep(0.05)
        for child in self.children:
            child.signal_group(signal.SIGKILL)


def aside(run: Callable[[], object]) -> int:
    """Run it in a process of its own and give its exit code: what it loads (Django, 80 MB) goes with it."""
    pid = os.fork()
    if pid == 0:
        die_with_parent()
        code = 1
        try:
            run()
            code = 0
        except LyhordError as problem:
            sys.stderr.write(f"{problem}\n")
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def children(host: str, port: int, workers: int, extra: list[list[str]] | None = None) -> list[Child]:
    """The processes of a whole installation on one machine; push listens on the next port."""
    lyhord = [sys.executable, "-m", "lyhord.cli"]
    parts = [
        ["web", "--host", host, "--port", str(port), "--workers", str(workers)],
        ["work"],
        ["push", "--host", host, "--port", str(port + 1)],
        *(extra or []),
    ]
    return [Child(part[0], [*lyhord, *part]) for part in parts]

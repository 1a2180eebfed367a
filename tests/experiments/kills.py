"""Where to kill: parts of a sweep, and strace on a running process."""

import contextlib
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


def has_strace() -> bool:
    return shutil.which("strace") is not None


@contextmanager
def traced(pid: int, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """strace on a running process and all its threads; begins when it is attached."""
    command = ["strace", "-f", "-p", str(pid), *words]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert b"attached" in line, line
    os.set_blocking(process.stderr.fileno(), False)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)  # where all that it traced is dead, it does not always end by itself
        process.kill()
        process.wait()


def sample(everything: Sequence[Any], most: int, seed: int = 1) -> list[Any]:
    """A part of a sweep, the same at each run, ends included."""
    if len(everything) <= most:
        return list(everything)
    inner = random.Random(seed).sample(list(everything[1:-1]), max(most - 2, 0))
    return sorted([everything[0], *inner, everything[-1]], key=list(everything).index)

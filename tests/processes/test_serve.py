"""The supervisor, with real processes that stand in for web, worker and push."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lyhord.lib.errors import LyhordError
from lyhord.serve import aside

pytestmark = pytest.mark.kills

# Starts a child that starts a grandchild; both write their pids and sleep.
STAND_IN = """
import os, subprocess, sys, time
folder, name = sys.argv[1:]
deeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with open(f"{folder}/{name}.new", "w") as file:
    file.write(f"{os.getpid()} {deeper.pid}")
os.replace(f"{folder}/{name}.new", f"{folder}/{name}")
time.sleep(600)
"""
PARENT = """
import os, sys
from functools import partial
from lyhord.serve import Child, Supervisor
folder, script = sys.argv[1:]
words = [sys.executable, "-c", script, folder]
children = [Child(name, partial(os.execv, sys.executable, [*words, name])) for name in ("web", "work")]
sys.exit(Supervisor(children).run())
"""


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path), STAND_IN])
    yield process
    process.kill()
    process.wait()


def soon(is_so: Callable[[], bool], what: str) -> None:
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError(f"It never came: {what}")


def pids(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(word) for word in path.read_text().split()] if path.exists() else []


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_that_dies_comes_back_and_its_own_children_are_ended_first(
    supervisor: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    soon(lambda: bool(pids(tmp_path, "web")) and bool(pids(tmp_path, "work")), "both children")
    child, grandchild = pids(tmp_path, "web")
    other = pids(tmp_path, "work")
    os.kill(child, signal.SIGKILL)
    soon(lambda: pids(tmp_path, "web")[0] != child, "the child's successor")
    assert not lives(grandchild)
    assert pids(tmp_path, "work") == other
    assert all(lives(pid) for pid in other)


def test_sigterm_ends_everything(supervisor: "subprocess.Popen[bytes]", tmp_path: Path) -> None:
    soon(lambda: bool(pids(tmp_path, "web")) and bool(pids(tmp_path, "work")), "both children")
    everyone = pids(tmp_path, "web") + pids(tmp_path, "work")
    supervisor.send_signal(signal.SIGTERM)
    assert supervisor.wait(timeout=30) == 0
    soon(lambda: not any(lives(pid) for pid in everyone), "the end of all")


def test_when_the_supervisor_itself_is_killed_its_children_end(
    supervisor: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    soon(lambda: bool(pids(tmp_path, "web")) and bool(pids(tmp_path, "work")), "both children")
    children = [pids(tmp_path, "web")[0], pids(tmp_path, "work")[0]]
    supervisor.kill()
    soon(lambda: not any(lives(pid) for pid in children), "the end of the children")


def test_what_is_done_aside_leaves_nothing_behind_and_its_failure_is_told() -> None:
    touched: list[int] = []

    def refuse() -> None:
        raise LyhordError("The disk is full. Make room.")

    assert aside(lambda: touched.append(1)) == 0
    assert touched == []  # it happened in a process of its own
    assert aside(refuse) == 1

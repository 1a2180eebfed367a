"""R09: what hangs is broken off or ended, what eats memory fails by itself."""

import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from lyhord.lib.patience import TookTooLong, Watchman, within

WATCHED = """
import time
from lyhord.lib.patience import Watchman
with Watchman(0.3) as watchman:
    for _ in range(8):
        watchman.moved(); time.sleep(0.1)
    print("worked", flush=True)
    time.sleep(60)
"""
EATS = """
from lyhord.lib.patience import cap_memory
cap_memory(512)
try:
    bytearray(2 * 1024**3)
except MemoryError:
    print("refused")
print(len(bytearray(1024)))
"""


def test_a_loop_without_end_is_broken_off_and_the_next_goes_on() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TookTooLong, match=r"longer than 0\.05 seconds"), within(0.05):
        while True:
            pass
    with within(5):
        assert sum(range(10)) == 45
    assert signal.getsignal(signal.SIGALRM) is before


def test_a_pattern_that_explodes_is_broken_off() -> None:
    with pytest.raises(TookTooLong), within(0.1):
        re.match(r"(a+)+$", "a" * 60 + "b")


def test_what_ends_in_time_is_not_touched_afterwards() -> None:
    with within(0.05):
        pass
    time.sleep(0.1)


def test_in_a_thread_it_has_no_effect() -> None:
    done = []

    def work() -> None:
        with within(0.01):
            time.sleep(0.05)
        done.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [1]


def test_a_process_that_is_stuck_ends_itself_and_not_before() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", WATCHED], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ran.stdout, ran.returncode) == ("worked\n", 1)


def test_a_watchman_who_is_sent_home_ends_nothing() -> None:
    ended: list[int] = []
    with Watchman(0.05, end=ended.append):
        pass
    time.sleep(0.2)
    assert ended == []


def test_memory_beyond_the_cap_is_refused_and_the_process_lives() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", EATS], capture_output=True, text=True, timeout=30, check=False
    )
    assert ran.stdout.split() == ["refused", "1024"]

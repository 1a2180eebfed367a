"""What the scripts share: CPU of process trees, turns, and how a result is printed."""

import os
import platform
import socket
import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def children(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += children(int(child))
    return found


def cpu_seconds(pid: int) -> float:
    """User and system time of the whole tree."""
    total = 0
    for one in children(pid):
        try:
            words = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:
            continue
        total += int(words[11]) + int(words[12])
    return total / TICK


def memory_mb(pid: int) -> float:
    """Proportional set size of the whole tree: shared pages are counted once."""
    total = 0
    for one in children(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def turns(ways: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Each way so many times, A B B A A B ..., so that a drift of the machine falls on all."""
    results: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds):
        order = list(ways) if number % 2 == 0 else list(ways)[::-1]
        for name in order:
            results[name].append(ways[name]())
    return results


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "?",
    )
    return (
        f"{model}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    )


def spread(values: Iterable[float]) -> str:
    values = sorted(values)
    return f"{statistics.median(values):.4g} (from {values[0]:.4g} to {values[-1]:.4g})"


def share(values: list[float], part: float) -> float:
    """The value below which `part` of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def cpu_of(run: Callable[[], object], times: int) -> float:
    """CPU milliseconds of this process for one of `times` runs."""
    before = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - before) * 1000 / times


def sync_ms(folder: Path) -> float:
    """What the disk takes to keep 4 kB for certain, milliseconds: the floor of every commit."""
    times = []
    with (folder / "sync").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            begun = time.perf_counter()
            file.flush()
            os.fsync(file.fileno())
            times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def free_port() -> int:
    """A port that nothing listens on, nor on the one after it."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port

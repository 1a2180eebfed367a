"""Posts a second on one core after loading, and the memory of a process; each measured in a process of its own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from lyhord.triage.evaluating import sets
from lyhord.triage.evaluating.rows import Row

LENGTH = 94  # characters
WARM = (
    200  # posts of the training data, so that words in use are known, as in a worker that has run for a while
)
MOST = {False: 700, True: 300}
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
HERE = {False: "without", True: "with embeddings"}


def measure() -> list[Row]:
    rows = []
    for deep, name in HERE.items():
        told = run(deep)
        if not told["served"]:
            continue
        n = int(told["n"])
        rows += [
            Row("all_heads", "put-aside, 94 characters", "", f"posts a second, {name}", told["second"], n),
            Row(
                "all_heads",
                "put-aside, 94 characters",
                "",
                f"posts a second by the clock, {name}",
                told["clock"],
                n,
            ),
            Row("all_heads", "put-aside, 94 characters", "", f"memory in MB, {name}", told["memory"], n),
        ]
    return rows


def run(deep: bool) -> dict[str, float]:
    command = [sys.executable, "-m", "lyhord.triage.evaluating.speed", "deep" if deep else "plain"]
    environment = {**os.environ, **dict.fromkeys(THREADS, "1")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    told: dict[str, float] = json.loads(done.stdout)
    return told


def texts() -> list[str]:
    """Posts of 94 characters: a short one goes on into another."""
    items = [item["text"] for item in sets.put_aside()]
    return [(text + " " + items[(7 * place + 3) % len(items)])[:LENGTH] for place, text in enumerate(items)]


def child(deep: bool) -> dict[str, float]:
    """In a process of its own, so that nothing else is counted: all imports, all heads, one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from lyhord.triage.judge import judge
    from lyhord.triage.learned import examples, serving

    posts = texts()
    posts = posts[:: max(1, len(posts) // MOST[deep])][: MOST[deep]]
    judge("?", deep=deep)
    for lang in examples.LANGUAGES:
        lines = (examples.PLACE / f"{lang}.jsonl").read_bytes().splitlines()
        for line in lines[:: max(1, len(lines) // WARM)][:WARM]:
            judge(json.loads(line)["text"])
    clock, second = time.perf_counter(), time.process_time()
    for post in posts:
        judge(post, deep=deep)
    second, clock = time.process_time() - second, time.perf_counter() - clock
    served = not deep or serving.has_embeddings()
    return {
        "served": served,
        "n": len(posts),
        "second": len(posts) / second,
        "clock": len(posts) / clock,
        "memory": memory(),
    }


def memory() -> float:
    """Megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    sys.stdout.write(json.dumps(child(sys.argv[1] == "deep")))

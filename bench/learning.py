"""What a night of learning takes: on top of the model that ships, against teaching all heads anew with the posts that ship.

Each way in a process of its own, one core, the same lessons. Teaching anew grows with the square of all posts, so it is measured on
`--posts` of them, and the ratio at that size is told; with all that ship it is worse.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import measure

ONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
WAYS = ("on top", "anew")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lessons", type=int, default=500)
    parser.add_argument("--posts", type=int, default=3_000, help="that are taught anew, of those that ship")
    parser.add_argument("--ways", choices=WAYS, nargs="+", default=list(WAYS))
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.way:
        run(told.way, told.lessons, told.posts)
        return
    print(measure.machine())
    found = {way: measured(way, told.lessons, told.posts) for way in told.ways}
    for way, (seconds, megabytes) in found.items():
        print(
            f"{way:8} {told.lessons} lessons: {seconds:6.1f} s of processor, {megabytes:5.0f} MB at its height"
        )
    if len(found) == len(WAYS):
        (seconds, megabytes), (anew, anew_megabytes) = (found[way] for way in WAYS)
        print(
            f"against {told.posts} posts taught anew: time {seconds / anew:.2f}x, memory {megabytes / anew_megabytes:.2f}x"
        )


def measured(way: str, lessons: int, posts: int) -> tuple[float, float]:
    """Seconds of processor and the most memory that the process held."""
    words = [
        sys.executable,
        "-m",
        "bench.learning",
        "--way",
        way,
        "--lessons",
        str(lessons),
        "--posts",
        str(posts),
    ]
    told = subprocess.run(words, env={**os.environ, **ONE}, check=True, capture_output=True, text=True)
    seconds, megabytes = told.stdout.split()
    return float(seconds), float(megabytes)


def run(way: str, count: int, posts: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyhord.settings")
    import django

    django.setup()
    from lyhord.triage.learned import teaching
    from lyhord.triage.learning import teacher
    from lyhord.triage.learning.lessons import Lesson

    every = sorted(teaching.shipped(), key=teacher.place_of)
    # A topic of the team's: what ships calls it "product", the team "strategy".
    told = [one for one in every if one.labels["topic"] == "product"] + every
    found = [
        Lesson(n, one.text, one.lang, one.labels["kind"], {"topic": "strategy"})
        for n, one in enumerate(told[: count * 5 // 4])
    ]
    taught, aside = found[:count], found[count:]
    if way == "on top":
        with tempfile.TemporaryDirectory() as folder:
            teacher.teach(taught, aside, Path(folder) / "1", None)
    else:
        embed = teacher.embedder()
        ours = [teaching.Example(one.text, one.lang, one.taught()) for one in taught] * 4
        for each in (None, embed) if embed else (None,):
            teaching.teach([*every[:posts], *ours], embeddings=each)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    main()

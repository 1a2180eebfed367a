"""One run of learning, in a process of its own: `python -m lyhord.triage.learning.run NUMBER`.

Niced, so that the line goes before; with an end in time and memory, so that it cannot take the machine with it.
"""

import logging
import os
import resource
import signal
import sys

from lyhord.lib import patience

SECONDS = 1_800  # of the wall, and as many of the processor
MEGABYTES = 4_000  # of address space; teaching 10 000 posts takes about 700 of them in fact
NICE = 15

log = logging.getLogger(__name__)


def main(words: list[str]) -> int:
    number = int(words[0])
    fence()
    import django

    django.setup()
    from lyhord.triage.learning import course

    try:
        course.learn(number)
    except Exception as problem:
        log.exception("learning failed", extra={"model": number})
        course.failed(number, problem)
        return 1
    return 0


def fence() -> None:
    """This process goes last, and ends by itself where it takes too much."""
    os.nice(NICE)
    patience.cap_memory(MEGABYTES)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 10))
    signal.alarm(SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

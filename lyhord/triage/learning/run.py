"""One run of learning, in a process of its own: `python -m lyhord.triage.learning.run NUMBER`.

Niced, so that the line goes before; with an end in time and memory, so that it cannot take the machine with it.
"""

import logging
import os
import resource
import signal
import sys

from lyhord.lib import patience

SECONDS = 1_800  # of the wall, and as many of the processor; 2 000 corrections take one minute of a core that is free
MEGABYTES = (
    2_000  # of address space, which is more than memory: onnxruntime and numpy lay claim to half of it
)
NICE = 15

log = logging.getLogger(__name__)


def main(words: list[str]) -> int:
    number = int(words[0])
    fence(MEGABYTES)
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


def fence(megabytes: int) -> None:
    """This process goes last, and ends by itself where it takes too much."""
    os.nice(NICE)
    patience.cap_memory(megabytes)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 10))
    signal.alarm(SECONDS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

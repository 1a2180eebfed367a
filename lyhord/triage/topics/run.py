"""One run of learning own topics, in a process of its own: `python -m lyhord.triage.topics.run NUMBER`."""

import logging
import sys

from lyhord.triage.learning.run import fence

MEGABYTES = 4_000  # of address space; 12 000 examples take 1 700 of them in fact

log = logging.getLogger(__name__)


def main(words: list[str]) -> int:
    number = int(words[0])
    fence(MEGABYTES)
    import django

    django.setup()
    from lyhord.triage.topics import course

    try:
        course.learn(number)
    except Exception as problem:
        log.exception("learning topics failed", extra={"model": number})
        course.failed(number, problem)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

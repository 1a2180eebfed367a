"""Posts that stand for what an operator's topics do not cover: chatter, spam, and matters far from her examples."""

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from lyhord.triage.learned import serving, teaching
from lyhord.triage.learned.examples import Example
from lyhord.triage.topics.serving import SILENT
from lyhord.triage.topics.stock import Lesson

EACH = 3  # beside each example
FEWEST, MOST = 60, 800
COVERED = 0.1  # share of the examples of some topic of hers that makes a shipped topic one of hers
JUDGED = 1_000  # examples, to see which shipped topics they are about


def texts(found: Sequence[Lesson]) -> list[str]:
    """The same for the same examples."""
    hers, known = covered(found), {lesson.text for lesson in found}
    posts = [one for one in teaching.shipped() if is_elsewhere(one, hers) and one.text not in known]
    posts.sort(key=lambda one: blake2b(one.text.encode(), digest_size=8).digest())
    return [one.text for one in posts[: min(max(EACH * len(found), FEWEST), MOST)]]


def covered(found: Sequence[Lesson]) -> set[str]:
    """Which of the shipped topics her examples are about."""
    some = found[:: len(found) // JUDGED + 1]
    answers = teaching.answer(serving.shipped(serving.PLAIN), [lesson.text for lesson in some], None)
    sizes = Counter(lesson.topic for lesson in some)
    pairs = Counter((lesson.topic, told["topic"][0]) for lesson, told in zip(some, answers, strict=True))
    return {topic for (hers, topic), count in pairs.items() if count >= COVERED * sizes[hers]}


def is_elsewhere(post: Example, hers: set[str]) -> bool:
    return post.labels["kind"] in SILENT or post.labels["topic"] not in hers

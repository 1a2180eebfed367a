"""What the team's corrections teach: one lesson a post and version, with the labels that people gave."""

import hashlib
from dataclasses import dataclass, field

from lyhord.triage.actions import ANSWERED, KINDS
from lyhord.triage.models import Assessment, Correction

HEADS = ("kind", "topic", "sentiment", "urgency")  # of corrections, that a model learns
EVERY = 5  # one post in so many is put aside, for ever
LEAST = 20  # posts put aside; fewer tell nothing
TIMES = 4  # as often is a lesson of the team's repeated beside the posts that ship


@dataclass
class Lesson:
    post: int
    text: str
    lang: str
    kind: str = ""  # as it stands, where nobody said otherwise
    labels: dict[str, str] = field(default_factory=dict)
    corrections: list[int] = field(default_factory=list)

    def taught(self) -> dict[str, str]:
        """Her labels, and the kind that she let stand; whether it wants an answer follows from it."""
        kind = self.labels.get("kind", self.kind)
        return {"kind": kind, "answer": "yes" if kind in ANSWERED else "no", **self.labels}

    @property
    def is_put_aside(self) -> bool:
        return is_put_aside(self.post)


def is_put_aside(post: int) -> bool:
    """By a hash of its number, so that a post once put aside is never taught."""
    return int.from_bytes(hashlib.blake2b(str(post).encode(), digest_size=8).digest(), "big") % EVERY == 0


def lessons() -> list[Lesson]:
    """All that stand: not undone, of posts not deleted, whose text is kept. A later word counts over an earlier."""
    rows = (
        Correction.objects.filter(undone_at=None, post__deleted_at=None)
        .exclude(text="")
        .order_by("pk")
        .values_list("pk", "post", "post_version", "head", "label", "text")
    )
    found: dict[tuple[int, int], Lesson] = {}
    for pk, post, version, head, label, text in rows:
        head, label = learned_as(head, label)
        if head not in HEADS:
            continue
        lesson = found.setdefault((post, version), Lesson(post, text, ""))
        lesson.labels[head] = label
        lesson.corrections.append(pk)
    posts = {lesson.post for lesson in found.values()}
    told = Assessment.objects.filter(post__in=posts).values_list("post", "language", "kind")
    known = {post: (language, kind) for post, language, kind in told}
    for lesson in found.values():
        lesson.lang, lesson.kind = known.get(lesson.post, ("und", "question"))
    return list(found.values())


def learned_as(head: str, label: str) -> tuple[str, str]:
    """ "Spam" is a kind. "Not spam" alone says not what it is, and teaches nothing."""
    if head == "spam":
        return ("kind", "spam") if label == "spam" else ("", "")
    return ("", "") if head == "kind" and label not in KINDS else (head, label)


@dataclass(frozen=True)
class Stock:
    """How much there is to learn from and to measure on."""

    taught: int
    put_aside: int

    @property
    def is_enough(self) -> bool:
        return self.put_aside >= LEAST

    @property
    def missing(self) -> int:
        """About how many posts people must still correct, as one in five is put aside."""
        return max(LEAST - self.put_aside, 0) * EVERY


def stock(found: list[Lesson]) -> Stock:
    aside = sum(lesson.is_put_aside for lesson in found)
    return Stock(len(found) - aside, aside)

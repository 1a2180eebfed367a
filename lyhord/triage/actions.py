"""A person's word against ours."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.intake.models import Post
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.triage import queries
from lyhord.triage.models import Assessment, Correction
from lyhord.triage.topics import examples

KINDS = frozenset({"question", "complaint", "corporate", "praise", "idea", "chatter", "spam"})
LONGEST = 20_000  # characters of a text that the heads read, and that is kept to learn from
ANSWERED = frozenset({"question", "complaint", "corporate", "idea"})
LABELS: dict[str, frozenset[str] | None] = {
    "kind": KINDS,
    "topic": frozenset({
        "delivery", "billing", "outage", "booking", "product", "account", "staff", "accessibility", "environment",
        "working-conditions", "strategy", "privacy", "other",
    }),
    "own_topic": None,  # the number of one in use, or "none"
    "sentiment": frozenset({"-1", "0", "1"}),
    "urgency": frozenset({"normal", "high"}),
    "language": None,  # any code
    "spam": frozenset({"spam", "not_spam"}),
}  # fmt: skip


class NoSuchLabel(LyhordError):
    pass


class NotAssessed(LyhordError):
    pass


@transaction.atomic
def correct(post: Post, head: str, label: str, *, by: User, now: datetime) -> Assessment:
    """Say what it is instead. The same word again changes nothing. Raises NoSuchLabel, NotAssessed."""
    mandates.require(by, "spam" if head == "spam" else "tag", post.account)
    allowed = LABELS.get(head, frozenset())
    is_known = label in allowed if allowed is not None else head != "own_topic" or examples.is_label(label)
    if not label or len(label) > 24 or not is_known:
        raise NoSuchLabel(_("There is no such label. Choose one of the list."))
    told = Assessment.objects.select_for_update().filter(post=post).first()
    if told is None:
        raise NotAssessed(_("This post is not judged yet. Try again in a moment."))
    was = current(told, head)
    # That an own topic is right is a word too: it stays, and is learned.
    if was == label and (head != "own_topic" or examples.stands(post, label)):
        return told
    Correction.objects.create(
        post=post,
        head=head,
        was=was,
        label=label,
        post_version=post.version,
        text=queries.text_of(post.title, post.text)[:LONGEST],
        by=by,
        at=now,
    )
    apply(told, head, label)
    told.save()
    if head == "own_topic":
        examples.follow(post)
    audit.record("post.corrected", post, by=by, now=now, head=head, was=was, label=label)
    return told


@transaction.atomic
def take_back(correction: int, *, by: User, now: datetime) -> None:
    """A correction was a mistake: the judgement stands as before, with what others corrected. Twice is once."""
    row = Correction.objects.select_for_update().select_related("post__account").filter(pk=correction).first()
    if row is None or row.undone_at is not None:
        return
    mandates.require(by, "spam" if row.head == "spam" else "tag", row.post.account)
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    told = Assessment.objects.select_for_update().filter(post=row.post_id).first()
    if told is not None:
        apply(told, row.head, row.was)
        keep_corrections(told)
        told.save()
    if row.head == "own_topic":
        examples.follow(row.post)
    audit.record("post.correction_undone", row.post, by=by, now=now, head=row.head, label=row.label)


def keep_corrections(told: Assessment) -> None:
    """Lay what people said over a fresh judgement of the same post."""
    for correction in Correction.objects.filter(post=told.post_id, undone_at=None).order_by("pk"):
        apply(told, correction.head, correction.label)


def forget_texts(posts: Collection[int]) -> int:
    """These posts were deleted: what a person said of them stays, without their words."""
    examples.forget(posts)
    return Correction.objects.filter(post__in=posts).exclude(text="").update(text="") if posts else 0


def current(told: Assessment, head: str) -> str:
    if head == "urgency":
        return "high" if told.is_urgent else "normal"
    if head == "own_topic":
        return str(told.own_topic_id or examples.NONE)
    if head == "spam":
        return "spam" if told.kind == "spam" else "not_spam"
    return str(getattr(told, head))


def apply(told: Assessment, head: str, label: str) -> None:
    if head == "urgency":
        told.is_urgent = label == "high"
    elif head == "sentiment":
        told.sentiment = int(label)
        told.sentiment_score = abs(told.sentiment_score) * (told.sentiment or 1)
    elif head == "language":
        told.language, told.language_confidence = label, 1.0
    elif head == "topic":
        told.topic, told.topic_confidence = label, 1.0
    elif head == "own_topic":
        told.own_topic_id = None if label == examples.NONE else int(label)
        told.own_topic_confidence = 0.0 if label == examples.NONE else 1.0
    elif head == "kind" or told.kind == "spam" or label == "spam":
        # Not spam after all: a question is what a person should look at.
        told.kind = {"not_spam": "question"}.get(label, label)
        told.kind_confidence = 1.0
        told.needs_answer = told.kind in ANSWERED
        told.answer_score = 1.0 if told.needs_answer else 0.0

"""Posts that are ready to be filed, read with what earlier rooms know of them: one statement a batch."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from lyhord.desk.models import Filing
from lyhord.intake.models import Post
from lyhord.lib import work

MOST = 1000
MOST_ASIDE = 200
SETTLED = timedelta(seconds=10)  # no post with a lower id can still be uncommitted then
STUCK = timedelta(
    minutes=1
)  # longer than that, a post that is not ready is set aside and no longer holds the mark

READY = Q(is_placeholder=True) | Q(authorship__isnull=False) & (
    Q(is_own=True) | Q(is_spoken_to=False) | Q(deleted_at__isnull=False) | Q(assessment__isnull=False)
)


class Word(NamedTuple):
    """A post as the desk needs it."""

    pk: int
    thread: int
    account: int
    native: str
    parent: str
    at: datetime
    text: str
    title: str
    is_own: bool
    is_spoken_to: bool
    is_placeholder: bool
    deleted_at: datetime | None
    identity: int | None
    customer: int | None
    kind: str | None
    topic: str | None
    sentiment: int | None
    is_urgent: bool | None
    needs_answer: bool | None
    priority: int | None
    language: str | None
    purpose: str | None
    journey: str | None
    is_asking: bool | None

    @property
    def is_hers(self) -> bool:
        """Whether it opens or carries on a matter; everything else is context."""
        return (
            not self.is_own
            and self.is_spoken_to
            and not self.is_placeholder
            and self.deleted_at is None
            and self.identity is not None
        )

    @property
    def is_ours(self) -> bool:
        return self.is_own and not self.is_placeholder and self.deleted_at is None


COLUMNS = (
    "pk", "thread", "account", "native", "parent", "at", "text", "title", "is_own", "is_spoken_to", "is_placeholder",
    "deleted_at", "authorship__identity", "authorship__identity__customer", "assessment__kind", "assessment__topic",
    "assessment__sentiment", "assessment__is_urgent", "assessment__needs_answer", "assessment__priority",
    "assessment__language", "assessment__purpose", "assessment__journey", "assessment__is_asking",
)  # fmt: skip


def ready(after: int) -> list[Word]:
    """Posts above the mark that were not filed yet, and those set aside that may have become ready; by their time."""
    fresh = Post.objects.filter(READY, pk__gt=after, filing=None).order_by("pk")[:MOST]
    aside = Post.objects.filter(READY, filing__outcome=Filing.WAITING).order_by("pk")[:MOST_ASIDE]
    words = read(fresh) + read(aside)
    return sorted(words, key=lambda word: (word.at, word.pk))


def read(posts: QuerySet[Post]) -> list[Word]:
    rows: Any = posts.values_list(*COLUMNS)
    return [Word(*row) for row in rows]


def low_water(after: int, now: datetime) -> int:
    settled = Q(stored_at__lt=now - SETTLED)
    return work.low_water(
        Post.objects.all(), Filing.objects.all(), link="post_id", after=after, settled=settled
    )


def set_stuck_aside(after: int, before: int, now: datetime) -> None:
    """What never became ready, while later posts did, must not hold the mark: it is set aside and looked at again."""
    stuck = Post.objects.filter(
        ~READY, pk__gt=after, pk__lt=before, filing=None, stored_at__lt=now - STUCK
    ).order_by("pk")
    Filing.objects.bulk_create(
        [
            Filing(post_id=pk, outcome=Filing.WAITING, at=now)
            for pk in stuck.values_list("pk", flat=True)[:MOST]
        ],
        ignore_conflicts=True,
    )

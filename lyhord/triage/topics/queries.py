"""What people are shown of their own topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from lyhord.intake import queries as intake
from lyhord.staff.models import User
from lyhord.triage.models import Assessment, Correction, Topic, TopicExample, TopicModel
from lyhord.triage.topics.stock import in_use
from lyhord.web.statements import Kept

LATELY = timedelta(days=28)
MOST_POSTS = 30
RUNS = 20

# For the pages that are opened all day: id and name, in their order.
choices = Kept[tuple[int, str]](lambda: in_use().values_list("pk", "name"))


@dataclass(frozen=True)
class Shown:
    """One line of the table of topics."""

    topic: Topic
    examples: int
    posts: int  # of the last 28 days, that the reader may see
    right: (
        tuple[int, int] | None
    )  # of its examples, left out: how many were called so, of how many; None: not taught


def table(person: User, now: datetime) -> list[Shown]:
    """The topics in use, in their order."""
    rows = in_use().annotate(count=Count("examples"))
    posts, taught = posts_by_topic(person, now), right_by_topic(serving())
    return [Shown(row, row.count, posts.get(row.pk, 0), taught.get(row.pk)) for row in rows]


def posts_by_topic(person: User, now: datetime) -> dict[int, int]:
    rows = judged_so(person, now).values("own_topic").annotate(n=Count("pk")).order_by()
    return {row["own_topic"]: row["n"] for row in rows}


def judged_so(person: User, now: datetime) -> QuerySet[Assessment]:
    """Posts of the last 28 days with a topic of ours, of those that she may see."""
    since = now - LATELY
    told = Assessment.objects.filter(own_topic__isnull=False, at__gte=since, post__at__gte=since)
    return told.filter(post__in=intake.posts_visible_to(person), post__deleted_at=None)


def right_by_topic(row: TopicModel | None) -> dict[int, tuple[int, int]]:
    told: dict[str, list[int]] = row.figures.get("topics", {}) if row is not None else {}
    return {int(topic): (right, n) for topic, (n, right) in told.items()}


def retired() -> QuerySet[Topic]:
    return Topic.objects.exclude(retired_at=None).order_by("-retired_at", "-pk")


def serving() -> TopicModel | None:
    return TopicModel.objects.filter(state=TopicModel.SERVING).first()


def runs() -> list[TopicModel]:
    """Newest first."""
    return list(TopicModel.objects.order_by("-pk").select_related("by")[:RUNS])


@dataclass(frozen=True)
class Confused:
    """Examples of one topic that, left out, were called by the name of another."""

    is_so: Topic
    said: Topic
    examples: int


def confused(row: TopicModel | None) -> list[Confused]:
    """The most often first."""
    pairs: list[list[int]] = row.figures.get("confused", []) if row is not None else []
    known = Topic.objects.in_bulk({pk for is_so, said, _n in pairs for pk in (is_so, said)})
    return [
        Confused(known[is_so], known[said], n) for is_so, said, n in pairs if is_so in known and said in known
    ]


def examples(topic: Topic) -> QuerySet[TopicExample]:
    """Newest first."""
    return TopicExample.objects.filter(topic=topic).select_related("by").order_by("-pk")


def hidden_of(person: User, rows: Iterable[TopicExample]) -> frozenset[int]:
    """Examples that are posts which she may not see: of them only that they are there is told."""
    posts = {row.post_id: row.pk for row in rows if row.post_id is not None}
    seen = set(intake.posts_visible_to(person).filter(pk__in=posts).values_list("pk", flat=True))
    return frozenset(example for post, example in posts.items() if post not in seen)


@dataclass(frozen=True)
class Judged:
    """A post that has the topic, for a person to say whether that is right."""

    told: Assessment
    correction: Correction | None  # a person's word about it


def lately(person: User, topic: Topic, now: datetime) -> list[Judged]:
    """The newest posts judged so that she may see, those that nobody looked at first."""
    rows = judged_so(person, now).filter(own_topic=topic).select_related("post__account")
    found = list(rows.order_by("-post__at", "-pk")[:MOST_POSTS])
    said = Correction.objects.filter(post__in=[row.pk for row in found], head="own_topic", undone_at=None)
    newest = {row.post_id: row for row in said.select_related("by").order_by("pk")}
    return sorted(
        (Judged(row, newest.get(row.pk)) for row in found), key=lambda one: one.correction is not None
    )


def of_conversation(posts: "QuerySet[Assessment]") -> Assessment | None:
    """What tells the own topic of several posts: the newest that has one, else the newest."""
    has_none = ExpressionWrapper(Q(own_topic=None), BooleanField())
    return posts.select_related("own_topic").order_by(has_none, "-post__at", "-pk").first()


def about(topic: Topic, person: User, now: datetime) -> dict[str, Any]:
    """The figures of one topic."""
    right = right_by_topic(serving()).get(topic.pk)
    return {
        "examples": topic.examples.count(),
        "posts": posts_by_topic(person, now).get(topic.pk, 0),
        "right": right,
    }

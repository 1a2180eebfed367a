"""What triage holds about a person: our judgements of her posts."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyhord.intake.models import Post
from lyhord.lib.persons import Person
from lyhord.lib.text import N_
from lyhord.triage.models import Assessment, Correction, TopicExample

DECLARED = {
    "Assessment": "what we think of a post, with reasons; goes with the post's text",
    "Correction": "a colleague's word against a judgement, with the text that she judged, to learn from; goes with the post's",
    "Tuning": "thresholds and weights that the team set; names no person",
    "LearnedModel": "a model taught from corrections: figures and numbers of corrections, no words; its files hold weights"
    " of parts of words, and the next night's is taught without a person who was erased",
    "Topic": "one of the operator's own topics; names no person",
    "TopicExample": "a text that belongs to a topic: the operator's own words, or a post's, which goes with the post",
    "TopicModel": "a model taught from examples: figures and numbers of examples, no words; its file holds weights of parts"
    " of words, and the next night's is taught without a person who was erased",
}

# What may go by age alone: kind -> what it is, for the page on which somebody says how long.
AGES = {
    "lessons": N_("Texts kept with corrections, to learn from"),
    "topic_examples": N_("Posts kept as examples of your own topics"),
}


def aged(kind: str, before: datetime) -> QuerySet[Any]:
    """The rows of a kind that are older than `before` and still hold something."""
    if kind == "topic_examples":
        return TopicExample.objects.filter(at__lt=before, source=TopicExample.POST)
    return Correction.objects.filter(at__lt=before).exclude(text="")


def expire(kind: str, before: datetime, now: datetime, most: int) -> int:
    """Let at most `most` of them go; gives how many. The labels stay: they tell how good we were."""
    ids = list(aged(kind, before).order_by("pk").values_list("pk", flat=True)[:most])
    if kind == "topic_examples":
        return TopicExample.objects.filter(pk__in=ids).delete()[0]
    return Correction.objects.filter(pk__in=ids).update(text="")


def posts_of(person: Person) -> QuerySet[Post]:
    wanted = Q(pk__in=[])
    for connector, native in person.native_ids:
        wanted |= Q(account__connector=connector, author=native)
    if person.identity_ids:
        wanted |= Q(authorship__identity__in=person.identity_ids)
    return Post.objects.filter(wanted).distinct()


def export(person: Person) -> dict[str, Any]:
    told = Assessment.objects.filter(post__in=posts_of(person)).order_by("pk")
    names = (
        "post", "at", "model", "language", "kind", "topic", "sentiment", "needs_answer", "is_urgent", "is_abusive",
        "priority", "reasons", "private", "sensitive", "situation", "entities", "own_topic__name",
    )  # fmt: skip
    corrected = Correction.objects.filter(post__in=posts_of(person)).order_by("pk")
    examples = TopicExample.objects.filter(post__in=posts_of(person)).order_by("pk")
    return {
        "assessments": list(told.values(*names)),
        "corrections": list(corrected.values("post", "head", "was", "label", "text", "at")),
        "topic_examples": list(examples.values("post", "topic__name", "text", "at")),
    }


def erase(person: Person, now: datetime) -> int:
    """Judgements of a person are about her: they go whole, and the next model is taught without them."""
    posts = list(posts_of(person).values_list("pk", flat=True))
    gone = Correction.objects.filter(post__in=posts).delete()[0]
    gone += TopicExample.objects.filter(post__in=posts).delete()[0]
    return gone + Assessment.objects.filter(post__in=posts).delete()[0]

"""What triage holds about a person: our judgements of her posts."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from lyhord.intake.models import Post
from lyhord.lib.persons import Person
from lyhord.triage.models import Assessment, Correction

DECLARED = {
    "Assessment": "what we think of a post, with reasons; goes with the post's text",
    "Correction": "a colleague's word against a judgement; holds labels, no words of the person",
}


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
        "priority", "reasons", "private", "situation", "entities",
    )  # fmt: skip
    corrected = Correction.objects.filter(post__in=posts_of(person)).order_by("pk")
    return {
        "assessments": list(told.values(*names)),
        "corrections": list(corrected.values("post", "head", "was", "label", "at")),
    }


def erase(person: Person, now: datetime) -> int:
    """Judgements of a person are about her: they go whole."""
    posts = list(posts_of(person).values_list("pk", flat=True))
    gone = Correction.objects.filter(post__in=posts).delete()[0]
    return gone + Assessment.objects.filter(post__in=posts).delete()[0]

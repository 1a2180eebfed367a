"""What there is to learn own topics from."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lyhord.triage.models import Topic, TopicExample

LEAST = 8  # examples of a topic; with fewer it takes no part
FEWEST = 2  # topics
MOST = 12_000  # examples of all topics together: what can be taught at once


@dataclass(frozen=True)
class Lesson:
    """One example as it is taught."""

    pk: int
    text: str
    lang: str
    topic: int

    def as_labelled(self) -> tuple[str, str, str]:
        return self.text, self.lang, str(self.topic)


@dataclass(frozen=True)
class Stock:
    """How many examples each topic in use has, in the topics' order."""

    counts: tuple[tuple[int, str, int], ...]  # topic, its name, examples

    @property
    def ready(self) -> frozenset[int]:
        return frozenset(topic for topic, _name, count in self.counts if count >= LEAST)

    @property
    def is_enough(self) -> bool:
        return len(self.ready) >= FEWEST

    @property
    def lacking(self) -> list[tuple[str, int]]:
        """Topics that take no part yet, and how many examples each lacks."""
        return [(name, LEAST - count) for _topic, name, count in self.counts if count < LEAST]


def stock() -> Stock:
    rows = in_use().annotate(count=Count("examples"))
    return Stock(tuple(rows.values_list("pk", "name", "count")))


def in_use() -> QuerySet[Topic]:
    return Topic.objects.filter(retired_at=None).order_by("position", "pk")


def lessons(most: int = MOST) -> list[Lesson]:
    """What is taught now: the examples of topics that have enough, in the order of their ids; of too many the newest."""
    ready = stock().ready
    rows = (
        TopicExample.objects.filter(topic__in=ready)
        .order_by("-pk")
        .values_list("pk", "text", "lang", "topic")
    )
    return [Lesson(*row) for row in rows[:most]][::-1]


def missing(found: Stock) -> str:
    """Which topics lack how many examples; empty where none does."""
    return ", ".join(lack(name, count) for name, count in found.lacking)


def lack(name: str, count: int) -> str:
    told = ngettext("“%(topic)s” lacks %(n)d example", "“%(topic)s” lacks %(n)d examples", count)
    return told % {"topic": name, "n": count}


def too_few(found: Stock) -> str:
    """Why nothing can be taught yet."""
    if len(found.counts) < FEWEST:
        return _("Make at least two topics, and give each of them examples.")
    told = _("At least two topics need %(least)d examples each: %(lacking)s.")
    return told % {"least": LEAST, "lacking": missing(found)}

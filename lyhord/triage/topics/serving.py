"""What this process says about own topics: the model that serves, taken up when it changes."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lyhord.lib.text import N_, shorten
from lyhord.triage.judge import Judgement
from lyhord.triage.models import Topic, TopicExample, TopicModel
from lyhord.triage.reasons import Reason
from lyhord.triage.topics import files

if TYPE_CHECKING:
    from lyhord.triage.learned.taxonomy import Taxonomy
    from lyhord.triage.topics.nearest import Near

SILENT = frozenset({"chatter", "spam"})  # kinds that have no topic of ours
QUOTED = 200  # examples a topic among which the nearest is looked for, the newest
LONGEST_QUOTE = 120

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Own:
    """What is said of one post."""

    topic: int | None  # None: none of ours fits
    chance: float
    reasons: tuple[Reason, ...]


NOTHING = Own(None, 0.0, ())


@dataclass(frozen=True)
class Model:
    plain: "Taxonomy"
    full: "Taxonomy | None"  # None: it was taught without embeddings
    near: "Mapping[str, Near]" = field(default_factory=dict)  # label -> its examples that may be quoted

    def said(self, text: str, meaning: Any) -> tuple[str, float]:
        """`meaning`: the text's embedding where it was read, else None."""
        if meaning is None or self.full is None:
            return self.plain.said([text], None)[0]
        return self.full.said([text], meaning[None])[0]

    def quote(self, label: str, text: str) -> str:
        near = self.near.get(label)
        return "" if near is None else near.nearest(text, self.plain.vocabulary)


class Using:
    """What this process has taken up."""

    number: int | None = None
    model: Model | None = None
    topics: frozenset[int] = frozenset()  # those in use


def use_current() -> None:
    """Take up the model that serves now, and what was retired since. Two small looks a batch."""
    number = TopicModel.objects.filter(state=TopicModel.SERVING).values_list("pk", flat=True).first()
    if number is not None:
        Using.topics = frozenset(Topic.objects.filter(retired_at=None).values_list("pk", flat=True))
    if number != Using.number:
        Using.number, Using.model = number, None if number is None else loaded(number)


def loaded(number: int) -> Model | None:
    """None where the files are gone or damaged: then no post has a topic of ours until one is taught anew."""
    # Loads numpy, which a process without topics of its own does not need here.
    from lyhord.triage.learned import linear, taxonomy

    place = files.folder(number)
    try:
        plain = taxonomy.read(place / files.PLAIN, None)
        full = taxonomy.read(place / files.FULL, None) if (place / files.FULL).is_file() else None
    except (linear.NotAModel, FileNotFoundError):
        log.exception("triage.topics_unreadable", extra={"model": number})
        return None
    log.info("own topics were taken up", extra={"model": number})
    return Model(plain, full, quotable(plain))


def quotable(model: "Taxonomy") -> "dict[str, Near]":
    """What the operator wrote. A customer's words are not told in the reasons of another's post."""
    from lyhord.triage.topics.nearest import Near

    ours = TopicExample.objects.exclude(source=TopicExample.POST).order_by("-pk")
    found: dict[str, Sequence[str]] = {
        label: list(ours.filter(topic=int(label)).values_list("text", flat=True)[:QUOTED])
        for label in model.labels
    }
    return {label: Near.of(texts, model.vocabulary) for label, texts in found.items() if texts}


def said(text: str, told: Judgement, least: float) -> Own:
    """Of a post judged as `told`. `least`: from which chance on a topic is said. A model that fails says nothing."""
    model = Using.model
    if model is None or told.kind.label in SILENT:
        return NOTHING
    try:
        label, chance = model.said(text, told.meaning)
        topic = int(label)
        if chance < least or topic not in Using.topics:
            return NOTHING
        return Own(topic, chance, (because(model.quote(label, text)),))
    except Exception:
        log.exception("triage.topics_failed", extra={"model": Using.number})
        return NOTHING


def because(quote: str) -> Reason:
    if not quote:
        return Reason("own_topic", 0, N_("Your own topic, by its examples."))
    why = N_("Your own topic, by examples like “%(example)s”.")
    return Reason("own_topic", 0, why, {"example": shorten(" ".join(quote.split()), LONGEST_QUOTE)})

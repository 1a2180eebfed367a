"""Teaching a model from what the team said, on top of the one that ships, and measuring it beside the one before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from lyhord.triage.embeddings import tuned
from lyhord.triage.embeddings.model import Embeddings, Missing
from lyhord.triage.heads.kind import KINDS
from lyhord.triage.learned import correcting, linear, serving, teaching
from lyhord.triage.learned.linear import Model
from lyhord.triage.learned.teaching import Example
from lyhord.triage.learning import files, general
from lyhord.triage.learning.lessons import HEADS, TIMES, Lesson
from lyhord.triage.learning.measures import Figures, Pair, confusion

SHIPPED_EVERY = 10  # one in so many of the posts that ship is never held, and measured on
MOST = 4_000  # lessons, the newest
MOST_ASIDE = 1_000  # that are measured on, the newest
HELD = 800  # posts that ship, on which nothing should change
GENERAL = 1_000  # posts that ship, on which it is measured what changes

Embed = Callable[[Sequence[str]], Any]


@dataclass(frozen=True)
class Made:
    """A new model's figures beside the old one's."""

    team_new: Figures
    team_old: Figures
    shipped_new: Figures
    shipped_old: Figures  # of the one that ships
    changed: Mapping[str, float] = field(default_factory=dict)  # by head: see `general`

    def as_json(self) -> dict[str, Any]:
        return {
            "team": {"new": self.team_new.as_json(), "old": self.team_old.as_json()},
            "shipped": {"new": self.shipped_new.as_json(), "old": self.shipped_old.as_json()},
            "changed": dict(self.changed),
            "confusion": confusion(self.team_new.heads.get("kind", ()), KINDS),
        }


def teach(taught: Sequence[Lesson], aside: Sequence[Lesson], folder: Path, before: int | None) -> Made:
    """Writes the files of the new model into `folder`. `before`: the model to beat; None: the one that ships."""
    ours = [as_taught(one) for one in taught[-MOST:]]
    corrected = [Example(one.text, one.lang, one.labels) for one in aside[-MOST_ASIDE:]]
    posts = sorted(teaching.shipped(), key=place_of)
    held = [one for one in posts if not is_aside(one.text)][:HELD]
    some = [one for one in posts if is_aside(one.text)][:GENERAL]
    folder.mkdir(parents=True, exist_ok=True)
    make(ours, held, None, folder / files.PLAIN)
    texts = [one.text for one in ours] + [one.text for one in corrected]
    embed = read_once(texts, [one.text for one in (*held, *some)])
    if embed is not None:
        make(ours, held, embed, folder / files.FULL)

    shipped = ships(embed)
    new = linear.read(folder / (files.PLAIN if embed is None else files.FULL))  # as it will serve
    old = earlier(before, embed) or shipped
    said = general.compared(shipped, new, some, places(shipped, some), embed)
    return Made(
        measured(new, corrected, embed), measured(old, corrected, embed), said.new, said.old, said.changed
    )


def as_taught(one: Lesson) -> correcting.Lesson:
    """What she said counts several times, the kind that she let stand once."""
    labels = one.taught()
    said = set(one.labels) | ({"answer"} if "kind" in one.labels else set())
    return correcting.Lesson(one.text, one.lang, labels, {head: float(TIMES) for head in said})


def make(
    ours: Sequence[correcting.Lesson], posts: Sequence[Example], embed: Embed | None, path: Path
) -> None:
    shipped = ships(embed)
    held = correcting.Held([one.text for one in posts], [one.lang for one in posts], places(shipped, posts))
    linear.write(correcting.correct(shipped, ours, held, embed, about(shipped, path)), path)


def read_once(texts: Sequence[str], shipped: Sequence[str]) -> Embed | None:
    """The meanings of these texts, and of posts that ship where the model does not hold them; None without embeddings.

    All are read at once, so that the embedding model's memory is free again before the squares are solved.
    """
    embed = embedder()
    if embed is None:
        return None
    every = list(dict.fromkeys(texts if places(ships(embed), []) is not None else [*texts, *shipped]))
    known = dict(zip(every, embed(every), strict=True)) if every else {}
    return lambda some: np.stack([known[text] for text in some])


def about(shipped: Model, path: Path) -> dict[str, Any]:
    """With each judgement stands which model it was; with each model on what it was taught."""
    name = f"learned-{path.parent.name}"
    return {"name": name, "on": shipped.about.get("name", ""), "embeddings": tuned.digest()}


def ships(embed: Embed | None) -> Model:
    return serving.shipped(files.PLAIN if embed is None else files.FULL)


def places(shipped: Model, posts: Sequence[Example]) -> "np.ndarray[Any, np.dtype[np.int64]] | None":
    """Where these posts stand among the model's anchors; None where it was taught on other posts than ship."""
    every = teaching.shipped()
    if shipped.sight is None or len(every) != len(shipped.sight.anchors):
        return None
    known: Mapping[str, int] = {one.text: place for place, one in enumerate(every)}
    return np.array([known[one.text] for one in posts], np.int64)


def measured(model: Model, examples: Sequence[Example], embed: Embed | None) -> Figures:
    answers = teaching.answer(model, [example.text for example in examples], embed)
    heads: dict[str, list[Pair]] = {head: [] for head in HEADS}
    for example, answer in zip(examples, answers, strict=True):
        for head, pairs in heads.items():
            if head in example.labels and head in answer:
                pairs.append((example.labels[head], answer[head][0]))
    return Figures({head: pairs for head, pairs in heads.items() if pairs})


def earlier(number: int | None, embed: Embed | None) -> Model | None:
    """The learned model that serves now, in the form in which it serves here; None where this version cannot read it."""
    if number is None or not files.fits(number):
        return None
    full = files.folder(number) / files.FULL
    try:
        return linear.read(
            full if embed is not None and full.is_file() else files.folder(number) / files.PLAIN
        )
    except (linear.NotAModel, FileNotFoundError):
        return None


def embedder() -> Embed | None:
    """The embeddings, each text read once; None where they are not built."""
    try:
        return remembered(Embeddings())
    except Missing:
        return None


def remembered(embed: Embed) -> Embed:
    known: dict[str, Any] = {}

    def embeddings(texts: Sequence[str]) -> Any:
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known.update(zip(fresh, embed(fresh), strict=True))
        return np.stack([known[text] for text in texts])

    return embeddings


def is_aside(text: str) -> bool:
    """By a hash, so that it is the same tenth in every run."""
    return number_of(text) % SHIPPED_EVERY == 0


def place_of(example: Example) -> int:
    """In an order that mixes languages and kinds, and is the same in every run."""
    return number_of(example.text)


def number_of(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")

"""Teaching a model from what ships and what the team said, and measuring it beside the one before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from lyhord.triage.embeddings.model import Embeddings, Missing
from lyhord.triage.heads.kind import KINDS
from lyhord.triage.learned import linear, teaching
from lyhord.triage.learned.linear import Model
from lyhord.triage.learned.teaching import Example
from lyhord.triage.learning import files
from lyhord.triage.learning.lessons import HEADS, TIMES, Lesson
from lyhord.triage.learning.measures import Figures, Pair, confusion

SHIPPED_EVERY = 10  # one in so many of the posts that ship is put aside
MOST = 10_500  # examples at once
PAIR = 28  # bytes that teaching takes for each pair of examples; measured with 10 684
SHARE = 0.6  # of the memory that is free now
FEWEST = 3_000
MOST_OURS = 4_000  # of them the team's; what ships gives way for more than there is room for

Embed = Callable[[Sequence[str]], Any]


@dataclass(frozen=True)
class Made:
    """A new model's figures beside the old one's."""

    team_new: Figures
    team_old: Figures
    shipped_new: Figures
    shipped_old: Figures

    def as_json(self) -> dict[str, Any]:
        return {
            "team": {"new": self.team_new.as_json(), "old": self.team_old.as_json()},
            "shipped": {"new": self.shipped_new.as_json(), "old": self.shipped_old.as_json()},
            "confusion": confusion(self.team_new.heads.get("kind", ()), KINDS),
        }


def teach(taught: Sequence[Lesson], aside: Sequence[Lesson], folder: Path, before: int | None) -> Made:
    """Writes the files of the new model into `folder`. `before`: the model to beat; None: the one that ships.

    What ships is measured on a tenth of its posts that neither side was taught, since it knows all of them.
    """
    shipped = teaching.shipped()
    rest = [example for example in shipped if not is_aside(example.text)]
    general = [example for example in shipped if is_aside(example.text)]
    ours = repeated([Example(one.text, one.lang, one.taught()) for one in taught], MOST_OURS)
    both = [*sorted(rest, key=place_of)[: max(room() - len(ours), FEWEST)], *ours]
    embed = embedder()

    folder.mkdir(parents=True, exist_ok=True)
    new = make(both, None, folder / files.PLAIN)
    if embed is not None:
        new = make(both, embed, folder / files.FULL)
    without = teaching.teach(sorted(rest, key=place_of)[: room()], embeddings=embed)
    old = earlier(before, embed) or without

    corrected = [Example(one.text, one.lang, one.labels) for one in aside]
    return Made(
        measured(new, corrected, embed),
        measured(old, corrected, embed),
        measured(new, general, embed),
        measured(without, general, embed),
    )


def room() -> int:
    """How many examples fit into the memory that is free: a small machine learns from fewer, and goes on."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return FEWEST
    return min(max(int((SHARE * free / PAIR) ** 0.5), FEWEST), MOST)


def repeated(ours: list[Example], most: int) -> list[Example]:
    """Each several times, beside the many that ship, as far as there is room; the newest first where there is not."""
    if not ours:
        return []
    return ours[-most:] * max(1, min(TIMES, most // len(ours)))


def make(examples: Sequence[Example], embed: Embed | None, path: Path) -> Model:
    """Read back as it was written: what is measured is what will serve."""
    about = {"name": f"learned-{path.parent.name}"}  # with each judgement: which model it was
    linear.write(teaching.teach(examples, embeddings=embed, about=about), path)
    return linear.read(path)


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
    if number is None:
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

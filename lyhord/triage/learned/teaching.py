"""Teaching the heads. What ships is made by this from the repository's data, and each installation's own by its corrections."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lyhord.triage import lexicon, reading
from lyhord.triage.heads import language
from lyhord.triage.learned import fitting, grams, lens, linear, signals
from lyhord.triage.learned.examples import NO, YES, Example, is_kept_back, offensive, polarity, shipped

__all__ = ["HEADS", "Example", "answer", "offensive", "polarity", "shipped", "teach"]

Floats = NDArray[np.floating[Any]]
Embed = Callable[[Sequence[str]], Any]

# The heads that each installation teaches again, with their labels. The last of two is the one that is looked for.
HEADS: Mapping[str, tuple[str, ...]] = {
    "kind": ("question", "complaint", "corporate", "praise", "idea", "chatter", "spam"),
    "answer": (NO, YES),
    "topic": (
        "delivery", "billing", "outage", "booking", "product", "account", "staff", "accessibility", "environment",
        "working-conditions", "strategy", "privacy", "other",
    ),
    "sentiment": ("-1", "0", "1"),
    "urgency": ("normal", "high"),
    "abusive": (NO, YES),
    "purpose": ("none", "press", "recruitment", "sales-lead", "influence", "stakeholder", "legal-threat"),
    "journey": ("-", "before", "during", "after"),
}  # fmt: skip
# Taught on published sets that are too large to be taught anew each night.
LARGE: Mapping[str, tuple[str, ...]] = {"polarity": ("negative", "positive"), "offensive": (NO, YES)}

FEWEST = 2  # texts that an n-gram stands in
MOST_GRAMS = 30_000  # of each sort
MORE_GRAMS = 10_000  # that only published sets hold
RIDGE = 3.0
RIDGE_LARGE = 4.0
PLAIN_SCALE = 2.0  # of the seen embedding where it is read itself
ENOUGH = 1_000  # texts to fit confidences on
PUT_ASIDE = 10  # every tenth text of a large set fits its confidence


class Prepared(NamedTuple):
    """Texts ready to be taught or answered."""

    words: list[list[str]]
    signals: list[dict[str, float]]
    embeddings: Floats | None


def prepare(texts: Sequence[str], langs: Sequence[str] | None, embeddings: Embed | None) -> Prepared:
    words, found = [], []
    for number, text in enumerate(texts):
        seen = reading.read(text)
        spoken = langs[number] if langs else language.judge(seen).code
        words.append(grams.words(seen))
        found.append(signals.of(seen, lexicon.of(spoken).read(seen)))
    return Prepared(words, found, np.asarray(embeddings(texts), np.float32) if embeddings else None)


class Course:
    """One teaching: the vocabulary, the lens and the columns as they come."""

    def __init__(self, own: Prepared, more: Sequence[Prepared]) -> None:
        self.own = own
        self.vocabulary = grams.learn(
            own.words, [words for one in more for words in one.words], FEWEST, MOST_GRAMS, MORE_GRAMS
        )
        self.names = sorted({name for found in own.signals for name in found})
        self.lens = lens.learn(own.embeddings) if own.embeddings is not None else None
        self.heads: dict[str, linear.Head] = {}
        self.columns: list[tuple[Floats, Floats, Floats, Floats]] = []  # n-grams, rest, shares, plain

    def seen(self, prepared: Prepared) -> Floats:
        assert self.lens is not None and prepared.embeddings is not None
        return self.lens(prepared.embeddings)

    def texts(self, prepared: Prepared, plain: Floats | None = None) -> fitting.Texts:
        vectors = np.array([signals.vector(found, self.names) for found in prepared.signals])
        dense = linear.SIGNALS_SCALE * vectors
        if plain is not None:
            dense = np.hstack([dense, PLAIN_SCALE * plain])
        return fitting.Texts(
            [self.vocabulary.rows(words) for words in prepared.words],
            len(self.vocabulary),
            dense.astype(np.float32),
        )

    def enter(self, name: str, labels: Sequence[str], threshold: float) -> None:
        start = sum(len(head.labels) for head in self.heads.values())
        self.heads[name] = linear.Head(name, tuple(labels), start, threshold)

    def teach_own(self, examples: Sequence[Example], ridge: float) -> None:
        texts = self.texts(self.own)
        products = texts.products()
        if self.lens is not None:
            seen = self.seen(self.own)
            products += linear.NEARNESS_SCALE * lens.nearness(seen, lens.unpacked(lens.packed(seen)))
        wanted = np.hstack([targets(examples, name, labels) for name, labels in HEADS.items()])
        sizes = {label: sum(one.labels["kind"] == label for one in examples) for label in HEADS["kind"]}
        rarity = np.array([sizes[one.labels["kind"]] for one in examples], np.float32)
        weight = np.array([one.weight for one in examples], np.float32)
        shares, left_out = fitting.solve(
            products,
            wanted,
            ridge * np.sqrt(rarity * len(sizes) / len(examples), dtype=np.float32) / weight,
        )
        fresh = self.fresh(examples)
        start = 0
        for name, labels in HEADS.items():
            here = slice(start, start + len(labels))
            turn, constant, threshold = confidence(
                [examples[place] for place in fresh], name, labels, left_out[fresh, here]
            )
            turned = shares[:, here] @ turn
            weights, rest = texts.weights(turned)
            rest[-1] += constant
            self.enter(name, labels, threshold)
            self.columns.append((weights, rest, turned, np.zeros((lens.AXES, len(labels)), np.float32)))
            start += len(labels)

    def fresh(self, examples: Sequence[Example]) -> list[int]:
        """Places of the texts that confidences are fitted on: the embeddings know those that tuned them too well."""
        kept = [place for place, one in enumerate(examples) if is_kept_back(one.text)]
        return kept if self.lens is not None and len(kept) >= ENOUGH else list(range(len(examples)))

    def teach_large(self, name: str, examples: Sequence[Example], prepared: Prepared) -> None:
        labels = LARGE[name]
        plain = self.seen(prepared) if self.lens is not None else None
        texts = self.texts(prepared, plain)
        wanted = np.array([1.0 if one.labels[name] == labels[1] else -1.0 for one in examples], np.float32)
        aside = np.arange(len(examples)) % PUT_ASIDE == 0
        weights, rest = fitting.solve_large(texts, np.where(aside, 0, wanted).astype(np.float32), RIDGE_LARGE)
        points = texts.times(weights, rest)[aside]
        rows = np.stack([-points, points], axis=1)
        kept = [one for one, is_aside in zip(examples, aside, strict=True) if is_aside]
        turn, constant, threshold = confidence(kept, name, labels, rows)
        way = (turn[1] - turn[0])[None, :]
        both = weights[:, None] @ way
        below = rest[:, None] @ way
        below[-1] += constant
        middle = len(self.names)
        through = (
            below[middle:-1] * PLAIN_SCALE if plain is not None else np.zeros((lens.AXES, 2), np.float32)
        )
        self.enter(name, labels, threshold)
        self.columns.append(
            (
                both,
                np.vstack([below[:middle], below[-1:]]),
                np.zeros((len(self.own.words), 2), np.float32),
                through,
            )
        )

    def model(self, about: Mapping[str, Any]) -> linear.Model:
        weights, rest, shares, plain = (
            np.hstack(parts).astype(np.float32) for parts in zip(*self.columns, strict=True)
        )
        sight = None
        if self.lens is not None:
            sight = linear.Sight(self.lens, lens.packed(self.seen(self.own)), shares, plain)
        return linear.Model(
            self.vocabulary, tuple(self.names), self.heads, *linear.packed(weights), rest, sight, about
        )


def targets(examples: Sequence[Example], name: str, labels: Sequence[str]) -> Floats:
    """+1 for the label that was given, -1 for the others, 0 where nobody said."""
    rows = np.zeros((len(examples), len(labels)), np.float32)
    for row, one in zip(rows, examples, strict=True):
        if name in one.labels:
            row[:] = -1
            row[labels.index(one.labels[name])] = 1
    return rows


def confidence(
    examples: Sequence[Example], name: str, labels: Sequence[str], points: Floats
) -> tuple[Floats, Floats, float]:
    """What makes probabilities of points, and the threshold that serves best; from answers to texts not seen."""
    known = [place for place, one in enumerate(examples) if name in one.labels]
    if not known:
        return np.eye(len(labels), dtype=np.float32), np.zeros(len(labels), np.float32), 0.5
    given = np.array([labels.index(examples[place].labels[name]) for place in known])
    turn, constant = fitting.calibrate(points[known], given, evenly=len(labels) > 2)
    if len(labels) > 2:
        return turn, constant, 0.5
    found = points[known] @ turn + constant
    chance = 1 / (1 + np.exp(found[:, 0] - found[:, 1]))
    return turn, constant, best_threshold(chance, given == 1)


def best_threshold(chance: Floats, is_so: NDArray[np.bool_]) -> float:
    """From which probability on a yes gives the best F1."""
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(is_so[order])
    scores = 2 * hits / (np.arange(1, len(order) + 1) + is_so.sum())
    best = int(scores.argmax())
    after = chance[order[best + 1]] if best + 1 < len(order) else 0.0
    return float((chance[order[best]] + after) / 2)


def teach(
    examples: Sequence[Example],
    *,
    embeddings: Embed | None,
    large: Mapping[str, Sequence[Example]] | None = None,
    ridge: float = RIDGE,
    about: Mapping[str, Any] | None = None,
) -> linear.Model:
    """A model taught on `examples`; with `large` also the heads that learn from published sets.

    Takes 28 bytes of memory for each pair of examples at its height: 3 GB for ten thousand.
    """
    own = prepare([one.text for one in examples], [one.lang for one in examples], embeddings)
    sets = {
        name: prepare([one.text for one in some], [one.lang for one in some], embeddings)
        for name, some in (large or {}).items()
    }
    course = Course(own, list(sets.values()))
    course.teach_own(examples, ridge)
    for name, prepared in sets.items():
        course.teach_large(name, (large or {})[name], prepared)
    return course.model({"examples": len(examples), **(about or {})})


def answer(
    model: linear.Model, texts: Sequence[str], embeddings: Embed | None
) -> list[dict[str, tuple[str, float]]]:
    """Head to its label and the probability of it, for each text."""
    found = embeddings(texts) if embeddings and model.sight is not None else [None] * len(texts)
    told = []
    for text, embedding in zip(texts, found, strict=True):
        seen = reading.read(text)
        read = lexicon.of(language.judge(seen).code).read(seen)
        chances = model.judge(model.see(seen, read, embedding))
        told.append({name: chosen(head, chances[name]) for name, head in model.heads.items()})
    return told


def chosen(head: linear.Head, chances: Floats) -> tuple[str, float]:
    if len(head.labels) == 2:
        place = int(chances[1] >= head.threshold)
    else:
        place = int(chances.argmax())
    return head.labels[place], float(chances[place])

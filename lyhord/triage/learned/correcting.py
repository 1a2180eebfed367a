"""A taught model and a team's lessons make a new model: the points of the one that ships, and a correction of them.

Each head's points are logarithms of odds. The correction is what makes the lessons likely (multinomial logistic regression
with the shipped points as the beginning), drawn towards nothing by a ridge, over the same features: n-grams, signals,
nearness of meaning. It is found by least squares: the loss never curves more than by one half (Boehning 1992), so
each round asks for `correction + 2 * (what is so - the chance of it)`, and one matrix of products serves all rounds. Posts that
ship stand among the lessons with the wish that nothing changes. As the squares are least, what each lesson would get if it were left
out is known exactly for the last round (Allen's PRESS); by that the ridge is chosen, and whether a threshold moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.learned import fitting, grams, lens, linear, signals
from lyhord.triage.learned.teaching import Embed, Prepared, prepare

Floats = NDArray[np.floating[Any]]

RIDGES = (0.1, 0.3, 1.0)  # against the mean of a text's product with itself
AT_ONCE = 64  # texts
CURVE = 2.0  # one over the bound of the curvature
ROUNDS = 12
FEWEST = 2  # lessons that a new n-gram stands in
MOST_GRAMS = 10_000  # of each sort, that are new
HELD = (
    2.0  # weight of a post that ships; with 1 others lose up to 4 points, with 4 lessons teach half as much
)
MOVES = (0.0, -0.5, 0.5, -1.0, 1.0)  # of a threshold, in logarithms of odds; of equals the first
SOFT = 0.3  # a model's margins on posts that it was not taught, against those on posts that it was


@dataclass(frozen=True, slots=True)
class Lesson:
    """A text, and what people said that it is, by head."""

    text: str
    lang: str
    labels: Mapping[str, str]
    weights: Mapping[str, float] = field(default_factory=dict)  # by head; 1 where it is not there


class Held(NamedTuple):
    """Texts on which nothing should change: posts that ship."""

    texts: Sequence[str]
    langs: Sequence[str]
    places: NDArray[np.int64] | None  # among the model's anchors; None: they are not there


NONE_HELD = Held((), (), None)


class Rows(NamedTuple):
    """What teaching sees: the lessons first, then the held posts."""

    texts: fitting.Texts
    products: Floats
    points: Floats  # of the model as it ships


class Fitted(NamedTuple):
    shares: Floats  # (rows, labels)
    left_out: Floats  # the correction that each row would get from all others
    loss: float


class Corrected(NamedTuple):
    """One head's correction: whose shares in which columns."""

    head: linear.Head  # with its threshold moved
    rows: NDArray[np.int64]
    shares: Floats


def correct(
    model: linear.Model,
    lessons: Sequence[Lesson],
    held: Held,
    embeddings: Embed | None,
    about: Mapping[str, Any],
) -> linear.Model:
    """The same in, the same out. Heads of which no lesson speaks stay as they are.

    Takes some 14 bytes of memory for each pair of texts (lessons and held posts) at its height.
    """
    seen = prepare(
        [*(one.text for one in lessons), *held.texts], [*(one.lang for one in lessons), *held.langs], None
    )
    vocabulary = extended(model.vocabulary, seen.words[: len(lessons)])
    look = None if model.sight is None else looked(model.sight, lessons, held, embeddings)
    rows = rows_of(model, vocabulary, seen, look)
    found = [corrected(head, lessons, held, rows) for head in model.heads.values() if is_asked(head, lessons)]
    return put_together(model, vocabulary, rows.texts, look, found, {**model.about, **about})


def is_asked(head: linear.Head, lessons: Sequence[Lesson]) -> bool:
    return any(one.labels.get(head.name) in head.labels for one in lessons)


def extended(known: grams.Vocabulary, texts: Sequence[Sequence[str]]) -> grams.Vocabulary:
    """With what stands in several lessons and was not known: the rarest of all."""
    fresh = grams.learn(texts, [], FEWEST, MOST_GRAMS, 0)
    characters = [gram for gram in fresh.characters if gram not in known.of_characters]
    whole = [gram for gram in fresh.whole if gram not in known.of_whole]
    return known.extended(characters, whole)


class Look(NamedTuple):
    """What a model that reads embeddings sees of the rows."""

    seen: Floats  # as it is kept, in eight bits
    places: NDArray[np.int64]  # of the rows among the anchors
    anchors: NDArray[np.int8]  # the model's, then those that are new


def looked(sight: linear.Sight, lessons: Sequence[Lesson], held: Held, embeddings: Embed | None) -> Look:
    """Reads the meaning of the lessons, and of held posts that are no anchors of the model."""
    if embeddings is None:
        raise ValueError("This model reads embeddings, and nothing makes them.")
    fresh = [one.text for one in lessons] + (list(held.texts) if held.places is None else [])
    seen = lens.packed(sight.lens(np.asarray(embeddings(fresh), np.float32)))
    places = len(sight.anchors) + np.arange(len(fresh))
    anchors = np.concatenate([sight.anchors, seen])
    if held.places is not None:
        places = np.concatenate([places, held.places])
    return Look(lens.unpacked(anchors[places]), places, anchors)


def points(model: linear.Model, texts: Prepared, seen: Floats | None) -> Floats:
    """Of many texts at once. `seen`: their meanings through the model's lens, where it reads them."""
    dense = linear.SIGNALS_SCALE * np.array([signals.vector(found, model.signals) for found in texts.signals])
    found = np.asarray(dense @ model.rest[:-1] + model.rest[-1], np.float32)
    for row, words in enumerate(texts.words):
        known, values = model.vocabulary.rows(words)
        found[row] += (values @ model.weights[known].astype(np.float32)) * model.scale
    if model.sight is not None and seen is not None:
        for start in range(0, len(seen), AT_ONCE):  # each asks for a row as long as the anchors
            found[start : start + AT_ONCE] += model.sight.points_of(seen[start : start + AT_ONCE])
    return found


def rows_of(model: linear.Model, vocabulary: grams.Vocabulary, seen: Prepared, look: Look | None) -> Rows:
    vectors = np.array([signals.vector(found, model.signals) for found in seen.signals])
    texts = fitting.Texts(
        [vocabulary.rows(words) for words in seen.words],
        len(vocabulary),
        (linear.SIGNALS_SCALE * vectors).astype(np.float32),
    )
    products = texts.products()
    if look is not None:
        near = lens.nearness(look.seen, look.seen)
        near *= linear.NEARNESS_SCALE
        products += near
    return Rows(texts, products, points(model, seen, None if look is None else look.seen))


def corrected(head: linear.Head, lessons: Sequence[Lesson], held: Held, rows: Rows) -> Corrected:
    """With the ridge by which the lessons are told best from all others."""
    taught = np.array(
        [place for place, one in enumerate(lessons) if one.labels.get(head.name) in head.labels]
    )
    given = np.array([head.labels.index(lessons[place].labels[head.name]) for place in taught])
    weights = np.array(
        [lessons[place].weights.get(head.name, 1.0) for place in taught] + [HELD] * len(held.texts)
    )
    here = np.concatenate([taught, len(lessons) + np.arange(len(held.texts))]).astype(np.int64)
    products = rows.products if len(here) == len(rows.products) else rows.products[np.ix_(here, here)]
    points = rows.points[here, head.columns]
    size = float(np.diag(products).mean())
    best = min(
        (
            fitted(products, points, given, weights.astype(np.float32), share * size)
            for share in reversed(RIDGES)
        ),
        key=lambda one: one.loss,
    )
    moved = head if len(head.labels) > 2 else shifted(head, points, given, best.left_out)
    return Corrected(moved, here, best.shares)


def fitted(
    products: Floats, points: Floats, given: NDArray[np.int64], weights: Floats, ridge: float
) -> Fitted:
    own = ridge * CURVE / weights
    inverse = products.copy()
    inverse[np.diag_indices_from(inverse)] += own
    inverse_of_lower(inverse)
    count = len(given)
    is_so = np.eye(points.shape[1], dtype=np.float32)[given]
    wanted = np.zeros_like(points)
    change = np.zeros_like(points)
    for _ in range(ROUNDS):
        wanted[:count] = change[:count] + CURVE * (is_so - chances(points[:count] + change[:count]))
        shares = inverse.T @ (inverse @ wanted)
        change = wanted - own[:, None] * shares
    left_out = wanted - shares / np.einsum("ij,ij->j", inverse, inverse)[:, None]
    surprise = -np.log(np.maximum(chances(points[:count] + left_out[:count])[np.arange(count), given], 1e-6))
    spoilt = np.square(left_out[count:]).sum(axis=1) / (2 * CURVE)
    return Fitted(shares, left_out, float(weights[:count] @ surprise + weights[count:] @ spoilt))


def inverse_of_lower(matrix: Floats) -> Floats:
    """The inverse of the matrix's Cholesky factor, in its place: halves, so that nothing as large is needed beside it."""
    size = len(matrix)
    if size <= fitting.SMALL:
        matrix[:] = np.linalg.inv(np.linalg.cholesky(matrix))
        return matrix
    half = size // 2
    first = inverse_of_lower(matrix[:half, :half])
    across = matrix[half:, :half] @ first.T
    matrix[half:, half:] -= across @ across.T
    second = inverse_of_lower(matrix[half:, half:])
    across = across @ first
    matrix[half:, :half] = -(second @ across)
    matrix[:half, half:] = 0
    return matrix


def chances(points: Floats) -> Floats:
    odds = np.exp(points - points.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


def shifted(head: linear.Head, points: Floats, given: NDArray[np.int64], left_out: Floats) -> linear.Head:
    """The threshold moved where more lessons are right so, each by all others, and as many held posts stay what they are."""
    line = odds_of(head.threshold)
    before = points[:, 1] - points[:, 0]
    now = before + left_out[:, 1] - left_out[:, 0]
    count = len(given)
    kept = before[count:] >= line
    soft = line + SOFT * (before[count:] - line) + left_out[count:, 1] - left_out[count:, 0]

    def right(move: float) -> int:
        lessons = (now[:count] >= line + move) == (given == 1)
        return int(lessons.sum() + ((soft >= line + move) == kept).sum())

    best = max(MOVES, key=right)
    return linear.Head(head.name, head.labels, head.start, float(1 / (1 + np.exp(-line - best))))


def odds_of(chance: float) -> float:
    chance = min(max(chance, 0.001), 0.999)
    return float(np.log(chance / (1 - chance)))


def room(before: grams.Vocabulary, after: grams.Vocabulary) -> list[int]:
    """Before which rows of the old vocabulary those that are new stand."""
    characters = len(after.characters) - len(before.characters)
    return [len(before.characters)] * characters + [len(before)] * (len(after.whole) - len(before.whole))


def put_together(
    model: linear.Model,
    vocabulary: grams.Vocabulary,
    texts: fitting.Texts,
    look: Look | None,
    found: Sequence[Corrected],
    about: Mapping[str, Any],
) -> linear.Model:
    weights = np.insert(model.weights, room(model.vocabulary, vocabulary), 0, axis=0)
    scale, rest, heads = model.scale.copy(), model.rest.copy(), dict(model.heads)
    shares = None
    if look is not None and model.sight is not None:
        shares = np.zeros((len(look.anchors), len(scale)), np.float32)
        shares[: len(model.sight.shares)] = model.sight.shares
    for one in found:
        columns = one.head.columns
        every = np.zeros((texts.count, len(one.head.labels)), np.float32)
        every[one.rows] = one.shares
        grams_more, rest_more = texts.weights(every)
        both = weights[:, columns] * scale[columns] + grams_more
        weights[:, columns], scale[columns] = linear.packed(both)
        rest[:, columns] += rest_more
        heads[one.head.name] = one.head
        if shares is not None and look is not None:
            np.add.at(shares[:, columns], look.places, every)
    sight = None
    if shares is not None and look is not None and model.sight is not None:
        sight = linear.Sight(model.sight.lens, look.anchors, shares, model.sight.plain)
    return linear.Model(vocabulary, model.signals, heads, weights, scale, rest, sight, about)

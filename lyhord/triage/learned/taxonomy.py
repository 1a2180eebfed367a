"""The head that learns an operator's own taxonomy: labels of any number, from examples alone."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lyhord.lib.errors import LyhordError
from lyhord.triage import reading
from lyhord.triage.learned import fitting, grams, lens
from lyhord.triage.learned.linear import SPLIT, NotAModel, raw

MOST_TEXTS = 12_000  # 1.7 GB while it is taught
MOST_GRAMS = 40_000  # of each sort
TRIED_TEXTS = 3_000  # on which scale and ridge are chosen
SMALL = 3_000  # texts below which an n-gram counts that stands in one alone
SCALES, RIDGES = (4.0, 8.0), (0.05, 0.5, 2.0)  # of nearness against n-grams; of the squares
FORM = 1  # of the file
SHARPNESSES = (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)

NEVER = float(np.finfo(np.float32).min)

Floats = NDArray[np.float32]
Labelled = tuple[str, str, str]  # text, language, label
Embed = Callable[[Sequence[str]], Any]


class CannotLearn(LyhordError):
    """The examples do not make a taxonomy."""


@dataclass(frozen=True)
class Taxonomy:
    labels: tuple[str, ...]
    vocabulary: grams.Vocabulary
    weights: Floats  # n-grams by labels
    constant: Floats
    embeddings: Embed | None
    lens: lens.Lens | None
    anchors: Floats  # taught texts seen through the lens
    shares: Floats  # of the taught texts in each label, with their scale
    sharpness: float  # what makes chances of points
    left_out: float  # share of the taught texts that were labelled rightly by all others
    answers: tuple[str, ...] = ()  # what the others called each taught text; not kept in the file
    near_from: float = NEVER  # from which points of its best label on a text has a label at all
    kept: float = 1.0  # share of the taught texts that reach it by all others; not kept in the file
    refused: float = 0.0  # share of the texts without a label that do not; not kept in the file

    def label(self, text: str) -> tuple[str, float]:
        """The label and the probability of it, which is 0 where the text is far from every label."""
        return self.label_all([text])[0]

    def label_all(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        if self.lens is None or self.embeddings is None or not texts:
            return self.said(texts, None)
        return self.said(texts, np.asarray(self.embeddings(texts), np.float32))

    def said(self, texts: Sequence[str], meanings: Floats | None) -> list[tuple[str, float]]:
        """As `label_all`, for who has read the texts' meanings already: (texts, numbers); None: by words alone."""
        points = np.array([self.of_words(text) for text in texts]).reshape(len(texts), len(self.labels))
        if self.lens is not None and meanings is not None:
            points = points + lens.nearness(self.lens(meanings), self.anchors) @ self.shares
        found = chances(points, self.sharpness)
        is_near = points.max(axis=1, initial=NEVER) >= self.near_from
        return [
            (self.labels[place], float(row[place]) if near else 0.0)
            for row, place, near in zip(found, found.argmax(axis=1), is_near, strict=True)
        ]

    def of_words(self, text: str) -> Floats:
        rows, values = self.vocabulary.rows(grams.words(reading.read(text)))
        return np.asarray(values @ self.weights[rows] + self.constant, np.float32)


def teach(examples: Sequence[Labelled], embeddings: Embed | None, none: Sequence[str] = ()) -> Taxonomy:
    """Scale and ridge are chosen by what each taught text would get had it been left out; the same in, the same out.

    `none`: texts that have no label. They stand against all labels, and tell from which points on a text has one.
    Raises CannotLearn below two labels, and above 12 000 texts.
    """
    labels = tuple(sorted({label for _, _, label in examples}))
    if len(labels) < 2:
        raise CannotLearn("A taxonomy needs examples of at least two labels.")
    if len(examples) > MOST_TEXTS:
        raise CannotLearn(
            f"There are {len(examples)} examples; at most {MOST_TEXTS} can be learned from. Leave some out."
        )
    count = len(examples)
    every = [*(text for text, _, _ in examples), *none]
    words = [grams.words(reading.read(text)) for text in every]
    vocabulary = grams.learn(words[:count], [], 1 if count < SMALL else 2, MOST_GRAMS, 0)
    texts = fitting.Texts(
        [vocabulary.rows(some) for some in words], len(vocabulary), np.zeros((len(words), 1), np.float32)
    )
    given = np.array([labels.index(label) for _, _, label in examples])
    near, sight, seen = None, None, np.zeros((0, lens.AXES), np.float32)
    if embeddings is not None:
        found = np.asarray(embeddings(every), np.float32)
        sight = lens.learn(found)
        seen = sight(found)
        near = lens.nearness(seen, seen)
    products = texts.products()
    scale, ridge = chosen(
        products[:count, :count], None if near is None else near[:count, :count], given, len(labels)
    )
    if near is not None:
        products += np.float32(scale) * near
    shares, points = solved(products, given, len(labels), ridge)
    weights, rest = texts.weights(shares)
    others = points[:count].argmax(axis=1)
    near_from, kept, refused = line(points[:count].max(axis=1), points[count:].max(axis=1))
    return Taxonomy(
        labels, vocabulary, weights, rest[-1], embeddings, sight, seen, np.float32(scale) * shares,
        sharpest(points[:count], given), float((others == given).mean()), tuple(labels[place] for place in others),
        near_from, kept, refused,
    )  # fmt: skip


def solved(products: Floats, given: NDArray[np.int64], count: int, ridge: float) -> tuple[Floats, Floats]:
    """`given`: the labels of the first texts; those that follow have none."""
    wanted = np.full((len(products), count), -1, np.float32)
    wanted[np.arange(len(given)), given] = 1
    shares, points = fitting.solve(products, wanted, np.full(len(products), ridge, np.float32))
    return np.asarray(shares, np.float32), np.asarray(points, np.float32)


def line(with_label: Floats, without: Floats) -> tuple[float, float, float]:
    """Where the two part best, and which share of each lies on its side; both weigh the same, however many they are."""
    if not len(without):
        return NEVER, 1.0, 0.0
    places = np.unique(np.concatenate([with_label, without]))
    kept = 1 - np.searchsorted(np.sort(with_label), places) / len(with_label)
    refused = np.searchsorted(np.sort(without), places) / len(without)
    best = int((kept + refused).argmax())
    return float(places[best]), float(kept[best]), float(refused[best])


def chosen(
    products: Floats, near: Floats | None, given: NDArray[np.int64], count: int
) -> tuple[float, float]:
    """Scale and ridge by which the others give each text's label the best chance; of a large set, by a part of it.

    Not by how many are right: that differs by a few texts, which is chance.
    """
    some = np.unique(np.linspace(0, len(given) - 1, min(len(given), TRIED_TEXTS)).astype(int))
    here = np.ix_(some, some)
    tried = []
    for scale, ridge in product(SCALES if near is not None else (0.0,), RIDGES):
        together = (
            products[here] + np.float32(scale) * near[here] if near is not None else products[here].copy()
        )
        points = solved(together, given[some], count, ridge)[1]
        tried.append((min(surprise(points, given[some], one) for one in SHARPNESSES), scale, ridge))
    return min(tried)[1:]


def sharpest(points: Floats, given: NDArray[np.int64]) -> float:
    """With which sharpness the chances fit best what was given."""
    return min(SHARPNESSES, key=lambda sharpness: surprise(points, given, sharpness))


def surprise(points: Floats, given: NDArray[np.int64], sharpness: float) -> float:
    """How little the chances told what was given: the mean of minus its logarithm."""
    found = chances(points, sharpness)[np.arange(len(given)), given]
    return float(-np.log(np.maximum(found, 1e-9)).mean())


def chances(points: Floats, sharpness: float) -> Floats:
    odds = np.exp(sharpness * (points - points.max(axis=1, keepdims=True)))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True), np.float32)


def write(taught: Taxonomy, path: Path) -> None:
    """Plain arrays, to the last bit, so that what is read back says the same. The same taxonomy gives the same bytes."""
    about = {
        "form": FORM,
        "labels": taught.labels,
        "sharpness": taught.sharpness,
        "left_out": taught.left_out,
        **({"near_from": taught.near_from} if taught.near_from > NEVER else {}),
    }
    arrays: dict[str, NDArray[Any]] = {
        "about": raw(orjson.dumps(about)),
        "characters": raw(SPLIT.join(taught.vocabulary.characters).encode()),
        "whole": raw(SPLIT.join(taught.vocabulary.whole).encode()),
        "rarity": taught.vocabulary.rarity,
        "weights": taught.weights,
        "constant": taught.constant,
    }
    if taught.lens is not None:
        arrays |= {
            "middle": taught.lens.middle,
            "axes": taught.lens.axes,
            "anchors": taught.anchors,
            "shares": taught.shares,
        }
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    path.write_bytes(packed.getvalue())


def read(path: Path, embeddings: Embed | None) -> Taxonomy:
    """Raises NotAModel, FileNotFoundError. `embeddings` must be the ones that it was taught with, or None."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return of_arrays(path, arrays, embeddings)
    except FileNotFoundError:
        raise
    except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile) as problem:
        raise NotAModel(f"{path.name} cannot be read as a taxonomy: {problem}.") from problem


def of_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], embeddings: Embed | None) -> Taxonomy:
    about = orjson.loads(arrays["about"].tobytes())
    if about["form"] != FORM:
        raise NotAModel(f"{path.name} is of another form. Teach your topics again.")
    vocabulary = grams.Vocabulary(split(arrays["characters"]), split(arrays["whole"]), arrays["rarity"])
    weights = arrays["weights"]
    if weights.shape != (len(vocabulary), len(about["labels"])):
        raise NotAModel(f"{path.name} is damaged. Teach your topics again.")
    sight, anchors, shares = None, np.zeros((0, lens.AXES), np.float32), weights[:0]
    if "anchors" in arrays:
        sight, anchors, shares = (
            lens.Lens(arrays["middle"], arrays["axes"]),
            arrays["anchors"],
            arrays["shares"],
        )
    return Taxonomy(
        tuple(about["labels"]), vocabulary, weights, arrays["constant"], embeddings, sight, anchors, shares,
        about["sharpness"], about["left_out"], near_from=about.get("near_from", NEVER),
    )  # fmt: skip


def split(joined: NDArray[Any]) -> list[str]:
    text = joined.tobytes().decode()
    return text.split(SPLIT) if text else []

"""The learned heads as they serve: plain arrays, one multiplication for all heads."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lyhord.lib.errors import LyhordError
from lyhord.triage.learned import grams, lens, signals
from lyhord.triage.lexicon import Found
from lyhord.triage.reading import Reading

FORM = 2
SPLIT = "\n"
# Against n-grams, whose values have length 1 of each sort; found by cross-validation on the training posts.
SIGNALS_SCALE = 0.6
NEARNESS_SCALE = 12.0
REMEMBERED = 20_000  # words whose points are kept: 5 MB

Floats = NDArray[np.floating[Any]]


class NotAModel(LyhordError):
    """The file is no model of ours."""


@dataclass(frozen=True, slots=True)
class Head:
    """One question: its labels and its columns in the weights."""

    name: str
    labels: tuple[str, ...]
    start: int
    threshold: float  # of heads with two labels: from which probability of the second on it is said

    @property
    def columns(self) -> slice:
        return slice(self.start, self.start + len(self.labels))


@dataclass(frozen=True)
class Sight:
    """What reads embeddings: the lens, the taught texts seen through it, and their shares in each column."""

    lens: lens.Lens
    anchors: NDArray[np.int8]  # (texts, axes), 127 times
    shares: Floats  # (texts, columns)
    plain: Floats  # (axes, columns): what reads the seen embedding itself

    @cached_property
    def taught(self) -> Floats:
        return lens.unpacked(self.anchors)

    def points(self, embedding: Floats) -> Floats:
        points: Floats = self.points_of(self.lens(embedding[None]))[0]
        return points

    def points_of(self, seen: Floats) -> Floats:
        """Of texts that were seen through the lens already."""
        near = lens.nearness(seen, self.taught)
        points: Floats = (NEARNESS_SCALE * near) @ self.shares + seen @ self.plain
        return points


@dataclass(frozen=True)
class Seen:
    """A text as the model sees it."""

    words: Sequence[str]
    rows: NDArray[np.int32]
    values: Floats
    signals: Floats
    embedding: Floats | None


@dataclass(frozen=True)
class Model:
    vocabulary: grams.Vocabulary
    signals: tuple[str, ...]
    heads: Mapping[str, Head]
    weights: NDArray[np.int8]  # n-grams by columns
    scale: Floats  # of each column of `weights`
    rest: Floats  # signals, then 1; by columns
    sight: Sight | None  # None: it reads words alone
    about: Mapping[str, Any]

    def see(self, reading: Reading, found: Found, embedding: Floats | None = None) -> Seen:
        words = grams.words(reading)
        rows, values = self.vocabulary.rows(words)
        return Seen(words, rows, values, signals.vector(signals.of(reading, found), self.signals), embedding)

    def points(self, seen: Seen) -> Floats:
        """Of all labels of all heads: logarithms of their odds."""
        points = (seen.values @ self.weights[seen.rows].astype(np.float32)) * self.scale
        points += (SIGNALS_SCALE * seen.signals) @ self.rest[:-1] + self.rest[-1]
        if self.sight is not None:
            if seen.embedding is None:
                raise ValueError("This model reads embeddings, and none was given.")
            points += self.sight.points(seen.embedding)
        return np.asarray(points, np.float32)

    def judge(self, seen: Seen) -> dict[str, Floats]:
        """Head to the probabilities of its labels."""
        points = self.points(seen)
        weights = np.exp(points - np.repeat(np.maximum.reduceat(points, self.starts), self.widths))
        chances = weights / np.repeat(np.add.reduceat(weights, self.starts), self.widths)
        return {name: chances[head.columns] for name, head in self.heads.items()}

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.array([head.start for head in self.heads.values()])

    @cached_property
    def widths(self) -> NDArray[np.int64]:
        return np.array([len(head.labels) for head in self.heads.values()])

    @cached_property
    def of_word(self) -> Callable[[str], Floats | None]:
        """Points of a word standing alone, of all columns; None where it is not known."""
        return lru_cache(REMEMBERED)(self._of_word)

    def _of_word(self, word: str) -> Floats | None:
        rows, values = self.vocabulary.rows([word])
        return (values @ self.weights[rows].astype(np.float32)) * self.scale if len(rows) else None

    def telling(self, seen: Seen, head: str, label: str, most: int = 3) -> list[str]:
        """The words that speak most for `label`, for people to read; the best first."""
        columns = self.heads[head].columns
        place = self.heads[head].labels.index(label)
        words = [word for word in dict.fromkeys(seen.words) if any(map(str.isalpha, word))][:60]
        told = []
        for word in words:
            found = self.of_word(word)
            if found is not None:
                points = found[columns].tolist()
                mine = points.pop(place)
                told.append((mine - max(points), word.strip(".,;:!?…\"'()«»”“")))
        told.sort(key=lambda pair: -pair[0])
        return [word for points, word in told[:most] if points > 0 and word]


def write(model: Model, path: Path) -> None:
    """The same model gives the same bytes."""
    about = {
        "form": FORM,
        "signals": model.signals,
        "heads": [
            [head.name, head.labels, head.start, round(head.threshold, 4)] for head in model.heads.values()
        ],
        **({"added": model.vocabulary.added} if any(model.vocabulary.added) else {}),
        **model.about,
    }
    arrays: dict[str, NDArray[Any]] = {
        "about": raw(orjson.dumps(about)),
        "characters": raw(SPLIT.join(model.vocabulary.characters).encode()),
        "whole": raw(SPLIT.join(model.vocabulary.whole).encode()),
        "rarity": model.vocabulary.rarity.astype(np.float16),
        "weights": model.weights,
        "scale": model.scale,
        "rest": model.rest,
    }
    if model.sight is not None:
        arrays |= {
            "middle": model.sight.lens.middle,
            "axes": model.sight.lens.axes.astype(np.float16),
            "anchors": model.sight.anchors,
            "shares": model.sight.shares.astype(np.float16),
            "plain": model.sight.plain,
        }
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    path.write_bytes(packed.getvalue())


def raw(content: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(content, np.uint8)


def read(path: Path) -> Model:
    """Raises NotAModel, FileNotFoundError."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return of_arrays(path, arrays)
    except FileNotFoundError:
        raise
    except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile) as problem:
        raise NotAModel(f"{path.name} cannot be read as a model: {problem}.") from problem


def about(path: Path) -> Mapping[str, Any]:
    """What is told of the model in its file, the rest unread. Raises NotAModel, FileNotFoundError."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            told: Mapping[str, Any] = orjson.loads(arrays["about"].tobytes())
            return told
    except FileNotFoundError:
        raise
    except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile) as problem:
        raise NotAModel(f"{path.name} cannot be read as a model: {problem}.") from problem


def of_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Model:
    about = orjson.loads(arrays["about"].tobytes())
    if about.pop("form") != FORM:
        raise NotAModel(f"{path.name} is of another form. Make it again: lyhord models teach.")
    vocabulary = grams.Vocabulary(
        arrays["characters"].tobytes().decode().split(SPLIT),
        arrays["whole"].tobytes().decode().split(SPLIT),
        arrays["rarity"].astype(np.float32),
        tuple(about.pop("added", (0, 0))),
    )
    heads = {name: Head(name, tuple(labels), *rest) for name, labels, *rest in about.pop("heads")}
    sight = None
    if "anchors" in arrays:
        seen_by = lens.Lens(arrays["middle"], arrays["axes"].astype(np.float32))
        sight = Sight(seen_by, arrays["anchors"], arrays["shares"].astype(np.float32), arrays["plain"])
    names = tuple(about.pop("signals"))
    return Model(vocabulary, names, heads, arrays["weights"], arrays["scale"], arrays["rest"], sight, about)


def packed(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Weights in eight bits, with a scale for each column."""
    scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.round(weights / scale).astype(np.int8), scale.astype(np.float32)

"""What the rules see in a post, as numbers: points of the lexicon's signals, of the kinds, and signs of the text."""

from collections.abc import Mapping, Sequence
from math import log1p

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.heads import kind
from lyhord.triage.lexicon import Found
from lyhord.triage.reading import Reading


def of(reading: Reading, found: Found) -> dict[str, float]:
    """Name to value, about -2 to 2 each; a name that is not there is 0."""
    signals = {f"signal {name}": min(points, 4.0) / 2 for name, points in found.points.items()}
    signals |= {
        f"kind {name}": max(-3.0, min(points, 6.0)) / 2
        for name, points in kind.scores(reading, found).items()
    }
    return signals | {
        "questions": float(min(reading.questions, 2)),
        "exclamations": min(reading.exclamations, 3) / 2,
        "shouting": float(reading.shouting),
        "links": float(bool(reading.links)),
        "mentions": float(bool(reading.mentions)),
        "begins with a mention": float(reading.opens_with_mention),
        "hashtags": float(bool(reading.hashtags)),
        "words": log1p(len(reading.words)) / 3,
        "quotes": float(reading.quoting),
    }


def vector(signals: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float32]:
    return np.array([signals.get(name, 0.0) for name in names], np.float32)

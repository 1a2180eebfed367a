"""Which example of a topic is nearest to a text, by the n-grams that they share."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lyhord.triage import reading
from lyhord.triage.learned import grams


@dataclass(frozen=True)
class Near:
    """The examples' n-grams one after the other."""

    texts: Sequence[str]
    starts: NDArray[np.int64]  # where each example's begin
    rows: NDArray[np.int32]
    values: grams.Floats

    @classmethod
    def of(cls, texts: Sequence[str], vocabulary: grams.Vocabulary) -> "Near":
        found = [(text, *vocabulary.rows(grams.words(reading.read(text)))) for text in texts]
        known = [(text, rows, values) for text, rows, values in found if len(rows)]
        lengths = [len(rows) for _text, rows, _values in known]
        return cls(
            [text for text, _rows, _values in known],
            np.cumsum([0, *lengths])[:-1],
            np.concatenate([np.empty(0, np.int32), *(rows for _text, rows, _values in known)]),
            np.concatenate([np.empty(0, np.float32), *(values for _text, _rows, values in known)]),
        )

    def nearest(self, text: str, vocabulary: grams.Vocabulary) -> str:
        """Empty where no example shares anything with it."""
        rows, values = vocabulary.rows(grams.words(reading.read(text)))
        if not self.texts or not len(rows):
            return ""
        spread = np.zeros(len(vocabulary), np.float32)
        spread[rows] = values
        shared = np.add.reduceat(self.values * spread[self.rows], self.starts)
        best = int(shared.argmax())
        return self.texts[best] if shared[best] > 0 else ""

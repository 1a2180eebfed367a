"""The n-grams of a text: characters two to five within a word, words one and two. One way for teaching and for serving."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.reading import LONGEST_WORD, Reading

READ_CHARACTERS = 2_000  # a matter is told by then, and a text of a megabyte costs no more than this
CHARACTERS = range(2, 6)
REMEMBERED = 20_000  # words whose rows are kept
DIGITS = {ord(digit): "0" for digit in "123456789"}
PAIR = "\u0002"  # between the two words of a pair; it stands in no text that is read

Ints = NDArray[np.int32]
Floats = NDArray[np.floating[Any]]


def words(reading: Reading) -> list[str]:
    """The text's words as the model reads them: signs left on, digits all alike, and what links and names stand for."""
    text = reading.plain[:READ_CHARACTERS].lower().translate(DIGITS)
    found = [word[:LONGEST_WORD] for word in text.split()]
    if reading.links:
        found.append("\u0003link")
    if reading.mentions:
        found.append("\u0003mention")
    return found


def of_word(word: str) -> Iterator[str]:
    padded = f" {word} "
    for size in CHARACTERS:
        for start in range(len(padded) - size + 1):
            yield padded[start : start + size]


def of_words(found: Sequence[str]) -> Iterator[str]:
    yield from found
    for first, second in itertools.pairwise(found):
        yield first + PAIR + second


class Vocabulary:
    """N-grams with a row each: those of characters first, then those of words; and how rare each is.

    Those that were `added` later (of each sort the last so many) do not count for the length of the others' values, so that
    what was known before weighs as it did.
    """

    def __init__(
        self, characters: Sequence[str], whole: Sequence[str], rarity: Floats, added: tuple[int, int] = (0, 0)
    ) -> None:
        self.characters, self.whole, self.rarity, self.added = characters, whole, rarity, added
        self.of_characters = {gram: row for row, gram in enumerate(characters)}
        self.of_whole = {gram: row for row, gram in enumerate(whole, len(characters))}
        self.rows_of_word = lru_cache(REMEMBERED)(self._rows_of_word)

    def __len__(self) -> int:
        return len(self.characters) + len(self.whole)

    def _rows_of_word(self, word: str) -> tuple[int, ...]:
        look_up = self.of_characters.get
        return tuple(row for gram in of_word(word) if (row := look_up(gram)) is not None)

    def rows(self, found: Sequence[str]) -> tuple[Ints, Floats]:
        """Rows and values of a text's n-grams; the values of each of the two sorts have length 1."""
        characters = [row for word in found for row in self.rows_of_word(word)]
        look_up = self.of_whole.get
        whole = [row for gram in of_words(found) if (row := look_up(gram)) is not None]
        first = self.weighed(characters, len(self.characters) - self.added[0])
        second = self.weighed(whole, len(self) - self.added[1])
        return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])

    def weighed(self, rows: list[int], added_from: int) -> tuple[Ints, Floats]:
        if not rows:
            return np.empty(0, np.int32), np.empty(0, np.float32)
        # By hand: np.unique takes four times as long for so few.
        ordered = np.array([*rows, -1], np.int32)
        ordered[:-1].sort()
        lasts = (ordered[1:] != ordered[:-1]).nonzero()[0]
        some, counts = ordered[lasts], lasts.copy()
        counts[0] += 1
        counts[1:] -= lasts[:-1]
        values = (1 + np.log(counts, dtype=np.float32)) * self.rarity[some]
        length = np.sqrt(values @ values)
        if some[-1] < added_from:
            return some, values / length
        bound = int(some.searchsorted(added_from))
        known = values[:bound]
        return some, np.concatenate([known / np.sqrt(known @ known), values[bound:] / length])

    def extended(self, characters: Sequence[str], whole: Sequence[str]) -> "Vocabulary":
        """With more of each sort, as rare as the rarest."""
        middle = len(self.characters)
        most = self.rarity.max(initial=1.0)
        rarity = np.concatenate(
            [
                self.rarity[:middle],
                np.full(len(characters), most),
                self.rarity[middle:],
                np.full(len(whole), most),
            ]
        )
        added = (self.added[0] + len(characters), self.added[1] + len(whole))
        return Vocabulary(
            [*self.characters, *characters], [*self.whole, *whole], rarity.astype(np.float32), added
        )


def learn(
    own: Sequence[Sequence[str]], more: Sequence[Sequence[str]], fewest: int, most: int, most_more: int
) -> Vocabulary:
    """The `most` common n-grams of each sort that stand in at least `fewest` of our own texts; and those that only other texts
    hold, so that large sets do not crowd out what customers write."""
    kept: list[list[str]] = []
    rarity: list[float] = []
    for of in (of_texts_characters, of_texts_whole):
        here, there = Counter[str](), Counter[str]()
        for counter, texts in ((here, own), (there, more)):
            for words in texts:
                counter.update(of(words))
        first = common({gram: times for gram, times in here.items() if times >= fewest}, most)
        known = set(first)
        second = common(
            {gram: times for gram, times in there.items() if times >= 5 and gram not in known}, most_more
        )
        kept.append(first + second)
        count = len(own) + len(more)
        rarity += [log((1 + count) / (1 + here[gram] + there[gram])) + 1 for gram in kept[-1]]
    return Vocabulary(kept[0], kept[1], np.array(rarity, np.float16).astype(np.float32))


def of_texts_characters(words: Sequence[str]) -> set[str]:
    return {gram for word in set(words) for gram in of_word(word)}


def of_texts_whole(words: Sequence[str]) -> set[str]:
    return set(of_words(words))


def common(counts: Mapping[str, int], most: int) -> list[str]:
    return sorted(counts, key=lambda gram: (-counts[gram], gram))[:most]

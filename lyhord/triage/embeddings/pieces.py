"""Cuts a text into the pieces that the embedding model knows: a unigram tokenizer over a pruned vocabulary.

By hand and not by a library: the pieces never reach over a space, so words are cut one by one and remembered, which costs
microseconds, and only the scripts that our customers write in are kept in memory.
"""

import re
from functools import lru_cache

SPACE = "\u2581"  # stands for the space before a word
REMEMBERED = 20_000  # words
LONGEST_WORD = 100  # characters; the rest of a longer one is cut in parts of this length

# Latin letters with all their marks, digits, signs and emoji. Other scripts become unknown pieces.
KEPT = re.compile(
    r"[\u2581\x20-\u024f\u0300-\u036f\u1e00-\u1eff\u2000-\u27bf\u2900-\u2bff\ufe0f\U0001f000-\U0001faff]+"
)


class Pieces:
    def __init__(self, pieces: list[str], scores: list[float], normal: dict[int, str], unknown: int) -> None:
        self.numbers = {
            piece: (number, score) for number, (piece, score) in enumerate(zip(pieces, scores, strict=True))
        }
        self.normal = normal
        self.unknown = unknown
        self.unknown_score = min(scores) - 10.0
        self.longest = max(map(len, pieces))
        self.cut = lru_cache(REMEMBERED)(self.cut_word)

    def of(self, text: str, most: int) -> list[int]:
        """Numbers of the pieces of `text`, at most `most`."""
        found: list[int] = []
        # The model was taught with a sign of space before the first word, but not without any word.
        for word in text.translate(self.normal).split(" ") if text else ():
            for start in range(0, len(word), LONGEST_WORD) if word else ():
                part = word[start : start + LONGEST_WORD]
                found.extend(self.cut(part if start else SPACE + part))
            if len(found) >= most:
                break
        return found[:most]

    def cut_word(self, word: str) -> tuple[int, ...]:
        """The best way through the pieces (Viterbi): the greatest sum of scores."""
        length = len(word)
        best = [0.0] + [-1e30] * length
        last: list[tuple[int, int]] = [(0, 0)] * (length + 1)  # number of the piece, where it begins
        for start in range(length):
            here = best[start]
            if here + self.unknown_score > best[start + 1]:
                best[start + 1], last[start + 1] = here + self.unknown_score, (self.unknown, start)
            for end in range(start + 1, min(length, start + self.longest) + 1):
                known = self.numbers.get(word[start:end])
                if known is not None and known[0] != self.unknown and here + known[1] > best[end]:
                    best[end], last[end] = here + known[1], (known[0], start)
        numbers = []
        end = length
        while end:
            number, end = last[end]
            numbers.append(number)
        return tuple(reversed(numbers))

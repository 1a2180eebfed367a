"""Which parts of a text a search hit. Needs no database."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from lyhord.intake import finnish
from lyhord.intake.words import WORD, stems, words

Piece = tuple[str, bool]  # text, and whether it was hit
BEFORE, LONGEST = 60, 280


@lru_cache(maxsize=16_384)
def stems_of(word: str, lang: str) -> frozenset[str]:
    return frozenset(stems([word], lang))


def hits(word: str, terms: Sequence[str], lang: str) -> bool:
    """As the index does it: the beginning of the word, or one of its stems; in Finnish as it is bent, too."""
    bent = lang.startswith("fi") or not lang
    for term in terms:
        if word.startswith((term, *finnish.beginnings(term)) if bent else term):
            return True
        # A stem differs from its word in the end alone, so one that begins otherwise need not be stemmed.
        if word[:2] == term[:2] and stems_of(word, lang) & stems_of(term, ""):
            return True
    return False


def says(text: str, terms: Sequence[str], lang: str) -> bool:
    """Whether every one of `terms` (folded) is said."""
    said = words(text)
    return all(any(hits(word, [term], lang) for word in said) for term in terms)


def says_phrase(text: str, phrase: str) -> bool:
    """The very words in that order."""
    return f" {plain(phrase)} " in f" {plain(text)} "


def plain(text: str) -> str:
    return " ".join(WORD.findall(unicodedata.normalize("NFC", text).casefold()))


def marked(text: str, terms: Sequence[str], lang: str) -> list[Piece]:
    """The text around the first hit, cut where it is long, in pieces."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    found = [
        match.span() for match in WORD.finditer(text) if terms and hits(match.group().casefold(), terms, lang)
    ]
    begins = max(0, found[0][0] - BEFORE) if found else 0
    if begins:
        begins = text.find(" ", begins) + 1
    ends = min(len(text), begins + LONGEST)
    spans = [span for span in found if span[1] <= ends]
    edges = [begins, *(edge for span in spans for edge in span), ends]
    pieces = [(text[a:b], place % 2 == 1) for place, (a, b) in enumerate(pairwise(edges)) if a < b]
    before, after = ("… " if begins else ""), ("…" if ends < len(text) else "")
    return [(before, False)] * bool(before) + pieces + [(after, False)] * bool(after)

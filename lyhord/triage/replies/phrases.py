"""The phrase lists of replies: plain files that people edit, made into patterns that tell exact places.

A phrase is words parted by blanks. `word*` and `*word` leave an end open, `#` is a number, `(one|two words)` are
alternatives, `[word]` may be missing, `..` stands for up to three words, and `...` at the end for the rest of the clause.
No phrase crosses the end of a sentence. Capitals do not matter.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import orjson

from lyhord.lib.errors import LyhordError

LISTS = Path(__file__).parent / "lists"
# Written Danish and Bokmål share most words, and people mix them; a language without lists is read with all.
FILES: dict[str, tuple[str, ...]] = {
    "sv": ("sv",), "fi": ("fi",), "en": ("en",), "nb": ("nb", "da"), "nn": ("nb", "da"), "da": ("da", "nb"),
}  # fmt: skip
ALL = ("sv", "fi", "nb", "da", "en")

PIECE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\S+")
GAP = r"[^\w.!?\n]+"
WORD = r"[\w'-]"
# A clause of sympathy ends where an act may begin: "sorry you wait, but a taxi is there in five minutes".
REST = r"(?:(?!,? (?:men|but|mutta|så|so|joten|niin) )[^.!?\n;:])*"
NEVER = re.compile(r"(?!)")

Span = tuple[int, int]


class BadPhrase(LyhordError):
    """A phrase that cannot be read; the text says which and why."""


def expression(phrase: str) -> str:
    """The regular expression of one phrase. Raises BadPhrase."""
    pieces = PIECE.findall(phrase)
    if any(
        set("()") & set(piece[1:-1] if piece[0] + piece[-1] in ("()", "[]") else piece) for piece in pieces
    ):
        raise BadPhrase(
            f"The phrase {phrase!r} has brackets in brackets or one that is not closed. Write it as two."
        )
    if not any(piece[0] not in "[." for piece in pieces):
        raise BadPhrase(
            f"The phrase {phrase!r} has no word that must be there. Write at least one outside [ ]."
        )
    parts: list[str] = []
    gap = False  # whether words stand before, so that the next must be parted from them
    for piece in pieces:
        if piece == "...":
            parts.append(REST)
        elif piece == "..":
            parts.append(rf"(?:{GAP}{WORD}+){{0,3}}?")
        elif piece[0] == "[":
            part = alternatives(piece[1:-1])
            parts.append(rf"(?:{GAP}{part})?" if gap else rf"(?:{part}{GAP})?")
        else:
            part = alternatives(piece[1:-1] if piece[0] == "(" else piece)
            parts.append(f"{GAP}{part}" if gap else part)
            gap = True
    return "".join(parts)


def alternatives(written: str) -> str:
    return "(?:" + "|".join(run(words) for words in split(written) if words.strip()) + ")"


def split(written: str) -> list[str]:
    """At the bars that stand outside brackets."""
    found, depth, start = [], 0, 0
    for place, sign in enumerate(written):
        depth += (sign == "[") - (sign == "]")
        if sign == "|" and not depth:
            found.append(written[start:place])
            start = place + 1
    return [*found, written[start:]]


def run(words: str) -> str:
    """Words of one alternative; each whole unless a star leaves its end open."""
    if "[" in words:
        return expression(words)
    return GAP.join(map(one, words.split()))


def one(word: str) -> str:
    body = "".join(f"{WORD}*" if sign == "*" else r"\d+" if sign == "#" else re.escape(sign) for sign in word)
    return rf"(?<!\w){body}(?!\w)"


def compiled(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for many phrases, the longest that begins at a place first. Raises BadPhrase."""
    listed = sorted({phrase.lower() for phrase in phrases}, key=len, reverse=True)
    if not listed:
        return NEVER
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(expression, listed))})")


@cache
def table(language: str) -> dict[str, tuple[str, ...]]:
    """Family -> phrases, of all files that serve this language."""
    found: dict[str, list[str]] = {}
    for name in FILES.get(language, ALL):
        for family, phrases in orjson.loads((LISTS / f"{name}.json").read_bytes()).items():
            found.setdefault(family, []).extend(phrases)
    return {family: tuple(dict.fromkeys(phrases)) for family, phrases in found.items()}


@cache
def pattern(language: str, family: str) -> re.Pattern[str]:
    return compiled(table(language).get(family, ()))


def spans(language: str, families: Sequence[str], text: str) -> list[Span]:
    """Where phrases of these families stand in a text that is in small letters; in order of their beginnings."""
    found = [hit.span() for family in families for hit in pattern(language, family).finditer(text)]
    return sorted(span for span in found if span[0] < span[1])


def has(language: str, family: str, text: str) -> bool:
    return pattern(language, family).search(text) is not None

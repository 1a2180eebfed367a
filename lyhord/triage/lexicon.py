"""Words to signals: the tables of `words` made ready, so that a post costs one look-up a word."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from lyhord.triage.reading import Reading
from lyhord.triage.words import TABLES, Table

GAP = 3  # the most words that ".." stands for
NUMBER = "#"
REMEMBERED = 40_000  # words whose signals are kept; people use few words often

Weighted = tuple[str, float]  # a signal and its weight


@dataclass(frozen=True, slots=True)
class Pattern:
    """One word of a term: the word itself, its beginning, its end, a part, or any number."""

    stem: str
    open_before: bool
    open_after: bool

    def fits(self, word: str) -> bool:
        if self.stem == NUMBER:
            return word[0].isdigit()
        if self.open_before and self.open_after:
            return self.stem in word
        if self.open_after:
            return word.startswith(self.stem)
        if self.open_before:
            return word.endswith(self.stem)
        return word == self.stem


@dataclass(frozen=True, slots=True)
class Phrase:
    rest: tuple[tuple[Pattern, bool], ...]  # the words after the first, and whether others may stand before
    signal: str
    weight: float
    term: str
    next: str = (
        ""  # the very word that must come next; "": none in particular. Most phrases end here, without a call
    )


@dataclass(frozen=True, slots=True)
class Entry:
    signals: tuple[Weighted, ...] = ()
    phrases: tuple[Phrase, ...] = ()


NOTHING = Entry()


class Hit(NamedTuple):
    signal: str
    weight: float
    place: int
    words: str


class Found:
    """What the words of one post raise: points a signal, and the hits they come from."""

    __slots__ = ("about_us", "hits", "kinds", "points")

    def __init__(self) -> None:
        self.points: defaultdict[str, float] = defaultdict(float)
        self.hits: defaultdict[str, list[Hit]] = defaultdict(list)
        self.about_us: float | None = None  # as `heads.kind` reckoned it, which asks several times
        self.kinds: dict[str, float] | None = None  # points of the kinds, which signals and rules both read

    def add(self, signal: str, weight: float, place: int, words: str) -> None:
        self.points[signal] += weight
        self.hits[signal].append(Hit(signal, weight, place, words))

    def of(self, signal: str) -> float:
        return self.points.get(signal, 0.0)

    def strongest(self, *signals: str) -> str:
        """The words that say most for these signals, for people to read."""
        hits = [hit for signal in signals for hit in self.hits.get(signal, ())]
        return max(hits, key=lambda hit: hit.weight).words if hits else ""


class Lexicon:
    def __init__(self, tables: Iterable[Table]) -> None:
        self.exact: dict[str, Entry] = {}
        self.prefixes: dict[str, Entry] = {}
        self.others: list[tuple[Pattern, Entry]] = []
        entries: defaultdict[Pattern, dict[tuple[str, str], Phrase]] = defaultdict(dict)
        for signal, phrase, first in terms(tables):
            known = entries[first].get((signal, phrase.term))
            if known is None or known.weight < phrase.weight:  # a term of two tables counts once
                entries[first][signal, phrase.term] = phrase
        for pattern, phrases in entries.items():
            self.enter(pattern, phrases.values())
        self.look_up = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def enter(self, pattern: Pattern, phrases: Iterable[Phrase]) -> None:
        entry = Entry(
            tuple((p.signal, p.weight) for p in phrases if not p.rest),
            tuple(p for p in phrases if p.rest),
        )
        if pattern.open_before or pattern.stem == NUMBER:
            self.others.append((pattern, entry))
        elif pattern.open_after:
            self.prefixes[pattern.stem] = entry
        else:
            self.exact[pattern.stem] = entry

    def _look_up(self, word: str) -> Entry:
        found = [self.exact[word]] if word in self.exact else []
        found += [self.prefixes[word[:n]] for n in range(1, len(word) + 1) if word[:n] in self.prefixes]
        found += [entry for pattern, entry in self.others if pattern.fits(word)]
        if not found:
            return NOTHING
        best: dict[str, float] = {}
        for entry in found:
            for signal, weight in entry.signals:
                best[signal] = max(best.get(signal, 0.0), weight)
        return Entry(tuple(best.items()), tuple(p for entry in found for p in entry.phrases))

    def read(self, reading: Reading) -> Found:
        found = Found()
        words, starts = reading.words, reading.starts
        look_up = self.look_up
        for place, word in enumerate(words):
            entry = look_up(word)
            if entry is NOTHING:
                continue
            for signal, weight in entry.signals:
                found.add(signal, weight, place, word)
            after = words[place + 1] if place + 1 < len(words) else ""
            for phrase in entry.phrases:
                if phrase.next and phrase.next != after:
                    continue
                end = follows(phrase.rest, words, place, starts)
                if end:
                    found.add(phrase.signal, phrase.weight, place, " ".join(words[place:end]))
        return found


def follows(
    rest: tuple[tuple[Pattern, bool], ...], words: tuple[str, ...], place: int, starts: frozenset[int]
) -> int:
    """Where the phrase ends that began at `place`, or 0. It does not cross into the next sentence."""
    for pattern, loose in rest:
        reach = range(place + 1, min(place + 2 + (GAP if loose else 0), len(words)))
        for nearby in reach:
            if nearby in starts:
                return 0
            if pattern.fits(words[nearby]):
                place = nearby
                break
        else:
            return 0
    return place + 1


def terms(tables: Iterable[Table]) -> Iterable[tuple[str, Phrase, Pattern]]:
    for table in tables:
        for signal, listed in table.items():
            for term in filter(None, map(str.strip, listed.split(","))):
                written, _, weight = term.partition("=")
                first, *rest = pattern_words(written)
                phrase = Phrase(tuple(rest), signal, float(weight or 1), written, next_word(rest))
                if phrase.weight:
                    yield signal, phrase, first[0]


def next_word(rest: Sequence[tuple[Pattern, bool]]) -> str:
    if not rest:
        return ""
    pattern, loose = rest[0]
    is_open = loose or pattern.open_before or pattern.open_after or pattern.stem == NUMBER
    return "" if is_open else pattern.stem


def pattern_words(written: str) -> list[tuple[Pattern, bool]]:
    words: list[tuple[Pattern, bool]] = []
    loose = False
    for word in written.split():
        if word == "..":
            loose = True
            continue
        words.append((Pattern(word.strip("*"), word.startswith("*"), word.endswith("*")), loose))
        loose = False
    return words


@cache
def of(language: str) -> Lexicon:
    """The lexicon for posts in this language; for one we have no words for, the English one."""
    return Lexicon(TABLES.get(language, TABLES["en"]))

"""The words of a text as the search index knows them. Needs no database."""

import threading
import unicodedata
from collections.abc import Iterable

import regex
import Stemmer

WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
MOST_WORDS = 2_000
LONGEST_WORD = 60
STEMMERS = {
    "sv": "swedish",
    "fi": "finnish",
    "nb": "norwegian",
    "nn": "norwegian",
    "no": "norwegian",
    "da": "danish",
    "en": "english",
}
ALL = ("sv", "fi", "nb", "da", "en")

# A stemmer keeps a cache of its own and is not made for several threads at once.
local = threading.local()


def words(text: str) -> list[str]:
    """The distinct words in the order in which they come, folded: case is gone, composed letters are one."""
    folded = unicodedata.normalize("NFC", text).casefold()
    found = dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(folded))
    return list(found)[:MOST_WORDS]


def stems(folded: list[str], lang: str) -> list[str]:
    """The distinct stems of `words`. A language that we do not know gets those of all five."""
    code = lang.partition("-")[0].casefold()
    languages: Iterable[str] = (code,) if code in STEMMERS else ALL
    found: dict[str, None] = {}
    for language in languages:
        found.update(dict.fromkeys(stemmer(language).stemWords(folded)))
    return list(found)


def stemmer(language: str) -> Stemmer.Stemmer:
    known: dict[str, Stemmer.Stemmer] = local.__dict__.setdefault("stemmers", {})
    if language not in known:
        known[language] = Stemmer.Stemmer(STEMMERS[language])
    return known[language]

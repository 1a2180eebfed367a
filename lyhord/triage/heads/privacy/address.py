"""Street addresses: a street with its number, and stair, flat, postcode and place where they follow directly."""

import re
from collections.abc import Iterator

from lyhord.triage.heads.privacy.spans import Span, candidates

NUMBERED = re.compile(r"(?<![\w.-])([^\W\d_]{1,40}\.?) ([0-9]{1,3})(?![0-9]|[.,:][0-9]|[-–][0-9]{3})")
ENGLISH = re.compile(
    r"(?<![\w.-])[0-9]{1,3}[A-Za-z]? (?:[A-Z][\w'’]{1,30} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Close|Way|Court|Square"
    r"|Terrace|Place|Crescent|Gardens|Grove|Row|Quay|Hill)\b(?:, [A-Z][a-zé]{1,30}(?: [A-Z]{1,2}[0-9]{1,2}[A-Z]? [0-9][A-Z]{2})?)?"
)

STREETS = (
    "gatan", "gata", "vägen", "väg", "gränd", "gränden", "stigen", "torget", "torg", "allén", "backen", "kajen", "stråket", "esplanaden", "platsen", "plan",
    "katu", "kadun", "kadulla", "kadulle", "kadulta", "tie", "tiellä", "tielle", "tieltä", "kuja", "kujalla", "kujalle", "polku", "polulla", "kaari", "tori", "raitti", "ranta", "väylä", "penger", "rinne",
    "aukio", "kulma", "portti", "kaarre", "esplanadi", "bulevardi",
    "gate", "gaten", "vei", "veien", "veg", "vegen", "allé", "alleen", "plass", "terrasse", "bakken", "bakke", "kroken", "stien", "tunet", "svingen",
    "ringen", "brygge", "haugen", "lia", "løkka",
    "gade", "vej", "vejen", "alle", "plads", "stræde", "vænget", "toften", "parken", "haven", "boulevard", "vang", "torv", "kaj", "skrænten",
)  # fmt: skip
ALONE = frozenset(
    {
        "plan",
        "lia",
        "ranta",
        "kulma",
        "portti",
        "parken",
        "haven",
        "ringen",
        "kaari",
        "rinne",
        "platsen",
        "plass",
        "plads",
        "alle",
    }
)
ROADS = (  # numbered roads of the country are no addresses
    "valtatie", "kantatie", "moottoritie", "maantie", "seututie", "riksväg", "riksvägen", "europaväg", "länsväg", "motorväg", "riksvei",
    "fylkesvei", "europavei", "motorvei", "landevej", "motorvej", "hovedvej", "stamvej", "kehätie", "fylkesveg", "riksveg", "järnväg",
)  # fmt: skip

TAIL_LETTER = re.compile(r" ?[A-ZÅÄÖa-h](?![\w])")
TAIL_FLAT = re.compile(
    r"(?: (?:lgh|lägenhet|as\.?|asunto|bst|leil\.?|leilighet) ?[A-Z]?[0-9]{1,4}| [0-9]{1,3}(?![\w.:]|[-–][0-9])|, ?[0-9]{1,2}\. ?(?:tv|th|mf|sal)\b(?: ?(?:tv|th|mf)\b)?|,? ?st\. ?(?:tv|th|mf)\b|, ?(?:opp?g\.?|trappa|rappu|lgh) ?[A-Z0-9]{1,4})(?![\w])"
)
TAIL_PLACE = re.compile(
    r",? (?:[A-Z]{1,2}-)?(?:[0-9]{3} [0-9]{2}|[0-9]{4,5}) [A-ZÅÄÖÆØ][\wåäöæøé-]{1,30}(?: [A-ZÅÄÖÆØ]{1,2}(?![\w]))?"
)
FIRST_WORDS = re.compile(r"(?:(?<![\w])(?:[A-ZÅÄÖÆØ][\w.'’-]{0,30}) ){1,3}$")
DIRECTIONS = frozenset(
    "södra norra östra västra stora lilla gamla nya övre nedre store lille gamle nye vestre østre nordre søndre øvre iso vanha pieni"
    " uusi ylä ala pohjoinen eteläinen läntinen itäinen st sankt sankta gammel ny vester øster nørre sønder vesterbro".split()
)


def addresses(text: str, language: str) -> Iterator[Span]:
    for found in candidates(NUMBERED, text):
        start = street_start(text, found)
        if start >= 0:
            yield Span("address", start, tail(text, found.end(), language))
    if language in {"en", "und"}:
        for whole in candidates(ENGLISH, text):
            yield Span("address", whole.start(), whole.end())


def street_start(text: str, found: re.Match[str]) -> int:
    """Where the name of the street begins, or -1 where the word before the number is no street."""
    word = found[1].lower()
    if not word.endswith(STREETS) or word.endswith(ROADS):
        return -1
    first = FIRST_WORDS.search(text, max(0, found.start() - 60), found.start())
    names = first.group().split() if first else []
    if word in STREETS:
        return found.start() - length_of(names[-2:]) if names and word not in ALONE else -1
    if not found[1][0].isupper() and word.endswith(
        (*ALONE, "tie", "tori", "aukio", "polku", "terrasse", "bakken", "bakke", "haugen")
    ):
        return -1
    kept: list[str] = []
    while names and (names[-1].lower() in DIRECTIONS):
        kept.insert(0, names.pop())
    return found.start() - length_of(kept)


def length_of(words: list[str]) -> int:
    return sum(len(word) + 1 for word in words)


def tail(text: str, end: int, language: str) -> int:
    letter = TAIL_LETTER.match(text, end)
    if letter and not (letter.group()[-1] in "i" and language in {"sv", "nb", "da"}):
        end = letter.end()
    for pattern in (TAIL_FLAT, TAIL_PLACE):
        more = pattern.match(text, end)
        end = more.end() if more else end
    return end

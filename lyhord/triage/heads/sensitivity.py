"""Whether a post tells of a matter that should not be treated in the open: health, money, minors, harassment, legal (PR-04).

The person's own matter, or that of somebody close: "my daughter, 6, was left at the stop", not "what do children's tickets
cost?". Word lists alone decide: a term of the class, made certain by words of one's own, unmade by prices, goods and films.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from lyhord.lib.text import N_
from lyhord.triage.lexicon import Found, Hit, Lexicon
from lyhord.triage.reading import Reading, tokens
from lyhord.triage.reasons import Reason
from lyhord.triage.words.sensitive import TABLES

CLASSES = ("health", "money", "minors", "harassment", "legal")
ENOUGH = 2.0
OWN = 0.8  # what words of one's own add to a term that does not speak for itself
NEAR = 8  # words between a term and words of one's own
MOST_WORDS = 3  # shown of each class

WHY: dict[str, str] = {
    "health": N_("Sensitive: somebody's health (%(words)s)."),
    "money": N_("Sensitive: somebody's money troubles (%(words)s)."),
    "minors": N_("Sensitive: it is about a child (%(words)s)."),
    "harassment": N_("Sensitive: somebody was harassed or threatened (%(words)s)."),
    "legal": N_("Sensitive: a matter of police, court or lawyers (%(words)s)."),
}


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The classes that hold, in the order of CLASSES, each with a reason."""

    classes: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


NOTHING = Sensitivity()


def judge(reading: Reading, language: str) -> Sensitivity:
    found = lexicon(language).read(reading)
    classes = tuple(name for name in CLASSES if score(found, name, telling(reading, found, name)) >= ENOUGH)
    if not classes:
        return NOTHING
    reasons = [
        Reason("sensitive", 0, WHY[name], {"words": words(telling(reading, found, name))}) for name in classes
    ]
    return Sensitivity(classes, tuple(reasons))


@cache
def lexicon(language: str) -> Lexicon:
    """For a language that we have no words for, the English one, as in `lexicon.of`."""
    return Lexicon(TABLES.get(language, TABLES["en"]))


def telling(reading: Reading, found: Found, name: str) -> list[Hit]:
    """What speaks for a class, strongest first; for a child her age too."""
    hits = apart(found.hits.get(name, ()))
    age = aged(reading) if name == "minors" else None
    return sorted([*hits, age], key=lambda hit: -hit.weight) if age else hits


def score(found: Found, name: str, hits: list[Hit]) -> float:
    """Points of a class: its terms, words of one's own close by, and what unmakes it."""
    if not hits:
        return 0.0
    nearby = any(abs(own.place - hit.place) <= NEAR for own in found.hits.get("own", ()) for hit in hits)
    against = apart(found.hits.get(f"not_{name}", ()))
    return total(hits) + (OWN if nearby else 0.0) - total(against)


def total(hits: list[Hit]) -> float:
    return sum(hit.weight for hit in hits)


def apart(hits: Iterable[Hit]) -> list[Hit]:
    """The strongest hits that share no word: "allergic reaction" does not count as "allergic" too."""
    taken: set[int] = set()
    kept = []
    for hit in sorted(hits, key=lambda hit: -hit.weight):
        places = set(range(hit.place, hit.place + len(hit.words.split())))
        if not places & taken:
            taken |= places
            kept.append(hit)
    return kept


def words(hits: list[Hit]) -> str:
    return ", ".join(dict.fromkeys(hit.words for hit in hits[:MOST_WORDS]))


# How old a child is ----------------------------------------------------------------------------------------------

NUMBER = r"(?:\d|1[0-7])"
SPELT = (
    "ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|tretton|fjorton|femton|sexton|sjutton|to|fire|seks|syv|otte|åtte|ni|ti|"
    "elleve|fjorten|femten|seksten|sytten|fjortan|trettan|yksi|kaksi|kolmi|neli|viisi|kuusi|seitsen|kahdeksan|yhdeksän|kymmen|"
    "kymmenen|yksitoista|kaksitoista|kolmetoista|neljätoista|viisitoista|kuusitoista|seitsemäntoista|one|two|three|four|five|"
    "six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
)
CHILD = (
    r"(?:son|sonen|sønn|sønnen|søn|dotter|dottern|datter|datteren|dattera|dottera|pojke|pojken|flicka|flickan|gutt|gutten|guten|jente|jenta|"
    r"dreng|drengen|pige|pigen|barn|barnet|unge|ungen|barnbarn|barnebarn|lillebror|lillasyster|lillesøster|bror|kille|tjej|"
    r"poika|poikani|tyttö|tyttäreni|lapseni|lapsemme|lapsi|lapsenlapseni|veljeni|siskoni|daughter|boy|girl|child|kid|grandchild|"
    r"grandson|granddaughter|brother|sister)"
)
OWN_WORDS = r"(?:min|mitt|mit|mi|vår|vårt|vores|my|our)"
AGES: tuple[tuple[re.Pattern[str], float], ...] = (
    # "jag är 13", "olen 12", "he is 9"; "I'm 5 minutes away" is none
    (
        re.compile(
            rf"\b(?:jag är|jeg er|eg er|olen|oon|mä oon|i am|i'm|im|han är|hon är|han er|hun er|ho er|she is|he is|she's|he's|hän on|aged)"
            rf" {NUMBER}(?=\s*(?:år|v\b|vuot|-vuot|years|yrs|[.,!?)](?!\d)|och\b|og\b|ja\b|and\b|$))"
        ),
        2.0,
    ),
    (re.compile(rf"\b{CHILD}(?: {OWN_WORDS})?\W{{1,3}}(?:på |om |er |är |on |is |of |aged |age |about |rundt |cirka |typ ){{0,2}}(?:{NUMBER}|{SPELT})\b(?![.,]\d| ?(?:%|kr|euro|min|tim|h\b))"), 1.4),
    (re.compile(rf"\b(?:{NUMBER}|{SPELT})[ -]?(?:årig\w*|åring\w*|vuotia\w*|year[ -]olds?)\b"), 1.3),
    (re.compile(rf"\b{NUMBER} ?(?:år|v|yo)\b"), 0.7),
)  # fmt: skip


def aged(reading: Reading) -> Hit | None:
    """The age of a child, by the surest pattern that fits; 18 and older is none."""
    text = reading.plain.lower()
    for pattern, weight in AGES:
        if age := pattern.search(text):
            before = tokens(text[: age.start()])[0]
            return Hit("minors", weight, len(before), age[0].strip())
    return None

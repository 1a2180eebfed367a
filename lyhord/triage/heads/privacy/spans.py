"""A stretch of text, and the words around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

NEAR = 40  # characters
# A text with more look-alikes of one sort than this is a dump: it is private already, and each costs time.
CANDIDATES = 5_000

# Before a number, these say that it is no personal one, however well its digits fit.
NUMBERED_THINGS = (
    "order", "ordre", "tilausn", "tilausnum", "bestilling", "beställning", "ärende", "sak", "case", "ticket", "kolli", "sporing",
    "spårning", "tracking", "seuranta", "sending", "försändelse", "forsendelse", "ean", "imei", "ocr", "kid", "isbn", "artikel",
    "artikkel", "art.nr", "artnr", "serien", "serial", "sarjanum", "faktur", "invoice", "lasku", "viite", "reference", "org.nr",
    "orgnr", "org nr", "organisation", "y-tunnus", "cvr", "bankgiro", "plusgiro", "kundn", "kundenum", "customer n", "asiakasn",
    "customer id", "medlemsn", "jäsenn", "måler", "mätar", "mittari", "meter", "varenr", "varunr", "item", "model", "malli",
    "version", "produkt", "tuote", "product", "sn ", "s/n", "parcel", "paket", "pakke", "gtin", "referans", "konto", "avtal",
)  # fmt: skip


SENTENCE_END = re.compile(r"[?!;\n]|\. (?=[A-ZÅÄÖÆØ])")


@dataclass(frozen=True, slots=True)
class Span:
    type: str  # empty: looked like something and was not, so nothing else may be made of it
    start: int
    end: int

    def touches(self, other: "Span") -> bool:
        return self.start < other.end and other.start < self.end

    def as_line(self) -> dict[str, str | int]:
        return {"type": self.type, "start": self.start, "end": self.end}


def candidates(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return islice(pattern.finditer(text), CANDIDATES)


def before(text: str, start: int) -> str:
    return text[max(0, start - NEAR) : start].lower()


def around(text: str, start: int, end: int) -> str:
    return text[max(0, start - NEAR) : end + NEAR].lower()


def numbers_a_thing(text: str, start: int) -> bool:
    """Whether the words just before say order number, article, tracking and the like."""
    words = SENTENCE_END.split(text[max(0, start - 24) : start])[-1].lower()
    return any(thing in words for thing in NUMBERED_THINGS)


def luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0

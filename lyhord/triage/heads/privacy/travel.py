"""Booking codes and number plates: six or seven signs like any others, so that a word beside must name them."""

import re
from collections.abc import Iterator

from lyhord.triage.heads.privacy.spans import Span, around, before, candidates

CODE = re.compile(r"(?<![\w#@/.-])[A-Z0-9]{6}(?![\w]|[-/][A-Z0-9]|\.[\w])")
BOOKING = (
    "bokning", "boknr", "booking", "varaus", "varausk", "bestilling", "pnr", "biljett", "billett", "billet", "reservation", "reservasjon", "resa", "matka",
    "reise", "rejse", "flight", "flyg", "lento", "cabin", "hytt", "lippu", "ticket", "reference", "referanse", "viite", "ref ", "ref:", "ref.", "incheckning", "check in", "check-in", "innsjekk",
)  # fmt: skip
NOT_BOOKING = (
    "artikel",
    "artikkel",
    "tuote",
    "modell",
    "model",
    "malli",
    "serie",
    "sarja",
    "kampanj",
    "rabatt",
    "alennus",
    "promo",
    "discount",
    "wifi",
    "felkod",
    "error",
    "virhekoodi",
    "fejlkode",
    "feilkode",
)

PLATE = re.compile(
    r"(?<![\w-])(?:[A-HJ-PR-UW-Z]{3} ?[0-9]{2}[0-9A-NP-Z]|[A-ZÅÄÖ]{2,3}-[1-9][0-9]{0,2}|[A-Z]{2} ?[0-9]{5}|[A-Z]{2} ?[0-9]{2} [0-9]{3})(?![\w]|-[\w])"
)
VEHICLES = (
    "bil", "auto", "reg", "plate", "plåt", "skylt", "kjennemerke", "skilt", "nummerpl", "rekisteri", "rekkari", "rekkar", "kilpi", "kilve", "kilpe", "kjøretøy", "køretøj", "fordon", "car", "van",
    "vehicle", "parker", "parkki", "parki", "pysäköin", "p-bot", "p-böter", "p-avgift", "bot på", "böter", "bøde", "bøter", "sakko", "sakon", "trängsel", "bompenge", "bom", "bomavgift", "vej", "towed", "hinaus", "hinat", "borttaue", "tauet", "bogser", "verkstad", "verksted", "huolto", "huolla", "taxi", "taksi",
    "lastbil", "truck", "moped", "mc ", "motorcy", "garage", "däck", "dekk", "ladd", "lataus", "besikt", "katsastus", "drivstoff", "tank", "toll",
    "körde", "kjørte", "kørte", "ajoi", "drove", "driver", "kuski", "sjåfør", "chaufför", "buss", "fører", "trailer", "volvo", "tesla", "toyota", "färja", "ferje", "färjan", "lautta", "lautalle",
)  # fmt: skip
THINGS = (
    "malli",
    "modell",
    "model",
    "artikel",
    "artikkel",
    "tuote",
    "vara ",
    "varenr",
    "flight",
    "flyg",
    "fly ",
    "lento",
    "order",
    "ordre",
    "koodi",
    "kod ",
    "kode",
    "product",
    "produkt",
    "art.",
)


def booking_codes(text: str, language: str) -> Iterator[Span]:
    for found in candidates(CODE, text):
        code = found.group()
        letters = sum(map(str.isalpha, code))
        if not letters:
            continue
        near = around(text, found.start(), found.end())
        if any(word in before(text, found.start())[-20:] for word in NOT_BOOKING):
            continue
        if letters == 6 and is_word(text, found):
            continue
        beside = before(text, found.start())[-14:] if letters == 1 else near
        if any(word in beside for word in BOOKING):
            yield Span("booking_ref", found.start(), found.end())


def is_word(text: str, found: re.Match[str]) -> bool:
    """Six capitals are a code only in a text that is not written in capitals, and not with the vowels of a word."""
    sides = text[max(0, found.start() - 12) : found.start()] + text[found.end() : found.end() + 12]
    shouted = sum(map(str.isupper, sides)) > 4
    vowels = sum(letter in "AEIOUYÅÄÖ" for letter in found.group())
    return shouted or 2 <= vowels <= 4


def plates(text: str, language: str) -> Iterator[Span]:
    for found in candidates(PLATE, text):
        near = around(text, found.start(), found.end()).replace(found.group().lower(), " ")
        if any(word in before(text, found.start())[-12:] for word in THINGS):
            continue
        if any(word in near for word in VEHICLES):
            yield Span("vehicle_plate", found.start(), found.end())

"""National identification numbers of Sweden, Finland, Norway and Denmark."""

import re
from collections.abc import Iterator

from lyhord.triage.heads.privacy.spans import Span, around, candidates, luhn, numbers_a_thing

TYPE = "national_id"

SWEDISH = re.compile(
    r"(?<![\w+.–-])(?:18|19|20)?[0-9]{2}[01][0-9][0-9]{2}(?:[-+–] ?| )?[0-9]{4}(?![\w]|[-–][0-9])", re.ASCII
)
FINNISH = re.compile(
    r"(?<![\w-])([0-3][0-9][01][0-9][0-9]{2})([-+ABCDEFUVWXYabcdefuvwxy])([0-9]{3})([0-9A-Ya-y])(?![\w-])"
)
NORWEGIAN = re.compile(r"(?<![\w+.-])([0-9]{6}) ?([0-9]{5})(?![\w]|-[0-9])")
DANISH = re.compile(r"(?<![\w+.-])([0-3][0-9])([01][0-9])([0-9]{2})([- –]?)([0-9]{4})(?![\w]|-[0-9])")

FINNISH_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
NORWEGIAN_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
NORWEGIAN_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

DANISH_WORDS = (
    "cpr",
    "personnummer",
    "personnr",
    "person nr",
    "sundhedskort",
    "mitid",
    "danish id",
    "personal number",
    "id number",
    "identity number",
)
SWEDISH_WORDS = ("personnummer", "personnr", "pnr", "samordning", "född", "person nr", "swedish id", "persnr")


def identifiers(text: str, language: str) -> Iterator[Span]:
    for finder in (finnish, swedish, norwegian, danish):
        yield from finder(text, language)


def is_day(day: int, month: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= DAYS[month - 1]


def finnish(text: str, language: str) -> Iterator[Span]:
    for found in candidates(FINNISH, text):
        date, _, individual, check = found.groups()
        if not is_day(int(date[:2]), int(date[2:4])) or int(individual) < 2:
            continue
        if FINNISH_CHECK[int(date + individual) % 31] == check.upper():
            yield Span(TYPE, found.start(), found.end())


def swedish(text: str, language: str) -> Iterator[Span]:
    for found in candidates(SWEDISH, text):
        digits = re.sub(r"\D", "", found.group())
        ten = digits[-10:]
        day = int(ten[4:6])
        # A coordination number has its day raised by 60.
        if not is_day(day - 60 if day > 60 else day, int(ten[2:4])) or not luhn(ten):
            continue
        if has_sign(found.group()) or len(digits) == 12 or not numbers_a_thing(text, found.start()):
            if " " in found.group() and not said(text, found, SWEDISH_WORDS) and language not in {"sv", "fi"}:
                continue
            yield Span(TYPE, found.start(), found.end())


def has_sign(written: str) -> bool:
    return any(sign in written for sign in "-+–")


def norwegian(text: str, language: str) -> Iterator[Span]:
    for found in candidates(NORWEGIAN, text):
        if is_norwegian(found[1] + found[2]):
            yield Span(TYPE, found.start(), found.end())
        elif language not in {"en", "und"}:  # where telephone numbers have no eleven digits
            yield Span("", found.start(), found.end())


def is_norwegian(eleven: str) -> bool:
    """D-numbers have day + 40, synthetic and help numbers month + 40, + 65 or + 80."""
    digits = [int(digit) for digit in eleven]
    day, month = int(eleven[:2]), int(eleven[2:4])
    day -= 40 if day > 40 else 0
    month -= next((raised for raised in (80, 65, 40) if month > raised), 0)
    if not is_day(day, month):
        return False
    first = -sum(map(int.__mul__, NORWEGIAN_FIRST, digits)) % 11
    second = -sum(map(int.__mul__, NORWEGIAN_SECOND, digits)) % 11
    return (first, second) == (digits[9], digits[10])


def danish(text: str, language: str) -> Iterator[Span]:
    """Only the date can be checked: the modulus 11 rule has been given up since 2007."""
    for found in candidates(DANISH, text):
        day, month, _, sign, _ = found.groups()
        if not is_day(int(day), int(month)):
            continue
        named = said(text, found, DANISH_WORDS)
        plain = language in {"da", "und", "en"} and not numbers_a_thing(text, found.start())
        if named or (plain and sign in {"-", "–"}):
            yield Span(TYPE, found.start(), found.end())


def said(text: str, found: re.Match[str], words: tuple[str, ...]) -> bool:
    near = around(text, found.start(), found.end())
    return any(word in near for word in words)

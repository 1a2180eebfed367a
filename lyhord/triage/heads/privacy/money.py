"""Payment cards and account numbers."""

import re
from collections.abc import Iterator

from lyhord.triage.heads.privacy.spans import Span, before, candidates, luhn

CARD = re.compile(
    r"(?<![\w+.-])(?:[0-9]{4}([ .-])[0-9]{4}\1[0-9]{4}\1[0-9]{1,4}(?:\1[0-9]{1,3})?|[0-9]{4}([ -])[0-9]{6}\2[0-9]{4,5}|[0-9]{13,19})(?![\w]|[-.][0-9])"
)
IBAN = re.compile(r"(?<![\w])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,32}")
NOT_CARDS = (
    "ean",
    "imei",
    "kid",
    "ocr",
    "gtin",
    "kolli",
    "sporing",
    "tracking",
    "spårning",
    "seuranta",
    "isbn",
    "viite",
)

# Lengths of the countries whose accounts our customers use (registry of ISO 13616).
LENGTHS = {
    "SE": 24, "FI": 18, "NO": 15, "DK": 18, "GB": 22, "DE": 22, "EE": 20, "LV": 21, "LT": 20, "PL": 28, "NL": 18, "BE": 16, "FR": 27,
    "ES": 24, "IT": 27, "PT": 25, "IE": 22, "AT": 20, "CH": 21, "IS": 26, "FO": 18, "GL": 18, "LU": 20, "CZ": 24, "SK": 24, "HU": 28,
    "RO": 24, "BG": 22, "GR": 27, "HR": 21, "SI": 19, "MT": 31, "CY": 28, "UA": 29, "TR": 26, "LI": 21, "MC": 27, "RS": 22, "AX": 18,
}  # fmt: skip

# First digits and lengths of the schemes.
SCHEMES = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
    r"|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|6(?:011|4[4-9][0-9]|5[0-9]{2})[0-9]{12}|35(?:2[89]|[3-8][0-9])[0-9]{12}"
    r"|(?:50|5[6-9]|6[0-9])[0-9]{14}(?:[0-9]{2,3})?"
)


def cards(text: str, language: str) -> Iterator[Span]:
    for found in candidates(CARD, text):
        digits = "".join(filter(str.isdigit, found.group()))
        named = before(text, found.start())[-20:]
        is_card = SCHEMES.fullmatch(digits) and luhn(digits) and not any(word in named for word in NOT_CARDS)
        yield Span("payment_card" if is_card else "", found.start(), found.end())


def ibans(text: str, language: str) -> Iterator[Span]:
    """Words that follow an account number look like more of it: the country says where it ends."""
    for found in candidates(IBAN, text):
        written = found.group()
        length = LENGTHS.get(written[:2].upper())
        if not length:
            continue
        end = place_of(written, length)
        if not end:
            if sum(map(str.isdigit, written)) > 10:
                yield Span("", found.start(), found.end())
            continue
        after = text[found.start() + end : found.start() + end + 1]
        valid = mod97(written[:end]) and not after.isalnum()
        yield Span("iban" if valid else "", found.start(), found.start() + end)


def place_of(written: str, count: int) -> int:
    """Where the first `count` letters and digits end; 0 if there are fewer."""
    for place, character in enumerate(written):
        count -= character.isalnum()
        if not count:
            return place + 1
    return 0


def mod97(written: str) -> bool:
    plain = "".join(filter(str.isalnum, written)).upper()
    moved = plain[4:] + plain[:4]
    return int("".join(str(int(character, 36)) for character in moved)) % 97 == 1

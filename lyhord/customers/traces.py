"""What people tell of themselves by the way: addresses, numbers, bookings, pages. Plain values, every pattern bounded."""

import regex

LONGEST = 4_000  # characters of a text that are looked at
MOST = 5  # of each kind from one text

MAIL = regex.compile(
    r"(?<![\w.+@-])[\w](?:[\w.+-]{0,62}[\w])?@[\w](?:[\w-]{0,62})(?:\.[\w-]{1,62}){1,4}(?!@)"
)
PHONE = regex.compile(r"(?<![\w+@./-])(?:\+|00|0)[1-9](?:[ \-–.()/]?[0-9]){6,13}(?![\w@-])")
EIGHT = regex.compile(r"(?<![\w+@./-])[2-9][0-9](?: ?[0-9]){6}(?![\w@-])")
CALLING = regex.compile(
    r"\b(?:ring|tel|tlf|tfn|mob|puh|soit|call|phone|nå mig|når mig|ta kontakt)\p{L}*", regex.IGNORECASE
)
DATE = regex.compile(r"(?:19|20)\d\d[-./ ]?[01]\d[-./ ]?[0-3]\d|[0-3]?\d[-./][01]?\d[-./](?:19|20)?\d\d")
BOOKING = regex.compile(
    r"\b(?:bokning|boknings|order|tilaus|varaus|bestilling|bestillings|ordre|booking|biljett|billett|billet|ticket|ärende|sak|sags|ref|reference)\p{L}{0,10}"
    r"[ :#.-]{0,3}(?:nummer|numret|nr|numero|number|no|kod|kode|koodi|code|id)?[ :#.-]{0,4}([A-Z0-9][A-Z0-9-]{4,13})(?![\w@])",
    regex.IGNORECASE,
)
LINK = regex.compile(r"https?://[^\s<>\"'()\[\]]{4,300}", regex.IGNORECASE)
CODES = ("358", "354", "298", "46", "47", "45", "44", "49", "1")
NO_HANDLE = frozenset(
    "admin info kontakt support anonym anonymous user guest bruker käyttäjä vieras gäst".split()
)


def mails(text: str) -> list[str]:
    """In lower case. A handle of the Fediverse (@name@server) is none."""
    found = (match.group().casefold().rstrip(".") for match in MAIL.finditer(text[:LONGEST]))
    return list(dict.fromkeys(found))[:MOST]


def phones(text: str) -> list[str]:
    """Significant digits, without the code of the country and the leading nought."""
    text = text[:LONGEST]
    found = [
        digits
        for match in PHONE.finditer(text)
        if not DATE.search(match.group()) and (digits := significant(match.group()))
    ]
    for match in EIGHT.finditer(text):
        # Eight digits are many things; here they must be called a number to ring.
        if CALLING.search(text[max(0, match.start() - 40) : match.start()]) and not DATE.search(
            match.group()
        ):
            found.append(regex.sub(r"\D", "", match.group()))
    return list(dict.fromkeys(found))[:MOST]


def significant(written: str) -> str:
    """`+46 (0)70-123 45 67` and `070 123 45 67` are 701234567; "" for what is no telephone number."""
    digits = regex.sub(r"\D", "", regex.sub(r"\(0\)", "", written))
    is_international = written.lstrip().startswith(("+", "00"))
    if is_international:
        digits = digits.removeprefix("00")
        code = next((code for code in CODES if digits.startswith(code)), "")
        digits = digits.removeprefix(code)
    digits = digits.lstrip("0")
    return digits if 7 <= len(digits) <= 12 else ""


def bookings(text: str) -> list[str]:
    """Numbers of bookings, orders and tickets that are called so."""
    found = (match.group(1).upper().strip("-") for match in BOOKING.finditer(text[:LONGEST]))
    return list(dict.fromkeys(code for code in found if sum(sign.isdigit() for sign in code) >= 2))[:MOST]


def links(text: str) -> list[str]:
    """Addresses that could be somebody's page: short ones, without a query."""
    found = (page(match.group()) for match in LINK.finditer(text[:LONGEST]))
    return list(dict.fromkeys(one for one in found if one))[:MOST]


def page(address: str) -> str:
    """An address in the form that two spellings of it share; "" where it is no page of a person."""
    bare = regex.sub(r"^https?://(?:www\.|m\.)?", "", address.strip().casefold()).rstrip("/.,;:!?")
    if "?" in bare or "#" in bare or bare.count("/") > 2 or "." not in bare.partition("/")[0]:
        return ""
    return bare[:200]


def handle(written: str) -> str:
    """The part of a handle that people keep from network to network; "" for what says nothing."""
    bare = regex.sub(r"[._\-\s]", "", written.strip().removeprefix("@").partition("@")[0].casefold())
    return bare if len(bare) >= 5 and bare not in NO_HANDLE and not bare.isdigit() else ""


def masked(kind: str, value: str) -> str:
    """Enough to check by, too little to use: it may have been told in private."""
    if kind == "mail":
        local, _, domain = value.partition("@")
        return f"{local[:1]}…@{domain}"
    if kind in {"phone", "booking"}:
        return f"…{value[-3:]}"
    return value

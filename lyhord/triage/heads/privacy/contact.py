"""Telephone numbers and mail addresses of persons, not of companies."""

import re
from collections.abc import Iterator

from lyhord.triage.heads.privacy.spans import Span, around, candidates, numbers_a_thing

AT = re.compile("@")
MAIL_BEFORE = re.compile(r"[^\W_](?:[\w.+-]{0,62}[\w+-])?$")
MAIL_AFTER = re.compile(r"[^\W_](?:[\w-]{0,62})(?:\.[\w-]{1,62}){1,5}")
OF_COMPANIES = re.compile(
    r"(?:kund|customer|asiakas|support|tuki|info|post|hello|hei|hej|moi|help|hj[aeä]lp|contact|kontakt|no-?reply|do-?not-?reply|service"
    r"|sales|salg|myynti|försäljning|faktur|invoice|lasku|billing|order|tilau|press|presse|media|palaute|feedback|booking|bokning"
    r"|varau|admin|office|toimisto|reception|resepsjon|hr|jobb?|rekry|career|security|privacy|gdpr|dpo|personvern|tietosuoja|web|mail"
    r"|team|abuse|klag|reklam|retur|refund|kirjaamo|registrator|marketing|butik|kauppa|shop)[\w]*"
)

GAP = r"[ \-–./]?"
INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9][0-9]{0,2}(?: ?\(0\))?(?:[ \-–.]?\(?[0-9]\)?){6,12}(?![\w]|[-–.][0-9])"
)
SWEDISH = re.compile(
    rf"(?<![\w+.–-])(?:07[02369][0-9]?{GAP}[0-9](?:[ \-–]?[0-9]){{5,7}}|0[1-689][0-9]{{0,2}}[-–/][1-9](?: ?[0-9]){{4,7}})(?![\w]|[-–.][0-9])"
)
FINNISH = re.compile(
    r"(?<![\w+.–-])(?:04[0-9]|050|0[23568][0-9]?|09|01[3-9])[ -]?[0-9](?:[ -]?[0-9]){4,7}(?![\w]|[-–.][0-9])"
)
EIGHT = re.compile(
    r"(?<![\w+.,–-])[2-9][0-9](?:[0-9] [0-9]{2} [0-9]{3}| [0-9]{2} [0-9]{2} [0-9]{2}|[0-9]{6}| [0-9]{6})(?![\w]|[-–.:][0-9]| [0-9])"
)
BRITISH = re.compile(r"(?<![\w+.–-])\(?0[127][0-9]{2,4}\)?[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}(?![\w]|[-–.][0-9])")
AMERICAN = re.compile(r"(?<![\w+.–-])\(?[2-9][0-9]{2}\)?[ -][2-9][0-9]{2}[ -][0-9]{4}(?![\w]|[-–.][0-9])")

# First digits, in national form, of numbers that only companies have.
COMPANIES = {
    "sv": ("0771", "0770", "077", "020", "0200", "010", "0900", "0939", "0944", "112", "114"),
    "fi": (
        "0800",
        "0600",
        "0700",
        "0200",
        "0206",
        "020",
        "010",
        "029",
        "030",
        "071",
        "073",
        "075",
        "0100",
        "0300",
    ),
    "nb": ("8", "02", "03", "04", "05", "06", "07", "09", "116"),
    "da": ("70", "80", "90"),
    "en": ("0800", "0808", "084", "087", "03", "09"),
}
CODES = {"46": "sv", "358": "fi", "47": "nb", "45": "da", "44": "en"}
CALLING = (
    "ring", "tel", "tlf", "tfn", "mob", "puh", "numer", "nummer", "number", "call", "phone", "soit", "sms", "text me", "whatsapp", "nå mig",
    "når mig", "når mej", "nås på", "nåes", "nås", "treffes", "tavoit", "reach", "kontakt", "contact", "vipps", "swish", "mobilepay", "luuri", "kännyk",
    "tekst", "mobil", "hör av", "svarar på", "på 0", "nr",
)  # fmt: skip
OFFICE = (
    "sentralbord",
    "växel",
    "vaihde",
    "switchboard",
    "omstilling",
    "hovednummer",
    "kundeservice på",
    "kundtjänst på",
    "asiakaspalvelun numero",
    "deres nummer",
    "ert nummer",
    "jeres nummer",
    "your number",
    "teidän numero",
)


def emails(text: str, language: str) -> Iterator[Span]:
    for sign in candidates(AT, text):
        place = sign.start()
        local = MAIL_BEFORE.search(text[max(0, place - 64) : place])
        domain = MAIL_AFTER.match(text, place + 1, place + 320)
        start = place - len(local.group()) if local else place
        # A handle of the Fediverse (@name@server) is a name, not a mail address.
        if local and domain and text[start - 1 : start] != "@":
            end = domain.end()
            of_company = OF_COMPANIES.match(local.group().lower())
            is_role = of_company and of_company.end() >= len(re.split(r"[.+]", local.group())[0])
            yield Span("" if is_role else "email", start, end)


def phones(text: str, language: str) -> Iterator[Span]:
    country = {"nn": "nb"}.get(language, language)
    for finder in (international, national, eight_digits):
        yield from finder(text, country)


def span(text: str, start: int, end: int, country: str, digits: str) -> Span:
    company = digits.startswith(COMPANIES.get(country, ())) or any(
        word in around(text, start, start) for word in OFFICE
    )
    return Span("" if company else "phone", start, end)


def international(text: str, country: str) -> Iterator[Span]:
    for found in candidates(INTERNATIONAL, text):
        digits = re.sub(r"\(0\)|\D", "", found.group())
        digits = digits[2:] if found.group().startswith("00") else digits
        code = next((digits[:n] for n in (2, 3) if digits[:n] in CODES), "")
        if not 8 <= len(digits) <= 15 or (found.group().startswith("00") and not code):
            continue
        of = CODES.get(code, "")
        inland = digits[len(code) :]
        yield span(text, found.start(), found.end(), of, inland if of in {"nb", "da"} else "0" + inland)


def national(text: str, country: str) -> Iterator[Span]:
    patterns = {
        "sv": (SWEDISH,),
        "fi": (FINNISH, SWEDISH),
        "en": (BRITISH, AMERICAN, SWEDISH, FINNISH),
        "und": (SWEDISH, FINNISH, BRITISH),
    }
    for pattern in patterns.get(country, (SWEDISH, FINNISH)):
        for found in candidates(pattern, text):
            digits = re.sub(r"\D", "", found.group())
            if not 8 <= len(digits) <= 11 or (
                pattern is not AMERICAN and numbers_a_thing(text, found.start())
            ):
                continue
            if pattern is FINNISH and not digits.startswith(("04", "05")) and not is_called(text, found):
                continue
            home = {SWEDISH: "sv", FINNISH: "fi", BRITISH: "en"}.get(pattern, "")
            yield span(text, found.start(), found.end(), home, digits)


def eight_digits(text: str, country: str) -> Iterator[Span]:
    """Norwegian and Danish numbers look like many others: they must be grouped or called a number."""
    for found in candidates(EIGHT, text):
        digits = found.group().replace(" ", "")
        if numbers_a_thing(text, found.start()) or looks_like_date(digits):
            continue
        grouped = " " in found.group() and country in {"nb", "da"}
        if grouped or is_called(text, found):
            yield span(text, found.start(), found.end(), country if country == "nb" else "da", digits)


def is_called(text: str, found: re.Match[str]) -> bool:
    near = text[max(0, found.start() - 30) : found.end() + 12].lower()
    return any(word in near for word in CALLING)


def looks_like_date(digits: str) -> bool:
    return (
        digits.startswith(("19", "20")) and digits[4:6] <= "12" and digits[6:] <= "31" and digits[4:6] != "00"
    )

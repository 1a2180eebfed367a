"""The columns of a call log by the names that exchanges and people give them, in five languages. Pure."""

import re
from collections.abc import Mapping

from lyhord.connectors.phone import numbers

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "call id", "uniqueid", "samtals id", "puhelun tunnus", "samtale id", "opkalds id"),
    "at": (
        "at", "time", "date", "start", "start time", "started", "calldate", "datetime", "tid", "tidpunkt", "datum", "starttid",
        "aika", "alkuaika", "päivämäärä", "tidspunkt", "dato", "starttidspunkt",
    ),
    "number": (
        "number", "phone", "phone number", "customer", "customer number", "nummer", "telefon", "telefonnummer", "kundnummer",
        "numero", "puhelinnumero", "puhelin", "asiakkaan numero", "kundens nummer",
    ),
    "caller": ("from", "caller", "src", "source", "caller number", "calling", "från", "uppringande", "soittaja", "fra", "ringer"),
    "called": ("to", "called", "dst", "destination", "callee", "till", "uppringd", "vastaanottaja", "til", "kaldt"),
    "direction": ("direction", "riktning", "suunta", "retning", "type", "typ", "tyyppi"),
    "duration": (
        "duration", "seconds", "length", "billsec", "talk time", "längd", "samtalstid", "varaktighet", "kesto", "varighet", "lengde",
        "længde",
    ),
    "answered_by": ("answered by", "agent", "user", "operator", "besvarat av", "agentti", "vastaaja", "besvart av", "besvaret af"),
    "outcome": (
        "outcome", "result", "status", "disposition", "resultat", "utfall", "tulos", "tila", "utfald",
    ),
    "text": ("text", "note", "notes", "comment", "anteckning", "kommentar", "muistiinpano", "kommentti", "notat"),
    "name": ("name", "caller name", "customer name", "clid", "namn", "kundnamn", "nimi", "navn"),
}  # fmt: skip
OUTWARD = frozenset(
    {
        "out",
        "outbound",
        "outgoing",
        "ut",
        "utgående",
        "utringt",
        "lähtevä",
        "ulos",
        "utgaende",
        "udgående",
        "ud",
    }
)
INWARD = frozenset(
    {
        "in",
        "inbound",
        "incoming",
        "ingående",
        "inkommande",
        "saapuva",
        "innkommende",
        "indgående",
        "ind",
        "inn",
    }
)
GAPS = re.compile(r"[\s_\-]+")


def found(header: list[str]) -> dict[str, int]:
    """Which of our columns stands where; the first of two that mean the same counts."""
    places: dict[str, int] = {}
    for place, cell in enumerate(header[:200]):
        name = GAPS.sub(" ", cell.strip().casefold())
        meaning = next((each for each, names in NAMES.items() if name in names), None)
        if meaning is not None:
            places.setdefault(meaning, place)
    return places


def is_inbound(cells: Mapping[str, str], line: str, country: str) -> bool:
    """By the column that says so; else by who called whom; a call is to us where nothing tells."""
    told = cells.get("direction", "").strip().casefold()
    if told in OUTWARD:
        return False
    if told in INWARD or not line:
        return True
    return numbers.normal(cells.get("caller", ""), country) != line

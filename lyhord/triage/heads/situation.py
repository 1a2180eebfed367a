"""Where the customer is and what they try to do, in one line; and the names, links, times and places of the text."""

import re
from dataclasses import dataclass

from lyhord.triage.reading import Reading

LONGEST = 120

SENTENCE = re.compile(r"[^.!?\n]{1,400}[.!?]?")
TIME = re.compile(
    r"(?<![\w.:/-])(?:kl\.? ?|klo ?)?(?:[01]?[0-9]|2[0-3])[.:][0-5][0-9](?![\w]|[.:/-][0-9])|(?<![\w])(?:kl\.? ?|klo ?)(?:[01]?[0-9]|2[0-3])(?![\w]|[.:][0-9])"
)
ROUTE = re.compile(r"([A-ZÅÄÖÆØ][\wåäöæøé-]{1,30})\s?(?:->|→|=>|–|-)\s?([A-ZÅÄÖÆØ][\wåäöæøé-]{1,30})")
SPOT = re.compile(
    r"(?<![\w])(?:vagn|vogn|vaunu|carriage|coach|plats|plass|plads|sete|sæde|paikka|seat|spår|spor|raide|platform|gate|portti|hytt|lugar|kahyt|hytti|cabin|laituri|perrong|perron|linje|linja|line|buss|bus|bussi)"
    r"\w{0,3} [0-9]{1,4}[A-Z]?(?![\w])",
    re.IGNORECASE,
)
TOWARDS = re.compile(
    r"(?<![\w])(?:i|på|till|från|mot|via|vid|til|fra|mod|ved|in|at|to|from|near|towards) ((?:[A-ZÅÄÖÆØ][\wåäöæøé-]{2,30})(?: (?:[A-ZÅÄÖÆØ][\wåäöæøé-]{2,30}|[CSN](?![\w])))?)"
)
FINNISH_PLACE = re.compile(
    r"(?<=[\wåäö,] )([A-ZÅÄÖ][a-zåäö-]{2,30}(?:ssa|ssä|sta|stä|lla|llä|lta|ltä|lle|seen|aan|ään|een|iin|oon|uun|hin))(?![\w])"
)

WHERE = re.compile(
    r"(?<![\w])(?:jag (?:är|står|sitter|har varit|ska|skall|väntar|försöker|håller på|befinner)|(?:står|sitter|väntar|fast|strandad\w*|sitt|är) (?:på|i|vid|här|utanför|och)"
    r"|jeg (?:er|står|sitter|sidder|venter|prøver|forsøger|holder|skal)|eg (?:er|står|sit|ventar|prøver|skal)|(?:står|sitter|sidder|venter) (?:på|i|ved|her|uden|uten|fast)"
    r"|olen|olemme|oon|seison|seisomme|istun|istumme|odotan|odotamme|yritän|olen menossa|matkalla|jumissa"
    r"|i(?:'m| am|’m) (?:at|on|in|standing|sitting|waiting|stuck|trying|outside|here|about)|we(?:'re| are|’re) (?:at|on|in|standing|sitting|waiting|stuck|trying|outside|here)"
    r"|(?:standing|sitting|waiting|stuck|stranded) (?:at|on|in|outside|here|for))(?![\w])",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Situation:
    line: str  # empty: the text does not say
    mentions: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def judge(reading: Reading) -> Situation:
    plain = reading.plain
    return Situation(
        line=whereabouts(plain),
        mentions=reading.mentions,
        hashtags=reading.hashtags,
        links=reading.links,
        times=unique(TIME.findall(plain)) if any(map(str.isdigit, plain)) else (),
        places=places(plain),
    )


def whereabouts(plain: str) -> str:
    """The first sentence in which the writer says where they stand or what they are about."""
    found = WHERE.search(plain)
    if not found:
        return ""
    start = max((plain.rfind(sign, 0, found.start()) for sign in ".!?\n"), default=-1) + 1
    sentence = SENTENCE.match(plain, start)
    line = " ".join((sentence.group() if sentence else plain[start:]).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def places(plain: str) -> tuple[str, ...]:
    routes = [name for pair in ROUTE.findall(plain) for name in pair]
    spots = [found.group() for found in SPOT.finditer(plain)]
    return unique([*routes, *spots, *TOWARDS.findall(plain), *FINNISH_PLACE.findall(plain)])


def unique(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))

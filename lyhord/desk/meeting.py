"""What a writer should know before a reply leaves, decided on plain values: wishes it does not meet, answers that differ."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from lyhord.customers import wishing
from lyhord.triage import reading
from lyhord.triage.heads import language as languages

MAIL = frozenset({"mail", "webform"})  # connectors whose words reach her by mail
SURE = 0.6  # from which on a language is believed to be another than wished
FEWEST_WORDS = 4
PLAIN_WORDS = 90  # more than one screen of a telephone
PLAIN_SENTENCE = 22  # words, the mean


@dataclass(frozen=True, slots=True)
class Wished:
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that these words, sent this way, do not meet."""

    code: str  # language | channel | private | call | topic | plain
    value: str
    found: str = ""


def unmet(wishes: Iterable[Wished], text: str, *, connector: str, is_public: bool) -> list[Unmet]:
    """What stands against sending `text` so. Empty text: only what the way itself does not meet."""
    return [found for wish in wishes for found in of_wish(wish, text, connector, is_public)]


def of_wish(wish: Wished, text: str, connector: str, is_public: bool) -> Iterator[Unmet]:
    if wish.kind == "channel":
        yield from of_channel(wish.value, connector, is_public)
    elif wish.kind == "language":
        yield from of_language(wish.value, text)
    elif wish.kind == "topic" and wishing.speaks_of(text, wish.value):
        yield Unmet("topic", wish.value)
    elif (wish.kind, wish.value) in {("call", "never"), ("access", "hearing")} and wishing.offers_call(text):
        yield Unmet("call", wish.value)
    elif wish.kind == "access" and wish.value in {"reading", "plain"} and is_heavy(text):
        yield Unmet("plain", wish.value)


def of_channel(value: str, connector: str, is_public: bool) -> Iterator[Unmet]:
    if value in {"mail", "phone"} and not (value == "mail" and connector in MAIL):
        yield Unmet("channel", value)
    elif value == "private" and is_public:
        yield Unmet("private", value)


def of_language(value: str, text: str) -> Iterator[Unmet]:
    if len(text.split()) < FEWEST_WORDS:
        return
    judged = languages.judge(reading.read(text))
    same = {"nn": "nb"}
    if (
        judged.code != "und"
        and judged.confidence >= SURE
        and same.get(judged.code, judged.code) != same.get(value, value)
    ):
        yield Unmet("language", value, judged.code)


def is_heavy(text: str) -> bool:
    words = text.split()
    sentences = [one for one in regex.split(r"[.!?\n]+", text) if one.strip()]
    return len(words) > PLAIN_WORDS or bool(sentences and len(words) / len(sentences) > PLAIN_SENTENCE)


# Two answers to one question -------------------------------------------------------------------------------------

UNITS: dict[str, str] = {
    "days": r"(?:arbets|vardag|virka|virke|working |business )?(?:dagar|dag|päivä\p{L}*|arkipäivä\p{L}*|dager|dage|days?)",
    "weeks": r"(?:veck\p{L}+|viik\p{L}+|uker?|uger?|weeks?)",
    "hours": r"(?:timm\p{L}+|tunti\p{L}*|tunnin|timer?|hours?|h)",
    "minutes": r"(?:minut\p{L}*|min|minuuttia)",
    "money": r"(?:kr|kronor|kroner|sek|nok|dkk|€|eur|euroa?|euro)",
    "percent": r"(?:%|procent|prosent\p{L}*|percent)",
}
AMOUNTS = {
    unit: regex.compile(rf"(?<![\w.,])(\d{{1,6}}(?:[ .,]\d{{1,3}})?)\s?{words}(?!\p{{L}})", regex.IGNORECASE)
    for unit, words in UNITS.items()
}
CLOCK = regex.compile(r"(?<![\d.:])([01]?\d|2[0-3])[:.]([0-5]\d)(?![\d.:])")
YES = regex.compile(r"^\W*(?:ja|jo|kyllä|joo|yes)\b", regex.IGNORECASE)
NO = regex.compile(
    r"^\W*(?:nej|nei|ei|no|tyvärr|valitettavasti|dessverre|desværre|unfortunately|sorry)\b", regex.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Difference:
    what: str  # a unit, "clock" or "yes"
    one: str
    other: str


def differences(one: str, other: str) -> list[Difference]:
    """Where two answers to the same question say otherwise: amounts of one unit, times of day, yes and no."""
    found = []
    for unit, pattern in AMOUNTS.items():
        mine, theirs = amounts(pattern, one), amounts(pattern, other)
        if mine and theirs and not mine & theirs:
            found.append(Difference(unit, ", ".join(sorted(mine)), ", ".join(sorted(theirs))))
    mine, theirs = clocks(one), clocks(other)
    if mine and theirs and not mine & theirs:
        found.append(Difference("clock", ", ".join(sorted(mine)), ", ".join(sorted(theirs))))
    if (YES.search(one) and NO.search(other)) or (NO.search(one) and YES.search(other)):
        found.append(
            Difference("yes", one.split(maxsplit=1)[0].strip(".,!"), other.split(maxsplit=1)[0].strip(".,!"))
        )
    return found


def amounts(pattern: "regex.Pattern[str]", text: str) -> set[str]:
    return {
        regex.sub(r"[ .](?=\d{3}\b)", "", match.group(1)).replace(",", ".")
        for match in pattern.finditer(text[:2_000])
    }


def clocks(text: str) -> set[str]:
    return {f"{int(match.group(1)):02}:{match.group(2)}" for match in CLOCK.finditer(text[:2_000])}

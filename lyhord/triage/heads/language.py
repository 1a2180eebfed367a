"""Which language a post is written in."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import eldc

from lyhord.lib.text import N_
from lyhord.triage.reading import Reading
from lyhord.triage.reasons import Reason

NEAR = frozenset({"sv", "no", "da", "fi", "en"})  # as the detector calls them
EMOJI = re.compile(r"[\u2190-\u2bff\U0001f000-\U000e007f]+")

# Below this no detector is to be trusted (measured 2026-11: 0.62 on single Norwegian words).
FEWEST_WORDS = 3
# A foreign language is believed only where there is some text of it.
FEWEST_FOREIGN_WORDS = 5
ENOUGH_BYTES = 1_000  # eldc itself reads no further

NYNORSK = frozenset(
    "eg ikkje korleis kva kven kvifor kvar dei ho noko nokon nokre frå berre mykje meir dykk dykkar me vere vore vart"
    " eit ein gong sjølv kjem veit no då nokon heile mellom saman òg skulle måtte alle desse dersom bruker"
    " fleire fyrst sidan ikkje seier gjer blei blir sia ville skal heime åleine løn skule tek ser saka eigen eiga".split()
) - frozenset("alle skulle måtte bruker ville skal blir ser me ein no då blei".split())
BOKMAL = frozenset(
    "jeg ikke hvordan hva hvem hvorfor hvor de hun noe noen fra bare mye mer dere deres være vært ble et en gang selv"
    " kommer vet nå hele mellom sammen også flere først siden sier gjør hjemme alene lønn skole egen".split()
)


@dataclass(frozen=True, slots=True)
class Language:
    code: str
    confidence: float
    reasons: tuple[Reason, ...] = ()


@cache
def detectors() -> tuple[Any, Any]:
    """One that knows our five languages only, one that knows all; each reads the model that is loaded once."""
    eldc.init()
    ours, every = eldc.instance(), eldc.instance()
    ours.set_languages(sorted(NEAR))
    return ours, every


def judge(reading: Reading, prior: str | None = None) -> Language:
    """`prior`: what the thread, the author or the account speaks; it decides where the text is too short to tell."""
    text = EMOJI.sub(" ", reading.plain[:ENOUGH_BYTES])
    count = sum(any(map(str.isalpha, word)) for word in reading.words[:200])
    if not count:
        return known_before(prior)
    result = detected(text, count)
    if prior and fits(prior, result, count):
        return known_before(prior)
    code = written_norwegian(reading.words) if result.language == "no" else str(result.language)
    why = N_("The words read as this language: %(code)s.")
    return Language(code, trust(result), (Reason("language", 0, why, {"code": code}),))


def known_before(prior: str | None) -> Language:
    if not prior:
        return Language(
            "und", 0.0, (Reason("language", 0, N_("There are no words to tell a language by."), {}),)
        )
    why = N_("Too short to tell the language; taken from what is known: %(code)s.")
    return Language(prior, 0.5, (Reason("language", 0, why, {"code": prior}),))


def detected(text: str, count: int) -> Any:
    ours, every = detectors()
    near, far = ours.detect_details(text), every.detect_details(text)
    if far.language in NEAR or far.language == "und":
        return near
    if near.language == "und":
        return far
    lead = far.scores.get(far.language, 0.0) - far.scores.get(near.language, 0.0)
    return far if far.reliable and count >= FEWEST_FOREIGN_WORDS and lead > 0.05 else near


def fits(prior: str, result: Any, count: int) -> bool:
    """Whether the language known before is as likely as the one detected."""
    if result.language == "und":
        return True
    if count < FEWEST_WORDS and result.language in NEAR:
        return True
    known = result.scores.get("no" if prior in {"nb", "nn"} else prior, 0.0)
    return bool(known >= 0.95 * result.scores[result.language])


def trust(result: Any) -> float:
    """0..1 from the distance between the first two languages. The detector gives scores, not probabilities."""
    scores: list[float] = [*result.scores.values(), 0.0, 0.0]
    if not scores[0]:
        return 0.0
    lead = (scores[0] - scores[1]) / scores[0]
    return round(min(0.99, 0.5 + 5 * lead), 3)


def written_norwegian(words: tuple[str, ...]) -> str:
    seen = set(words[:200])
    return "nn" if len(seen & NYNORSK) > len(seen & BOKMAL) else "nb"

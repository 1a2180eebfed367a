"""The tone towards the company, and which way the words lean."""

from dataclasses import dataclass
from math import tanh

from lyhord.lib.text import N_
from lyhord.triage.lexicon import Found, Hit
from lyhord.triage.reading import Reading
from lyhord.triage.reasons import Reason

NEGATION_REACH = 2  # words
FAINTEST = 0.01


@dataclass(frozen=True, slots=True)
class Sentiment:
    label: int  # -1, 0, 1
    score: float  # -1..1, never 0
    reasons: tuple[Reason, ...] = ()


def judge(reading: Reading, found: Found, kind: str) -> Sentiment:
    score = lean(found, kind)
    label = tone(reading, found, kind)
    if label < 0:
        words = found.strongest("anger", "bad", "trouble", "again") or "–"
        return Sentiment(
            label, score, (Reason("sentiment", 0, N_("The tone is negative (%(words)s)."), {"words": words}),)
        )
    if label > 0:
        words = found.strongest("good", "thanks", "pos") or "–"
        return Sentiment(
            label, score, (Reason("sentiment", 0, N_("The tone is positive (%(words)s)."), {"words": words}),)
        )
    return Sentiment(label, score)


def lean(found: Found, kind: str) -> float:
    good, negated = parted(
        [*found.hits.get("good", ()), *found.hits.get("pos", ())], found.hits.get("not", ())
    )
    bad = (
        found.of("anger") + 0.8 * found.of("trouble") + found.of("bad") + found.of("neg") + found.of("abuse")
    )
    bad += (
        0.3 * found.of("again") + 0.3 * min(found.of("not"), 2) + found.of("threat") + 0.5 * found.of("swear")
    )
    sum_of_all = good + found.of("thanks") - bad - negated
    sum_of_all += {"complaint": -2.0, "praise": 1.5, "idea": 0.3}.get(kind, 0.0)
    score = round(tanh(sum_of_all / 4), 4)
    return score if abs(score) >= FAINTEST else FAINTEST


def parted(hits: list[Hit], negations: list[Hit] | tuple[Hit, ...]) -> tuple[float, float]:
    """Points of the good words that stand plain, and of those with a "not" just before."""
    places = {negation.place for negation in negations}
    plain = turned = 0.0
    for hit in hits:
        if any(hit.place - back in places for back in range(1, NEGATION_REACH + 1)):
            turned += hit.weight
        else:
            plain += hit.weight
    return plain, turned


def tone(reading: Reading, found: Found, kind: str) -> int:
    """The label follows the kind first: a plain question is 0 also when it is about trouble."""
    if kind == "complaint":
        return -1
    if kind == "praise":
        return 1
    if kind in {"chatter", "spam", "idea"}:
        return 0
    good, negated = parted(list(found.hits.get("good", ())), found.hits.get("not", ()))
    bad = found.of("anger") + found.of("bad") + negated
    if kind == "corporate":
        # A scene told before the question reproaches; a question alone only asks.
        told = len(reading.starts) - len(reading.asking) > (1 if len(reading.words) in reading.starts else 0)
        return -1 if told or bad + 0.5 * found.of("trouble") + 0.4 * found.of("again") >= 1.0 else 0
    if bad >= 3.0:
        return -1
    return 1 if good >= 1.4 and bad + 0.5 * found.of("trouble") < 1.0 else 0

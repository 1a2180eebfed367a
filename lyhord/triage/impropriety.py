"""The line of impropriety (MO-02): how much of what could cross it stands in a text, each 0 to 1.

It says what is there. Where the line runs is the team's word, and what crosses it is flagged, never hidden.
"""

from functools import cache
from math import exp

from lyhord.triage import reading
from lyhord.triage.judge import Judgement
from lyhord.triage.lexicon import Lexicon
from lyhord.triage.words import TABLES

LINES = ("profanity", "threats", "hate", "personal", "spam", "off_topic")
SIGNALS = ("swear", "threat")
# How bad it is that this stands in the open; what is not named here is half as bad as the worst.
PERSONAL = {"national_id": 1.0, "payment_card": 1.0, "iban": 0.9, "address": 0.7, "phone": 0.6, "email": 0.6}


@cache
def words_of(language: str) -> Lexicon:
    """Only the words that count here, so that a text is read for them in a fraction of the time of all heads."""
    table = TABLES.get(language, TABLES["en"])
    return Lexicon([{name: part[name] for name in SIGNALS if name in part} for part in table])


def scores(text: str, told: Judgement) -> dict[str, float]:
    found = words_of(told.language.code).read(reading.read(text))
    given = {
        "profanity": share(found.of("swear"), 1.4),
        "threats": share(found.of("threat"), 2.4),
        # The score of abuse rises with what is merely offensive too; below one half unless people are aimed at.
        "hate": told.abuse.score if told.abuse.abusive else min(told.abuse.score, 0.49),
        "personal": max((PERSONAL.get(span.type, 0.5) for span in told.private), default=0.0),
        "spam": told.kind.confidence if told.kind.label == "spam" else 0.0,
        "off_topic": told.kind.confidence if told.kind.label == "chatter" else 0.0,
    }
    return {name: round(score, 3) for name, score in given.items() if score}


def urgency(told: Judgement) -> float:
    """How urgent, 0 to 1; of a head that gives no score, its label."""
    label = 1.0 if told.urgency.label == "high" else 0.0
    return float(getattr(told.urgency, "score", label))


def share(points: float, half: float) -> float:
    """Points as a share of 1: one half at `half`, and ever nearer to 1."""
    return 1 - exp(-0.6931 * points / half) if points > 0 else 0.0

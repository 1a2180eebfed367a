"""Insults and threats aimed at people. Anger, swearing at a thing and sarcasm alone are not abuse.

The score flags a post for a person to look at; it is never a verdict.
"""

from dataclasses import dataclass
from math import exp

from lyhord.lib.text import N_
from lyhord.triage.lexicon import Found
from lyhord.triage.reasons import Reason

STRICT = 2.4  # points
HALF = 2.0  # points at which the score is 0.5


@dataclass(frozen=True, slots=True)
class Abuse:
    abusive: bool
    score: float
    reasons: tuple[Reason, ...] = ()


def judge(found: Found) -> Abuse:
    threat = found.of("threat")
    insult = max(found.of("abuse") - found.of("abuse_not"), 0.0)
    points = insult + threat
    if points:
        points += 0.3 * min(found.of("swear"), 2.0) + (0.3 if found.of("you") else 0.0)
    else:
        points = 0.4 * min(found.of("swear"), 3.0)
    score = round(1 / (1 + exp(-1.2 * (points - HALF))), 4)
    if insult + threat < STRICT:
        return Abuse(False, score)
    if threat >= insult:
        why = Reason("abuse", 0, N_("Threatens people (%(words)s)."), {"words": found.strongest("threat")})
    else:
        why = Reason("abuse", 0, N_("Insults people (%(words)s)."), {"words": found.strongest("abuse")})
    return Abuse(True, score, (why,))

"""Whether it burns: danger to life, health or property, money leaving now, a departure within the hour."""

from dataclasses import dataclass

from lyhord.lib.text import N_
from lyhord.triage.lexicon import Found
from lyhord.triage.reasons import Reason

HIGH = "high"
NORMAL = "normal"

ENOUGH_DANGER = 3.0
ENOUGH_MONEY = 3.0
ENOUGH_HURRY = 3.2
CALM = frozenset({"praise", "idea", "spam"})


@dataclass(frozen=True, slots=True)
class Urgency:
    label: str
    reasons: tuple[Reason, ...] = ()
    score: float = 0.0  # 0..1, at least one half where the label is high; the rules give none


def judge(found: Found, kind: str) -> Urgency:
    if kind in CALM:
        return Urgency(NORMAL)
    hurry = min(found.of("soon"), 2.0)
    strict = 1.0 if kind == "chatter" else 0.0
    if found.of("danger") >= 1.5 and found.of("danger") + 0.6 * hurry >= ENOUGH_DANGER + strict:
        return high(found, N_("Somebody or something may be in danger (%(words)s)."), "danger")
    if found.of("money_now") >= 1.5 and found.of("money_now") + 0.6 * hurry >= ENOUGH_MONEY + strict:
        return high(found, N_("Money or access may be leaving right now (%(words)s)."), "money_now")
    if found.of("soon") >= ENOUGH_HURRY + strict and found.hits["soon"]:
        return high(found, N_("There are only minutes left (%(words)s)."), "soon")
    return Urgency(NORMAL)


def high(found: Found, why: str, signal: str) -> Urgency:
    return Urgency(HIGH, (Reason("urgency", 0, why, {"words": found.strongest(signal)}),))

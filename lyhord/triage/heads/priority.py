"""How soon a post should be looked at, 0 to 100: a sum of named parts, each shown with its points.

These are the text's own parts. The desk adds the clock's (`tuning.laying.CLOCK`).
"""

from dataclasses import dataclass

from lyhord.lib.text import N_
from lyhord.triage.reasons import Reason

# The most that can come together is 100: complaint, urgent, negative, private, abusive, again.
WEIGHTS: dict[str, int] = {
    "complaint": 30,
    "corporate": 28,
    "question": 25,
    "idea": 12,
    "praise": 6,
    "chatter": 0,
    "spam": 0,
    "urgent": 40,
    "negative": 8,
    "private": 12,
    "abusive": 4,
    "again": 6,
    "danger": 4,
}


@dataclass(frozen=True, slots=True)
class Signs:
    """What the other heads said, so far as it bears on the order of work."""

    kind: str
    urgent: bool
    negative: bool
    private: bool
    abusive: bool
    again: bool
    danger: bool


@dataclass(frozen=True, slots=True)
class Priority:
    points: int
    reasons: tuple[Reason, ...]


def judge(signs: Signs, why_kind: Reason, why_urgent: Reason | None) -> Priority:
    """The points of all reasons together are exactly the priority."""
    reasons = [Reason("kind", WEIGHTS[signs.kind], why_kind.why, why_kind.values)]
    if signs.urgent and why_urgent:
        reasons.append(Reason("urgency", WEIGHTS["urgent"], why_urgent.why, why_urgent.values))
    for sign, part, why in (
        (signs.negative, "negative", N_("The customer is not happy.")),
        (signs.private, "private", N_("Personal data stands in the open.")),
        (signs.abusive, "abusive", N_("People are insulted or threatened.")),
        (signs.again, "again", N_("It is not the first time, or has taken long.")),
        (signs.danger and not signs.urgent, "danger", N_("Words of danger occur.")),
    ):
        if sign and signs.kind != "spam":
            reasons.append(Reason(part, WEIGHTS[part], why))
    return Priority(sum(reason.points for reason in reasons), tuple(reasons))

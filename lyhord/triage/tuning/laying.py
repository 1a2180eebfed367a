"""The team's own values laid over a judgement. The same judgement and the same values give the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lyhord.lib.text import N_
from lyhord.triage.heads import priority
from lyhord.triage.judge import Judgement
from lyhord.triage.reasons import Reason

# What the clock of a conversation adds by its stage; the desk adds it, since a post by itself has no clock.
CLOCK: dict[int, tuple[str, int]] = {1: ("due_soon", 10), 2: ("overdue", 20), 3: ("too_late", 30)}
WEIGHTS: dict[str, int] = {**priority.WEIGHTS, "influence": 10, **dict(CLOCK.values())}
THRESHOLDS = ("answer", "urgent", "abusive")
LINES: dict[str, float] = {"threats": 0.5, "hate": 0.5, "personal": 0.9}  # those that are on as shipped
INFLUENCE_FROM = 1_000  # followers (TR-05)
HIGHEST = 100

WEIGHT_OF = {"urgency": "urgent"}  # part of a reason -> its weight, where the two are not named alike
OVER: dict[str, str] = {
    "profanity": N_("Over your line for swearing (%(score)s, the line is %(line)s)."),
    "threats": N_("Over your line for threats (%(score)s, the line is %(line)s)."),
    "hate": N_("Over your line for insults and hate (%(score)s, the line is %(line)s)."),
    "personal": N_("Over your line for personal data (%(score)s, the line is %(line)s)."),
    "spam": N_("Over your line for advertising and fraud (%(score)s, the line is %(line)s)."),
    "off_topic": N_("Over your line for what is off the topic (%(score)s, the line is %(line)s)."),
}


@dataclass(frozen=True)
class Tuned:
    """Values that count for one post. A threshold that is not named is the model's own."""

    thresholds: Mapping[str, float] = field(default_factory=dict)
    lines: Mapping[str, float] = field(default_factory=lambda: LINES)
    weights: Mapping[str, int] = field(default_factory=lambda: WEIGHTS)
    influence_from: int = INFLUENCE_FROM


AS_SHIPPED = Tuned()


@dataclass(frozen=True)
class Laid:
    needs_answer: bool
    is_urgent: bool
    is_abusive: bool
    flags: tuple[str, ...]
    priority: int
    reasons: tuple[Reason, ...]


def lay(
    told: Judgement, tuned: Tuned, *, urgency: float, scores: Mapping[str, float], followers: int | None
) -> Laid:
    """`urgency` and `scores` are 0 to 1; `followers` of the author, None where nobody told."""
    answer = over(tuned, "answer", told.kind.answer_score, told.kind.needs_answer)
    urgent = over(tuned, "urgent", urgency, told.urgency.label == "high")
    abusive = over(tuned, "abusive", told.abuse.score, told.abuse.abusive)
    crossed = [name for name in OVER if name in tuned.lines and scores.get(name, 0) >= tuned.lines[name]]
    heard = told.sentiment.label < 0 and followers is not None and followers > tuned.influence_from
    is_spam = told.kind.label == "spam"

    reasons = turned(told, urgent=urgent, abusive=abusive, urgency=urgency)
    if heard and not is_spam:
        why = N_("The author has %(followers)s followers, and is not happy.")
        reasons.append(Reason("influence", 0, why, {"followers": str(followers)}))
    reasons = weighed(reasons, told.kind.label, tuned.weights)
    if answer != told.kind.needs_answer:
        why = N_("Your threshold for answers decided (%(score)s).")
        reasons.append(Reason("answer", 0, why, {"score": f"{told.kind.answer_score:.2f}"}))
    for name in crossed:
        values = {"score": f"{scores[name]:.2f}", "line": f"{tuned.lines[name]:.2f}"}
        reasons.append(Reason("line", 0, OVER[name], values))
    return Laid(
        answer,
        urgent,
        abusive,
        (*crossed, *(("influence",) if heard and not is_spam else ())),
        sum(reason.points for reason in reasons),
        tuple(reasons),
    )


def over(tuned: Tuned, name: str, score: float, as_model: bool) -> bool:
    line = tuned.thresholds.get(name)
    return as_model if line is None else score >= line


def turned(told: Judgement, *, urgent: bool, abusive: bool, urgency: float) -> list[Reason]:
    """The reasons after a threshold of the team's turned a label around."""
    reasons = list(told.reasons)
    if urgent != (told.urgency.label == "high"):
        reasons = [one for one in reasons if one.part not in {"urgency", "danger"}]
        if urgent:
            why = N_("Urgent by the threshold that your team set (%(score)s).")
            reasons.insert(1, Reason("urgency", 0, why, {"score": f"{urgency:.2f}"}))
    if abusive != told.abuse.abusive:
        reasons = [one for one in reasons if one.part not in {"abusive", "abuse"}]
        if abusive and told.kind.label != "spam":
            reasons.insert(1, Reason("abusive", 0, N_("People are insulted or threatened.")))
    return reasons


def weighed(reasons: Sequence[Reason], kind: str, weights: Mapping[str, int]) -> list[Reason]:
    """Each named part with its weight, the first of its name. Together never more than 100: what is over is cut."""
    left, seen, done = HIGHEST, set[str](), []
    for one in reasons:
        name = kind if one.part == "kind" else WEIGHT_OF.get(one.part, one.part)
        points = one.points
        if name in weights and one.part not in seen:
            seen.add(one.part)
            points = weights[name]
        points = min(points, left)
        left -= points
        done.append(Reason(one.part, points, one.why, one.values))
    return done

"""What the learned model says, in the heads' own forms: its label, and the rules' words for it where the two agree."""

from dataclasses import dataclass, replace

from lyhord.lib.text import N_
from lyhord.triage.heads import abuse, kind, sentiment, topic, urgency
from lyhord.triage.learned.linear import Floats, Model, Seen
from lyhord.triage.reasons import Reason

NOTHING = "–"
TRUST = 0.3  # in the head that asks for an answer alone, beside the kinds


@dataclass(frozen=True, slots=True)
class Purpose:
    """Who writes for what, besides a customer for her own sake; and where in her journey she stands."""

    label: str  # none press recruitment sales-lead influence stakeholder legal-threat
    confidence: float
    journey: str  # "" before during after
    reasons: tuple[Reason, ...] = ()


class Told:
    """One post judged by the model: chances by head, and the words that speak for a label."""

    def __init__(self, model: Model, seen: Seen, beside: tuple[Model, Seen] | None = None) -> None:
        """`beside`: the model that ships, for the heads that an installation's own was not taught."""
        self.model, self.seen = model, seen
        self.chances: dict[str, Floats] = model.judge(seen)
        self.heads = dict(model.heads)
        if beside is not None:
            shipped, as_shipped = beside
            self.chances = shipped.judge(as_shipped) | self.chances
            self.heads = dict(shipped.heads) | self.heads

    def labels(self, head: str) -> dict[str, float]:
        chances = self.chances[head].tolist()
        return dict(zip(self.heads[head].labels, chances, strict=True))

    def chance(self, head: str) -> float:
        """Of the second label of two, moved so that it is one half at the head's threshold."""
        return moved(float(self.chances[head][1]), self.heads[head].threshold)

    def words(self, head: str, label: str) -> str:
        return ", ".join(self.model.telling(self.seen, head, label)) or NOTHING


def moved(chance: float, threshold: float) -> float:
    """A chance as a score that is one half where the threshold lies; order is kept."""
    threshold = min(max(threshold, 0.01), 0.99)
    if chance >= threshold:
        return 0.5 + 0.5 * (chance - threshold) / (1 - threshold)
    return 0.5 * chance / threshold


def kind_of(told: Told, ruled: kind.Kind) -> kind.Kind:
    """The likeliest kind, and whether it wants an answer: two questions that are told apart.

    Several kinds that want an answer may be likelier together than the one kind that is likeliest.
    """
    if not told.seen.words:
        return ruled  # of no words, nothing can be learned
    labels = told.labels("kind")
    wanted = told.chance("answer")
    weighed = {
        label: share * (wanted if label in kind.ANSWERED else 1 - wanted) ** TRUST
        for label, share in labels.items()
    }
    score = sum(share for label, share in weighed.items() if label in kind.ANSWERED) / sum(weighed.values())
    first, second = sorted(weighed, key=weighed.__getitem__, reverse=True)[:2]
    reasons = (
        ruled.reasons
        if ruled.label == first
        else (Reason("kind", 0, kind.WHY[first], {"words": told.words("kind", first)}),)
    )
    rounded = round(score, 4) if score >= 0.5 else min(round(score, 4), 0.4999)
    return kind.Kind(
        first, round(labels[first], 3), score >= 0.5, rounded, reasons, second, round(labels[second], 3)
    )


def topic_of(told: Told, ruled: topic.Topic, label_of_kind: str) -> topic.Topic:
    labels = told.labels("topic")
    label = max(labels, key=labels.__getitem__)
    if label_of_kind in {"chatter", "spam"}:
        label = "other"
    if ruled.label == label and ruled.reasons:
        reasons = ruled.reasons
    elif label == "other":
        reasons = ()
    else:
        why = N_("The topic shows in “%(words)s”.")
        reasons = (Reason("topic", 0, why, {"words": told.words("topic", label)}),)
    return topic.Topic(label, round(labels[label], 3), reasons)


def sentiment_of(told: Told, ruled: sentiment.Sentiment) -> sentiment.Sentiment:
    labels = told.labels("sentiment")
    label = int(max(labels, key=labels.__getitem__))
    if not told.seen.words:
        return ruled
    # What leans to neither side leans faintly, however clear the direction.
    lean = (2 * told.chance("polarity") - 1) * (1 - labels["0"] if label == 0 else 1)
    score = round(lean, 4) or sentiment.FAINTEST
    if label and (score > 0) != (label > 0):
        score = label * abs(score)
    if ruled.label == label:
        return replace(ruled, score=score)
    reasons: tuple[Reason, ...] = ()
    if label < 0:
        reasons = (
            Reason(
                "sentiment",
                0,
                N_("The tone is negative (%(words)s)."),
                {"words": told.words("sentiment", "-1")},
            ),
        )
    elif label > 0:
        reasons = (
            Reason(
                "sentiment",
                0,
                N_("The tone is positive (%(words)s)."),
                {"words": told.words("sentiment", "1")},
            ),
        )
    return sentiment.Sentiment(label, score, reasons)


def urgency_of(told: Told, ruled: urgency.Urgency) -> urgency.Urgency:
    score = round(told.chance("urgency"), 4)
    if score < 0.5:
        return urgency.Urgency(urgency.NORMAL, score=score)
    if ruled.label == urgency.HIGH:
        return replace(ruled, score=score)
    why = Reason(
        "urgency", 0, N_("It reads as urgent (%(words)s)."), {"words": told.words("urgency", "high")}
    )
    return urgency.Urgency(urgency.HIGH, (why,), score)


def abuse_of(told: Told, ruled: abuse.Abuse, *, is_named: bool) -> abuse.Abuse:
    """Abusive is what is aimed at people; the score also rises with what is merely offensive.

    `is_named`: a word of insult or threat stands in it. Without one, a faint suspicion is not enough: anger is no abuse.
    """
    aimed = told.chance("abusive")
    if not is_named and told.chances["abusive"][1] < FAINT:
        aimed = min(aimed, 0.49)
    score = round(max(aimed, told.chance("offensive")), 4)
    if aimed < 0.5:
        return abuse.Abuse(False, score)
    if ruled.abusive:
        return replace(ruled, score=score)
    why = Reason(
        "abuse", 0, N_("It reads as aimed at people (%(words)s)."), {"words": told.words("abusive", "yes")}
    )
    return abuse.Abuse(True, score, (why,))


FAINT = 0.4  # higher, what is aimed at people without a known word of insult is missed more often

WHY_PURPOSE = {
    "press": N_("The press asks."),
    "recruitment": N_("It is about working here."),
    "sales-lead": N_("Somebody wants to buy, or to be called."),
    "influence": N_("Somebody wants a change, not help."),
    "stakeholder": N_("An owner, a partner or an authority writes."),
    "legal-threat": N_("Legal steps are named."),
}


def purpose_of(told: Told) -> Purpose:
    labels = told.labels("purpose")
    label = max(labels, key=labels.__getitem__)
    journeys = told.labels("journey")
    journey = max(journeys, key=journeys.__getitem__)
    reasons = (Reason("purpose", 0, WHY_PURPOSE[label]),) if label != "none" else ()
    return Purpose(label, round(labels[label], 3), "" if journey == "-" else journey, reasons)

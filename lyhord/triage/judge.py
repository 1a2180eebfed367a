"""One post judged by all heads: the plain rule cut. Deterministic, without clock, network or database."""

from dataclasses import dataclass
from typing import Any

from lyhord.triage import lexicon, reading
from lyhord.triage.heads import abuse, kind, language, priority, privacy, sentiment, situation, topic, urgency
from lyhord.triage.reasons import Reason

MODEL = "rules-1"


@dataclass(frozen=True, slots=True)
class Judgement:
    language: language.Language
    kind: kind.Kind
    topic: topic.Topic
    sentiment: sentiment.Sentiment
    urgency: urgency.Urgency
    abuse: abuse.Abuse
    private: tuple[privacy.Span, ...]
    situation: situation.Situation
    priority: int  # 0..100, the sum of the points of `reasons`
    reasons: tuple[Reason, ...]
    model: str = MODEL

    def as_line(self, post: Any) -> dict[str, Any]:
        """The answer of `lyhord triage` for the post with this id."""
        return {
            "id": post,
            "language": {"code": self.language.code, "confidence": self.language.confidence},
            "kind": {"label": self.kind.label, "confidence": self.kind.confidence},
            "topic": {"label": self.topic.label, "confidence": self.topic.confidence},
            "sentiment": {"label": self.sentiment.label, "score": self.sentiment.score},
            "needs_answer": self.kind.needs_answer,
            "answer_score": self.kind.answer_score,
            "urgency": self.urgency.label,
            "abusive": self.abuse.abusive,
            "abuse_score": self.abuse.score,
            "private": [span.as_line() for span in self.private],
            "priority": self.priority,
            "reasons": [reason.as_line() for reason in self.reasons],
        }


def judge(
    text: str, *, author: str | None = None, channel: str | None = None, prior: str | None = None
) -> Judgement:
    """`prior` is the language that thread, author or account is known to speak; it decides for short posts.

    `author` and `channel` are taken for the measured heads to come; the rules look at the words alone.
    """
    seen = reading.read(text)
    spoken = language.judge(seen, prior)
    found = lexicon.of(spoken.code).read(seen)
    purpose = kind.judge(seen, found)
    about = topic.judge(found, purpose.label)
    tone = sentiment.judge(seen, found, purpose.label)
    hurry = urgency.judge(found, purpose.label)
    insult = abuse.judge(found)
    private = privacy.find(text, spoken.code)
    signs = priority.Signs(
        kind=purpose.label,
        urgent=hurry.label == urgency.HIGH,
        negative=tone.label < 0,
        private=bool(private),
        abusive=insult.abusive,
        again=found.of("again") >= 1.2,
        danger=found.of("danger") >= 2.0,
    )
    order = priority.judge(signs, purpose.reasons[0], hurry.reasons[0] if hurry.reasons else None)
    return Judgement(
        language=spoken,
        kind=purpose,
        topic=about,
        sentiment=tone,
        urgency=hurry,
        abuse=insult,
        private=private,
        situation=situation.judge(seen),
        priority=order.points,
        reasons=(*order.reasons, *spoken.reasons, *about.reasons, *tone.reasons, *insult.reasons),
    )

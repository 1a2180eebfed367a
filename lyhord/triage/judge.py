"""One post judged by all heads: rules read the words, the learned model decides. Deterministic, without network or database."""

from dataclasses import dataclass, field
from typing import Any

from lyhord.triage import lexicon, reading
from lyhord.triage.heads import (
    abuse,
    kind,
    language,
    learned,
    priority,
    privacy,
    sensitivity,
    sentiment,
    situation,
    topic,
    urgency,
    viewpoint,
)
from lyhord.triage.learned import serving
from lyhord.triage.reasons import Reason


@dataclass(frozen=True, slots=True)
class Judgement:
    language: language.Language
    kind: kind.Kind
    topic: topic.Topic
    sentiment: sentiment.Sentiment
    urgency: urgency.Urgency
    abuse: abuse.Abuse
    private: tuple[privacy.Span, ...]
    sensitive: sensitivity.Sensitivity
    is_asking: bool  # something is asked of us; a wish in the form of a question is none
    situation: situation.Situation
    priority: int  # 0..100, the sum of the points of `reasons`
    reasons: tuple[Reason, ...]
    purpose: learned.Purpose
    model: str  # which one decided, as `serving.name` tells it
    is_deep: bool  # its meaning was read too
    meaning: Any = field(
        default=None, compare=False, repr=False
    )  # its embedding, for who says more of the text

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
    text: str,
    *,
    author: str | None = None,
    channel: str | None = None,
    prior: str | None = None,
    deep: bool = False,
) -> Judgement:
    """`prior` is the language that thread, author or account is known to speak; it decides for short posts.

    `deep`: read the text's meaning too, where this machine has the embedding model; that takes ten times as long.
    `author` and `channel` are not looked at by any head of today: who writes must not colour what was written.
    """
    seen = reading.read(text)
    spoken = language.judge(seen, prior)
    found = lexicon.of(spoken.code).read(seen)
    meaning = serving.serving.embed([text[: reading.READ_CHARACTERS]]) if deep else None
    model = serving.serving.model(serving.PLAIN if meaning is None else serving.FULL)
    vector = None if meaning is None else meaning[0]
    shipped = serving.shipped(serving.PLAIN if meaning is None else serving.FULL)
    is_whole = model is shipped or shipped.heads.keys() <= model.heads.keys()
    beside = None if is_whole else (shipped, shipped.see(seen, found, vector))
    told = learned.Told(model, model.see(seen, found, vector), beside)
    ruled = kind.judge(seen, found)
    of_kind = learned.kind_of(told, ruled)
    about = learned.topic_of(told, topic.judge(found, of_kind.label), of_kind.label)
    tone = learned.sentiment_of(told, sentiment.judge(seen, found, of_kind.label))
    hurry = learned.urgency_of(told, urgency.judge(found, of_kind.label))
    insult = learned.abuse_of(told, abuse.judge(found), is_named=found.of("abuse") + found.of("threat") > 0)
    purpose = learned.purpose_of(told)
    private = privacy.find(text, spoken.code)
    sensitive = sensitivity.NOTHING if of_kind.label == "spam" else sensitivity.judge(seen, spoken.code)
    signs = priority.Signs(
        kind=of_kind.label,
        urgent=hurry.label == urgency.HIGH,
        negative=tone.label < 0,
        private=bool(private),
        abusive=insult.abusive,
        again=found.of("again") >= 1.2,
        danger=found.of("danger") >= 2.0,
    )
    order = priority.judge(signs, of_kind.reasons[0], hurry.reasons[0] if hurry.reasons else None)
    return Judgement(
        language=spoken,
        kind=of_kind,
        topic=about,
        sentiment=tone,
        urgency=hurry,
        abuse=insult,
        private=private,
        sensitive=sensitive,
        is_asking=viewpoint.asks(seen, found),
        situation=situation.judge(seen),
        priority=order.points,
        reasons=(
            *order.reasons,
            *spoken.reasons,
            *about.reasons,
            *tone.reasons,
            *insult.reasons,
            *purpose.reasons,
            *sensitive.reasons,
        ),
        purpose=purpose,
        model=serving.name(deep=meaning is not None),
        is_deep=meaning is not None,
        meaning=vector,
    )

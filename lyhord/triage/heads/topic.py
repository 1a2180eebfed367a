"""What a post is about: one main topic."""

from dataclasses import dataclass

from lyhord.lib.text import N_
from lyhord.triage.lexicon import Found
from lyhord.triage.reasons import Reason

TOPICS = (
    "accessibility",
    "working-conditions",
    "environment",
    "privacy",
    "strategy",
    "billing",
    "delivery",
    "outage",
    "booking",
    "account",
    "product",
    "staff",
)
OF_POLICY = frozenset({"accessibility", "working-conditions", "environment", "privacy", "strategy"})
FEWEST_POINTS = 0.8


@dataclass(frozen=True, slots=True)
class Topic:
    label: str
    confidence: float
    reasons: tuple[Reason, ...] = ()


def judge(found: Found, kind: str) -> Topic:
    if kind in {"chatter", "spam"}:
        return Topic("other", 0.8)
    points = {topic: weigh(topic, found, kind) for topic in TOPICS}
    label = max(TOPICS, key=points.__getitem__)
    if points[label] < FEWEST_POINTS:
        return fallback(found, kind)
    words = found.strongest(f"t_{label}")
    why = Reason("topic", 0, N_("The topic shows in “%(words)s”."), {"words": words})
    return Topic(label, round(points[label] / (sum(points.values()) + 1), 3), (why,))


def fallback(found: Found, kind: str) -> Topic:
    """Without a word for the topic: how the company acts is its strategy, and who is insulted works there."""
    if kind == "corporate":
        return Topic("strategy", 0.4)
    if found.of("abuse") >= 2.0:
        return Topic("staff", 0.4)
    return Topic("other", 0.4)


def weigh(topic: str, found: Found, kind: str) -> float:
    """The strongest word counts whole and the others half, so that one clear word beats many vague ones."""
    hits = found.hits.get(f"t_{topic}")
    if not hits:
        return 0.0
    weights: dict[str, float] = {}
    for hit in hits:
        weights[hit.words] = max(weights.get(hit.words, 0.0), hit.weight)
    most = max(weights.values())
    points = most + 0.5 * (sum(weights.values()) - most)
    if kind == "corporate":
        return points if topic in OF_POLICY else 0.0
    if kind == "praise" and topic == "staff":
        return 1.6 * points  # praise is mostly for people
    return 0.8 * points if topic in OF_POLICY and kind == "question" else points

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
        return Topic("other", 0.4)
    words = found.strongest(f"t_{label}")
    why = Reason("topic", 0, N_("The topic shows in “%(words)s”."), {"words": words})
    return Topic(label, round(points[label] / (sum(points.values()) + 1), 3), (why,))


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
    return points * 1.5 if kind == "corporate" and topic in OF_POLICY else points

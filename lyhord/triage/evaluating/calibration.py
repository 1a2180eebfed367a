"""Whether the chances told are those with which it is right."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from lyhord.triage import lexicon, reading
from lyhord.triage.evaluating import scores
from lyhord.triage.evaluating.rows import Row
from lyhord.triage.evaluating.sets import Item
from lyhord.triage.heads import language
from lyhord.triage.learned import serving
from lyhord.triage.learned.examples import of_post
from lyhord.triage.learned.linear import Floats

HEADS = {
    "kind": "kind",
    "topic": "topic",
    "sentiment": "sentiment",
    "answer": "needs_answer",
    "urgency": "urgency",
    "abusive": "abusive",
}
DRAWERS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


def measure(
    items: Sequence[Item], name: str, embeddings: Floats | None
) -> tuple[list[Row], list[dict[str, Any]]]:
    """Rows, and for kinds how often it is right by how sure it is. Chances as the model tells them, before thresholds."""
    model = serving.serving.model(serving.PLAIN if embeddings is None else serving.FULL)
    told: dict[str, list[tuple[float, bool]]] = {head: [] for head in HEADS}
    for place, item in enumerate(items):
        seen = reading.read(item["text"])
        found = lexicon.of(language.judge(seen).code).read(seen)
        chances = model.judge(model.see(seen, found, None if embeddings is None else embeddings[place]))
        labels = of_post(item).labels
        for head in HEADS:
            best = int(chances[head].argmax())
            told[head].append((float(chances[head][best]), model.heads[head].labels[best] == labels[head]))
    figure = "chances are off by (expected calibration error)"
    rows = [
        Row(
            HEADS[head],
            name,
            "",
            figure,
            scores.off_by([chance for chance, _ in pairs], [right for _, right in pairs]),
            len(pairs),
        )
        for head, pairs in told.items()
    ]
    return rows, drawers(told["kind"])


def drawers(pairs: Sequence[tuple[float, bool]]) -> list[dict[str, Any]]:
    rows = []
    for low, high in pairwise(DRAWERS):
        here = [pair for pair in pairs if low <= pair[0] < high]
        if here:
            said, right = (sum(column) / len(here) for column in zip(*here, strict=True))
            rows.append(
                {
                    "from": low,
                    "to": min(high, 1.0),
                    "said": round(said, 3),
                    "right": round(right, 3),
                    "n": len(here),
                }
            )
    return rows

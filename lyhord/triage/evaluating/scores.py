"""Scores of answers against what people said."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple


class Found(NamedTuple):
    precision: float
    recall: float
    f1: float


def of_yes(truth: Sequence[bool], answer: Sequence[bool]) -> Found:
    hits = sum(t and a for t, a in zip(truth, answer, strict=True))
    said, so = sum(answer), sum(truth)
    return Found(
        hits / said if said else 0.0, hits / so if so else 0.0, 2 * hits / (said + so) if hits else 0.0
    )


def macro_f1(truth: Sequence[Any], answer: Sequence[Any]) -> float:
    """Mean F1 of the labels that occur in `truth`."""
    labels = sorted(set(truth), key=str)
    return sum(of_yes([t == one for t in truth], [a == one for a in answer]).f1 for one in labels) / len(
        labels
    )


def accuracy(truth: Sequence[Any], answer: Sequence[Any]) -> float:
    return sum(bool(t == a) for t, a in zip(truth, answer, strict=True)) / len(truth)


def recall_at_half(truth: Sequence[bool], score: Sequence[float]) -> float:
    """The most that is found, read from the best score on, while at least half of what is read is right."""
    best, hits = 0, 0
    ranked = sorted(zip(score, truth, strict=True), key=lambda pair: -pair[0])
    for place, (here, there) in enumerate(pairwise([*ranked, (float("-inf"), False)]), 1):
        hits += here[1]
        if here[0] != there[0] and 2 * hits >= place:
            best = max(best, hits)
    return best / sum(truth) if any(truth) else 0.0


def read_per_question(truth: Sequence[bool], score: Sequence[float], share: float = 0.95) -> float:
    """How many are read for each that is found, until `share` of them are."""
    ranked = sorted(zip(score, truth, strict=True), key=lambda pair: -pair[0])
    seen = 0
    for place, (_, is_so) in enumerate(ranked, 1):
        seen += is_so
        if seen >= share * sum(truth):
            return place / seen if seen else 0.0
    return 0.0


def confusion(truth: Sequence[Any], answer: Sequence[Any]) -> dict[str, list[Any]]:
    """Rows: what it is; columns: what it was taken for."""
    labels = sorted({*truth, *answer}, key=str)
    place = {label: number for number, label in enumerate(labels)}
    rows = [[0] * len(labels) for _ in labels]
    for t, a in zip(truth, answer, strict=True):
        rows[place[t]][place[a]] += 1
    return {"labels": list(map(str, labels)), "rows": rows}


def off_by(chances: Sequence[float], is_right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: how far the chances told lie from the share that is right, in ten drawers."""
    drawers: dict[int, list[tuple[float, bool]]] = {}
    for chance, right in zip(chances, is_right, strict=True):
        drawers.setdefault(min(int(chance * bins), bins - 1), []).append((chance, right))
    return sum(
        abs(sum(chance - right for chance, right in drawer)) for drawer in drawers.values()
    ) / len(chances)  # fmt: skip


def area(points: Sequence[float], truth: Sequence[bool]) -> float:
    """Area under the curve: how often one that is so has more points than one that is not; a tie is half."""
    so = [point for point, is_so in zip(points, truth, strict=True) if is_so]
    rest = [point for point, is_so in zip(points, truth, strict=True) if not is_so]
    return sum((a > b) + 0.5 * (a == b) for a in so for b in rest) / (len(so) * len(rest))

"""How good a set of answers is: plain counting."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Pair = tuple[str, str]  # what it is, what was answered


@dataclass(frozen=True)
class Figures:
    """Of one model on one set, head by head."""

    heads: Mapping[str, Sequence[Pair]]

    @property
    def score(self) -> float:
        """One number to compare by: accuracy and macro F1 of each head, by how many answers it has."""
        answers = sum(len(pairs) for pairs in self.heads.values())
        points = sum(len(pairs) * (accuracy(pairs) + macro_f1(pairs)) / 2 for pairs in self.heads.values())
        return points / answers if answers else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "score": round(self.score, 4),
            "heads": {
                head: {
                    "n": len(pairs),
                    "accuracy": round(accuracy(pairs), 4),
                    "f1": round(macro_f1(pairs), 4),
                }
                for head, pairs in self.heads.items()
                if pairs
            },
        }


def accuracy(pairs: Sequence[Pair]) -> float:
    return sum(is_so == said for is_so, said in pairs) / len(pairs) if pairs else 0.0


def macro_f1(pairs: Sequence[Pair]) -> float:
    """The mean of F1 over the labels that occur among what is so."""
    labels = {is_so for is_so, _said in pairs}
    if not labels:
        return 0.0
    right = Counter(is_so for is_so, said in pairs if is_so == said)
    truly, said_so = Counter(is_so for is_so, _ in pairs), Counter(said for _, said in pairs)
    return sum(2 * right[label] / (truly[label] + said_so[label]) for label in labels) / len(labels)


def confusion(pairs: Sequence[Pair], labels: Sequence[str]) -> dict[str, Any]:
    """Rows are what it is, columns what was answered."""
    counted = Counter(pairs)
    used = [label for label in labels if any(label in pair for pair in counted)]
    return {"labels": used, "rows": [[counted[row, column] for column in used] for row in used]}

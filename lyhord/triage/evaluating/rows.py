"""A measured figure, and what stands beside it: a simple way, and what was to be reached."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

SOURCE = "the tables of the tasks that triage and judgement were built to (November 2026): simple ways as measured there"


class Beside(NamedTuple):
    simple: float | None
    reach: float | None
    beyond: float | None


# Where the table gives a span, its better end.
TABLE: Mapping[tuple[str, str], Beside] = {
    ("kind", "macro F1"): Beside(0.35, 0.80, 0.88),
    ("kind", "corporate recall"): Beside(0.29, 0.85, 0.95),
    ("kind", "corporate precision"): Beside(0.58, 0.75, 0.75),
    ("needs_answer", "F1"): Beside(0.91, 0.95, 0.98),
    ("needs_answer", "recall at precision 0.5"): Beside(None, 0.95, 0.99),
    ("needs_answer", "recall"): Beside(0.91, 0.95, 0.99),
    ("needs_answer", "precision"): Beside(0.08, 0.50, 0.50),
    ("urgency", "F1"): Beside(0.0, 0.75, 0.85),
    ("abusive", "F1"): Beside(0.0, 0.75, 0.85),
    ("abusive", "macro F1 of abuse_score at 0.5"): Beside(0.70, 0.73, 0.81),
    ("privacy", "exact spans micro F1"): Beside(0.94, 0.95, 0.98),
    ("privacy", "recall national_id"): Beside(0.945, 1.0, 1.0),
    ("privacy", "recall payment_card"): Beside(0.945, 1.0, 1.0),
    ("privacy", "false alarms on clean posts"): Beside(None, 0.02, 0.005),
    ("language", "accuracy"): Beside(1.0, 0.99, 0.998),
    ("language", "macro recall, first five words"): Beside(0.843, 0.955, 0.97),
    ("sentiment", "macro F1"): Beside(0.42, 0.75, 0.82),
    ("sentiment", "polarity macro F1"): Beside(0.70, 0.745, 0.80),
    ("taxonomy", "accuracy, banking77-en"): Beside(0.919, 0.94, 0.95),
    ("taxonomy", "macro F1, home-assistant-intents"): Beside(0.911, 0.94, 0.97),
    ("reply_check", "macro F1"): Beside(0.28, 0.80, 0.90),
    ("reply_check", "false alarms on clean replies"): Beside(None, 0.05, 0.02),
    ("reply_check", "milliseconds a reply"): Beside(None, 30, 10),
    ("troll", "AUC"): Beside(None, 0.90, 0.97),
    ("troll", "recall of trolls"): Beside(None, 0.80, 0.90),
    ("troll", "critics called trolls"): Beside(None, 0.0, 0.0),
    ("troll", "signs micro F1"): Beside(None, 0.70, 0.85),
    ("tone", "escalating F1"): Beside(None, 0.85, 0.95),
    ("tone", "spreading F1"): Beside(None, 0.60, 0.80),
    ("all_heads", "posts a second, with embeddings"): Beside(15, 120, 250),
    ("all_heads", "posts a second, without"): Beside(300, 1000, 2000),
    ("all_heads", "memory in MB, with embeddings"): Beside(1300, 550, 250),
    ("all_heads", "memory in MB, without"): Beside(None, 150, 100),
}
NOTHING = Beside(None, None, None)
LESS_IS_BETTER = ("memory", "false alarms", "off by", "change", "read per", "milliseconds", "critics called")


@dataclass(frozen=True, slots=True)
class Row:
    head: str
    set: str
    lang: str  # "": all
    figure: str
    value: float
    n: int

    @property
    def beside(self) -> Beside:
        flood = self.set.endswith("flood")
        if self.figure in {"recall", "precision"} and not flood:
            return NOTHING
        key = f"{self.figure}, {self.set}" if self.head == "taxonomy" else self.figure
        return TABLE.get((self.head, key), NOTHING)

    @property
    def verdict(self) -> str:
        """ "" where nothing was asked."""
        _, reach, beyond = self.beside
        if reach is None or beyond is None:
            return ""
        sign = -1 if self.figure.startswith(LESS_IS_BETTER) else 1
        if sign * self.value >= sign * beyond:
            return "beyond"
        return "reached" if sign * self.value >= sign * reach else "below"

    def as_json(self) -> dict[str, Any]:
        return {
            "set": self.set, "lang": self.lang, "n": self.n, "figure": self.figure, "value": round(self.value, 4),
            "simple": self.beside.simple, "reach": self.beside.reach, "beyond": self.beside.beyond,
        }  # fmt: skip


@dataclass(slots=True)
class Measured:
    """What one run found out."""

    rows: list[Row] = field(default_factory=list)
    confusions: dict[str, dict[str, list[Any]]] = field(default_factory=dict)  # by head
    parts: list[dict[str, Any]] = field(default_factory=list)  # what each part brings
    trust: list[dict[str, Any]] = field(default_factory=list)  # kinds by confidence: told, right, n
    skipped: list[str] = field(default_factory=list)

    def as_json(self, date: str, versions: Mapping[str, str]) -> dict[str, Any]:
        heads: dict[str, Any] = {}
        for row in self.rows:
            heads.setdefault(row.head, {"sets": [], "confusion": {"labels": [], "rows": []}})["sets"].append(
                row.as_json()
            )
        for head, confusion in self.confusions.items():
            heads[head]["confusion"] = confusion
        return {
            "date": date, "versions": dict(versions), "source": SOURCE, "heads": heads,
            "parts": self.parts, "trust": self.trust, "skipped": self.skipped,
        }  # fmt: skip

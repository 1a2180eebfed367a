"""Teaches the reply checks from labelled replies."""

from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lyhord.triage.learned import logistic
from lyhord.triage.learned.scenes import PLACE, digest
from lyhord.triage.replies import company, draft, learned, service, substance
from lyhord.triage.replies.learned import CODES, Floats, Model

FREEDOM = 1.0  # found by leaving out one language, and so one writer, at a time
# A false alarm costs as many points of F1: clean replies with hints teach people to look past hints.
COST = 3.0
LINES = np.linspace(-2.0, 4.0, 61)  # log-odds
PLAIN = "plain"  # the file of the rules' own author


def teach() -> Model:
    """Raises Missing where there is no embedding model."""
    items = shipped()
    rows = np.array([of(item) for item in items])
    wanted = np.array([[item[code] for code in CODES] for item in items], np.float64)
    clean = ~np.array([any(item[code] for code in learned.RULES) for item in items])
    others = np.array([item["writer"] != PLAIN for item in items])
    unseen = np.zeros(wanted.shape)
    for writer in sorted({item["writer"] for item in items}):
        out = np.array([item["writer"] == writer for item in items])
        unseen[out] = logistic.fit(rows[~out], wanted[~out], FREEDOM).points(rows[out])
    # Lines follow what other writers than the rules' own write: that is what is to come.
    lines = [
        line(unseen[others, place], wanted[others, place] > 0, clean[others]) for place in range(len(CODES))
    ]
    about = {"name": f"replies-{digest('replies')}", "made_by": "lyhord models teach", "replies": len(items)}
    return Model(logistic.fit(rows, wanted, FREEDOM), lines, about)


def shipped() -> list[dict[str, Any]]:
    """With the name of the file, and so the writer. Of the rules' own author, the part that they were tuned on."""
    found = [
        orjson.loads(text) | {"writer": path.stem}
        for path in sorted((PLACE / "replies").glob("*.jsonl"))
        for text in path.read_bytes().splitlines()
    ]
    return [item for item in found if item.get("part", "tuning") == "tuning"]


def of(item: dict[str, Any]) -> Floats:
    text, _ = draft.composed(item["reply"])
    read = draft.read(text, item["lang"])
    something = substance.telling(read, item["post"])
    sureness = company.corporate(item["post"], item["lang"])
    ruled = [*service.findings(read, something), *company.findings(read, something, sureness)]
    return learned.row(ruled, read, item["post"], something, sureness)


def line(points: Floats, holds: NDArray[np.bool_], clean: NDArray[np.bool_]) -> float:
    def worth(at: float) -> float:
        said = points >= at
        return float(2 * (said & holds).sum() / (said.sum() + holds.sum()) - COST * said[clean].mean())

    return round(float(max(LINES, key=worth)), 2)

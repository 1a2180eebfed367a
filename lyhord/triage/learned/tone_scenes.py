"""Teaches how tone and topics move, from labelled sequences of contacts."""

from typing import Any

import numpy as np
import orjson

from lyhord.triage import tone_door
from lyhord.triage.heads.conduct import course
from lyhord.triage.heads.conduct.toning import ASKED, Model
from lyhord.triage.learned import logistic, remembered
from lyhord.triage.learned.scenes import PLACE, digest

FREEDOM = 0.5  # found by leaving out one language, and so one writer, at a time


def teach() -> Model:
    """Raises Missing where there is no embedding model."""
    items = shipped()
    rows = np.array(
        [course.of_contacts(tone_door.contacts(item), item["lang"], remembered.embed) for item in items]
    )
    wanted = np.array([[item[name] for name in ASKED] for item in items], np.float64)
    about: dict[str, object] = {
        "name": f"tone-{digest('contacts')}",
        "made_by": "lyhord models teach",
        "sequences": len(items),
    }
    return Model(logistic.fit(rows, wanted, FREEDOM), about)


def shipped() -> list[dict[str, Any]]:
    return [
        orjson.loads(line)
        for path in sorted((PLACE / "contacts").glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]

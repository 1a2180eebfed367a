"""Teaches what is learned from scenes: an author's signs message by message, and whether she is a troll.

The second step learns from answers of a first step that had not seen the scene (five folds), since what it has seen it knows too
well. Scenes of one number tell the same in several languages and stay in one fold.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lyhord.triage import troll_door
from lyhord.triage.heads.conduct import features, learned, thread, troll
from lyhord.triage.heads.conduct.features import Embed, Floats
from lyhord.triage.heads.conduct.learned import ASKED, LEARNED, Model
from lyhord.triage.heads.conduct.thread import AUTHOR, Thread
from lyhord.triage.heads.conduct.troll import CRITIC, TROLL, Troll
from lyhord.triage.learned import logistic
from lyhord.triage.learned.logistic import Logistic

PLACE = Path(__file__).parent.parent / "scenes"
FOLDS = 5
# Found by leaving out one language, and so one writer, at a time.
FREEDOM, FREEDOM_SCENE, FREEDOM_SIGN = 1.0, 0.05, 0.3
MOST_CRITICS = 0.01  # of critics unseen, who may be taken for trolls
LINES = np.linspace(0.3, 0.95, 66)


@dataclass(frozen=True, eq=False)
class Scene:
    """An author, her thread, what people say of it and what the rules say."""

    number: int
    label: str
    signs: frozenset[str]
    thread: Thread
    ruled: Troll
    rows: Floats  # (messages of the author, features)
    wanted: Floats  # (messages of the author, ASKED): 1, 0, NaN where nobody labelled the message


def teach(embed: Embed) -> Model:
    scenes = [scene(item, embed) for item in shipped()]
    owners = np.repeat(np.arange(len(scenes)), [len(one.rows) for one in scenes])
    rows = np.vstack([one.rows for one in scenes])
    wanted = np.vstack([one.wanted for one in scenes])
    folds = np.array([one.number % FOLDS for one in scenes])
    unseen = crossed(rows, wanted, folds[owners], FREEDOM)
    points = [unseen[owners == place] for place in range(len(scenes))]

    seen = np.array(
        [learned.of_scene(mine, one.ruled, one.thread) for mine, one in zip(points, scenes, strict=True)]
    )
    labels = np.array(
        [[one.label == TROLL, np.nan if one.label == TROLL else one.label == CRITIC] for one in scenes]
    )
    line = line_of_trolls(logistic.chance(crossed(seen, labels, folds, FREEDOM_SCENE))[:, 0], scenes)
    signs, lines = [], []
    for place in range(len(LEARNED)):
        model, its_line = sign(place, points, scenes, folds)
        signs.append(model)
        lines.append(its_line)
    return Model(
        logistic.fit(rows, wanted, FREEDOM),
        logistic.fit(seen, labels, FREEDOM_SCENE),
        signs,
        lines,
        line,
        {"name": f"conduct-{digest()}", "made_by": "lyhord models teach", "scenes": len(scenes)},
    )


def shipped() -> list[dict[str, Any]]:
    """All scenes, in the order of the files' names."""
    return [
        orjson.loads(line)
        for path in sorted((PLACE / "trolls").glob("*.jsonl"))
        for line in path.read_bytes().splitlines()
    ]


def scene(item: dict[str, Any], embed: Embed) -> Scene:
    said = thread.read(troll_door.messages(item), item["lang"])
    ruled = troll.judge(troll_door.profile(item), said)
    return Scene(
        number=int(item["id"].rsplit("-", 1)[1]),
        label=item["label"],
        signs=frozenset(item["signs"]),
        thread=said,
        ruled=ruled,
        rows=features.of_thread(said, embed),
        wanted=wanted(item, said, ruled),
    )


def wanted(item: dict[str, Any], said: Thread, ruled: Troll) -> Floats:
    """Scenes of the rules' own author have no signs by message; there the rules' quotes tell which message shows one."""
    evidence = {one.id: one.evidence for one in ruled.signs}
    own = [one for one in item["thread"] if one["by"] == AUTHOR]
    rows = []
    for one in own[len(own) - len(said.own) :]:
        quoted = [name for name in LEARNED if " ".join(one["text"].split()) in evidence.get(name, ())]
        row: list[float] = [
            float(name in one["signs"])
            if "signs" in one
            else 1.0
            if name in item["signs"] and name in quoted
            else np.nan
            if name in item["signs"]
            else 0.0
            for name in LEARNED
        ]
        rows.append([*row, item["label"] == TROLL, item["label"] == CRITIC])
    return np.array(rows, np.float64).reshape(len(rows), len(ASKED))


def crossed(rows: Floats, labels: Floats, folds: NDArray[np.int64], freedom: float) -> Floats:
    """Log-odds of each row by a model that had not seen its fold."""
    found = np.zeros(labels.shape)
    for fold in range(FOLDS):
        out = folds == fold
        if out.any():
            found[out] = logistic.fit(rows[~out], labels[~out], freedom).points(rows[out])
    return found


def line_of_trolls(chances: Floats, scenes: Sequence[Scene]) -> float:
    """The lowest line that takes hardly any critic for a troll, whatever it costs in trolls."""
    critics = np.sort(chances[np.array([one.label == CRITIC for one in scenes])])[::-1]
    line = float(critics[int(MOST_CRITICS * len(critics))])
    return min(max(round(line + 0.005, 3), 0.5), 0.98)


def sign(
    place: int, points: Sequence[Floats], scenes: Sequence[Scene], folds: NDArray[np.int64]
) -> tuple[Logistic, float]:
    """The model of one sign, and the line where its F1 together with the rules is best."""
    name = LEARNED[place]
    rows = np.array([learned.of_sign(mine[:, place]) for mine in points])
    truth = np.array([[name in one.signs] for one in scenes], np.float64)
    chances = logistic.chance(crossed(rows, truth, folds, FREEDOM_SIGN))[:, 0]
    by_rule = np.array([name in {found.id for found in one.ruled.signs} for one in scenes])
    holds = truth[:, 0] > 0

    def f1(line: float) -> float:
        said = by_rule | (chances >= line)
        return float(2 * (said & holds).sum() / (said.sum() + holds.sum()))

    line = max(LINES, key=f1)
    return logistic.fit(rows, truth, FREEDOM_SIGN), round(float(line), 3)


def digest(folder: str = "trolls") -> str:
    """Of all that is learned from there."""
    found = hashlib.sha256()
    for path in sorted((PLACE / folder).glob("*.jsonl")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:8]

"""Trolls and their signs as learned from scenes, beside the rules: a rule is seldom wrong and often silent.

Two steps, all of them logistic regressions: each message by what it means and what it answers, then the author by her messages
and by what the rules said. Signs are those of either. An author is a troll where the scene is likelier than the threshold, or
where the rules alone are certain. No looks go in, neither here nor into the points of the rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lyhord.triage.heads.conduct import features, signs, troll
from lyhord.triage.heads.conduct.features import Embed, Floats
from lyhord.triage.heads.conduct.signs import Sign
from lyhord.triage.heads.conduct.thread import Thread
from lyhord.triage.heads.conduct.troll import CRITIC, ORDINARY, TROLL, Troll
from lyhord.triage.learned import stored
from lyhord.triage.learned.logistic import Logistic
from lyhord.triage.learned.serving import SHIPPED

FORM = 1
NAME = "conduct.npz"
# Sign -> points where the learned model alone sees it, those of the rules at their plainest. What is not here, rules tell alone.
POINTS: Mapping[str, int] = {
    "TL-02": 24, "TL-03": 25, "TL-04": 30, "TL-06": 25, "TL-07": 14, "TL-08": 12, "TL-09": 16, "TL-10": 30,
    "TL-11": 42, "TL-12": 12, "TL-13": 27, "TL-21": 6, "TL-22": 6,
}  # fmt: skip
LEARNED = tuple(POINTS)
ASKED = (*LEARNED, TROLL, CRITIC)  # of each message; the last two are those of its scene
SAYS_NOTHING = -4.0  # log-odds for an author without a message
CERTAIN = 40  # points of the rules from which on they need no second opinion
HALF = 50  # the score from which on an author is a troll


@dataclass(frozen=True)
class Model:
    messages: Logistic  # of ASKED
    scene: Logistic  # troll, and critic among the others
    signs: Sequence[Logistic]  # one for each of LEARNED
    lines: Sequence[float]  # from which chance on each of LEARNED is said
    line: float  # from which chance on the author is a troll
    about: Mapping[str, Any]


def judge(model: Model, ruled: Troll, thread: Thread, embed: Embed) -> Troll:
    """`ruled`: what the rules say of the same thread."""
    if not thread.own:
        return scored(ruled)
    points = model.messages.points(features.of_thread(thread, embed))
    chances = model.scene.chances(of_scene(points, ruled, thread)[None])[0]
    found = {one.id: one for one in ruled.signs}
    for place, name in enumerate(LEARNED):
        if name in found:
            continue
        seen = float(model.signs[place].chances(of_sign(points[:, place])[None])[0, 0])
        if seen >= model.lines[place]:
            found[name] = Sign(name, POINTS[name], quoted(points[:, place], thread))
    score = round(100 * level(float(chances[0]), model.line))
    if ruled.label == TROLL and ruled.points >= CERTAIN:
        score = max(score, level_of_rules(ruled.points))
    label = TROLL if score >= HALF else CRITIC if chances[1] >= 0.5 else ORDINARY
    return replace(
        ruled, score=score, label=label, signs=tuple(sorted(found.values(), key=lambda one: one.id))
    )


def scored(ruled: Troll) -> Troll:
    """What the rules say where they are alone, on the same scale."""
    return replace(ruled, score=level_of_rules(ruled.score))


def level(chance: float, line: float) -> float:
    """A chance as a share that is one half at the line; order is kept."""
    return 0.5 + 0.5 * (chance - line) / (1 - line) if chance >= line else min(0.494, 0.5 * chance / line)


def level_of_rules(points: int) -> int:
    return round(100 * level(points / 100, troll.THRESHOLD / 100))


def of_scene(points: Floats, ruled: Troll, thread: Thread) -> Floats:
    by_rule = {one.id: one.points for one in ruled.signs}
    return np.concatenate([
        points.max(axis=0),
        points.mean(axis=0),
        [ruled.points / 20, ruled.faith / 20, 0.3 * len(thread.messages)],
        [by_rule.get(name, 0) / 20 for name in LEARNED],
    ])  # fmt: skip


def of_sign(points: Floats) -> Floats:
    """One sign over all messages of an author: the clearest, the second, and the mean."""
    first, second = np.sort(np.append(points, [SAYS_NOTHING, SAYS_NOTHING]))[::-1][:2]
    return np.array([first, second, points.mean()])


def quoted(points: Floats, thread: Thread) -> tuple[str, ...]:
    """The messages that show it most: the clearest, and those that are likelier than not."""
    clearest = int(points.argmax())
    return signs.quote(
        *(one for place, one in enumerate(thread.own) if place == clearest or points[place] > 0)
    )


@cache
def shipped() -> Model:
    """Raises NotAModel, FileNotFoundError."""
    return read(SHIPPED / NAME)


def write(model: Model, path: Path) -> None:
    about = {"asked": ASKED, "lines": list(model.lines), "line": model.line, **model.about}
    parts = {"messages": model.messages, "scene": model.scene, **dict(zip(LEARNED, model.signs, strict=True))}
    stored.write(path, FORM, about, parts)


def read(path: Path) -> Model:
    """Raises NotAModel, FileNotFoundError."""
    about, parts = stored.read(path, FORM)
    if tuple(about.pop("asked")) != ASKED:
        raise stored.of_another_form(path)
    signs_of = [parts[name] for name in LEARNED]
    lines, line = about.pop("lines"), about.pop("line")
    return Model(parts["messages"], parts["scene"], signs_of, lines, line, about)

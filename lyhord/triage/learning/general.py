"""What a new model changes on posts in general, of those that ship.

The model that ships was taught these posts, and the new one is built on it: both know them and are right about nearly all, so
how right they are says little. What is told besides is how many answers change if the shipped model is taken to be no
surer of these posts than a model is of posts that it never saw, and the correction counts in full.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.learned import correcting, lens, linear, teaching
from lyhord.triage.learned.correcting import SOFT, Floats, odds_of
from lyhord.triage.learned.teaching import Example
from lyhord.triage.learning.lessons import HEADS
from lyhord.triage.learning.measures import Figures, Pair

Places = NDArray[np.int64]


class Compared(NamedTuple):
    new: Figures
    old: Figures
    changed: Mapping[str, float]  # by head: share of the answers that are others


def compared(
    old: linear.Model,
    new: linear.Model,
    posts: Sequence[Example],
    places: Places | None,
    embed: teaching.Embed | None,
) -> Compared:
    """`places`: of the posts among the old model's anchors, where they are there; else their meanings are read."""
    texts = teaching.prepare([one.text for one in posts], [one.lang for one in posts], None)
    seen = None if old.sight is None else seen_by(old.sight, posts, places, embed)
    before, after = (correcting.points(model, texts, seen) for model in (old, new))
    was = {name: told(posts, old.heads[name], before) for name in HEADS}
    now = {name: told(posts, new.heads[name], after) for name in HEADS}
    changed = {}
    for name in HEADS:
        unsure = told(posts, new.heads[name], narrower(old.heads[name], before) + after - before)
        others = sum(one != other for one, other in zip(was[name], unsure, strict=True))
        changed[name] = round(others / max(len(posts), 1), 4)
    return Compared(Figures(now), Figures(was), changed)


def seen_by(
    sight: linear.Sight, posts: Sequence[Example], places: Places | None, embed: teaching.Embed | None
) -> Floats:
    if places is not None:
        return lens.unpacked(sight.anchors[places])
    if embed is None:
        raise ValueError("This model reads embeddings, and nothing makes them.")
    return sight.lens(np.asarray(embed([one.text for one in posts]), np.float32))


def told(posts: Sequence[Example], head: linear.Head, points: Floats) -> list[Pair]:
    """What each post is, and what is answered."""
    here = points[:, head.columns]
    if len(head.labels) == 2:
        said = (here[:, 1] - here[:, 0] >= odds_of(head.threshold)).astype(int)
    else:
        said = here.argmax(axis=1)
    labels = [head.labels[place] for place in said]
    return [(one.labels[head.name], label) for one, label in zip(posts, labels, strict=True)]


def narrower(head: linear.Head, points: Floats) -> Floats:
    """The same answers, less surely."""
    soft = points.copy()
    soft[:, head.columns] *= SOFT
    if len(head.labels) == 2:
        soft[:, head.start + 1] += (1 - SOFT) * odds_of(head.threshold)
    return soft

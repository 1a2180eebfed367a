"""What a message of an author means beside what it answers, as numbers that the learned signs are read from.

For each message of the author: its embedding, that of the message of somebody else before it, their product by element (what
takes up the answer lies elsewhere than what turns from it), and plain ones: how like her earlier messages it is, how near to
what it answers, its place, length and marks, and the lists' words. Nothing of the profile.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.heads.conduct.thread import AUTHOR, Message, Thread

Floats = NDArray[np.floating[Any]]
Embed = Callable[[Sequence[str]], Floats]

LISTS = (
    "twist", "demand", "refuse", "claim", "aside", "counter", "hidden", "rally", "audience", "insult", "taunt",
    "suggest", "group", "general", "kind", "matter",
)  # fmt: skip
PRODUCT = 8.0  # of two embeddings, whose halves have length 1: brought to the size of the others
LIKENESS = 3.0
LONG = 300  # characters
MOST_POINTS = 3.0  # of a list, in one message


def of_thread(thread: Thread, embed: Embed) -> Floats:
    """Rows (messages of the author, features)."""
    texts = list(dict.fromkeys(one.text for one in thread.messages))
    places = {text: place for place, text in enumerate(texts)}
    seen = embed(texts)  # in one go
    none = np.zeros(seen.shape[1], np.float32)
    rows: list[Floats] = []
    own: list[Floats] = []
    before = none
    for place, message in enumerate(thread.messages):
        here = seen[places[message.text]]
        if message.by != AUTHOR:
            before = here
            continue
        near = [like(one, here) for one in own]
        plain = [LIKENESS * max(near, default=0.0), LIKENESS * like(here, before), *marks(message, place)]
        rows.append(np.concatenate([here, before, PRODUCT * here * before, plain]))
        own.append(here)
    return np.array(rows, np.float32).reshape(len(rows), 3 * seen.shape[1] + 7 + len(LISTS))


def like(one: Floats, other: Floats) -> float:
    """Cosine, mean of both halves."""
    return float(one @ other) / 2


def marks(message: Message, place: int) -> list[float]:
    text = message.text
    return [
        0.3 * place,
        min(len(text), 2 * LONG) / LONG,
        0.5 * text.count("?"),
        0.3 * text.count("!"),
        float("http" in text),
        *(0.5 * min(message.of(name), MOST_POINTS) for name in LISTS),
    ]

"""A person's contacts as one row of numbers: how tone and matters move from the first contact to the last.

By rule (anger, topics, answers), by what the heads of triage say of each contact (sentiment, abuse, kind, urgency), and by how far
the contacts lie from each other in meaning. No embedding goes in itself: there are few sequences to learn from.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage import lexicon, reading
from lyhord.triage.heads.conduct import tone
from lyhord.triage.heads.conduct.features import Embed, like
from lyhord.triage.heads.conduct.tone import Contact, Read
from lyhord.triage.learned import serving

Floats = NDArray[np.floating[Any]]

# Head of triage -> the labels whose chances are read.
HEADS = {
    "sentiment": ("-1", "1"), "polarity": ("negative",), "abusive": ("yes",), "offensive": ("yes",),
    "kind": ("complaint", "question", "praise"), "urgency": ("high",),
}  # fmt: skip
FAR = 5.0  # distances in meaning are small numbers
LONG = 200  # characters


def of_contacts(contacts: Sequence[Contact], code: str, embed: Embed) -> Floats:
    """One row for one contact or more. Raises Missing."""
    texts = [one.text for one in contacts]
    replies = [one.reply for one in contacts if one.reply]
    known = dict(zip([*texts, *replies], embed([*texts, *replies]), strict=True))
    said = np.stack([known[text] for text in texts])
    answers = [known[one.reply] if one.reply else None for one in contacts]
    by_heads = np.array([chances(text, code, known[text]) for text in texts])
    seen = tone.read(contacts, code)
    moves = [
        by_heads[0], by_heads[-1], by_heads.mean(axis=0), by_heads[-1] - by_heads[0],
        by_heads[1:].max(axis=0) if len(texts) > 1 else by_heads[0],
    ]  # fmt: skip
    return np.concatenate([by_rule(seen), drift(said, answers), lengths(texts), *moves])


def by_rule(seen: Sequence[Read]) -> list[float]:
    anger = [one.anger / 2 for one in seen]
    topics = [len(one.topics) / 3 for one in seen[1:]]
    return [
        len(seen) / 5,
        float(tone.escalates(seen)),
        float(tone.spreads(seen)),
        anger[0],
        anger[-1],
        max(anger),
        anger[-1] - anger[0],
        sum(topics),
        max(topics, default=0.0),
        share(not one.answered for one in seen),
        share(one.reply is None for one in seen),
        float(not seen[-1].answered),
    ]


def share(found: Any) -> float:
    return float(np.mean([float(one) for one in found]))


def drift(said: Floats, answers: Sequence[Floats | None]) -> list[float]:
    """How far contacts lie from the first and from all before; how near replies lie to them and to each other."""
    near = said @ said.T / 2
    later = range(1, len(said))
    away = [1 - float(near[0, place]) for place in later]
    new = [1 - float(near[place, :place].max()) for place in later]
    apt = [
        like(one, answer) if answer is not None else 0.0 for one, answer in zip(said, answers, strict=True)
    ]
    alike = [same(answers[place], answers[place - 1]) for place in later]
    return [
        FAR * float(np.mean(away)) if away else 0.0,
        FAR * max(away, default=0.0),
        FAR * (away[-1] if away else 0.0),
        FAR * float(np.mean(new)) if new else 0.0,
        float(np.mean(apt)),
        float(np.mean(alike)) if alike else 0.0,
    ]


def same(one: Floats | None, other: Floats | None) -> float:
    return like(one, other) if one is not None and other is not None else 0.0


def lengths(texts: Sequence[str]) -> list[float]:
    return [
        float(np.mean([len(text) for text in texts])) / LONG,
        len(texts[-1]) / LONG,
        (len(texts[-1]) - len(texts[0])) / LONG,
        float(np.mean([text.count("?") for text in texts])) / 2,
        float(np.mean([text.count(",") for text in texts])) / 3,
        texts[-1].count("!") / 2,
    ]


def chances(text: str, code: str, embedding: Floats) -> list[float]:
    """Of the model that ships: what an installation taught itself must not move these."""
    model = serving.shipped(serving.FULL)
    seen = reading.read(text)
    told = model.judge(model.see(seen, lexicon.of(code).read(seen), embedding))
    return [
        float(told[head][model.heads[head].labels.index(label)])
        for head, labels in HEADS.items()
        for label in labels
    ]

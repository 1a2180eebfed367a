"""The measured figures of this version, packaged by `lyhord evaluate`."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

FILE = Path(__file__).with_name("figures.json")


def read() -> dict[str, Any] | None:
    """None: nothing was measured and packaged, or it cannot be read."""
    try:
        changed = FILE.stat().st_mtime_ns
    except OSError:
        return None
    return parsed(changed)


@lru_cache(maxsize=1)
def parsed(changed: int) -> dict[str, Any] | None:
    try:
        told = orjson.loads(FILE.read_bytes())
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("heads"), dict) else None

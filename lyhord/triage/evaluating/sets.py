"""Labelled sets: our own put-aside ones, and those that lie beside the repository."""

import gzip
import os
from pathlib import Path
from typing import Any

import orjson

TESTS = Path(__file__).parent.parent / "tests"
OWN = TESTS / "putaside"
LANGUAGES = ("sv", "fi", "nb", "da", "en")

Item = dict[str, Any]


def beside() -> Path:
    """Where the labelled sets of others lie: `LYHORD_TEST_DATA`, or beside the repository."""
    root = Path(__file__).parents[3]
    return Path(os.environ.get("LYHORD_TEST_DATA") or root.parent / "shared" / "data")


def read(path: Path) -> list[Item]:
    """Raises FileNotFoundError."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [orjson.loads(line) for line in content.splitlines() if line.strip()]


def part(folder: Path, name: str) -> list[Item]:
    """The `train` or `test` part of a published set."""
    paths = sorted(folder.glob(f"{name}*.jsonl.gz"))
    if not paths:
        raise FileNotFoundError(folder / f"{name}.jsonl.gz")
    return read(paths[0])


def put_aside(folder: Path = OWN) -> list[Item]:
    return [item for lang in LANGUAGES for item in read(folder / f"{lang}.jsonl")]

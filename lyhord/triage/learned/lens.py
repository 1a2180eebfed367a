"""Embeddings seen so that meaning stands out: less their mean, on the axes along which our texts differ, of length 1."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

AXES = 256
FLATTEN = 0.3  # how far strong axes (language, length) are drawn towards weak ones; by cross-validation on the training posts
NOTHING = 1e-7  # of the strongest axis
NEARNESS = 2.0  # of the kernel: exp(NEARNESS * (cosine - 1))


@dataclass(frozen=True)
class Lens:
    middle: Floats  # what is taken off
    axes: Floats  # (numbers of an embedding, axes)

    def __call__(self, embeddings: Floats) -> Floats:
        found = (embeddings - self.middle) @ self.axes
        return np.asarray(found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9), np.float32)


def learn(embeddings: Floats) -> Lens:
    middle = embeddings.mean(axis=0)
    spread = (embeddings - middle).astype(np.float64)
    strengths, axes = np.linalg.eigh(spread.T @ spread)
    strengths, axes = strengths[::-1][:AXES], axes[:, ::-1][:, :AXES]
    axes = axes * np.sign(
        axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    )  # a sign of its own each: always the same
    strengths = strengths / max(strengths[0], 1e-12)
    # Fewer texts than axes: along the axes that are left, they do not differ.
    scaled = axes * np.where(strengths > NOTHING, np.sqrt(np.maximum(strengths, NOTHING)) ** -FLATTEN, 0.0)
    return Lens(middle.astype(np.float32), scaled.astype(np.float16).astype(np.float32))


def nearness(first: Floats, second: Floats) -> Floats:
    near = np.asarray(first @ second.T, np.float32)
    near -= 1  # in its place: of thousands of texts it is a hundred megabytes
    near *= NEARNESS
    return np.exp(near, out=near)


def packed(seen: Floats) -> NDArray[np.int8]:
    """Seen embeddings in eight bits a number."""
    return np.round(seen * 127).astype(np.int8)


def unpacked(seen: NDArray[np.int8]) -> Floats:
    return seen.astype(np.float32) / np.float32(127)

"""The embedding model as it serves: loaded when first needed, let go when idle."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from lyhord.lib.errors import LyhordError
from lyhord.triage.embeddings import tuned

QUERY = "query: "  # multilingual-e5 was taught with it; without, texts lie elsewhere
MOST_PIECES = 256  # of a text; a post that is longer is judged by its beginning
BATCH_TOKENS = 1024
FORM = 3


class Missing(LyhordError):
    """There is no embedding model on this machine."""


def folder() -> Path:
    """`LYHORD_MODELS`, or beside the environment that lyhord is installed in."""
    root = os.environ.get("LYHORD_MODELS")
    return (Path(root) if root else Path(sys.prefix) / "share" / "lyhord") / "e5-small"


def is_built(place: Path) -> bool:
    try:
        about = orjson.loads((place / "about.json").read_bytes())
        return bool(about["form"] == FORM and about.get("tuned", "") == tuned.digest())
    except (FileNotFoundError, ValueError, KeyError):
        return False


class Embeddings:
    """Raises Missing when it is made and the model or onnxruntime is not there."""

    def __init__(self, place: Path | None = None, threads: int = 1) -> None:
        try:
            import numpy as np
            import onnxruntime
        except ImportError as problem:
            raise Missing("The package onnxruntime is missing. Install lyhord[embeddings].") from problem
        from lyhord.triage.embeddings.pieces import Pieces
        from lyhord.triage.embeddings.weights import unpacked

        self.place = place or folder()
        try:
            self.about = orjson.loads((self.place / "about.json").read_bytes())
            if not is_built(self.place):  # by an older lyhord, or from other changes
                raise Missing(
                    f"The embedding model in {self.place.name} is of another form. Build it again: lyhord models build."
                )
            vocabulary = orjson.loads((self.place / "pieces.json").read_bytes())
            self.words = np.load(self.place / "words.npy", mmap_mode="r")
            self.positions = np.load(self.place / "positions.npy")
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = threads
            options.inter_op_num_threads = 1
            options.enable_cpu_mem_arena = False
            options.log_severity_level = 3
            # Processors without VNNI add two products of eight bits in sixteen and overflow: other figures for the same text.
            options.add_session_config_entry("session.x64quantprecision", "1")
            self.session = onnxruntime.InferenceSession(
                str(self.place / "layers.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except FileNotFoundError as problem:
            raise Missing("The embedding model is not built. Run: lyhord models build.") from problem
        self.np, self.unpacked = np, unpacked
        normal = {int(point): text for point, text in vocabulary["normal"].items()}
        self.specials = self.about["specials"]
        self.pieces = Pieces(vocabulary["pieces"], vocabulary["scores"], normal, self.specials["<unk>"])

    def __call__(self, texts: Sequence[str]) -> Any:
        """An array (texts, 768) of float32: the last layer and the one half-way, each of length 1."""
        numbers = [self.numbers(text) for text in texts]
        out = self.np.zeros((len(texts), self.about["numbers"]), self.np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(numbers[place]))
        batch: list[int] = []
        for place in order:
            if batch and (len(batch) + 1) * len(numbers[place]) > BATCH_TOKENS:
                out[batch] = self.run([numbers[one] for one in batch])
                batch = []
            batch.append(place)
        if batch:
            out[batch] = self.run([numbers[one] for one in batch])
        return out

    def numbers(self, text: str) -> list[int]:
        return [
            self.specials["<s>"],
            *self.pieces.of(QUERY + " ".join(text.split()), MOST_PIECES),
            self.specials["</s>"],
        ]

    def run(self, batch: Sequence[Sequence[int]]) -> Any:
        np = self.np
        longest = max(map(len, batch))
        x = np.zeros((len(batch), longest, self.about["width"]), np.float32)
        bias = np.full((len(batch), 1, 1, longest), -1e9, np.float32)
        share = np.zeros((len(batch), 1, longest), np.float32)
        for row, numbers in enumerate(batch):
            length = len(numbers)
            x[row, :length] = self.unpacked(self.words[numbers]).reshape(length, -1) + self.positions[:length]
            bias[row, ..., :length] = 0.0
            share[row, 0, :length] = 1.0 / length
        return np.hstack(self.session.run(["mean", "middle"], {"x": x, "bias": bias, "share": share}))

"""Which models serve in this process: those that ship, or those that the installation taught itself."""

import logging
import threading
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.embeddings.model import Embeddings, Missing
from lyhord.triage.learned import linear

SHIPPED = Path(__file__).parent / "shipped"
PLAIN, FULL = "plain.npz", "full.npz"
IDLE = 600.0  # seconds after which the embedding model is let go

log = logging.getLogger(__name__)


class Serving:
    """The models of one folder; a file that is missing or broken there is served from what ships."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.folder: Path | None = None
        self.models: dict[str, linear.Model] = {}
        self.embeddings: Embeddings | None = None
        self.problem = ""  # why there are no embeddings
        self.used_at = 0.0

    def use(self, folder: Path | None) -> None:
        with self.lock:
            if folder != self.folder:
                self.folder, self.models = folder, {}

    def model(self, name: str) -> linear.Model:
        with self.lock:
            if name not in self.models:
                self.models[name] = self.load(name)
            return self.models[name]

    def load(self, name: str) -> linear.Model:
        if self.folder is not None:
            try:
                return linear.read(self.folder / name)
            except (linear.NotAModel, FileNotFoundError):
                log.exception("triage.model_unreadable")
        return shipped(name)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """None: there is no embedding model here; `problem` says why."""
        with self.lock:
            if self.embeddings is None and not self.problem:
                try:
                    self.embeddings = Embeddings()
                except Missing as problem:
                    self.problem = str(problem)
            self.used_at = time.monotonic()
            model = self.embeddings
        return None if model is None else np.asarray(model(texts), np.float32)

    def let_go(self) -> None:
        """Free the embedding model when nobody asked for ten minutes."""
        with self.lock:
            if self.embeddings is not None and time.monotonic() > self.used_at + IDLE:
                self.embeddings = None


@cache
def shipped(name: str) -> linear.Model:
    return linear.read(SHIPPED / name)


serving = Serving()


def use(folder: Path | None) -> None:
    """Serve the models of this folder from now on; None: those that ship."""
    serving.use(folder)


def has_embeddings() -> bool:
    """Whether texts can be read by meaning here. Loads the model at the first call."""
    return serving.embed(["."]) is not None


def name(deep: bool | None = None) -> str:
    """Of the model that serves: `deep` with embeddings, None as this machine can."""
    deep = has_embeddings() if deep is None else deep
    about: Any = serving.model(FULL if deep else PLAIN).about
    return f"{'full' if deep else 'plain'}-{about.get('name', '?')}"

"""Embeddings of texts that come again: a thread that grows by a message, a post while its reply is typed.

The same text has the same numbers, whatever stands beside it.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lyhord.triage.embeddings.model import Missing
from lyhord.triage.learned.serving import serving

Floats = NDArray[np.floating[Any]]
MOST = 2_000  # texts; 6 MB of numbers
LONGEST = 4_000  # characters of a text; the model reads 256 pieces, some fifteen hundred

_lock = threading.Lock()
_kept: OrderedDict[str, Floats] = OrderedDict()


def embed(texts: Sequence[str]) -> Floats:
    """Rows (texts, 768). Raises Missing where there is no embedding model on this machine."""
    texts = [text[:LONGEST] for text in texts]
    with _lock:
        known = {text: _kept[text] for text in texts if text in _kept}
    for text in dict.fromkeys(texts):
        if text not in known:
            # Each alone: eight-bit sums depend on what else is in the batch, and padding costs more than a batch saves.
            found = serving.embed([text])
            if found is None:
                raise Missing(serving.problem)
            known[text] = found[0]
    with _lock:
        for text in texts:
            _kept[text] = known[text]
            _kept.move_to_end(text)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return np.stack([known[text] for text in texts])

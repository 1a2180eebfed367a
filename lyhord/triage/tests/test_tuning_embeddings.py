"""Fine-tuning by changes of low rank: what is trained says the same as the graph that is built from it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lyhord.triage.embeddings import graph, tuned, weights
from lyhord.triage.learned.examples import Example

SHAPE = weights.Shape(width=32, layers=8, heads=4, inner=64, words=40, positions=64, epsilon=1e-12)
PIECES = [
    "<s>",
    "</s>",
    "<unk>",
    *(f"\u2581{letter}" for letter in "abcdefghijklmnop"),
    *"abcdefghijklmnopqrstu",
]


class Small(weights.Weights):
    """Eight layers of chance, as large as a test can bear."""

    def matrix(self, name: str, width: int) -> Any:
        rows = SHAPE.inner if name.endswith(".fi.w") else SHAPE.width
        chance = np.random.default_rng(sum(map(ord, name)))
        found: Any = chance.normal(0, width**-0.5, (rows, width)).astype(np.float32)
        if f"{name}.up" in self.changed:
            found = found + self.changed[f"{name}.up"] @ self.changed[f"{name}.down"]
        return found

    def floats(self, name: str) -> Any:
        if name in self.changed:
            return self.changed[name]
        if name in {"emb.pos", "emb.type"}:
            return np.zeros(SHAPE.positions * SHAPE.width, np.float32)
        size = SHAPE.inner if name.endswith(".fi.b") else SHAPE.width
        return np.full(size, float("ln" in name and name.endswith(".w")), np.float32)

    def rows(self, name: str, numbers: Any) -> Any:
        table = np.random.default_rng(7).normal(0, 1, (SHAPE.words, SHAPE.width)).astype(np.float32)
        return table[list(numbers)]


def small() -> Small:
    specials = {weights.BEGINNING: 0, weights.END: 1, weights.UNKNOWN: 2}
    return Small(SHAPE, PIECES, np.linspace(-1, -2, len(PIECES), dtype=np.float32), {}, specials, b"", {})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    changes = {"l6.q.w.up": np.ones((4, 2)) / 3, "l6.q.w.down": np.ones((2, 4)), "l6.q.b": np.ones(4) / 3}
    tuned.write(changes, {"made_by": "a test"}, tmp_path / "tuned.npz")
    read = tuned.read(tmp_path / "tuned.npz")
    assert set(read) == set(changes)
    assert np.allclose(read["l6.q.w.up"], 1 / 3, atol=1e-3)
    assert tuned.digest(tmp_path / "tuned.npz") != tuned.digest(tmp_path / "none.npz") == ""
    assert tuned.read(tmp_path / "none.npz") == {}


def test_a_file_of_another_form_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "tuned.npz", about=np.frombuffer(b'{"form": 0}', np.uint8))
    with pytest.raises(tuned.NotTheChanges, match="of another form"):
        tuned.read(tmp_path / "tuned.npz")


def test_a_change_of_low_rank_is_added_to_its_matrix() -> None:
    up, down = np.full((SHAPE.width, 1), 2.0, np.float32), np.full((1, SHAPE.width), 3.0, np.float32)
    changed = replace(small(), changed={"l6.q.w.up": up, "l6.q.w.down": down})
    assert np.allclose(changed.matrix("l6.q.w", 32) - small().matrix("l6.q.w", 32), 6.0, atol=1e-5)


def test_the_graph_says_what_was_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed; only who makes lyhord needs it.")
    onnxruntime = pytest.importorskip("onnxruntime")
    from lyhord.triage.embeddings import tuning

    monkeypatch.setattr(tuning, "ROUNDS", 12)
    monkeypatch.setattr(tuning, "WARMING", 2)
    words = {"yes": "abcdefgh", "no": "ijklmnop"}
    own = [
        Example(" ".join(letters[(place * step) % 8] for step in range(1, 5)), "en", {"kind": label})
        for label, letters in words.items()
        for place in range(48)
    ]
    tasks = [tuning.Task("kind", ("no", "yes"), 1.0)]
    upper = tuning.tune(own, {}, tasks, small())
    texts = tuning.prepared(tuning.Lower(small()), own, tasks)
    x, lengths = texts.batch(range(len(own)))
    with torch.no_grad():
        said = upper(x, lengths)["kind"].argmax(1)
    assert float((said == texts.wanted["kind"]).float().mean()) > 0.95
    changes = upper.changes()
    assert np.abs(changes["l7.fo.w.up"]).max() > 0
    made = graph.build(replace(small(), changed=changes)).SerializeToString()
    session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    first = tuning.Lower(small()).first(tuning.Lower(small()).numbers(own[5].text)).numpy()[None]
    tokens = first.shape[1]
    given = {
        "x": first,
        "bias": np.zeros((1, 1, 1, tokens), np.float32),
        "share": np.full((1, 1, tokens), 1 / tokens, np.float32),
    }
    mean = session.run(["mean"], given)[0]
    x, lengths = texts.batch([5])
    with torch.no_grad():
        bias, share = tuning.shares(x, lengths)
        for layer in upper.layers:
            x = layer(x, bias)
        wanted = torch.nn.functional.normalize((x * share).sum(1), dim=-1).numpy()
    assert np.abs(mean - wanted).max() < 2e-2  # states at the middle are kept in half precision

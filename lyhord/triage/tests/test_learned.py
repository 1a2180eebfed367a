"""The learned heads: least squares, n-grams, models as files, and the embedding model where it is built."""

import random
from pathlib import Path

import numpy as np
import pytest

from lyhord.triage import reading
from lyhord.triage.embeddings import model as embedding
from lyhord.triage.embeddings import pieces, weights
from lyhord.triage.learned import examples, fitting, grams, lens, linear, serving, teaching

WORDS = {
    "question": "when does the train leave",
    "complaint": "the parcel never came again",
    "spam": "win a free phone now",
}


def small(count: int = 20) -> list[examples.Example]:
    """Posts of three kinds that a model should tell apart with ease, shuffled words each."""
    chance = random.Random(1)
    made = []
    for kind, text in WORDS.items():
        for _ in range(count):
            words = text.split()
            chance.shuffle(words)
            labels = {
                "kind": kind,
                "answer": "no" if kind == "spam" else "yes",
                "topic": "other",
                "sentiment": "-1" if kind == "complaint" else "0",
                "urgency": "normal",
                "abusive": "no",
            }
            made.append(examples.Example(" ".join(words), "en", labels))
    return made


@pytest.fixture(scope="module")
def taught() -> linear.Model:
    return teaching.teach(small(), embeddings=None)


def test_what_was_taught_is_told_of_texts_that_were_not(taught: linear.Model) -> None:
    told = teaching.answer(
        taught, ["leave the train when", "never the parcel came", "a phone free win"], None
    )
    assert [one["kind"][0] for one in told] == ["question", "complaint", "spam"]
    assert [one["answer"][0] for one in told] == ["yes", "yes", "no"]


def test_the_same_examples_give_the_same_bytes(taught: linear.Model, tmp_path: Path) -> None:
    linear.write(taught, tmp_path / "one.npz")
    linear.write(teaching.teach(small(), embeddings=None), tmp_path / "two.npz")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_model_read_back_says_the_same(taught: linear.Model, tmp_path: Path) -> None:
    linear.write(taught, tmp_path / "model.npz")
    texts = [one.text for one in small(3)]
    for before, after in zip(
        teaching.answer(taught, texts, None),
        teaching.answer(linear.read(tmp_path / "model.npz"), texts, None),
        strict=True,
    ):
        assert before["kind"][0] == after["kind"][0]
        assert before["kind"][1] == pytest.approx(after["kind"][1], abs=0.01)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not an archive", b"\x80\x04N."])
def test_a_file_that_is_no_model_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(linear.NotAModel, match=r"model\.npz"):
        linear.read(tmp_path / "model.npz")


def test_a_broken_model_of_the_installation_is_served_from_what_ships(tmp_path: Path) -> None:
    (tmp_path / "plain.npz").write_bytes(b"broken")
    served = serving.Serving()
    served.use(tmp_path)
    assert served.model(serving.PLAIN) is serving.shipped(serving.PLAIN)


def test_least_squares_is_what_leaving_each_text_out_gives() -> None:
    chance = np.random.RandomState(3)
    features = chance.standard_normal((30, 5)).astype(np.float32)
    wanted = np.sign(chance.standard_normal((30, 2))).astype(np.float32)
    ridge = np.full(30, 0.7, np.float32)
    _, left_out = fitting.solve(features @ features.T, wanted, ridge)
    for row in range(30):
        others = np.arange(30) != row
        near = features[others]
        weights = np.linalg.solve(near.T @ near + 0.7 * np.eye(5), near.T @ wanted[others])
        assert left_out[row] == pytest.approx(features[row] @ weights, abs=1e-3)


def test_large_sets_are_solved_to_the_same() -> None:
    texts = [grams.words(reading.read(one.text)) for one in small(6)]
    vocabulary = grams.learn(texts, [], 1, 1000, 0)
    rows = fitting.Texts(
        [vocabulary.rows(words) for words in texts], len(vocabulary), np.zeros((len(texts), 1), np.float32)
    )
    wanted = np.where(np.arange(len(texts)) % 2, 1, -1).astype(np.float32)
    shares, _ = fitting.solve(rows.products(), wanted[:, None], np.full(len(texts), 2.0, np.float32))
    near, rest = fitting.solve_large(rows, wanted, 2.0)
    exact, below = rows.weights(shares)
    assert near == pytest.approx(exact[:, 0], abs=1e-2)
    assert rest == pytest.approx(below[:, 0], abs=1e-2)


def test_a_triangle_is_inverted_by_halves() -> None:
    chance = np.random.RandomState(5)
    lower = np.tril(chance.standard_normal((1200, 1200)) * 0.01 + np.eye(1200)).astype(np.float32)
    assert fitting.inverted(lower.copy()) @ lower == pytest.approx(np.eye(1200), abs=1e-3)


def test_a_text_of_a_megabyte_and_one_of_nothing_are_read() -> None:
    vocabulary = serving.shipped(serving.PLAIN).vocabulary
    for text in ("", "😂" * 50, "a" * 1_000_000, "word " * 200_000, "\u0301" * 5000):
        rows, values = vocabulary.rows(grams.words(reading.read(text)))
        assert len(rows) == len(values)
        assert np.isfinite(values).all()


def test_a_lens_gives_rows_of_length_one() -> None:
    seen = lens.learn(np.random.RandomState(1).standard_normal((400, 300)).astype(np.float32))
    found = seen(np.random.RandomState(2).standard_normal((3, 300)).astype(np.float32))
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_pieces_are_cut_the_likeliest_way_and_strange_signs_are_unknown() -> None:
    known = ["<unk>", "▁", "▁tå", "g", "▁tåg", "et", "▁e"]
    cut = pieces.Pieces(known, [0.0, -5.0, -4.0, -4.0, -3.0, -2.0, -9.0], {}, 0)
    assert [known[number] for number in cut.of("tåget", 9)] == ["▁tåg", "et"]
    assert 0 in cut.of("日本", 9)
    assert len(cut.of("tåget " * 100, 9)) == 9


def test_another_file_than_the_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(weights.NotTheWeights, match=r"some\.bin"):
        weights.read(tmp_path / "some.bin")
    (tmp_path / "cut.bin").write_bytes(b"E5S1" + bytes(30))
    with pytest.raises(weights.NotTheWeights):
        weights.read(tmp_path / "cut.bin")


def test_without_an_embedding_model_the_plain_one_serves_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LYHORD_MODELS", str(tmp_path))
    served = serving.Serving()
    assert served.embed(["text"]) is None
    assert "lyhord models build" in served.problem


@pytest.mark.skipif(
    not embedding.is_built(embedding.folder()), reason="the embedding model is not built here"
)
def test_texts_that_mean_the_same_lie_near_each_other_across_languages() -> None:
    embed = embedding.Embeddings()
    sv, fi, other = embed(
        ["När går nästa tåg till Malmö?", "Milloin lähtee seuraava juna Malmöhön?", "Vilken goal!!! 🏒"]
    )
    assert sv @ fi > sv @ other
    alone = embed(["När går nästa tåg till Malmö?"])[0]
    # In eight bits, the range of a whole batch decides how finely each text is told: the same text, nearly the same place.
    assert alone @ sv > 1.95  # of two halves, each of length 1
    assert np.linalg.norm(alone[:384]) == pytest.approx(1, abs=1e-4)

"""The head that learns an operator's own taxonomy."""

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lyhord.triage.learned import linear, taxonomy

THINGS = {
    "ticket": ("biljett", "biljetten", "ticket", "billet", "lippu"),
    "card": ("kort", "kortet", "card", "kortti", "bankkort"),
    "seat": ("plats", "platsen", "seat", "sete", "paikka"),
}
FRAMES = (
    "var är min {}",
    "jag tappade {} igår",
    "{} fungerar inte",
    "vill byta {}",
    "kan ni skicka {}",
    "ny {} tack",
)
EXAMPLES = [
    (frame.format(word), "sv", label)
    for label, words in THINGS.items()
    for word, frame in product(words, FRAMES)
]


def meaning(texts: Sequence[str]) -> Any:
    """Three directions that words of the same label share, and a little of nothing."""
    rows = np.full((len(texts), 768), 0.01, np.float32)
    for row, text in zip(rows, texts, strict=True):
        for place, words in enumerate(THINGS.values()):
            row[place] += any(word in text for word in words) or ("sleeper berth" in text and place == 2)
        row[10 + len(text) % 700] += 0.1
    return rows


@pytest.mark.parametrize("embeddings", [None, meaning])
def test_labels_are_learned_and_told_with_a_chance(embeddings: Any) -> None:
    taught = taxonomy.teach(EXAMPLES, embeddings)
    assert taught.labels == ("card", "seat", "ticket")
    assert taught.left_out > 0.8
    for text, label in [
        ("hej, min biljett är borta", "ticket"),
        ("mitt bankkort!", "card"),
        ("fel plats", "seat"),
    ]:
        found, chance = taught.label(text)
        assert found == label and 1 / 3 < chance <= 1
    assert taught.label_all([]) == []


def test_meaning_helps_where_no_word_is_known() -> None:
    assert taxonomy.teach(EXAMPLES, meaning).label("sleeper berth")[0] == "seat"


def test_the_same_examples_give_the_same_answers() -> None:
    first, second = taxonomy.teach(EXAMPLES, meaning), taxonomy.teach(EXAMPLES, meaning)
    assert first.label("var är kortet") == second.label("var är kortet")
    assert np.array_equal(first.weights, second.weights)


def test_an_unknown_word_is_not_told_with_certainty() -> None:
    assert taxonomy.teach(EXAMPLES, None).label("qqq xxx")[1] < 0.6


def test_one_label_is_no_taxonomy_and_too_many_texts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(taxonomy.CannotLearn, match="two labels"):
        taxonomy.teach([("a", "sv", "x"), ("b", "sv", "x")], None)
    monkeypatch.setattr(taxonomy, "MOST_TEXTS", 10)
    with pytest.raises(taxonomy.CannotLearn, match="at most 10"):
        taxonomy.teach(EXAMPLES, None)


ASKED = ["hej, min biljett är borta", "mitt bankkort!", "sleeper berth", "qqq xxx", "", "🚆🚆", "KORT kort"]


@pytest.mark.parametrize("embeddings", [None, meaning])
def test_what_is_read_back_says_exactly_the_same(tmp_path: Path, embeddings: Any) -> None:
    taught = taxonomy.teach(EXAMPLES, embeddings)
    taxonomy.write(taught, tmp_path / "a.npz")
    again = taxonomy.read(tmp_path / "a.npz", embeddings)
    assert again.label_all(ASKED) == taught.label_all(ASKED)
    assert (again.labels, again.left_out) == (taught.labels, taught.left_out)
    by_words = [taught.said([text], None) for text in ASKED]
    assert [taxonomy.read(tmp_path / "a.npz", None).label_all([text]) for text in ASKED] == by_words
    taxonomy.write(again, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz", allow_pickle=False) as arrays:
        assert not any(array.dtype.hasobject for array in arrays.values())


def test_the_answers_of_the_others_are_told(tmp_path: Path) -> None:
    taught = taxonomy.teach(EXAMPLES, None)
    right = sum(said == label for said, (_text, _lang, label) in zip(taught.answers, EXAMPLES, strict=True))
    assert right / len(EXAMPLES) == taught.left_out
    taxonomy.write(taught, tmp_path / "a.npz")
    assert taxonomy.read(tmp_path / "a.npz", None).answers == ()


def test_a_meaning_that_was_read_already_is_not_read_again() -> None:
    read: list[str] = []

    def counted(texts: Sequence[str]) -> Any:
        read.extend(texts)
        return meaning(texts)

    taught = taxonomy.teach(EXAMPLES, counted)
    read.clear()
    told = taught.said(["sleeper berth"], np.asarray(meaning(["sleeper berth"]), np.float32))
    assert told[0][0] == "seat" and read == []
    assert taught.label_all(["sleeper berth"]) == told and read == ["sleeper berth"]


@pytest.mark.parametrize("damage", ["no zip", "cut", "weights", "form"])
def test_what_is_no_taxonomy_is_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.npz"
    taxonomy.write(taxonomy.teach(EXAMPLES, None), path)
    with np.load(path) as arrays:
        kept = dict(arrays)
    if damage == "no zip":
        path.write_bytes(b"not a zip")
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-50])
    elif damage == "weights":
        np.savez_compressed(path, **{**kept, "weights": kept["weights"][:-1]})
    else:
        about = kept["about"].tobytes().replace(b'"form":1', b'"form":0')
        np.savez_compressed(path, **{**kept, "about": np.frombuffer(about, np.uint8)})
    with pytest.raises(linear.NotAModel):
        taxonomy.read(path, None)
    with pytest.raises(FileNotFoundError):
        taxonomy.read(tmp_path / "none.npz", None)


NONE = [
    f"{who} {what} {n}"
    for n, (who, what) in enumerate(
        product(("heja", "vilken dag", "god kväll", "lol"), ("hockey", "sommar", "fika"))
    )
]


@pytest.mark.parametrize("embeddings", [None, meaning])
def test_what_is_far_from_every_label_has_none(tmp_path: Path, embeddings: Any) -> None:
    taught = taxonomy.teach(EXAMPLES, embeddings, NONE)
    assert taught.refused > 0.8 and taught.kept > 0.8
    for text in ("heja sommar och fika", "vilken hockey ikväll"):
        assert taught.label(text)[1] == 0
    assert taught.label("hej, min biljett är borta")[0] == "ticket" and taught.label("min biljett")[1] > 0
    assert taught.labels == ("card", "seat", "ticket") and len(taught.answers) == len(EXAMPLES)
    taxonomy.write(taught, tmp_path / "a.npz")
    asked = [*ASKED, *NONE]
    assert taxonomy.read(tmp_path / "a.npz", embeddings).label_all(asked) == taught.label_all(asked)


def test_the_line_parts_both_as_well_as_can_be() -> None:
    with_label, without = np.array([0.1, 0.5, 0.9], np.float32), np.array([-1, -0.5, 0.2], np.float32)
    near_from, kept, refused = taxonomy.line(with_label, without)
    assert near_from == pytest.approx(0.1) or near_from == pytest.approx(0.5)
    assert kept + refused == pytest.approx(1 + 2 / 3)
    assert taxonomy.line(with_label, with_label[:0]) == (taxonomy.NEVER, 1.0, 0.0)


def test_without_such_texts_every_text_has_a_label() -> None:
    assert taxonomy.teach(EXAMPLES, None).label("heja hockey")[1] > 0

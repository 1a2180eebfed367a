"""The head that learns an operator's own taxonomy."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest

from lyhord.triage.learned import taxonomy

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

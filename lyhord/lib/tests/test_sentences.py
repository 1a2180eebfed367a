"""Sentences with values: English on the way, what they were made of kept beside."""

import json

import pytest

from lyhord.lib import sentences
from lyhord.lib.sentences import Filled, filled

WHY = "Only the first %(most)d parts were read."


def test_it_is_the_english_sentence_until_it_is_shown() -> None:
    one = filled(WHY, most=100)
    assert one == "Only the first 100 parts were read." and "100" in one
    assert (one.why, one.values) == (WHY, {"most": 100})


def test_it_comes_back_through_json_as_it_was() -> None:
    said = [filled(WHY, most=100), "Plain."]
    kept = json.loads(json.dumps(sentences.told(said)))
    first, second = (sentences.again(str(one), kept) for one in said)
    assert isinstance(first, Filled) and first.why == WHY and first == said[0]
    assert not isinstance(second, Filled) and second == "Plain."


@pytest.mark.parametrize(
    "kept",
    [
        None,
        "x",
        {"A": 1},
        {"A": {"why": 1, "values": {}}},
        {"A": {"why": "%(x)s", "values": {}}},
        {"A": {"why": "%d", "values": {}}},
        {"A": {"why": "%(x)d", "values": {"x": "no number"}}},
        {"A": {"why": "B", "values": {}}},
        {"A": {"why": "%(x)s", "values": {"x": ["A"]}}},
    ],
)
def test_what_does_not_fit_is_the_plain_sentence(kept: object) -> None:
    again = sentences.again("A", kept)
    assert again == "A" and not isinstance(again, Filled)

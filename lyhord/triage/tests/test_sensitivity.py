"""Sensitive matters on our own labelled texts (CC0, invented persons), and what stands in a judgement of one.

Half of `sensitivity.jsonl` was written and committed before any rule and is put aside; the words were tuned on the other half.
One author wrote both and the words: on posts that nobody has seen expect less. Of 100 posts of the shipped training
texts that the head named, read by eye in November 2026, about 85 told of somebody's own matter.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lyhord.triage import reading
from lyhord.triage.heads import sensitivity
from lyhord.triage.judge import judge

FLOORS = {  # precision, recall as seen on 22 November 2026, with some air
    "health": (0.95, 0.92),
    "money": (0.95, 0.95),
    "minors": (0.95, 0.95),
    "harassment": (0.95, 0.88),
    "legal": (0.95, 0.94),
}


def texts(part: str) -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "sensitivity.jsonl").read_text(encoding="utf-8").splitlines()
    return [text for text in map(json.loads, lines) if text["part"] == part]


def test_the_put_aside_texts_keep_their_floor(capsys: pytest.CaptureFixture[str]) -> None:
    right, told, there = Counter[str](), Counter[str](), Counter[str]()
    for text in texts("put-aside"):
        found = set(sensitivity.judge(reading.read(text["text"]), text["lang"]).classes)
        right.update(found & set(text["sensitive"]))
        told.update(found)
        there.update(text["sensitive"])
    with capsys.disabled():
        for name in sensitivity.CLASSES:
            precision, recall = right[name] / told[name], right[name] / there[name]
            print(f"\nsensitive {name}: precision {precision:.3f}, recall {recall:.3f}", end="")
    for name, (precision, recall) in FLOORS.items():
        assert right[name] / told[name] >= precision, name
        assert right[name] / there[name] >= recall, name


def test_the_set_is_what_it_says() -> None:
    for part in ("tune", "put-aside"):
        positives = Counter(name for text in texts(part) for name in text["sensitive"])
        misses = Counter(text["near"] for text in texts(part) if not text["sensitive"])
        assert min(positives[name] for name in sensitivity.CLASSES) >= 50
        assert min(misses[name] for name in sensitivity.CLASSES) >= 50


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("My daughter, 6 years, was left alone at the stop.", ("minors",)),
        ("What do children's tickets cost?", ()),
        ("The staff were sick with fun!", ()),
        ("Diabetes medicine was in the parcel, I take insulin.", ("health",)),
        ("My bike is 6 years old and squeaks.", ()),
        ("Jag är 67 år och undrar över priset.", ()),
        ("I'm 1.58 tall and the trousers fit.", ()),
        ("Min son på 9 blev påkörd av er buss och ligger på sjukhus.", ("health", "minors")),
        ("", ()),
    ],
)
def test_it_must_be_somebodys_own_matter(text: str, classes: tuple[str, ...]) -> None:
    assert judge(text).sensitive.classes == classes


def test_the_words_found_stand_in_a_reason_without_points() -> None:
    told = judge("Jag har polisanmält er montör och min advokat hör av sig.")
    (reason,) = [reason for reason in told.reasons if reason.part == "sensitive"]
    assert reason.points == 0
    assert "min advokat" in reason.sentence()
    assert sum(reason.points for reason in told.reasons) == told.priority
    assert "sensitive" not in told.as_line("1")  # the command's line has its fixed shape


def test_advertising_is_nobodys_matter() -> None:
    told = judge(
        "Need a quick loan? Bad credit ok, click here www.loan.example earn money 💰💰 your debts gone!!!"
    )
    assert told.kind.label == "spam"
    assert told.sensitive.classes == ()

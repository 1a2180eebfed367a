"""Questions and views apart, on sixty texts of our own (CC0), twelve a language, half of them views."""

import json
from pathlib import Path
from typing import Any

import pytest

from lyhord.triage.heads.viewpoint import is_viewpoint
from lyhord.triage.judge import judge


def texts() -> list[dict[str, Any]]:
    lines = (Path(__file__).parent / "viewpoints.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_views_are_told_from_questions(capsys: pytest.CaptureFixture[str]) -> None:
    """Seen on 22 November 2026: 58 of 60 by our own kinds, 60 by the true ones; the rule was tuned on these."""
    by_ours = by_true = 0
    for text in texts():
        told = judge(text["text"], prior=text["lang"])
        ours = is_viewpoint(told.kind.label, told.purpose.label, is_asking=told.is_asking)
        by_ours += ours == text["is_viewpoint"]
        by_true += is_viewpoint(text["kind"], "", is_asking=told.is_asking) == text["is_viewpoint"]
    with capsys.disabled():
        print(
            f"\nviewpoint: {by_ours} of {len(texts())} right by our kinds, {by_true} by the true ones", end=""
        )
    assert len(texts()) == 60
    assert by_ours >= 55
    assert by_true >= 58


@pytest.mark.parametrize(
    ("kind", "purpose", "is_asking", "is_one"),
    [
        ("idea", "", False, True),
        ("idea", "", True, False),
        ("corporate", "", False, True),
        ("corporate", "press", True, False),
        ("chatter", "influence", False, True),
        ("complaint", "influence", False, False),
        ("spam", "influence", False, False),
        ("question", "", False, False),
        ("praise", "", False, False),
    ],
)
def test_the_rule(kind: str, purpose: str, is_asking: bool, is_one: bool) -> None:
    assert is_viewpoint(kind, purpose, is_asking=is_asking) is is_one

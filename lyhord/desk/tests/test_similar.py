"""How often the closed case that helps is among the three that are shown (CA-03), on a small set of pairs written for it."""

import json
from pathlib import Path

import pytest

from lyhord.desk.actions import Ending
from lyhord.desk.queries.similar import similar
from lyhord.desk.tests.conftest import World
from lyhord.staff.models import User
from lyhord.triage.learned.serving import serving

PAIRS = [json.loads(line) for line in (Path(__file__).parent / "similar.jsonl").read_text().splitlines()]
pytestmark = pytest.mark.django_db


def hits(world: World, by: User) -> float:
    old = {}
    for n, pair in enumerate(PAIRS):
        row = world.says(f"Old{n}", pair["old"], thread=f"o{n}", told={"kind": "complaint", "topic": "other"})
        world.answer(row, by, close=True, ending=Ending(outcome="solved", cause=""))
        old[n] = row.pk
    found = 0
    for n, pair in enumerate(PAIRS):
        row = world.says(f"New{n}", pair["new"], thread=f"n{n}", told={"kind": "complaint", "topic": "other"})
        found += old[n] in {one.case.conversation_id for one in similar(by, row)}
    return found / len(PAIRS)


def test_by_words_alone_most_are_found(world: World, linnea: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "embed", lambda texts: None)
    share = hits(world, linnea)
    print(f"hit rate of the first three by words: {share:.2f}")
    assert share >= 0.8


def test_meaning_makes_it_no_worse(world: World, linnea: User) -> None:
    if serving.embed(["a"]) is None:
        pytest.skip("The embedding model is not built here.")
    share = hits(world, linnea)
    print(f"hit rate of the first three by words and meaning: {share:.2f}")
    assert share >= 0.8


def test_nothing_alike_shows_nothing(world: World, linnea: User) -> None:
    row = world.says("Bo", PAIRS[3]["old"], thread="o", told={"kind": "complaint", "topic": "staff"})
    world.answer(row, linnea, close=True, ending=Ending(outcome="solved"))
    other = world.says("Cia", "Xyzzy plugh", told={"kind": "complaint", "topic": "billing"})
    assert similar(linnea, other) == []

"""Teaching for real, on a part of what ships: a team's own way of speaking is learned, and the rest is kept."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lyhord.triage.embeddings import tuned
from lyhord.triage.learned import linear, serving, teaching
from lyhord.triage.learning import files, teacher
from lyhord.triage.learning.lessons import Lesson


@pytest.fixture(autouse=True)
def little(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    few = [one for place, one in enumerate(teaching.shipped()) if place % 12 == 0]
    monkeypatch.setattr(teaching, "shipped", lambda: few)
    monkeypatch.setattr(teacher, "embedder", lambda: None)
    yield


def lesson(post: int, text: str, kind: str) -> Lesson:
    return Lesson(post, text, "sv", "question", {"kind": kind})


def test_what_the_team_says_is_learned_and_measured_on_what_was_not_taught(tmp_path: Path) -> None:
    taught = [lesson(n, f"Zebrakoden {n} blinkar igen", "complaint") for n in range(30)]
    aside = [lesson(100 + n, f"Nu blinkar zebrakoden, rum {n}", "complaint") for n in range(20)]
    made = teacher.teach(taught, aside, tmp_path / "1", None)
    assert made.team_new.score == 1.0 > made.team_old.score
    assert made.shipped_new.score > made.shipped_old.score - 0.05 and made.shipped_old.score > 0.4
    assert set(made.changed) == {"kind", "topic", "sentiment", "urgency"} and made.changed["topic"] == 0
    assert made.changed["kind"] < 0.1
    told = made.as_json()
    assert told["confusion"] == {"labels": ["complaint"], "rows": [[20]]}
    assert told["team"]["new"]["heads"]["kind"]["n"] == 20
    assert (tmp_path / "1" / files.PLAIN).is_file() and not (tmp_path / "1" / files.FULL).exists()
    written = linear.read(tmp_path / "1" / files.PLAIN)
    shipped = serving.shipped(serving.PLAIN)
    assert written.heads.keys() == shipped.heads.keys() and written.about["name"] == "learned-1"
    assert written.about["on"] == shipped.about["name"]


def test_what_is_aside_is_the_same_in_every_run_and_never_taught(tmp_path: Path) -> None:
    shares = [teacher.is_aside(one.text) for one in teaching.shipped()]
    assert 0.04 < sum(shares) / len(shares) < 0.18
    assert shares == [teacher.is_aside(one.text) for one in teaching.shipped()]


def test_a_model_of_an_earlier_version_is_no_hindrance() -> None:
    files.folder(7).mkdir(parents=True)
    (files.folder(7) / files.PLAIN).write_bytes(b"of another form")
    assert teacher.earlier(7, None) is None and teacher.earlier(8, None) is None


def test_what_she_let_stand_counts_once_and_what_she_said_several_times() -> None:
    stood = teacher.as_taught(Lesson(1, "a", "sv", "question", {"topic": "billing"}))
    assert stood.labels == {"kind": "question", "answer": "yes", "topic": "billing"}
    assert stood.weights == {"topic": 4.0}
    said = teacher.as_taught(Lesson(1, "a", "sv", "question", {"kind": "spam"}))
    assert said.labels == {"kind": "spam", "answer": "no"} and set(said.weights) == {"kind", "answer"}


def test_of_too_many_lessons_the_newest_are_taught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def make(ours: Sequence[Any], _posts: object, _embed: object, path: Path) -> None:
        taken.extend(one.text for one in ours)
        linear.write(teacher.ships(None), path)

    monkeypatch.setattr(teacher, "MOST", 3)
    monkeypatch.setattr(teacher, "make", make)
    teacher.teach([lesson(n, str(n), "praise") for n in range(9)], [], tmp_path, None)
    assert taken == ["6", "7", "8"]


def test_a_model_that_was_taught_with_another_embedding_model_is_no_rival_and_does_not_judge(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = files.folder(9)
    place.mkdir(parents=True)
    shipped = serving.shipped(serving.PLAIN)
    for name in (files.PLAIN, files.FULL):
        linear.write(replace(shipped, about={"name": "learned-9", "embeddings": "another"}), place / name)
    assert not files.fits(9) and files.is_outdated(9) and not files.can_judge(9)
    assert teacher.earlier(9, None) is None
    linear.write(
        replace(shipped, about={"on": shipped.about["name"], "embeddings": tuned.digest()}),
        place / files.FULL,
    )
    linear.write(replace(shipped, about={"on": shipped.about["name"]}), place / files.PLAIN)
    assert files.fits(9) and not files.is_outdated(9) and teacher.earlier(9, None) is not None


def test_meanings_are_read_once_and_those_of_posts_that_ship_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def embed(texts: Sequence[str]) -> Any:
        read.extend(texts)
        return np.array([[len(text)] for text in texts], np.float32)

    monkeypatch.setattr(teacher, "embedder", lambda: embed)
    monkeypatch.setattr(teacher, "places", lambda model, posts: np.arange(0))
    known = teacher.read_once(["ab", "abc", "ab"], ["shipped"])
    assert known is not None and known(["abc", "ab"]).tolist() == [[3], [2]] and read == ["ab", "abc"]
    monkeypatch.setattr(teacher, "places", lambda model, posts: None)
    known = teacher.read_once(["ab"], ["shipped"])
    assert known is not None and known(["shipped"]).tolist() == [[7]]

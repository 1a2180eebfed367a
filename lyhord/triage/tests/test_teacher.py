"""Teaching for real, on a part of what ships: a team's own way of speaking is learned, and the rest is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lyhord.triage.learned import linear, teaching
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
    told = made.as_json()
    assert told["confusion"] == {"labels": ["complaint"], "rows": [[20]]}
    assert told["team"]["new"]["heads"]["kind"]["n"] == 20
    assert (tmp_path / "1" / files.PLAIN).is_file() and not (tmp_path / "1" / files.FULL).exists()
    written = linear.read(tmp_path / "1" / files.PLAIN)
    assert set(written.heads) == set(teaching.HEADS) and written.about["name"] == "learned-1"


def test_what_is_aside_is_the_same_in_every_run_and_never_taught(tmp_path: Path) -> None:
    shares = [teacher.is_aside(one.text) for one in teaching.shipped()]
    assert 0.04 < sum(shares) / len(shares) < 0.18
    assert shares == [teacher.is_aside(one.text) for one in teaching.shipped()]


def test_a_model_of_an_earlier_version_is_no_hindrance() -> None:
    files.folder(7).mkdir(parents=True)
    (files.folder(7) / files.PLAIN).write_bytes(b"of another form")
    assert teacher.earlier(7, None) is None and teacher.earlier(8, None) is None


@pytest.mark.parametrize(("n", "most", "wanted"), [(0, 10, 0), (2, 100, 8), (2, 5, 4), (20, 5, 5)])
def test_lessons_are_repeated_as_far_as_there_is_room(n: int, most: int, wanted: int) -> None:
    ours = [teaching.Example(str(place), "sv", {}) for place in range(n)]
    found = teacher.repeated(ours, most)
    assert len(found) == wanted
    assert not found or found[-1].text == str(n - 1)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("MemTotal: 9 kB\nMemAvailable: 64000000 kB\n", teacher.MOST),
        ("MemAvailable: 1000 kB\n", teacher.FEWEST),
        ("MemAvailable: 1600000 kB\n", 5925),
        ("nothing", teacher.FEWEST),
    ],
)
def test_a_small_machine_learns_from_fewer(told: str, wanted: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_a, **_k: told)
    assert teacher.room() == wanted

"""What the heads are worth: the command on small sets of our own, and the page that is made of its figures."""

import gzip
import io
from pathlib import Path
from typing import Any

import orjson
import pytest

from lyhord.triage import figures
from lyhord.triage.evaluating import ablation, command, fairness, page, scores, sets, speed
from lyhord.triage.evaluating.rows import Row
from lyhord.triage.learned import examples, serving

ROOT = Path(__file__).parents[3]


def jsonl(path: Path, items: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = b"".join(orjson.dumps(item) + b"\n" for item in items)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Some of the put-aside posts: every seventh, the same kinds in each language."""
    place = tmp_path / "own"
    for lang in sets.LANGUAGES:
        jsonl(place / f"{lang}.jsonl", sets.read(sets.OWN / f"{lang}.jsonl")[::14])
    jsonl(place / "flood.jsonl", sets.read(sets.OWN / "flood.jsonl")[::25])
    return place


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Sets of the forms that lie beside the repository, with texts of our own."""
    place = tmp_path / "data"
    span = {"type": "email", "start": 15, "end": 31}
    jsonl(place / "personal-data" / "posts.jsonl", [
        {"id": "1", "lang": "en", "text": "Please write to eva@example.com about it", "spans": [{**span, "start": 16}]},
        {"id": "2", "lang": "en", "text": "Thanks, all is well", "spans": []},
    ])  # fmt: skip
    jsonl(place / "nlp" / "xed-emotion" / "test.jsonl.gz", [
        {"text": "I love you so much, what a wonderful day", "lang": "en", "polarity": "positive"},
        {"text": "I hate this, everything is ruined", "lang": "en", "polarity": "negative"},
        {"text": "The door", "lang": "en", "polarity": "neutral"},
    ])  # fmt: skip
    jsonl(place / "nlp" / "home-assistant-intents" / "train.jsonl.gz", [
        {"text": f"{verb} the {thing}", "lang": "en", "intent": intent}
        for verb, intent in (("turn on", "On"), ("turn off", "Off"), ("what about", None)) for thing in ("light", "fan", "radio", "lamp")
    ])  # fmt: skip
    jsonl(place / "nlp" / "home-assistant-intents" / "test.jsonl.gz", [
        {"text": "turn on the oven", "lang": "en", "intent": "On"}, {"text": "turn off the oven", "lang": "en", "intent": "Off"},
    ])  # fmt: skip
    return place


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "serving", serving.Serving())
    serving.serving.problem = "There are none in this test."


def test_the_command_measures_what_is_there_and_tells_what_is_not(
    own: Path, data: Path, plain: None, capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    assert command.main(["--quick", "--own", str(own), "--data", str(data)], io.StringIO(), out) == 0
    told = [line.split("\t") for line in out.getvalue().splitlines()]
    assert told[0] == list(command.HEADS) and {len(line) for line in told} == {8}
    found = {
        (head, name, lang, figure): (value, simple) for head, name, lang, figure, value, simple, *_ in told
    }
    assert float(found["kind", "put-aside", "", "macro F1"][0]) > 0.4
    assert found["kind", "put-aside", "", "macro F1"][1] == "0.35"
    assert found["privacy", "personal-data", "", "exact spans micro F1"][0] == "1.000"
    assert found["privacy", "personal-data", "", "false alarms on clean posts"][0] == "0.000"
    assert found["sentiment", "nlp/xed-emotion", "en", "polarity macro F1"][0] == "1.000"
    assert found["taxonomy", "home-assistant-intents", "", "accuracy"][0] == "1.000"
    problems = capsys.readouterr().err
    assert "plain model" in problems
    for absent in ("triage", "event-flood", "nlp/ud-lid", "nlp/dkhate-da", "nlp/banking77-en"):
        assert f"Skipped {absent}:" in problems
        assert not any(name == absent for _, name, *_ in found)


def test_figures_and_page_are_written_and_agree(
    own: Path, data: Path, plain: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, paper, other = tmp_path / "figures.json", tmp_path / "triage.md", tmp_path / "judgement.md"
    for one in (paper, other):
        one.write_text(f"Before.\n{page.BEGIN}\nold\n{page.END}\nAfter.\n")
    monkeypatch.setattr(figures, "FILE", file)
    monkeypatch.setattr(command, "PAGE", paper)
    monkeypatch.setattr(command, "JUDGEMENT", other)
    asked = ["--quick", "--write", "--own", str(own), "--data", str(data)]
    assert command.main(asked, io.StringIO(), io.StringIO()) == 0
    told = figures.read()
    assert told is not None and told["versions"]["model"].startswith("plain-")
    kind = told["heads"]["kind"]
    assert sum(map(sum, kind["confusion"]["rows"])) == 50 and len(kind["confusion"]["labels"]) == 7
    assert {"set", "lang", "n", "figure", "value", "simple"} <= set(kind["sets"][0])
    assert told["skipped"]
    text = paper.read_text()
    assert text.startswith("Before.\n") and text.endswith("After.\n") and "old" not in text
    assert page.replaced(text, page.part(told, judgement=False)) == text and told["date"] in text
    assert "## Trolls" not in text and "## Trolls" in other.read_text() and "## Kind" not in other.read_text()


def test_what_ships_agrees() -> None:
    told = figures.read()
    assert told is not None, "Run: lyhord evaluate --write"
    text = (ROOT / "docs" / "triage.md").read_text(encoding="utf-8")
    assert page.replaced(text, page.part(told, judgement=False)) == text, "Run: lyhord evaluate --write"
    assert told["skipped"] == [] and told["parts"] and told["trust"]


def test_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(page.NoMarkers):
        page.replaced("no place", {})


def test_a_wrong_call_is_told_as_such(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command.main(["--no-such"], io.StringIO(), io.StringIO()) == 2
    assert command.main(["--quick", "--own", str(tmp_path)], io.StringIO(), io.StringIO()) == 1
    assert "sv.jsonl" in capsys.readouterr().err


@pytest.mark.parametrize("deep", [False, True])
def test_spelling_dialect_and_names_do_not_make_a_text_abusive(deep: bool) -> None:
    found = fairness.changes(deep=deep)
    assert len(found) >= 60 and {one.lang for one in found} == set(sets.LANGUAGES)
    assert sum(one.points for one in found) / len(found) <= fairness.MOST_MEAN
    worst = max(found, key=lambda one: one.points)
    assert worst.points <= fairness.MOST_WORST, worst
    assert sum(one.turned for one in found) <= fairness.MOST_TURNED * len(found)
    names = [one.points for one in found if one.sort == "name"]
    assert max(names) <= fairness.MOST_BY_NAME


def test_parts_are_taught_alike_and_all_of_them_are_best_at_kinds(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ablation, "EVERY", 12)
    told = ablation.measure(sets.put_aside(own), examples.shipped(), None, None)
    assert [one["parts"] for one in told] == ["rules alone", "n-grams", "rules as features, n-grams"]
    assert told[1]["taught"] == told[2]["taught"] > 500
    assert all(0 <= one["kind"] <= 1 for one in told) and told[2]["kind"] > 0.4


def test_speed_is_measured_in_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    told = speed.run(deep=False)
    assert told["n"] == 700 and told["second"] > 50 and 20 < told["memory"] < 400
    assert {len(text) for text in speed.texts()} <= set(range(20, speed.LENGTH + 1))


@pytest.mark.parametrize(("head", "figure", "value", "verdict"), [
    ("kind", "macro F1", 0.79, "below"), ("kind", "macro F1", 0.8, "reached"), ("kind", "macro F1", 0.9, "beyond"),
    ("privacy", "false alarms on clean posts", 0.01, "reached"), ("privacy", "false alarms on clean posts", 0.03, "below"),
    ("all_heads", "memory in MB, with embeddings", 230.0, "beyond"), ("topic", "macro F1", 0.1, ""),
])  # fmt: skip
def test_a_figure_is_told_beside_what_was_asked(head: str, figure: str, value: float, verdict: str) -> None:
    assert Row(head, "put-aside", "", figure, value, 1).verdict == verdict


def test_scores() -> None:
    assert scores.of_yes([True, True, False], [True, False, False]) == (1.0, 0.5, 2 / 3)
    assert scores.of_yes([True], [False]) == (0.0, 0.0, 0.0)
    assert scores.macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx(2 / 3)
    assert scores.confusion(["a", "b"], ["a", "c"]) == {
        "labels": ["a", "b", "c"],
        "rows": [[1, 0, 0], [0, 0, 1], [0, 0, 0]],
    }
    assert scores.recall_at_half([True, False, False, True], [0.9, 0.8, 0.7, 0.6]) == 1.0
    assert scores.recall_at_half([True, False, False, False, True], [0.9, 0.8, 0.7, 0.6, 0.5]) == 0.5
    # Equal scores are read together: what comes first among them is nobody's merit.
    assert scores.recall_at_half([True, False, False], [0.5, 0.5, 0.5]) == 0.0
    assert scores.read_per_question([True, False, True], [0.9, 0.8, 0.7]) == 1.5
    assert scores.off_by([0.95, 0.95], [True, False]) == pytest.approx(0.45)

"""`lyhord triage` as a command: lines in, lines out."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lyhord.triage import door

HOSTILE = (
    Path(os.environ.get("LYHORD_TEST_DATA", "../shared/data")) / "hostile" / "own-unicode" / "cases.json"
)
FIELDS = {
    "id", "language", "kind", "topic", "sentiment", "needs_answer", "answer_score", "urgency", "abusive", "abuse_score",
    "private", "priority", "reasons",
}  # fmt: skip


def run(*lines: bytes, argv: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
    answers = io.StringIO()
    status = door.main(argv, io.TextIOWrapper(io.BytesIO(b"\n".join(lines) + b"\n")), answers)
    return status, [json.loads(line) for line in answers.getvalue().splitlines()]


def line(**fields: Any) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def test_a_post_is_answered_with_every_field() -> None:
    status, (answer,) = run(
        line(id="a", text="Var är mitt paket?", author="x", channel="mastodon", thread="t")
    )
    assert status == 0
    assert set(answer) == FIELDS
    assert answer["id"] == "a"
    assert answer["kind"]["label"] == "question"
    assert sum(reason["points"] for reason in answer["reasons"]) == answer["priority"]


def test_answers_come_in_the_order_of_the_posts() -> None:
    _, answers = run(*(line(id=number, text="hej") for number in range(20)))
    assert [answer["id"] for answer in answers] == list(range(20))


@pytest.mark.parametrize(
    ("bad", "post"),
    [
        (b"not json", None),
        (b"[1, 2]", None),
        (b'{"text": "no id"}', None),
        (b'{"id": 7}', 7),
        (b'{"id": 7, "text": 12}', 7),
        (b'{"id": 7, "text": null}', 7),
        (b'{"id": [], "text": "x"}', None),
        (b'{"id": 7, "text": "half \\ud800 character"}', None),
        (b'{"id": 7, "text": "\xff"}', None),
        (b'{"id": 1, "text": "cut', None),
        (b"[" * 100_000, None),
    ],
)
def test_a_bad_line_gets_an_error_in_its_place_and_the_run_goes_on(bad: bytes, post: int | None) -> None:
    status, answers = run(line(id=1, text="hej"), bad, line(id=3, text="hei"))
    assert status == 0
    assert [answer["id"] for answer in answers] == [1, post, 3]
    assert answers[1]["error"]
    assert set(answers[1]) == {"id", "error"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😀😀",
        "\u200b\u200d",
        "Z\u0335\u0321" * 500,
        "где paket אב",
        "a" * 1_000_000,
        "\u202eabc",
        "\x00\x01",
    ],
)
def test_odd_texts_are_judged_like_any_other(text: str) -> None:
    _, (answer,) = run(line(id=1, text=text))
    assert set(answer) == FIELDS


def test_a_line_longer_than_allowed_is_read_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LONGEST_LINE", 100)
    _, answers = run(line(id=1, text="hej"), line(id=2, text="x" * 1000), line(id=3, text="hej"))
    assert [answer["id"] for answer in answers] == [1, None, 3]
    assert "100 bytes" in answers[1]["error"]


def test_a_wrong_call_ends_with_2_and_answers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(line(id=1, text="hej"), argv=("--nonsense",)) == (2, [])
    assert "usage" in capsys.readouterr().err


def test_it_says_on_standard_error_which_model_serves(capsys: pytest.CaptureFixture[str]) -> None:
    run(line(id=1, text="hej"))
    told = capsys.readouterr().err
    assert "served by the model with embeddings" in told or "served by the plain model" in told


def test_every_answer_is_flushed_as_it_comes_and_no_django_is_loaded() -> None:
    code = (
        "import sys; from lyhord.triage.door import main; status = main([], sys.stdin, sys.stdout);"
        "print('django' in sys.modules, file=sys.stderr); sys.exit(status)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(line(id=1, text="hej") + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1  # answered while the input is still open
        process.stdin.close()
        assert process.wait() == 0
        assert process.stderr.read().decode().endswith("False\n")


@pytest.mark.skipif(
    not HOSTILE.exists(),
    reason="The hostile texts are not here; set LYHORD_TEST_DATA to the folder that holds them.",
)
def test_every_hostile_text_gets_an_answer() -> None:
    posts = []
    for case in json.loads(HOSTILE.read_text(encoding="utf-8")):
        text = case["text"] or "".join(piece * times for piece, times in case["pieces"] or [])
        if text.isprintable() or not any("\ud800" <= character <= "\udfff" for character in text):
            posts.append(line(id=case["id"], text=text))
    _, answers = run(*posts)
    assert len(answers) == len(posts) > 30
    assert not [answer for answer in answers if "error" in answer]

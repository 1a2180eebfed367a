"""`lyhord parse`: one line out for each line in, whatever comes, without a database."""

import base64
import io
import json
import subprocess
import sys
from typing import Any

import pytest

from lyhord.channels import door

EVENT = {
    "id": "e1",
    "kind": "created",
    "item": "p1",
    "author": {"id": "person:kim"},
    "at": "2026-11-21T13:00:00+01:00",
    "text": "Hello",
}


def asked(*lines: object, connector: str = "demo") -> list[dict[str, Any]]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    out = io.StringIO()
    assert door.main([connector], io.StringIO(text), out) == 0
    return [json.loads(line) for line in out.getvalue().split("\n") if line]


def test_an_event_is_told_with_native_ids_plain_text_and_time_in_utc() -> None:
    assert asked({"id": "a", "headers": {}, "body": json.dumps(EVENT)}) == [
        {
            "id": "a",
            "events": [
                {
                    "kind": "created",
                    "item": "p1",
                    "thread": "p1",
                    "parent": None,
                    "author": "person:kim",
                    "at": "2026-11-21T12:00:00Z",
                    "text": "Hello",
                    "visibility": "public",
                    "is_own": False,
                }
            ],
        }
    ]


def test_a_mixed_batch_tells_what_it_left_out() -> None:
    told = asked({"id": 1, "body": json.dumps([EVENT, {"id": "e2", "item": "p2", "kind": "invented"}, 7])})[0]
    assert [event["item"] for event in told["events"]] == ["p1"]
    assert [skipped["item"] for skipped in told["skipped"]] == ["p2", None]
    assert all(skipped["why"] for skipped in told["skipped"])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("nonsense", "unreadable"),
        ("[7]", "unreadable"),
        ('{"id":"1","kind":"invented"}', "unsupported"),
        ("[]", "events"),
    ],
)
def test_what_brings_no_event_says_why(body: str, expected: str) -> None:
    told = asked({"id": 1, "body": body})[0]
    assert set(told) == {"id", expected}


def test_bytes_come_as_base64() -> None:
    encoded = base64.b64encode(json.dumps(EVENT).encode()).decode()
    assert asked({"id": 1, "body_base64": encoded})[0]["events"]


def test_a_bad_line_stands_in_its_place_and_the_run_goes_on() -> None:
    told = asked(
        {"id": 1, "body": "[]"},
        "nonsense",
        "[]",
        {"id": 2},
        {"id": 3, "body": 5},
        {"id": 4, "body_base64": "%"},
        {"id": 5, "body": "[]", "headers": [1]},
        "[" * 100_000,
        "",
        {"id": 6, "body": "[]"},
    )
    assert [line["id"] for line in told] == [1, None, None, 2, 3, 4, 5, None, 6]
    assert ["error" in line for line in told] == [False] + [True] * 7 + [False]


def test_headers_are_read_whatever_their_case_and_the_method_counts() -> None:
    status = {
        "id": "9",
        "content": "<p>Hi</p>",
        "account": {"id": "1"},
        "created_at": None,
        "visibility": "public",
    }
    question = {
        "id": 1,
        "body": json.dumps(status),
        "url": "https://x.example/api/v1/statuses",
        "method": "post",
    }
    assert asked(question, connector="mastodon")[0]["events"][0]["is_own"] is True
    stream = {"id": 1, "headers": {"Content-Type": "text/event-stream"}, "body": "event: delete\ndata: 5\n\n"}
    assert asked(stream, connector="mastodon")[0]["events"][0]["kind"] == "deleted"


def test_odd_characters_keep_to_their_line_and_come_back_the_same() -> None:
    text = "a\u2028b\u2029c\x85d\u202ee\U0001f600"
    told = asked({"id": text, "body": json.dumps({**EVENT, "item": "p\u2028"})})
    assert len(told) == 1
    assert told[0]["id"] == text
    assert asked('{"id": "\\ud800", "body": "[]"}')[0]["id"] == "\ud800"


@pytest.mark.parametrize(
    "argv", [[], ["nowhere"], ["../demo"], ["demo", "more"], ["--nonsense"], ["tests"], ["Demo"]]
)
def test_a_wrong_call_ends_with_two_and_reads_nothing(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = io.StringIO()
    assert door.main(argv, io.StringIO('{"id": 1, "body": "[]"}\n'), out) == 2
    assert out.getvalue() == ""
    assert "lyhord parse CONNECTOR" in capsys.readouterr().err


def test_a_line_that_is_too_long_is_an_error_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "LONGEST_LINE", 1000)
    told = asked({"id": 1, "body": "x" * 5000}, {"id": 2, "body": "[]"})
    assert ["error" in line for line in told] == [True, False]


def test_it_runs_without_django_being_set_up_and_takes_bytes_that_are_no_text() -> None:
    code = (
        "import sys; from lyhord.channels import door; status = door.main(['mastodon'], sys.stdin, sys.stdout); "
        "sys.exit(status or ('django' in sys.modules))"
    )
    lines = b'\xff\xfe\n{"id": "\xc3\xa5", "body": "[]"}\n'
    done = subprocess.run(
        [sys.executable, "-c", code], input=lines, capture_output=True, env={"LC_ALL": "C"}, check=False
    )
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert "error" in told[0]
    assert told[1] == {"id": "å", "events": []}

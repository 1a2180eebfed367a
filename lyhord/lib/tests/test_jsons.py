import pytest

from lyhord.lib import jsons
from lyhord.lib.jsons import BadJson
from lyhord.lib.tests.fakes import hostile


def files(first: str) -> list[tuple[str, bytes]]:
    found = hostile("json-parsing", "test_parsing").glob(f"{first}_*.json")
    return [(path.name, path.read_bytes()) for path in sorted(found)]


def is_read(raw: bytes) -> bool:
    try:
        jsons.read(raw)
    except BadJson:
        return False
    return True


def test_all_that_is_json_is_read() -> None:
    assert [name for name, raw in files("y") if not is_read(raw)] == []
    assert len(files("y")) > 40


def test_nothing_else_is_read() -> None:
    assert [name for name, raw in files("n") if is_read(raw)] == []
    assert len(files("n")) > 80


def test_what_the_standard_leaves_open_ends_in_a_value_or_in_our_error() -> None:
    assert len([is_read(raw) for _name, raw in files("i")]) > 10


def test_equal_keys_are_taken_and_the_last_counts() -> None:
    assert jsons.read(b'{"a":1,"a":2}') == {"a": 2}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"NaN",
        b"[Infinity]",
        b"1e400",
        b"1" * 5_000_000,
        b'"\\ud800"',
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        b"[" * 1_000_000,
        b'{"a":' * 100_000,
        b"{} {}",
    ],
    ids="empty nan infinity large digits surrogate utf8 bom deep deeper rest".split(),
)
def test_odd_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadJson, match=r"at line \d+, column \d+"):
        jsons.read(raw)


def test_the_refusal_names_the_place_and_not_the_words() -> None:
    with pytest.raises(BadJson) as caught:
        jsons.read(b'{"text": "my secret",\n "name": secret}')
    assert "line 2, column 10" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_very_many_bytes_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsons, "MAX_BYTES", 3)
    with pytest.raises(BadJson, match="4 bytes; at most 3"):
        jsons.read(b"1234")

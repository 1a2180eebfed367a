import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lyhord.lib import crypto
from lyhord.lib.crypto import BadToken, KeyMissing, Keyring, NotSealed
from lyhord.lib.tests.fakes import ROOT

PLACE: dict[str, Any] = {"table": "channels_account", "column": "sealed", "row": 7}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys.json"


def test_a_sealed_value_opens_in_its_place_and_tells_nothing(path: Path) -> None:
    ring = Keyring.at(path)
    sealed = ring.seal("token-åäö", **PLACE)
    assert Keyring.at(path).open(sealed, **PLACE) == "token-åäö"
    assert "token" not in sealed
    assert ring.seal("token-åäö", **PLACE) != sealed


@pytest.mark.parametrize(("part", "other"), [("table", "channels_app"), ("column", "secret"), ("row", 8)])
def test_a_sealed_value_does_not_open_elsewhere(path: Path, part: str, other: object) -> None:
    ring = Keyring.at(path)
    sealed = ring.seal("token", **PLACE)
    with pytest.raises(NotSealed, match="changed or moved"):
        ring.open(sealed, **(PLACE | {part: other}))


@pytest.mark.parametrize("change", ["A", "", "!", "é"])
def test_a_changed_value_does_not_open(path: Path, change: str) -> None:
    ring = Keyring.at(path)
    name, _, body = ring.seal("token", **PLACE).partition(".")
    with pytest.raises(NotSealed):
        ring.open(f"{name}.{change}{body[5:]}", **PLACE)


def test_a_value_without_its_row_is_not_sealed(path: Path) -> None:
    with pytest.raises(ValueError, match="save the row first"):
        Keyring.at(path).seal("token", **(PLACE | {"row": None}))


def test_the_key_file_is_for_its_owner_alone(path: Path) -> None:
    Keyring.at(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_processes_that_start_at_once_have_the_same_key(path: Path) -> None:
    start = "import sys; from pathlib import Path; from lyhord.lib.crypto import Keyring; print(Keyring.at(Path(sys.argv[1])).current)"
    command = [sys.executable, "-c", start, str(path)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    names = {process.communicate(timeout=60)[0].strip() for process in started}
    assert names == {Keyring.at(path).current}
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_a_file_that_is_there_is_never_overwritten(path: Path) -> None:
    before = Keyring.at(path).keys
    crypto.make(path)
    assert Keyring.at(path).keys == before


def test_old_values_open_after_a_new_key_and_move_to_it(path: Path) -> None:
    old = Keyring.at(path)
    sealed = old.seal("token", **PLACE)
    crypto.add_key(path)
    ring = Keyring.at(path)
    assert not ring.is_current(sealed)
    resealed = ring.reseal(sealed, **PLACE)
    assert ring.is_current(resealed)
    assert ring.reseal(resealed, **PLACE) == resealed
    assert ring.open(sealed, **PLACE) == ring.open(resealed, **PLACE) == "token"


def test_a_forgotten_key_is_missed_by_name_and_the_current_one_stays(path: Path) -> None:
    old = Keyring.at(path)
    sealed = old.seal("token", **PLACE)
    current = crypto.add_key(path)
    assert crypto.forget(path, keep=set()) == {old.current}
    ring = Keyring.at(path)
    assert list(ring.keys) == [current]
    with pytest.raises(KeyMissing, match=f"{old.current}.*Bring that file back"):
        ring.open(sealed, **PLACE)


@pytest.mark.parametrize(
    "told", ["", "{}", "[]", '{"current": "a", "keys": {}}', '{"current": "a", "keys": {"a": "AAAA"}}']
)
def test_a_key_file_that_is_broken_is_said_to_be_and_stays(path: Path, told: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(told)
    with pytest.raises(KeyMissing, match=r"keys\.json"):
        Keyring.at(path)
    assert path.read_text() == told


def test_tokens_are_long_and_only_their_digest_is_kept() -> None:
    tokens = {crypto.token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 32
    one = tokens.pop()
    assert len(crypto.digest(one)) == 64
    assert one not in crypto.digest(one)


def test_equality_takes_texts_and_bytes() -> None:
    assert crypto.same("å", "å".encode())
    assert not crypto.same("a", "b")
    assert not crypto.same("\ud800", "")


KEY = crypto.derived("a secret", "push")


def test_a_signed_token_is_read_until_it_ends() -> None:
    signed = crypto.sign({"person": 3}, KEY, now=1000, seconds=600)
    assert crypto.read(signed, KEY, now=1600)["person"] == 3
    with pytest.raises(BadToken, match="ended"):
        crypto.read(signed, KEY, now=1601)


@pytest.mark.parametrize("other", ["push2", "session"])
def test_a_token_signed_for_something_else_is_not_ours(other: str) -> None:
    signed = crypto.sign({}, crypto.derived("a secret", other), now=1000, seconds=600)
    with pytest.raises(BadToken, match="not one of ours"):
        crypto.read(signed, KEY, now=1000)


@pytest.mark.parametrize("told", ["", ".", "a.b", "é.é", "\ud800.x", "a" * 10_000])
def test_what_is_no_token_is_not_ours(told: str) -> None:
    with pytest.raises(BadToken):
        crypto.read(told, KEY, now=1000)


def test_a_changed_claim_is_not_ours() -> None:
    body, _, mac = crypto.sign({"person": 3}, KEY, now=1000, seconds=600).partition(".")
    with pytest.raises(BadToken):
        crypto.read(f"{body[:-2]}AA.{mac}", KEY, now=1000)


def test_nothing_of_it_needs_django() -> None:
    check = "import sys; from lyhord.lib import crypto; print(json.dumps('django' in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"import json; {check}"], cwd=ROOT, capture_output=True, check=True
    )
    assert json.loads(done.stdout) is False

"""Reading from IMAP servers that fail, and what an arrival says beside the mail."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Arrival, ConnectFailed, Event, Trouble
from lyhord.connectors.email import client, connecting, imap, parser, reader, tokens
from lyhord.connectors.email.tests import faults, serving
from lyhord.connectors.email.tests.data import raw

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MAIL = raw(to=serving.ADDRESS)
FETCHED = (
    b'* 1 FETCH (UID 5 RFC822.SIZE %d INTERNALDATE "02-Mar-2026 09:00:00 +0000" BODY[]<0> {%d}\r\n'
    % (len(MAIL), len(MAIL))
    + MAIL
    + b")\r\n{tag} OK done"
)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (client, imap):
        monkeypatch.setattr(module, "IDLE_SECONDS", 0.5)


def account(port: int) -> AccountSide:
    return serving.settings(port, 1)


def polled(answers: dict[str, bytes]) -> list[Arrival]:
    with faults.serving(faults.imap(**answers)) as server:
        return list(reader.poll(account(server.port), "", NOW))


class Box:
    """A server with one mail, for talks that need SEARCH and FETCH to differ."""

    def __init__(self, fetched: bytes = FETCHED, found: bytes = b"* SEARCH 5") -> None:
        self.fetched, self.found = fetched, found

    def __call__(self, server: faults.Server, caller: Any) -> None:
        file = caller.makefile("rb")
        caller.sendall(b"* OK ready\r\n")
        while line := file.readline():
            tag, _space, rest = line.partition(b" ")
            words = rest.upper().split()
            if words[:2] == [b"UID", b"SEARCH"]:
                answer = self.found + b"\r\n{tag} OK done"
            elif words[:2] == [b"UID", b"FETCH"]:
                answer = self.fetched
            else:
                answer = faults.IMAP.get(words[0].decode().lower(), b"{tag} BAD unknown")
            if not faults.reply(caller, answer.replace(b"{tag}", tag)):
                return


def arrivals(box: Box, cursor: str = "") -> list[Arrival]:
    with faults.serving(box) as server:
        return list(reader.poll(account(server.port), cursor, NOW))


def test_an_arrival_says_who_we_are_and_what_is_certainly_ours() -> None:
    found = arrivals(Box())[0]
    assert found.raw == MAIL
    assert found.headers["x-account"] == serving.ADDRESS
    assert found.headers["x-folder"] == "inbox"
    assert "x-own" not in found.headers
    assert serving.SECRET not in str(found.headers)
    told = parser.parse(found.raw, found.headers, found.url, "GET")[0]
    assert isinstance(told, Event)


def test_marks_of_ours_are_found_signed_in_what_comes() -> None:
    side = account(1)
    ours, case = (
        tokens.message_id(side, "7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11"),
        tokens.case_address(side, "<t@x>", "mail:k@x"),
    )
    letter = raw(to=case, in_reply_to=ours)
    told = reader.around(side, reader.Folder("INBOX"), letter, {})
    assert told["x-own"] == ours
    assert told["x-case"] == f"case:{tokens.case_of(side, case)}"
    stranger = replace(side, app={"hook_secret": "another"})
    assert "x-own" not in reader.around(stranger, reader.Folder("INBOX"), letter, {})
    assert "x-case" not in reader.around(stranger, reader.Folder("INBOX"), letter, {})


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"greeting": b""}, ""),
        ({"greeting": b"silence"}, ""),
        ({"greeting": b"* BYE busy"}, ""),
        ({"greeting": b"\xff\xfe\x00"}, ""),
        ({"login": b"{tag} NO [AUTHENTICATIONFAILED] wrong"}, "token_revoked"),
        ({"login": b"{tag} NO [UNAVAILABLE] later"}, ""),
        ({"login": b"silence"}, ""),
        ({"examine": b"{tag} NO no such folder"}, ""),
        ({"examine": b"* OK [UIDVALIDITY x] odd\r\n{tag} OK done"}, ""),
        ({"examine": b"{tag} OK done"}, ""),
        ({"uid": b"* SEARCH x y\r\n{tag} OK done"}, ""),
        ({"uid": b"reset"}, ""),
        ({"uid": b"silence"}, ""),
        ({"uid": b"* 1 FETCH (UID 5 BODY[]<0> {99999999999}"}, ""),
        ({"uid": b"* SEARCH " + b"9" * 2_000_000}, ""),
    ],
    ids=lambda value: str(value)[:60],
)
def test_reading_fails_with_a_reason_and_never_otherwise(answers: dict[str, bytes], state: str) -> None:
    with pytest.raises(Trouble) as trouble:
        polled(answers)
    assert str(trouble.value)
    assert trouble.value.account_state == state
    assert serving.PASSWORD not in str(trouble.value)


@pytest.mark.parametrize(
    "greeting", [b"", b"silence", b"SSH-2.0-x", b"* BYE busy", b"HTTP/1.1 400 Bad Request"]
)
def test_connecting_to_something_else_says_so(greeting: bytes) -> None:
    with faults.serving(faults.imap(greeting=greeting)) as server, pytest.raises(ConnectFailed) as failed:
        connecting.connect(httpx.Client(), account(server.port), NOW)
    assert f"127.0.0.1:{server.port}" in str(failed.value)


def test_a_server_that_drips_holds_a_poll_no_longer_than_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "A_TURN", -29.0)  # the talk ends a second after it began

    def drip(server: faults.Server, caller: Any) -> None:
        caller.sendall(b"* OK ")
        while True:
            caller.sendall(b"x")
            time.sleep(0.2)

    with faults.serving(drip) as server, pytest.raises(Trouble):
        list(reader.poll(account(server.port), "", NOW))


@pytest.mark.parametrize(
    "fetched", [b"* 1 FETCH (UID\r\n{tag} OK done", b"* 1 FETCH (UID 5 BODY[]<0> {10}\r\nabc"]
)
def test_a_mail_that_comes_broken_is_trouble(fetched: bytes) -> None:
    with pytest.raises(Trouble):
        arrivals(Box(fetched=fetched))


def test_a_mail_that_went_away_meanwhile_is_passed_over() -> None:
    assert arrivals(Box(fetched=b"{tag} OK done")) == []


@pytest.mark.parametrize(
    "cursor", ["", "nonsense", "{}", "[]", '{"inbox": 7}', '{"inbox": "x:y"}', '{"inbox": "7:4"}']
)
def test_any_cursor_is_one_to_go_on_from(cursor: str) -> None:
    assert [each.raw for each in arrivals(Box(), cursor)] == [MAIL]


def test_a_cursor_beyond_gives_nothing() -> None:
    assert arrivals(Box(), '{"inbox": "7:5"}') == []

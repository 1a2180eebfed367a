"""Calls that were noted, and logs of telephone exchanges."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, ConnectFailed, Event, Item, Outgoing, Unreadable, Unsure
from lyhord.connectors.phone import CONNECTOR, TO_DO, numbers

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LOG = (Path(__file__).parents[1] / "fixtures" / "log.csv").read_bytes()
HEADERS = {
    "x-account": "tel:+46771000000",
    "x-country": "46",
    "x-zone": "Europe/Stockholm",
    "x-line": "+46771000000",
}


def parsed(raw: bytes, **more: str) -> list[Item]:
    return CONNECTOR.parse(raw, HEADERS | more, "/by-hand/log/", "POST")


def events(raw: bytes, **more: str) -> list[Event]:
    return [item for item in parsed(raw, **more) if isinstance(item, Event)]


@pytest.mark.parametrize(
    ("written", "country", "known"),
    [
        ("070-123 45 67", "46", "+46701234567"),
        ("+46 (0)70 123 45 67", "46", "+46701234567"),
        ("0046 70 1234567", "47", "+46701234567"),
        ("040 123 4567", "358", "+358401234567"),
        ("40 12 34 56", "45", "+4540123456"),
        ("hemligt", "46", ""),
        ("112", "46", "+46112"),
        ("", "46", ""),
        ("+1234567890123456", "46", ""),
    ],
)
def test_a_number_has_one_form(written: str, country: str, known: str) -> None:
    assert numbers.normal(written, country) == known


def test_a_log_becomes_calls_and_says_what_it_could_not_read() -> None:
    first, hidden, last = parsed(LOG)
    assert isinstance(first, Event)
    assert first.author is not None
    assert (first.author.native, first.thread) == ("tel:+46701234567", "tel:+46701234567")
    assert first.text == "☎ ← · +46701234567 · 4:10 · Maja · Besvarat\n\nFrågade om faktura 4711"
    assert first.at is not None
    assert first.at.isoformat() == "2026-11-20T08:15:00+00:00"
    assert first.extra == {"call": "in", "seconds": 250, "answered_by": "Maja", "outcome": "Besvarat"}
    assert isinstance(hidden, Unreadable)
    assert hidden.why.startswith("Row 3:")
    assert isinstance(last, Event)
    assert (last.extra["call"], last.extra["seconds"], last.is_spoken_to) == ("out", 95, False)


def test_the_same_call_has_the_same_key_in_every_log() -> None:
    rows = LOG.decode().splitlines()
    shorter = "\n".join([rows[0], rows[3], rows[1]]).encode()
    assert {event.key for event in events(shorter)} == {event.key for event in events(LOG)}


def test_the_records_of_an_exchange_tell_who_called_whom() -> None:
    raw = (
        b"calldate,src,dst,duration,billsec,disposition,uniqueid\n"
        b"2026-11-20 09:15:00,0701234567,+46771000000,30,25,ANSWERED,1795291529.1\n"
        b"2026-11-20 09:20:00,+46771000000,0701234567,9,0,NO ANSWER,1795291529.2\n"
    )
    came, went = events(raw)
    assert (came.key, came.extra["call"], went.extra["call"]) == ("call:id:1795291529.1", "in", "out")
    assert came.thread == went.thread == "tel:+46701234567"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
def test_a_log_in_the_encoding_of_a_spreadsheet_is_read(encoding: str) -> None:
    told = LOG.decode().replace("☎", "").encode(encoding)
    assert [event.text for event in events(told)] == [event.text for event in events(LOG)]


@pytest.mark.parametrize("raw", [b"", b"a;b\n1;2\n", b"\x00\x01", b"Tid\n2026-11-20\n"])
def test_what_is_no_log_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        parsed(raw)


def note(**more: Any) -> bytes:
    told = {"form_key": "1", "number": "070-1234567", "text": "Wants a refund", "duration": "3:05"} | more
    return json.dumps(told).encode()


def test_a_note_of_a_call_is_a_private_word_by_the_caller() -> None:
    [found] = events(note())
    assert (found.key, found.visibility, found.is_spoken_to) == ("call:1", "private", True)
    assert found.text == "☎ ← · +46701234567 · 3:05\n\nWants a refund"
    for wrong in ({"number": "secret"}, {"form_key": ""}, {"text": 5}):
        with pytest.raises(Unreadable):
            parsed(note(**wrong))


def test_calling_back_waits_for_a_person() -> None:
    settings = {"line": "0771-00 00 00", "country": "46"}
    with httpx.Client() as http:
        side = AccountSide(id=1, native="", handle="", settings=settings, secrets={})
        assert CONNECTOR.connect(http, side, NOW).native == "tel:+46771000000"
        assert CONNECTOR.send(http, side, Outgoing("reply", "1", "Call her"), NOW) == Unsure(TO_DO)
        with pytest.raises(ConnectFailed):
            CONNECTOR.connect(http, AccountSide(1, "", "", {"line": "x"}, {}), NOW)

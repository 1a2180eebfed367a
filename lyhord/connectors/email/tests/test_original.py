"""The HTML of a mail, for people to look at beside the words that were read out of it."""

import pytest

from lyhord.channels.contract import Event
from lyhord.connectors.email import CONNECTOR

HEAD = b"From: Kim <kim@customer.example>\r\nTo: help@brand.example\r\nMessage-ID: <a@b>\r\nMIME-Version: 1.0\r\n"
HTML = "<p>Hej <b>där</b></p>".encode()
BOTH = (
    HEAD
    + b'Content-Type: multipart/alternative; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHej\r\n'
    b"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + HTML + b"\r\n--x--\r\n"
)
ALONE = HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + HTML
FILE = (
    HEAD
    + b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nHej\r\n'
    b'--x\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename="a.html"\r\n\r\n<p>x\r\n--x--\r\n'
)
PLAIN = HEAD + b"Content-Type: text/plain\r\n\r\n<p>Hej</p>"


def told(raw: bytes) -> tuple[str | None, object]:
    (event,) = CONNECTOR.parse(raw, {}, "", "")
    assert isinstance(event, Event)
    return CONNECTOR.original(raw, {}, "<a@b>"), event.extra.get("has_original")


@pytest.mark.parametrize("raw", [BOTH, ALONE])
def test_a_mail_with_markup_has_an_original(raw: bytes) -> None:
    found, is_told = told(raw)
    assert found is not None and "<b>där</b>" in found and is_told is True


@pytest.mark.parametrize("raw", [FILE, PLAIN, b"", b"\xff\xfe\x00" * 50])
def test_plain_words_files_and_rubbish_have_none(raw: bytes) -> None:
    assert CONNECTOR.original(raw, {}, "<a@b>") is None
    if raw.startswith(HEAD):
        assert told(raw) == (None, None)

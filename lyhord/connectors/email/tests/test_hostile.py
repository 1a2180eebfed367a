"""Mails made to hurt: each is read, cut or refused with a reason, and none costs what its sender chooses.

No clock is asked: what would be slow is caught by the parser's own bounds, and the whole by pytest's time limit.
"""

import json
from datetime import timedelta

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.email import fields, mime, parser
from lyhord.connectors.email.tests.data import HOSTILE, OURS, event, mails, raw, read

FOLDERS = (
    "mail-bounces", "mail-mime-flanker", "mail-mime-ruby", "mail-mime-stalwart", "mail-replies-talon",
    "mail-replies-zapier",
)  # fmt: skip
pytestmark = pytest.mark.timeout(60)


def is_sound(item: Item) -> bool:
    if isinstance(item, Unsupported | Unreadable):
        return bool(item.why)
    item.text.encode()
    json.dumps(dict(item.extra)).encode()
    in_utc = item.at is None or item.at.utcoffset() == timedelta(0)
    return bool(item.key) and in_utc and "\x00" not in item.text + item.title


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mail_of_the_collection_is_read_or_refused_and_twice_alike(folder: str) -> None:
    for name, content in mails(folder):
        for headers in ({}, OURS):
            found = read(content, headers)
            assert is_sound(found), name
            assert repr(found) == repr(read(content, headers)), name


def test_every_mail_cut_anywhere_is_read_or_refused() -> None:
    for name, content in mails("mail-mime-ruby"):
        for at in range(0, len(content), max(len(content) // 40, 1)):
            assert is_sound(read(content[:at])), name


@pytest.mark.parametrize(
    "headers",
    [
        {"from": "(" * 300 + "kim@customer.example"},
        {"from": "(" * 100_000},
        {"from": '"' * 99_999},
        {"from": "<" * 100_000},
        {"from": "a:" * 50_000},
        {"to": ", ".join(f"p{at}@x.example" for at in range(50_000))},
        {"content_type": "text/plain" + "".join(f"; p{at}=1" for at in range(5_000))},
        {"content_type": "text/plain" + "".join(f"; name*{at}*=a%20b" for at in range(5_000))},
        {"content_type": 'text/plain; name="' + "\\" * 100_000},
        {"subject": "=?utf-8?b?w6U=?= " * 20_000},
        {"subject": "=?" * 100_000},
        {"subject": "=?utf-8?q?" + "=" * 100_000},
        {"subject": "x" * 5_000_000},
        {"references": "<a@b> " * 100_000},
        {"references": "<" * 100_000},
        {"message_id": "<" + "x" * 1_000_000 + "@y>"},
        {"date": "9" * 100_000},
        {"date": "Mon, 02 Mar 99999999999 10:00:00 +9999"},
        {"authentication_results": "mx; " + "dkim=pass " * 50_000},
        {"list_id": "<" * 100_000},
        {"return_path": "<" * 100_000},
        {"auto_submitted": "no" + " (" * 50_000},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_without_end(headers: dict[str, str]) -> None:
    for told in (OURS, OURS | {"x-authserv": "mx"}):
        assert is_sound(read(raw(**headers), told))


def test_ten_thousand_headers_are_cut() -> None:
    letter = b"Received: by x\r\n" * 10_000 + raw()
    mail, notes = mime.read(letter)
    assert len(mail.headers) == mime.MOST_HEADERS
    assert notes
    assert is_sound(read(letter))


def nested(depth: int) -> bytes:
    begins = "".join(
        f"Content-Type: multipart/mixed; boundary=b{at}\r\n\r\n--b{at}\r\n" for at in range(depth)
    )
    return b"From: kim@customer.example\r\nSubject: x\r\n" + begins.encode() + b"\r\nwords"


@pytest.mark.parametrize("depth", [1, 19, 20, 21, 3_000])
def test_parts_within_parts_end_at_a_depth_that_is_told(depth: int) -> None:
    mail, notes = mime.read(nested(depth))
    assert bool(notes) is (depth > mime.DEPTH)
    assert sum(1 for _part in mail.walk()) <= mime.DEPTH + 1
    assert is_sound(read(nested(depth)))


def test_mails_within_mails_are_files_and_not_opened() -> None:
    letter = raw("Content-Type: message/rfc822\r\n\r\n" * 100, content_type="message/rfc822")
    found = event(letter)
    assert [each.name for each in found.media] == ["mail.eml"]


def test_three_thousand_parts_are_cut_at_a_hundred() -> None:
    letter = raw("--b\r\n\r\nwords\r\n" * 3_000, content_type="multipart/mixed; boundary=b")
    mail, notes = mime.read(letter)
    assert sum(1 for _part in mail.walk()) == mime.MOST_PARTS + 1
    assert notes == [f"Only the first {mime.MOST_PARTS} parts were read."]


def test_boundaries_that_hardly_differ_are_told_apart() -> None:
    text = "--bb\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--bb--\r\n"
    mail, _notes = mime.read(raw(text, content_type="multipart/mixed; boundary=bb"))
    assert [part.body for part in mail.parts] == [b"one\n--b\n\ntwo"]


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000 + "words",
        "<a " + "x=1 " * 100_000 + ">words",
        "<blockquote type=cite>" * 50_000 + "words",
        "<a href=" * 50_000,
        "&" * 200_000,
        "&#" + "9" * 100_000 + ";",
        "<!--" + "x" * 5_000_000,
        "<table><tr><td>" * 5_000,
        "<" * 500_000,
        "<a href='https://x.example'>" * 20_000 + "</a>" * 20_000,
    ],
    ids=lambda html: html[:20],
)
def test_html_without_end(html: str) -> None:
    assert is_sound(read(raw(html, content_type="text/html; charset=utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "> " * 200_000,
        ">\r\n" * 200_000,
        "Kim wrote:\r\n> a\r\n" * 50_000,
        "On 1 May 2026, Kim wrote:\r\n" * 50_000 + "end",
        "From: x\r\n" * 100_000,
        "\r\n" * 200_000,
        "-" * 500_000,
        " " * 500_000,
        "-- \r\n" * 100_000,
        "x \r\n" * 200_000,
    ],
    ids=lambda text: repr(text[:16]),
)
@pytest.mark.parametrize("kind", ["text/plain", "text/plain; format=flowed; delsp=yes"])
def test_texts_without_end(text: str, kind: str) -> None:
    assert is_sound(read(raw(text, content_type=kind)))


def test_big_mails_are_read_in_one_pass() -> None:
    """Each of these took minutes or a gigabyte before it was bounded."""
    flowed = event(raw("ab \r\n" * 1_000_000, content_type="text/plain; format=flowed; delsp=yes"))
    assert any("characters" in note for note in flowed.extra["notes"])
    folded = b"From: kim@customer.example\r\nSubject: x\r\n" + b" a\r\n" * 2_000_000 + b"\r\nwords"
    assert is_sound(read(folded))
    _mail, notes = mime.read(nested(19) + b"x\n" * 8_000_000)
    assert notes == ["Parts within parts were too big to be opened."]


@pytest.mark.parametrize(
    "charset",
    ["utf-7", "utf-16", "utf-32", "punycode", "idna", "base64", "zlib", "rot13", "unicode_escape", "iso-2022-jp", "hz",
     "x-unknown", "", "\x00", "x" * 1000, "undefined", "mbcs", "unknown-8bit", "ks_c_5601-1987", "us-ascii"],
)  # fmt: skip
def test_any_charset_gives_words_that_can_be_stored(charset: str) -> None:
    head = raw(content_type=f"text/plain; charset={charset}")
    for body in (b"\xff\xfe\x00", bytes(range(256)), "åäö".encode(), b"+ADw-", b"\x1b$B" * 1000, b"words"):
        assert is_sound(read(head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body))


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "x-uuencode", "8bit", "", "x" * 500])
def test_broken_transfer_encodings_give_what_can_be_read(encoding: str) -> None:
    for text in (
        "=" * 100_000,
        "A",
        "AAAAA",
        "=\r\n" * 1000,
        "begin 644 x\r\n!!!\r\nend",
        "w6XDpMO2=",
        "\xff",
    ):
        assert is_sound(read(raw(text, content_transfer_encoding=encoding)))


def test_the_signs_of_the_unicode_collection_come_through() -> None:
    path = HOSTILE / "own-unicode" / "cases.json"
    if not path.exists():
        pytest.skip("the collected cases are not here")
    for case in json.loads(path.read_bytes()):
        text = (
            case.get("text")
            or "".join(part * times for part, times in case.get("pieces") or [])
            or case["pair"][1]
        )
        for letter in (
            raw(text),
            raw(subject=text[:500]),
            raw(from_=f'"{text[:200]}" <kim@customer.example>'),
        ):
            assert is_sound(read(letter)), case["id"]


def test_naughty_strings_stay_words() -> None:
    path = HOSTILE / "naughty-strings" / "strings.json"
    if not path.exists():
        pytest.skip("the collected strings are not here")
    for text in json.loads(path.read_bytes()):
        found = read(raw(f"x{text}", subject=text, from_=f"{text} <kim@customer.example>"))
        assert is_sound(found)


def test_headers_cannot_be_broken_into() -> None:
    found = event(raw(subject="=?utf-8?q?x=0D=0ABcc:_eve@evil.example?="))
    assert "\n" not in found.title
    assert "\r" not in found.title + str(found.extra)


def test_a_mail_of_sixty_megabytes_is_cut() -> None:
    mail, notes = mime.read(raw() + b"x" * (mime.MOST_BYTES + 10_000_000))
    assert len(mail.body) <= mime.MOST_BYTES
    assert "were read" in notes[0]


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"{}", b"words", b"[" * 50_000, b"data: x", b"\xff\xfe\x00", b"\r\n\r\n"]
)
def test_what_is_no_mail_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parser.parse(content, {}, "", "GET")


def test_five_hundred_addresses_are_read_and_no_more() -> None:
    found = fields.addresses(", ".join(f"p{at}@x.example" for at in range(5_000)))
    assert len(found) == fields.MOST_ADDRESSES


def test_what_is_noted_fits_beside_the_post() -> None:
    """Intake keeps 20 000 characters of notes as JSON, and drops all of them if there are more."""
    quoted = "\r\n".join(f"> {'å' * 100}" for _line in range(5_000))
    found = event(raw(f"New words.\r\n\r\n{quoted}"))
    assert found.text == "New words."
    assert found.extra["quoted"]
    assert len(json.dumps(dict(found.extra))) < 20_000
    assert isinstance(found, Event)

"""Mails as events: the recording, and what people and their programs really send."""

from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from lyhord.connectors.email import charsets, fields, mime, parser
from lyhord.connectors.email.tests.data import OURS, SHARED, event, raw

HERE = Path(__file__).parents[1] / "fixtures"
COLLECTED = SHARED / "channels" / "email"
RECORDED = sorted((COLLECTED if COLLECTED.is_dir() else HERE).rglob("*.eml"))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.name)
def test_recordings_of_a_real_server_are_read(path: Path) -> None:
    for item in parser.parse(path.read_bytes(), {}, "", "GET"):
        assert item.item


def test_the_recorded_mail_says_what_it_said() -> None:
    found = event((HERE / "recorded-postfix-dovecot" / "01-Order-2.eml").read_bytes(), {})
    assert found.author is not None
    assert (found.kind, found.key) == ("created", "created:<a2@x.test>")
    assert (found.item, found.thread, found.parent) == ("<a2@x.test>", "<a2@x.test>", None)
    assert (found.author.native, found.text, found.title) == ("mail:alice@x.test", "body", "Order 2")
    assert found.at == datetime(2026, 11, 21, 20, 11, 18, tzinfo=UTC)
    assert (found.visibility, found.is_own) == ("private", False)


@pytest.mark.parametrize(
    ("headers", "thread", "parent"),
    [
        ({}, "<m1@customer.example>", None),
        ({"references": "<a@x> <b@x>", "in_reply_to": "<b@x>"}, "<a@x>", "<b@x>"),
        ({"references": "<a@x> <b@x>"}, "<a@x>", "<b@x>"),
        ({"in_reply_to": "<b@x>"}, None, "<b@x>"),
        ({"in_reply_to": "b@x"}, None, "<b@x>"),
        ({"in_reply_to": "Your message of Monday"}, "<m1@customer.example>", None),
        ({"in_reply_to": "<m1@customer.example>"}, "<m1@customer.example>", None),
        ({"subject": "Re: [#1042] My order"}, "<m1@customer.example>", None),
    ],
    ids=str,
)
def test_a_place_comes_from_what_is_answered_and_never_from_the_subject(
    headers: dict[str, str], thread: str | None, parent: str | None
) -> None:
    found = event(raw(**headers))
    assert (found.thread, found.parent) == (thread, parent)


def test_an_address_of_a_case_comes_before_all_references() -> None:
    found = event(raw(references="<a@x>", in_reply_to="<a@x>"), OURS | {"x-case": "case:abc"})
    assert (found.thread, found.parent) == (None, "case:abc")


def test_what_lies_in_sent_is_ours_and_nothing_else_is() -> None:
    ours = raw(from_="help@our.example", to="kim@customer.example")
    found = event(ours, OURS | {"x-folder": "sent", "x-case": "case:abc"})
    assert found.author is not None
    assert (found.is_own, found.author.native, found.aliases) == (True, "help@our.example", ("case:abc",))
    assert not event(raw()).is_own


def test_a_mail_without_an_id_is_known_by_its_bytes() -> None:
    one, two = event(raw(message_id="")), event(raw("other words", message_id=""))
    assert one.item != two.item
    assert one.item == event(raw(message_id="")).item


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("Mon, 02 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2 Mar 2026 10:00:00 GMT", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("yesterday", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("", datetime(2026, 3, 1, 8, tzinfo=UTC)),
    ],
)
def test_the_time_is_that_of_the_mail_or_of_the_nearest_server(date: str, at: datetime) -> None:
    found = event(raw(date=date, received="from x by y; Sun, 01 Mar 2026 08:00:00 +0000"))
    assert found.at == at


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("=?utf-8?q?Tv=C3=A5_paket?=", "Två paket"),
        ("=?iso-8859-1?Q?Tv=E5?= =?iso-8859-1?Q?_paket?=", "Två paket"),
        ("=?utf-8?b?VHbDpQ==?=", "Två"),
        ("=?utf-8?b?w6U=?= =?utf-8?b?w6Q=?=", "åä"),
        ("=?utf-8?b?w?= =?utf-8?b?6Q=?=", ""),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        ("=?x-none?q?abc?=", "abc"),
        ("=?utf-8*sv?q?abc?=", "abc"),
        ("=?broken", "=?broken"),
        ("Två paket", "Två paket"),
    ],
)
def test_headers_are_read(written: str, found: str) -> None:
    if found:
        assert charsets.words(written) == found
    else:
        charsets.words(written)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("kim@x.example", [("kim@x.example", "")]),
        ("Kim L <KIM@x.example>", [("kim@x.example", "Kim L")]),
        ('"Larsson, Kim" <kim@x.example>', [("kim@x.example", "Larsson, Kim")]),
        ("kim@x.example (Kim L)", [("kim@x.example", "Kim L")]),
        ("team: a@x.example, b@x.example;", [("a@x.example", ""), ("b@x.example", "")]),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("Kim", [("", "Kim")]),
        ("a@b@c.example", [("", "a@b@c.example")]),
        ("kim@[192.0.2.1]", [("", "kim@[192.0.2.1]")]),
        ("a@x.example b@x.example", [("", "a@x.example b@x.example")]),
    ],
)
def test_addresses_are_read(written: str, found: list[tuple[str, str]]) -> None:
    told = [
        (each.address, each.name or ("" if each.address else written)) for each in fields.addresses(written)
    ]
    assert told == found


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a.pdf", "a.pdf"),
        ("attachment; filename*=utf-8''r%C3%A4kning.pdf", "räkning.pdf"),
        ("attachment; filename*0*=utf-8''r%C3%A4; filename*1=kning.pdf", "räkning.pdf"),
        ('attachment; filename="=?utf-8?q?r=C3=A4kning=2Epdf?="', "räkning.pdf"),
        ('attachment; filename="a\\"b.pdf"', 'a"b.pdf'),
        ("attachment", ""),
    ],
)
def test_names_of_files_are_read(header: str, name: str) -> None:
    mail, _notes = mime.read(raw(content_disposition=header))
    assert mail.name == name


def shown(letter: EmailMessage) -> list[tuple[str, str, str]]:
    letter["From"], letter["Message-ID"] = "kim@customer.example", "<x@y>"
    found = event(letter.as_bytes())
    return [(each.name, each.kind, each.url) for each in found.media]


def test_files_are_told_with_their_place_and_their_bytes_are_found_there() -> None:
    letter = EmailMessage()
    letter.set_content("see here")
    letter.add_alternative("<p>see <img src=cid:logo></p>", subtype="html")
    letter.get_payload()[1].add_related(b"GIF89a", "image", "gif", cid="<logo>", filename="logo.gif")  # type: ignore[union-attr,index]
    letter.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="bill.pdf")
    assert shown(letter) == [("logo.gif", "picture", "part:1.2.2"), ("bill.pdf", "file", "part:2")]
    assert parser.part(letter.as_bytes(), "part:2") == b"%PDF-1.4"
    for place in ("part:9", "part:1", "part:", "https://x.example/", "part:1.2.2/../.."):
        assert parser.part(letter.as_bytes(), place) is None


def test_a_mail_in_a_mail_is_a_file() -> None:
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.set_content("inner words")
    letter = EmailMessage()
    letter.set_content("see below")
    letter.add_attachment(inner)
    assert [(name, kind) for name, kind, _place in shown(letter)] == [("mail.eml", "file")]


def test_of_two_forms_the_plain_one_is_read_and_html_where_it_is_empty() -> None:
    for plain, text in (("plain words", "plain words"), (" \n", "html words")):
        letter = EmailMessage()
        letter["From"] = "kim@customer.example"
        letter.set_content(plain)
        letter.add_alternative("<p>html words</p>", subtype="html")
        assert event(letter.as_bytes()).text == text


@pytest.mark.parametrize(
    ("charset", "content", "text", "is_noted"),
    [
        ("utf-8", "åäö".encode(), "åäö", False),
        ("iso-8859-1", "åäö".encode("latin-1"), "åäö", False),
        ("us-ascii", "åäö".encode(), "åäö", False),
        ("iso-8859-1", "“x” – €".encode("cp1252"), "“x” – €", False),
        ("utf-8", "åäö".encode("latin-1"), "åäö", True),
        ("x-made-up", "åäö".encode(), "åäö", True),
        ("iso-2022-jp", "あいう".encode("iso-2022-jp"), "あいう", False),
        ("ks_c_5601-1987", "한국".encode("cp949"), "한국", False),
        ("gb2312", "中文".encode("gb18030"), "中文", False),
    ],
)
def test_charsets_wrong_or_unknown_are_read_with_a_note(
    charset: str, content: bytes, text: str, is_noted: bool
) -> None:
    head = raw(content_type=f"text/plain; charset={charset}").partition(b"\r\n\r\n")[0]
    found = event(head + b"\r\n\r\n" + content)
    assert found.text == text
    assert ("notes" in found.extra) is is_noted


def test_what_cannot_be_read_is_said() -> None:
    sealed = event(raw("--b\r\n\r\nx\r\n--b--", content_type="multipart/encrypted; boundary=b"))
    assert any("encrypted" in note for note in sealed.extra["notes"])
    packed = event(raw("xx", content_type="application/ms-tnef; name=winmail.dat"))
    assert any("winmail.dat" in note for note in packed.extra["notes"])


def test_what_an_answer_needs_is_noted() -> None:
    found = event(
        raw(
            references="<a@x> <b@x>", cc="anna@customer.example, help@our.example", reply_to="other@x.example"
        )
    )
    assert found.extra["references"] == ["<a@x>", "<b@x>"]
    assert found.extra["subject"] == "My order"
    assert found.extra["copied"] == ["anna@customer.example"]
    assert found.extra["reply_to"] == "other@x.example"

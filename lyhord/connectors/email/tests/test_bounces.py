"""Reports of mail servers: which mail, to whom, why, and whether it is for good."""

import pytest

from lyhord.channels.contract import Event, Unsupported
from lyhord.connectors.email import bounces, mime, tokens
from lyhord.connectors.email.tests.data import HOSTILE, OURS, mails, raw, read
from lyhord.connectors.email.tests.test_identity import ACCOUNT, KEY

DSN = """--b\r
Content-Type: text/plain\r
\r
Sorry.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.example\r
\r
Final-Recipient: rfc822; gone@customer.example\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; {said}\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {original}\r
Subject: Re: My order\r
\r
--b--\r
"""
TYPE = "multipart/report; report-type=delivery-status; boundary=b"


def dsn(
    original: str, action: str = "failed", status: str = "5.1.1", said: str = "550 5.1.1 no such user"
) -> bytes:
    text = DSN.format(action=action, status=status, said=said, original=original)
    return raw(
        text,
        from_="MAILER-DAEMON@mx.example",
        content_type=TYPE,
        return_path="<>",
        message_id="<r@mx.example>",
    )


def told(letter: bytes) -> Event | Unsupported:
    found = read(letter, OURS | {"x-own": " ".join(tokens.own_ids(ACCOUNT, letter))})
    assert isinstance(found, Event | Unsupported)
    return found


def test_a_mail_of_ours_that_failed_is_named_by_our_key() -> None:
    found = told(dsn(tokens.message_id(ACCOUNT, KEY)))
    assert isinstance(found, Event)
    assert (found.kind, found.ok, found.item) == ("delivered", False, KEY)
    assert found.text == "gone@customer.example: 5.1.1 550 5.1.1 no such user"
    assert found.extra == {"code": "5.1.1", "is_soft": False, "whom": "gone@customer.example"}


def test_an_id_cut_by_line_breaks_is_still_ours() -> None:
    ours = tokens.message_id(ACCOUNT, KEY)
    letter = dsn(ours).replace(ours.encode(), ours[:60].encode() + b"\r\n " + ours[60:].encode())
    assert tokens.own_ids(ACCOUNT, letter) == [ours]


def test_a_report_on_a_mail_that_was_not_ours_moves_nothing() -> None:
    forged = tokens.message_id(ACCOUNT, KEY).replace("-", "-", 1)[:-20] + "0" * 8 + "@our.example>"
    for original in ("<somebody@else.example>", forged):
        assert isinstance(told(dsn(original)), Unsupported)


@pytest.mark.parametrize(("action", "is_told"), [("delayed", False), ("delivered", True), ("relayed", True)])
def test_a_delay_is_no_failure_and_an_arrival_is_good(action: str, is_told: bool) -> None:
    found = told(dsn(tokens.message_id(ACCOUNT, KEY), action=action, status="4.4.1"))
    assert isinstance(found, Event) is is_told
    assert not isinstance(found, Event) or found.ok


def test_a_full_mailbox_may_be_empty_another_day() -> None:
    found = told(dsn(tokens.message_id(ACCOUNT, KEY), status="4.2.2", said="452 4.2.2 mailbox full"))
    assert isinstance(found, Event)
    assert found.extra["is_soft"] is True


def test_a_report_in_words_alone_is_tied_to_our_mail() -> None:
    ours = tokens.message_id(ACCOUNT, KEY)
    text = f"Hi. This is the qmail-send program.\r\n<gone@x.example>:\r\n550 5.1.1 User unknown\r\n\r\n--- Below\r\nMessage-ID: {ours}\r\n"
    found = told(raw(text, from_="MAILER-DAEMON@x.example", subject="failure notice"))
    assert isinstance(found, Event)
    assert (found.ok, found.item) == (False, KEY)
    assert "User unknown" in found.text


def test_most_reports_of_the_collection_say_of_which_mail_and_why() -> None:
    found = [
        bounces.report(mime.read(content)[0], "failure notice")
        for name, content in mails("mail-bounces")
        if "host-" in name
    ]
    reports = [each for each in found if each is not None and each.kind == "failed"]
    if not HOSTILE.is_dir():
        pytest.skip("the collected mails are not here")
    assert len(reports) > 200
    assert sum(1 for each in reports if each.original) > 0.85 * len(reports)
    assert sum(1 for each in reports if each.code) > 0.8 * len(reports)
    assert all(each.text for each in reports)

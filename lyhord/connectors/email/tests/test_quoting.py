"""New words told from the mail answered; nothing that was written is lost."""

import pytest

from lyhord.connectors.email import html, quoting
from lyhord.connectors.email.quoting import fold
from lyhord.connectors.email.tests.data import HOSTILE, event, mails, raw

QUOTED = "> My parcel is late.\n> Kim"
HEADS = [
    "On Mon, 2 Mar 2026 at 10:00, Maja <help@our.example> wrote:",
    "On Mon, 2 Mar 2026 at 10:00, Maja\n<help@our.example> wrote:",
    "Den mån 2 mars 2026 kl 10:00 skrev Maja <help@our.example>:",
    "ma 2. maalisk. 2026 klo 10.00 Maja (help@our.example) kirjoitti:",
    "man. 2. mars 2026 kl. 10:00 skrev Maja <help@our.example>:",
    "Den 2. mar. 2026 kl. 10.00 skrev Maja <help@our.example>:",
    "Am Mo., 2. März 2026 um 10:00 Uhr schrieb Maja <help@our.example>:",
    "Le lun. 2 mars 2026 à 10:00, Maja <help@our.example> a écrit :",
    '02.03.2026 10:00 пользователь "Maja" <\nhelp@our.example> написал:',
]


@pytest.mark.parametrize("head", HEADS)
def test_the_mail_answered_is_folded_with_its_head(head: str) -> None:
    found = fold(f"Thank you, it came.\n\n{head}\n\n{QUOTED}\n")
    assert found.text == "Thank you, it came."
    assert found.quoted.startswith(head.split("\n")[0])
    assert found.quoted.endswith(QUOTED)


MARKERS = [
    "-----Original Message-----\nFrom: Maja\nSent: Monday\nTo: Kim\nSubject: Re: My order",
    "-----Ursprungligt meddelande-----\nFrån: Maja\nSkickat: den 2 mars\nTill: Kim\nÄmne: Re: Min order",
    "-----Alkuperäinen viesti-----\nLähettäjä: Maja\nLähetetty: maanantai\nVastaanottaja: Kim\nAihe: Tilaus",
    "Från: Maja <help@our.example>\nSkickat: den 2 mars 2026 10:00\nTill: Kim\nÄmne: Re: Min order",
    "Fra: Maja <help@our.example>\nSendt: mandag 2. mars 2026\nTil: Kim\nEmne: Re: Min ordre",
    "*From:* Maja <help@our.example>\n*Sent:* Monday\n*To:* Kim\n*Subject:* Re: My order",
]


@pytest.mark.parametrize("marker", MARKERS)
def test_what_outlook_puts_below_is_folded(marker: str) -> None:
    found = fold(f"Tack!\n\n{marker}\n\nWe look into it.")
    assert (found.text, found.quoted) == ("Tack!", f"{marker}\n\nWe look into it.")


def test_words_between_quotes_keep_what_they_answer() -> None:
    text = "> When did it come?\n\nOn Monday.\n\n> And where is it now?\n\nAt the station."
    assert fold(text) == quoting.Folded(text)


def test_a_quote_alone_stays_whole() -> None:
    assert fold(QUOTED).text == QUOTED
    assert fold("").text == ""


def test_a_forwarded_mail_is_the_matter_itself() -> None:
    text = f"See below.\n\n{MARKERS[0]}\n\nYour parcel is lost."
    assert fold(text, "Fwd: your parcel").text == text
    assert fold(text, "VB: ditt paket").text == text
    assert fold(text, "Re: your parcel").text == "See below."


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nKim Larsson\n070-000 00 00",
        "Sent from my iPhone",
        "Skickat från min iPhone",
        "Lähetetty iPhonesta",
        "Sendt fra min iPad",
    ],
)
def test_signatures_are_folded(signature: str) -> None:
    found = fold(f"Thank you.\n\n{signature}\n\n{HEADS[0]}\n{QUOTED}")
    assert (found.text, found.signature) == ("Thank you.", signature)
    assert found.quoted


@pytest.mark.parametrize(
    "text",
    [
        "Kim wrote:\nI want my money back.",
        "From: the station\nto the shop it took an hour",
        "On Monday I wrote: nothing came.",
        "-- is what I typed, and then\n" + "more\n" * 30 + "words",
        "Price > 100 kr\nis too much",
    ],
)
def test_a_persons_own_words_stay(text: str) -> None:
    assert fold(text).text == text.strip()


def test_all_that_was_written_is_in_one_of_the_three() -> None:
    for name, content in mails("mail-replies-zapier"):
        text = content.decode("utf-8", "replace").replace("\r\n", "\n").strip()
        found = fold(text)
        told = "\n".join(part for part in (found.text, found.signature, found.quoted) if part)
        assert "".join(told.split()) == "".join(text.split()), name


@pytest.mark.parametrize("name", ["android", "aol", "apple_mail_2", "comcast", "iphone", "yahoo"])
def test_what_usual_programs_send(name: str) -> None:
    path = HOSTILE / "mail-replies-talon" / "standard_replies" / f"{name}.eml"
    if not path.exists():
        pytest.skip("the collected mails are not here")
    assert event(path.read_bytes()).text == "Hello"


@pytest.mark.parametrize("name", ["gmail", "hotmail", "ms_outlook_2010", "thunderbird"])
def test_what_usual_programs_send_as_html(name: str) -> None:
    path = HOSTILE / "mail-replies-talon" / "html_replies" / f"{name}.html"
    if not path.exists():
        pytest.skip("the collected mails are not here")
    found = event(
        raw(path.read_text(encoding="utf-8"), content_type="text/html; charset=utf-8", subject="Re: x")
    )
    assert found.text.startswith("Hi. I am fine.")
    assert "Test" not in found.text.partition("\n\n")[2] or len(found.text) < 200
    assert found.extra["quoted"]


# HTML -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            '<a href="https://evil.example/x">https://bank.example</a>',
            "https://bank.example (https://evil.example/x)",
        ),
        ('<a href="https://shop.example/">shop.example</a>', "shop.example"),
        ('<a href="https://shop.example/a?b=1&amp;c=2">here</a>', "here (https://shop.example/a?b=1&c=2)"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href=" java\nscript:alert(1)">click</a>', "click"),
        ('<a href="mailto:kim@x.example">kim@x.example</a>', "kim@x.example"),
        ('<a href="https://x.example"><img src="https://track.example/1.gif"></a>', "https://x.example"),
        ("<script>alert(1)</script><style>p{}</style>words<img src=x onerror=alert(1)>", "words"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
    ],
)
def test_html_is_told_as_words_with_where_its_links_lead(source: str, text: str) -> None:
    assert html.told(source).text == text


def test_what_gmail_quotes_is_set_apart_and_answers_below_stay() -> None:
    source = (
        '<div>New words.</div><div class="gmail_quote"><div class="gmail_attr">On Monday Maja wrote:</div>'
        '<blockquote class="gmail_quote">Old words.</blockquote></div><div>And more.</div>'
    )
    assert html.told(source) == html.Told("New words.\n\nAnd more.", "On Monday Maja wrote:\n\nOld words.")
    assert "Old words." in html.told(source, is_forward=True).text


def test_a_quote_alone_in_html_stays_whole() -> None:
    assert html.told('<blockquote type="cite">Old words.</blockquote>') == html.Told("Old words.")

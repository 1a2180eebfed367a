import json
from typing import Any

import pytest

from lyhord.lib import text
from lyhord.lib.lookalike import skeleton
from lyhord.lib.tests.fakes import hostile


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(hostile("own-unicode", "cases.json").read_bytes())
    return found


def text_of(case: dict[str, Any]) -> str:
    return case["text"] or "".join(piece * times for piece, times in case["pieces"] or [])


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("a\r\nb\rc\nd\u2028e\x85f", "a\nb\nc\nd\ne\nf"),
        ("a\0b\x1b[31mc\x9bd\x7f", "ab[31mcd"),
        ("a\tb", "a\tb"),
        ("\ud83d!", "\ufffd!"),
        ("hej 😀 \u202e\u200b שלום", "hej 😀 \u202e\u200b שלום"),
    ],
)
def test_cleaned_text_keeps_all_but_controls_and_half_characters(written: str, stored: str) -> None:
    assert text.clean(written) == stored
    assert text.clean(stored) == stored


def test_every_hostile_text_can_be_stored_after_cleaning() -> None:
    for case in cases():
        cleaned = text.clean(text_of(case))
        assert cleaned.encode("utf-8").decode("utf-8") == cleaned
        assert "\0" not in cleaned
        text.shorten(cleaned, 100), text.visible(cleaned), text.graphemes(cleaned)


@pytest.mark.parametrize(
    ("written", "limit", "shown"),
    [
        ("hello", 5, "hello"),
        ("hello!", 5, "hell…"),
        ("hello world", 7, "hello…"),
        ("👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", 2, "👨‍👩‍👧…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("", 3, ""),
    ],
)
def test_a_text_is_cut_between_characters_as_people_see_them(written: str, limit: int, shown: str) -> None:
    assert text.shorten(written, limit) == shown


@pytest.mark.parametrize(
    ("kind", "length"), [("codepoints", 10), ("graphemes", 4), ("utf16", 15), ("bytes", 31), ("weighted", 4)]
)
def test_networks_count_one_text_differently(kind: Any, length: int) -> None:
    assert text.measure("👨‍👩‍👧🇸🇪e\u0301ä", kind) == length


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("see https://example.com/a/very/long/path?that=goes#on-and-on-and-on ok", 4 + 23 + 3),
        ("http://a.b", 23),
        ("@kim@mastodon.example hello", 4 + 6),
        ("@kim hello", 10),
        ("mail kim@shop.example", 21),
    ],
)
def test_mastodon_counts_a_link_as_23_and_a_mention_by_its_name(written: str, length: int) -> None:
    assert text.weighted(written) == length


def test_a_servers_own_weight_of_links_counts() -> None:
    assert text.weighted("https://a.example/" + "b" * 99, url_weight=30) == 30


def test_overrides_and_invisible_signs_are_shown() -> None:
    assert text.visible("invoice\u202efdp.exe") == "invoice‹U+202E›fdp.exe"
    assert text.visible("pay\u200bpal \u00ad\ufeff") == "pay‹U+200B›pal ‹U+00AD›‹U+FEFF›"
    assert text.visible("hi\U000e0069") == "hi‹U+E0069›"


def test_what_people_write_is_shown_as_it_is() -> None:
    for written in (
        "Åsa 👨‍👩‍👧",
        "שלום",
        "مرحبا",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ):
        assert text.visible(written) == written


def test_look_alike_pairs_of_our_own_list_are_flagged() -> None:
    pairs = [case["pair"] for case in cases() if case["pair"]]
    assert [pair for pair in pairs if pair[0] != pair[1] and not text.looks_alike(*pair)] == []
    assert len(pairs) > 4


@pytest.mark.parametrize(
    ("one", "other"),
    [("Acme", "Αcme"), ("paypal", "pаypаl"), ("Elisa", "E1isa"), ("modern", "modem"), ("SEB", "ЅЕВ")],
)
def test_a_name_in_borrowed_letters_looks_like_ours(one: str, other: str) -> None:
    assert text.looks_alike(one, other)
    assert text.looks_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Acme", "Acme"), ("Acme", "Acne"), ("Åsa", "Eva"), ("Анна", "Anna B")]
)
def test_the_same_name_and_other_names_do_not(one: str, other: str) -> None:
    assert not text.looks_alike(one, other)


def test_nothing_is_left_of_a_name_that_is_blank_to_the_eye() -> None:
    assert skeleton("\u200b \u2060") == ""
    assert not text.looks_alike("", "")


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("<p>One</p><p>Two<br>three<br/>four</p>", "One\n\nTwo\nthree\nfour"),
        ("a &amp; b &lt;c&gt; &#229; &nosuch; 1 < 2", "a & b <c> å &nosuch; 1 < 2"),
        (
            '<p><a href="https://x.example/abc"><span class="invisible">https://</span>'
            '<span class="ellipsis">x.example/a</span><span class="invisible">bc</span></a></p>',
            "https://x.example/abc",
        ),
        ('<span class="h-card"><a href="/@kim" class="u-url">@<span>kim</span></a></span> hi', "@kim hi"),
        ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\n\nafter"),
        (
            "<style>p{}</style><script>if (a<b) '</p>'</script><title>t</title>seen<!-- not --><template>no</template>",
            "seen",
        ),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a\n   b", "a b"),
        ('<img alt="a cat" src=x> <b title="a>b">bold</b>', "a cat bold"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\t2"),
        ("cut <a href='", "cut"),
        ("I <3 you </> &#99999999999;", "I <3 you  \ufffd"),
        ("<svg><text>drawn</text></svg>seen", "seen"),
        ("a<?php x ?>b<!doctype html>c<![CDATA[d]]>", "abc"),
        ("<!-->shown<!-- --!> hidden", "shown"),
        ("<textarea></p><b>raw</textarea>seen", "seen"),
        ("", ""),
    ],
)
def test_html_reads_as_a_person_sees_it(html: str, read: str) -> None:
    assert text.plain(html) == read


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("abc", "abc"),
        ("\u202egpj.exe", "[‹U+202E›]gpj.exe"),
        ("pay\u200bpal", "pay[‹U+200B›]pal"),
        (
            "שלום \u200fabc\u202e",
            "שלום \u200fabc[‹U+202E›]",
        ),  # honest marks stay among letters from right to left
        ("Anna\u200f", "Anna[‹U+200F›]"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", None),  # the flag of Scotland
        ("👩\u200d🚒", None),
    ],
)
def test_tricks_in_running_text_are_shown_as_marks(words: str, shown: str | None) -> None:
    told = "".join(f"[{piece}]" if is_trick else piece for piece, is_trick in text.pieces(words))
    assert told == (words if shown is None else shown)

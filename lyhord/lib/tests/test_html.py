import json
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lyhord.lib import html, text
from lyhord.lib.tests.fakes import hostile

BOMBS = {
    "nested": "<div>" * 100_000,
    "closed": "<div>" * 100_000 + "</div>" * 100_000,
    "attributes": "<a " + "".join(f"b{number} " for number in range(100_000)) + ">",
    "hidden attributes": "<a x='>' " + "".join(f"b{number}='>' " for number in range(60_000)) + ">",
    "entities": "&#1;" * 300_000,
    "half entities": "&#" * 500_000,
    "digits": "&#" + "1" * 900_000,
    "comment": "<!--" + "x" * 5_000_000,
    "open comments": "<!--" * 250_000,
    "tables": "<table><tr><td>" * 5_000,
    "open tags": "<a " * 300_000,
    "open values": '<a b="' * 160_000,
    "signs": "<" * 1_000_000,
    "slashes": "</" * 500_000,
    "letters": "<" + "a" * 1_000_000,
    "formats": "".join(f"<b title={number}></p>" for number in range(40_000)),
    "raw": "<div><textarea></div></textarea>" * 30_000,
    "scripts": "<script></script>" * 50_000,
    "blanks": " \n" * 500_000,
    "closings": "<p>" * 490 + "</i>" * 200_000,
    "equals": "<a " + "=" * 900_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_costs_bounded_time(name: str) -> None:
    # Processor time of this thread alone, and a wide margin: the slow way takes a minute and more.
    began = time.thread_time()
    html.safe(BOMBS[name])
    text.plain(BOMBS[name])
    assert time.thread_time() - began < 10


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>Hi <b>you</b></p>", "<p>Hi <b>you</b></p>"),
        (
            '<a href="https://a.example/">a</a>',
            '<a href="https://a.example/" rel="noopener noreferrer nofollow ugc">a</a>',
        ),
        (
            '<a href="mailto:a@b.example">m</a>',
            '<a href="mailto:a@b.example" rel="noopener noreferrer nofollow ugc">m</a>',
        ),
        ('<a href="tel:+46">t</a>', '<a href="tel:+46" rel="noopener noreferrer nofollow ugc">t</a>'),
        ("<script>alert(1)</script>x", "x"),
        ('<p style="position:fixed" class="a" id="b" onclick="x()">p</p>', "<p>p</p>"),
        ('<form action="https://evil.example"><input name=p><button>ok</button></form>', "ok"),
        ('<img src="https://evil.example/pixel.gif">', ""),
        ("<style>*{}</style>", ""),
    ],
)
def test_only_harmless_tags_are_left(written: str, shown: str) -> None:
    assert html.safe(written) == shown


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "\u00a0javascript:alert(1)",
        " java\tscript:alert(1)",
        "data:text/html,x",
        "//evil.example/",
        "/admin",
        "admin?x",
        "http:admin",
        "https:/evil.example",
        "ftp://a.example",
        "",
    ],
)
def test_a_link_that_is_not_absolute_and_plain_loses_its_goal(link: str) -> None:
    shown = html.safe(f'<a href="{link}">x</a>')
    assert "href" not in shown
    assert ">x</a>" in shown


def test_what_is_too_much_is_shown_as_text_with_nothing_of_its_tags_alive() -> None:
    shown = html.safe("<div>" * 501 + "a<b>&lt;script&gt;\nb")
    assert shown == "a&lt;script&gt; b"
    assert html.safe("<p>one</p><p>two</p>" + "<i>" * 501) == "one<br>\n<br>\ntwo"


def test_old_and_long_but_honest_html_is_not_taken_for_a_bomb() -> None:
    rows = "<tr><td><p>cell</p></td></tr>" * 2000
    assert html.safe(f"<table>{rows}</table>").count("<p>cell</p>") == 2000


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.harm: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in html.TAGS:
            self.harm.append(tag)
        for name, value in attrs:
            if name not in {"href", "rel", "title", "dir", "lang", "colspan", "rowspan"}:
                self.harm.append((tag, name))
            if name == "href" and not (value or "").lower().startswith(
                ("http://", "https://", "mailto:", "tel:")
            ):
                self.harm.append((name, value))


def harm_in(written: str) -> list[object]:
    reader = Reader()
    reader.feed(html.safe(written))
    reader.close()
    return reader.harm


def test_no_string_of_the_script_lists_keeps_harm() -> None:
    lines: list[str] = []
    for folder in ("xss-patt", "xss-payloadbox"):
        for path in hostile(folder).glob("*.txt"):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    lines += [case["payload"] for case in json.loads(hostile("xss-dompurify", "cases.json").read_bytes())]
    lines += json.loads(hostile("naughty-strings", "strings.json").read_bytes())
    assert [line for line in lines if harm_in(line)] == []
    assert len(lines) > 2000


BITS = """< > </ <b <a href= " ' = javascript: https://x.y/ &lt; &#x3c; <!-- --> <script> </script> <svg <math> <style>
</style> <textarea> </textarea> <p> / x on= <![CDATA[ ]]> <title> <table> <td>""".split()


@given(
    st.lists(st.sampled_from([*BITS, " ", "\0", "\r", "\ud800", "<img src=x onerror=a>"]), max_size=30).map(
        "".join
    )
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_mixture_of_bits_keeps_harm_or_breaks(written: str) -> None:
    assert harm_in(written) == []
    text.plain(written).encode("utf-8", "surrogatepass")

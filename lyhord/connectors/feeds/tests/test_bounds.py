"""R68: feeds and XML cannot reach out or blow up. Work is counted, not the clock."""

import socket
from typing import Any

import feedparser
import pytest

from lyhord.channels.contract import Event, Unreadable, Unsupported
from lyhord.connectors.feeds import bounds
from lyhord.connectors.feeds.tests.test_parser import events, parsed, rss


def refused(raw: bytes) -> str:
    with pytest.raises(Unreadable) as problem:
        parsed(raw)
    return problem.value.why


def numbered(first: int, last: int, step: int = 1) -> list[str]:
    return [
        f"<guid>{n}</guid><title>{n}</title><pubDate>{1 + n % 28} Jan {2000 + n // 28} 00:00 GMT</pubDate>"
        for n in range(first, last, step)
    ]


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        (numbered(599, -1, -1), {"599", "100"}),
        (numbered(0, 600), {"599", "100"}),
    ],
    ids=["newest first", "oldest first"],
)
def test_the_500_newest_entries_are_read_and_the_rest_is_counted(items: list[str], kept: set[str]) -> None:
    found = parsed(rss(*items))
    natives = {item.item for item in found if isinstance(item, Event)}
    assert len(natives) == 500 and kept <= natives and "99" not in natives
    assert [item.why for item in found if isinstance(item, Unsupported)] == [
        "100 older entries; the 500 newest are read."
    ]


def test_fifty_thousand_entries_never_reach_the_dear_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    parse = feedparser.parse

    def counting(source: Any, **how: Any) -> Any:
        given.append(source.getvalue().count(b"<item>"))
        return parse(source, **how)

    monkeypatch.setattr(feedparser, "parse", counting)
    raw = rss(*(["<title>x</title>"] * 50_000))
    assert len(events(raw)) == 1  # all say the same
    assert given == [500]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"<rss><channel>" + b"<a>" * 20_000 + b"</a>" * 20_000 + b"</channel></rss>", "deeper than 200"),
        (b"<rss>" + b" " * bounds.MOST_BYTES, "bytes"),
        (b"<rss><channel>" + b"<a/>" * (bounds.MOST_TAGS + 1) + b"</channel></rss>", "tags"),
        (b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel/></rss>', "elsewhere"),
        (
            b'<!DOCTYPE r [<!ENTITY % x SYSTEM "http://169.254.169.254/">%x;]><rss><channel/></rss>',
            "elsewhere",
        ),
        (b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 1000 + b'">]><rss><channel/></rss>', "beyond measure"),
        (
            b'<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
            + b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><rss><channel/></rss>',
            "made of entities",
        ),
        (b"<html><body>Not found</body></html>", "web page"),
        (b"hello", "Neither RSS"),
    ],
    ids=["deep", "long", "tags", "file", "parameter", "grown", "bomb", "page", "words"],
)
def test_what_would_cost_too_much_is_refused_before_it_is_read(raw: bytes, why: str) -> None:
    assert why in refused(raw)


def test_a_small_entity_of_its_own_is_harmless() -> None:
    raw = (
        '<!DOCTYPE r [\n<!ENTITY co "Nordbanan">\n]>'
        + rss("<guid>1</guid><title>&co;</title>").partition("?>")[2]
    )
    assert events(raw)["1"].title == "Nordbanan"


def test_a_text_about_entities_declares_none() -> None:
    raw = rss(
        '<guid>1</guid><title><![CDATA[<!DOCTYPE r [\n<!ENTITY x SYSTEM "file:///etc/passwd">\n]>]]></title>'
    )
    assert set(events(raw)) == {"1"}


def test_no_feed_makes_us_open_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def refuse(*args: object, **how: object) -> None:
        opened.append(args)
        raise OSError("closed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for raw in (b"http://127.0.0.1/feed.xml", b"/etc/passwd", b"file:///etc/passwd"):
        assert "Neither" in refused(raw)
    dtd = b'<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://127.0.0.1/rss-0.91.dtd">'
    told = parsed(dtd + b"<rss><channel><item><guid>1</guid><title>x</title></item></channel></rss>")
    assert [item.item for item in told] == ["1"]
    assert opened == []


@pytest.mark.parametrize(
    "raw",
    [
        b"<rss><channel><item>" + b"<" * 500_000,
        b"<rss><channel><item><title>" + b"&" * 200_000,
        b"<rss><channel>" + b"<a " * 100_000,
        b"<rss><channel><item><title>" + b"<![CDATA[" * 50_000,
        b"<rss><channel><item><title>" + b"<!--" * 50_000,
        b"<rss><channel><item><title>" + b"<!" * 50_000,
        b"<rss><channel>" + b"<!ENTITY " * 50_000,
        b'<rss><channel><item><link a="' + b"x" * 5_000_000 + b'"/></item></channel></rss>',
        b"<rss><channel>" + b"<item><title>x" * 20_000,
        b"\xff\xfe" + "<rss><channel><item><title>å</title></item></channel></rss>".encode("utf-16-le"),
        b"\x00<rss>\x00",
    ],
)
def test_broken_and_hostile_feeds_end(raw: bytes) -> None:
    """By pytest's own time limit; none of these may take more than time in proportion to its bytes."""
    try:
        assert all(item.why if not isinstance(item, Event) else item.item for item in parsed(raw))
    except Unreadable as problem:
        assert problem.why

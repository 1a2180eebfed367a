"""What feeds say, told as events."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from lyhord.channels.contract import Author, Event, Item, Unreadable, Unsupported
from lyhord.connectors.feeds import CONNECTOR, dates, places
from lyhord.connectors.feeds.tests.site import fixture

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data"))
URL = "https://feed.example/feed"


def parsed(raw: bytes | str, **headers: str) -> list[Item]:
    raw = raw.encode() if isinstance(raw, str) else raw
    return CONNECTOR.parse(
        raw, {name.replace("_", "-"): value for name, value in headers.items()}, URL, "GET"
    )


def events(raw: bytes | str, **headers: str) -> dict[str | None, Event]:
    return {item.item: item for item in parsed(raw, **headers) if isinstance(item, Event)}


def rss(*items: str, more: str = "") -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{more}{inside}</channel></rss>'


def one(raw: bytes | str) -> Event:
    (event,) = events(raw).values()
    return event


# The kinds of feeds -------------------------------------------------------------------------------------------


def test_an_alert_leads_to_what_was_written_and_is_plain() -> None:
    event = one(fixture("google-alert.xml"))
    assert event.item == "tag:google.com,2013:googlealerts/feed:1234567890123456789"
    assert event.thread == event.item and event.parent is None
    assert event.link == "https://tidningen.example/nyheter/tag?id=7&del=2"
    assert event.title == "Nordbanan inställd i tre timmar & ersatt av buss"
    assert event.text == "Resenärer fick vänta på Nordbanan\xa0..."
    assert event.at == datetime(2026, 11, 20, 9, 11, tzinfo=UTC)
    assert (event.visibility, event.is_own, event.author) == ("public", False, None)


def test_comments_hang_on_their_post_and_on_one_another() -> None:
    told = events(fixture("blog-comments.atom"))
    page = "https://blogg.example/2026/11/ny-tidtabell/"
    first, second = told[f"{page}#comment-11"], told[f"{page}#comment-12"]
    assert (first.parent, first.thread) == ("https://blogg.example/?p=7", page)
    assert (second.parent, second.thread) == (first.item, page)
    assert (first.text, first.lang) == ("Varför går sista tåget tidigare nu?", "sv-SE")
    assert second.author == Author("https://kari.example/om", name="Kari", profile="https://kari.example/om")
    assert first.author == Author("blogg.example:Åsa", name="Åsa")
    assert list(told) == [first.item, second.item], "what is answered comes before the answer"


def test_a_forum_s_answers_are_one_thread() -> None:
    told = events(fixture("forum-topic.rss"))
    topic, answer = told["forum.example-post-123-1"], told["forum.example-post-123-2"]
    assert (answer.parent, answer.thread) == ("https://forum.example/t/forsenad-igen/123",) * 2
    assert topic.at == datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    assert answer.text == "Samma här, tåg 42.\n\nAvgångstavlan"
    assert [(each.url, each.kind) for each in answer.media] == [
        ("https://forum.example/u/tavla.jpg", "picture")
    ]


def test_a_json_feed_is_read_and_what_is_no_item_stands_aside() -> None:
    found = parsed(fixture("news.json"))
    told = events(fixture("news.json"))
    assert (told["7"].text, told["7"].lang, told["7"].media[0].kind) == ("Buss & venting", "nb", "sound")
    assert told["8"].text == "1 < 2 & <b>ikke fet</b>", "content_text is no HTML"
    assert told["7"].author == Author(
        "https://lokalnytt.example/redaksjonen", name="Redaksjonen",
        profile="https://lokalnytt.example/redaksjonen",
    )  # fmt: skip
    assert told["8"].author is not None and told["8"].author.name == "Per"
    assert [type(item) for item in found].count(Unreadable) == 1


def test_an_atom_entry_without_an_author_has_the_feed_s() -> None:
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><author><name>Maja</name><email>Maja@a.example</email></author>'
    own = "<entry><id>2</id><title>y</title><author><name>Olle</name></author></entry>"
    told = events(f"{head}<entry><id>1</id><title>x</title></entry>{own}</feed>")
    assert told["1"].author == Author("maja@a.example", "Maja@a.example", "Maja")
    assert told["2"].author is not None and told["2"].author.name == "Olle"


def test_atom_s_plain_text_is_taken_by_its_word() -> None:
    feed = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="text">Use &lt;b&gt; here</title></entry></feed>'
    assert one(feed).title == "Use <b> here"


def test_html_in_a_title_and_a_text_does_no_harm() -> None:
    event = one(
        rss(
            "<guid>1</guid><title>&lt;img src=x onerror=alert(1)&gt;Hej</title>"
            "<description>&lt;svg/onload=alert(1)&gt;&lt;/svg&gt;&lt;p&gt;a &amp;lt;b&amp;gt;&lt;/p&gt;</description>"
        )
    )
    assert (event.title, event.text) == ("Hej", "a <b>")


# Who an entry is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "native"),
    [
        ("<guid>g1</guid><link>https://a.example/1</link>", "g1"),
        ("<link>https://a.example/1</link><title>x</title>", "https://a.example/1"),
        ("<title>Only words</title>", "sha256:"),
    ],
)
def test_an_entry_is_its_guid_else_its_link_else_its_words(item: str, native: str) -> None:
    first, second = one(rss(item)), one(rss(item))
    assert first.item is not None and first.item.startswith(native)
    assert (first.item, first.key) == (second.item, second.key)
    assert first.key == f"created:{first.item}"


def test_pages_that_share_a_guid_are_two_and_the_same_twice_is_one() -> None:
    shared = rss(
        *(f"<guid>same</guid><link>https://a.example/{n}</link><title>{n}</title>" for n in (1, 2, 2))
    )
    assert set(events(shared)) == {"same https://a.example/1", "same https://a.example/2"}


def test_an_entry_that_says_nothing_is_left_out_with_a_reason() -> None:
    found = parsed(rss("<category>x</category>", "<guid>1</guid><title>y</title>"))
    assert [type(item) for item in found] == [Event, Unsupported]


def test_an_edit_is_an_event_of_its_own_for_each_version() -> None:
    def seen(text: str) -> Event:
        raw = rss(f"<guid>1</guid><title>{text}</title><pubDate>Fri, 20 Nov 2026 08:15:00 GMT</pubDate>")
        return events(raw, x_edited='["1"]', x_seen_at="2026-11-21T08:00:00+00:00")["1"]

    first, second = seen("One"), seen("Two")
    assert (first.kind, first.text, first.at) == ("edited", "One", datetime(2026, 11, 21, 8, tzinfo=UTC))
    assert first.key != second.key
    assert seen("One").key == first.key


def test_a_changed_guid_keeps_the_name_that_we_know() -> None:
    raw = rss("<guid>new</guid><link>https://a.example/1</link>")
    assert set(events(raw, x_same='{"new": "old"}')) == {"old"}


@pytest.mark.parametrize("value", ["{", "7", "null", '["1"', "\ud800", '{"a": [1]}'])
def test_what_the_reader_adds_may_be_nonsense(value: str) -> None:
    raw = rss("<guid>1</guid><title>x</title>")
    assert set(events(raw, x_same=value, x_edited=value, x_seen_at=value)) == {"1"}


# Dates and places ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Fri, 20 Nov 2026 08:15:00 +0100", "2026-11-20T07:15:00+00:00"),
        ("2026-11-20T08:15:00Z", "2026-11-20T08:15:00+00:00"),
        ("2026-11-20 08:15:00 +0200", "2026-11-20T06:15:00+00:00"),
        ("2026/11/20 08:15", "2026-11-20T08:15:00+00:00"),
        ("20 november 2026 kl. 08.15", "2026-11-20T08:15:00+00:00"),
        ("20. marraskuuta 2026 klo 8.15", "2026-11-20T08:15:00+00:00"),
        ("3. desember 2026", "2026-12-03T00:00:00+00:00"),
        ("fredag den 20 nov 2026", "2026-11-20T00:00:00+00:00"),
        ("", None),
        ("yesterday", None),
        ("32 november 2026", None),
        ("0000-00-00", None),
        ("2026-13-45T99:99:99Z", None),
        ("9" * 90, None),
        (None, None),
    ],
)
def test_dates_as_they_are_found(text: str | None, told: str | None) -> None:
    found = dates.moment(text)
    assert (found.isoformat() if found else None) == told


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://b.example/post/#comment-12", "https://b.example/post/"),
        ("https://b.example/post/comment-page-3/#comment-12", "https://b.example/post/"),
        ("https://b.blogspot.example/2026/1.html?showComment=1#c8842", "https://b.blogspot.example/2026/1.html?showComment=1"),
        ("https://f.example/viewtopic.php?f=2&t=5&p=77#p77", "https://f.example/viewtopic.php?f=2&t=5"),
        ("https://f.example/t/hej/9/3?u=x", "https://f.example/t/hej/9"),
        ("https://f.example/t/hej/9/1", ""),
        ("https://b.example/post/#top", ""),
        ("https://b.example/post/", ""),
        ("http://[", ""),
    ],
)  # fmt: skip
def test_the_page_that_a_comment_hangs_on(link: str, page: str) -> None:
    assert places.page_of(link) == page


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://www.google.com/url?q=https://a.example/", "https://a.example/"),
        ("https://google.co.uk/url?url=http://a.example/?x=1", "http://a.example/?x=1"),
        ("https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"),
        ("https://google.evil.example/url?url=https://a.example/", "https://google.evil.example/url?url=https://a.example/"),
    ],
)  # fmt: skip
def test_only_google_s_own_redirect_is_unwrapped(link: str, target: str) -> None:
    assert places.unwrapped(link) == target


# Hostile words -------------------------------------------------------------------------------------------------


def test_hostile_words_in_a_feed_become_text_that_can_be_stored() -> None:
    lines = [
        line
        for folder in ("xss-dompurify", "xss-patt", "xss-payloadbox", "own-unicode", "naughty-strings")
        for path in sorted((DATA / "hostile" / folder).glob("*"))
        if path.is_file() and path.suffix in {".txt", ".json", ".md", ".js"}
        for line in path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()[:400]
    ]
    assert len(lines) > 500 or not (DATA / "hostile").is_dir()
    for start in range(0, len(lines), 100):
        for dress in (escape, lambda line: f"<![CDATA[{line}]]>", str):
            items = [
                f"<guid>{n}</guid><title>{dress(line)}</title>"
                for n, line in enumerate(lines[start : start + 100])
            ]
            for event in events(rss(*items).encode("utf-8", "surrogateescape")).values():
                (event.text + event.title + event.link).encode()
                assert "\x00" not in event.text + event.title
                assert event.link == "" or event.link.startswith(("http://", "https://"))
        raw = {"version": "https://jsonfeed.org/version/1.1", "items": [
            {"id": n, "url": line, "title": line, "content_html": line} for n, line in enumerate(lines[start : start + 100])
        ]}  # fmt: skip
        for event in events(json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace")).values():
            assert event.link == "" or event.link.startswith(("http://", "https://"))


# What others recorded -----------------------------------------------------------------------------------------


def collected() -> list[Any]:
    folders = (DATA / "channels" / "rss", DATA / "hostile" / "feeds-malformed")
    paths = [path for folder in folders for path in sorted(folder.rglob("*.xml"))]
    return [pytest.param(path, id="/".join(path.parts[-3:])) for path in paths]


@pytest.mark.parametrize("path", collected())
def test_every_collected_feed_is_read_or_left_out_with_a_reason(path: Path) -> None:
    raw = path.read_bytes()
    try:
        found = parsed(raw)
    except Unreadable as problem:
        assert problem.why
        assert b"<item" not in raw and b"<entry" not in raw
        return
    assert found
    for item in found:
        if isinstance(item, Event):
            assert item.item and item.thread and item.key
            assert not set(item.text.casefold().split()) & {"<script>", "onload="}
        else:
            assert item.why


@pytest.mark.parametrize(
    ("folder", "count"),
    [("AtomEscapedHTMLInPreTag", 1), ("Permalinks", 4), ("a10", 5), ("itunes", 3), ("GoogleDocsList", 2)],
)
def test_feeds_of_real_publishers_give_all_their_entries(folder: str, count: int) -> None:
    path = DATA / "channels" / "rss" / "feeds-found-in-the-wild" / f"{folder}.xml"
    if not path.exists():
        pytest.skip("The collected data is not here.")
    assert len(events(path.read_bytes())) == count

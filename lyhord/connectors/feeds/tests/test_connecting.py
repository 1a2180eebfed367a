"""What connecting tells about a feed: fixed sentences, whose values stand apart."""

from datetime import datetime

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Connected
from lyhord.connectors.feeds import bounds, client, connecting
from lyhord.connectors.feeds.client import Told
from lyhord.connectors.feeds.tests.test_parser import rss
from lyhord.lib import sentences

BASE = "https://shop.example/"
PAGE = """<html><head>
<link rel="alternate" type="application/rss+xml" title="News" href="/news.xml">
<link rel="alternate" type="application/rss+xml" title="100% wool" href="/wool.xml">
</head></html>"""


def connected(pages: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Connected:
    def ask(http: object, url: str, *_rest: object) -> Told:
        return Told(pages[url].encode(), {}, url, url)

    monkeypatch.setattr(client, "ask", ask)
    side = AccountSide(id=1, native="", handle="", settings={"url": BASE}, secrets={}, app={})
    with httpx.Client() as http:
        return connecting.connect(http, side, datetime.now().astimezone())


def test_the_other_feeds_of_a_page_are_named_beside_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = connected({BASE: PAGE, f"{BASE}news.xml": rss("<title>1</title>")}, monkeypatch)
    (note,) = found.notes
    assert note == f"The page names this feed, too: 100% wool: {BASE}wool.xml"
    kept = sentences.told(found.notes)[note]
    assert kept == {
        "why": "The page names this feed, too: %(feed)s",
        "values": {"feed": f"100% wool: {BASE}wool.xml"},
    }


def test_what_is_left_out_is_counted_beside_the_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [f"<guid>{number}</guid><title>{number}</title>" for number in range(bounds.MOST_ENTRIES + 7)]
    (note,) = connected({BASE: rss(*entries)}, monkeypatch).notes
    assert sentences.told([note])[note]["values"] == {"count": 7}


def test_a_feed_that_is_read_whole_has_no_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert connected({BASE: rss("<title>1</title>")}, monkeypatch).notes == ()

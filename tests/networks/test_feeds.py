"""Reading over HTTP as a good reader does, and the whole way to posts: nothing twice, nothing lost (R12)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from lyhord.channels import actions as channels
from lyhord.channels.contract import ConnectFailed, Denied, Outgoing, Refused
from lyhord.channels.models import Account
from lyhord.connectors.feeds import CONNECTOR
from lyhord.connectors.feeds.tests.site import Site, fixture, serving
from lyhord.connectors.feeds.tests.test_parser import rss
from lyhord.intake import sources, steps
from lyhord.intake.models import Envelope, Post, PostVersion, Source
from lyhord.staff.models import Brand, User

MINUTE = timedelta(minutes=1)


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    with serving() as there:
        settings.LYHORD_ALLOW_HOSTS = frozenset({there.base.partition("://")[2]})
        yield there


def connect(site: Site, brand: Brand, by: User, now: datetime, path: str = "/feed") -> Account:
    values = {"url": f"{site.base}{path}", "is_ours": True}
    account = channels.connect("feeds", brand, [], "Bloggen", values, by, now)
    steps.ensure_sources(now)
    site.asked.clear()
    return account


def read(account: Account, now: datetime) -> Source:
    source = Source.objects.get(account=account)
    Source.objects.filter(pk=source.pk).update(due_at=now)
    sources.poll(source.pk, now)
    steps.read_envelopes(now)
    source.refresh_from_db()
    return source


def item(number: int, text: str = "", guid: str = "") -> str:
    link = f"https://a.example/{number}"
    return f"<guid>{guid or number}</guid><link>{link}</link><title>{text or f'Number {number}'}</title>"


def texts() -> list[str]:
    return sorted(Post.objects.values_list("text", flat=True))


@pytest.fixture
def account(site: Site, brand: Brand, administrator: User, now: datetime) -> Account:
    site.put(
        "/feed", rss(item(1), item(2)).encode(), ETag='"v1"', Last_Modified="Fri, 20 Nov 2026 08:00:00 GMT"
    )
    return connect(site, brand, administrator, now)


# Connecting ---------------------------------------------------------------------------------------------------


def test_a_page_leads_to_its_feed(site: Site, brand: Brand, administrator: User, now: datetime) -> None:
    head = (
        '<link rel="stylesheet" href="/x.css"><link rel="alternate" type="application/rss+xml" title="Blogg" href="/feed">'
        '<link rel=alternate type="application/atom+xml" title="Kommentarer" href="comments.atom">'
    )
    site.put("/blogg/", f"<!doctype html><html><head>{head}</head></html>".encode())
    site.put("/feed", rss(item(1), more="<link>https://a.example/</link>").encode())
    account = connect(site, brand, administrator, now, "/blogg/")
    assert account.native == f"{site.base}/feed"
    assert (account.link, account.learnt["feed"]) == ("https://a.example/", f"{site.base}/feed")
    assert account.notes == [f"The page names this feed, too: Kommentarer: {site.base}/blogg/comments.atom"]
    read(account, now)
    assert [path for path, _headers in site.asked] == ["/feed"]


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, b"<html>No feed here</html>", "No feed was found"),
        (404, b"", "404"),
        (410, b"", "gone for good"),
        (403, b"", "everybody"),
    ],
)
def test_what_has_no_feed_is_not_connected(
    site: Site, brand: Brand, administrator: User, now: datetime, status: int, body: bytes, why: str
) -> None:
    site.put("/feed", body, status)
    with pytest.raises(ConnectFailed, match=why):
        connect(site, brand, administrator, now)
    assert not Account.objects.exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/feed", "http://169.254.169.254/", "http://localhost/"])
def test_no_feed_is_read_inside_our_own_network(
    brand: Brand, administrator: User, now: datetime, url: str
) -> None:
    with pytest.raises(ConnectFailed):
        channels.connect("feeds", brand, [], "Inside", {"url": url}, administrator, now)


def test_a_feed_does_not_lead_us_inside(site: Site, account: Account, now: datetime) -> None:
    site.put("/feed", b"", 302, Location="http://169.254.169.254/latest/meta-data/")
    source = read(account, now)
    assert source.attempts == 1 and "private" in source.problem
    assert not Envelope.objects.exists()


# Reading ------------------------------------------------------------------------------------------------------


def test_a_feed_that_has_not_changed_is_asked_for_and_not_read(
    site: Site, account: Account, now: datetime
) -> None:
    read(account, now)
    assert texts() == ["Number 1", "Number 2"]
    read(account, now + MINUTE)
    headers = site.asked[-1][1]
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Fri, 20 Nov 2026 08:00:00 GMT"
    assert Envelope.objects.count() == 1
    account.refresh_from_db()
    assert account.last_success_at == now + MINUTE


def test_new_entries_come_once_however_the_feed_is_ordered(
    site: Site, account: Account, now: datetime
) -> None:
    read(account, now)
    for step, numbers in enumerate([(2, 1, 3), (3, 2), (1, 3, 2, 4), (4,)], 1):
        site.put("/feed", rss(*(item(number) for number in numbers)).encode())
        read(account, now + MINUTE * step)
    assert texts() == ["Number 1", "Number 2", "Number 3", "Number 4"]
    assert not PostVersion.objects.exists()
    assert Envelope.objects.count() == 3, "a feed in another order is no news"


def test_each_edit_shows_and_the_earlier_words_are_kept(site: Site, account: Account, now: datetime) -> None:
    read(account, now)
    for step, text in enumerate(["First", "Second", "Number 1", "Second"], 1):
        site.put("/feed", rss(item(1, text), item(2)).encode())
        read(account, now + MINUTE * step)
        assert Post.objects.get(native="1").text == text
    assert list(PostVersion.objects.order_by("at").values_list("text", flat=True)) == [
        "Number 1",
        "First",
        "Second",
        "Number 1",
    ]
    assert Post.objects.count() == 2


def test_an_entry_that_changes_its_guid_is_no_new_one(site: Site, account: Account, now: datetime) -> None:
    read(account, now)
    site.put("/feed", rss(item(1, guid="tag:1"), item(2, guid="tag:2", text="Edited")).encode())
    read(account, now + MINUTE)
    assert sorted(Post.objects.values_list("native", flat=True)) == ["1", "2"]
    assert texts() == ["Edited", "Number 1"]


def test_without_its_memory_a_feed_still_brings_nothing_twice(
    site: Site, account: Account, now: datetime
) -> None:
    read(account, now)
    Source.objects.update(cursor="nonsense")
    site.put("/feed", rss(item(3), item(1), item(2)).encode())
    read(account, now + MINUTE)
    assert texts() == ["Number 1", "Number 2", "Number 3"]


def test_a_feed_that_moved_for_good_is_asked_at_its_new_place(
    site: Site, account: Account, now: datetime
) -> None:
    read(account, now)
    site.put("/new", rss(item(3)).encode())
    site.put("/feed", b"", 301, Location="/new")
    read(account, now + MINUTE)
    site.pages.pop("/feed")
    site.asked.clear()
    read(account, now + MINUTE * 2)
    assert [path for path, _headers in site.asked] == ["/new"]
    assert texts() == ["Number 1", "Number 2", "Number 3"]


def test_a_feed_that_moved_for_a_while_is_asked_at_its_own(
    site: Site, account: Account, now: datetime
) -> None:
    site.put("/new", rss(item(3)).encode())
    site.put("/feed", b"", 302, Location="/new")
    read(account, now)
    read(account, now + MINUTE)
    assert [path for path, _headers in site.asked] == ["/feed", "/new", "/feed", "/new"]


@pytest.mark.parametrize(
    ("more", "headers", "minutes"),
    [
        ("<ttl>60</ttl>", {}, 60),
        ("", {"Cache_Control": "public, max-age=7200"}, 120),
        ("<ttl>60</ttl>", {"Cache_Control": "max-age=7200"}, 120),
        ("", {"Cache_Control": "no-cache, max-age=7200"}, 15),
        ("<ttl>5</ttl>", {}, 15),
        ("<ttl>999999</ttl>", {}, 24 * 60),
        ("<ttl>soon</ttl>", {"Cache_Control": "max-age=x"}, 15),
    ],
)
def test_a_feed_says_when_to_ask_again(
    site: Site, account: Account, now: datetime, more: str, headers: dict[str, str], minutes: int
) -> None:
    site.put("/feed", rss(item(1), more=more).encode(), 200, **headers)
    assert read(account, now).due_at == now + MINUTE * minutes


def test_a_busy_server_is_given_the_time_that_it_wants(site: Site, account: Account, now: datetime) -> None:
    site.put("/feed", b"", 503, Retry_After="3600")
    source = read(account, now)
    assert source.due_at is not None and source.due_at >= now + MINUTE * 60
    assert "wait" in source.problem


def test_a_feed_that_is_gone_stops_and_the_account_says_so(
    site: Site, account: Account, now: datetime
) -> None:
    site.put("/feed", b"", 410)
    read(account, now)
    account.refresh_from_db()
    assert account.state == "broken"
    assert "gone for good" in account.state_why
    site.asked.clear()
    assert sources.due_sources(now + timedelta(days=9)) == []


def test_a_feed_that_became_a_page_is_set_aside_once_and_told(
    site: Site, account: Account, now: datetime
) -> None:
    read(account, now)
    for step in range(1, 4):
        site.put("/feed", f"<html>Sorry {step}</html>".encode())
        source = read(account, now + MINUTE * step)
        assert "web page" in source.problem
    assert Envelope.objects.filter(state="quarantined").count() == 1
    site.put("/feed", rss(item(3)).encode())
    assert read(account, now + MINUTE * 9).problem == ""
    assert "Number 3" in texts()


def test_comments_come_into_one_thread(site: Site, brand: Brand, administrator: User, now: datetime) -> None:
    site.put("/feed", fixture("blog-comments.atom"))
    account = connect(site, brand, administrator, now)
    read(account, now)
    first, second = Post.objects.order_by("at")
    assert first.thread == second.thread and first.thread.is_public
    assert second.parent == first.native
    assert first.is_spoken_to


def test_news_of_others_are_not_taken_for_words_to_us(
    site: Site, brand: Brand, administrator: User, now: datetime
) -> None:
    site.put("/feed", fixture("google-alert.xml"))
    values = {"url": f"{site.base}/feed", "is_ours": False}
    account = channels.connect("feeds", brand, [], "Alert", values, administrator, now)
    steps.ensure_sources(now)
    read(account, now)
    assert not Post.objects.get().is_spoken_to


def test_a_feed_takes_no_answer_and_names_the_link(account: Account, now: datetime) -> None:
    side = channels.side_of(account)
    outgoing = Outgoing(verb="reply", key="k", text="Hej", item="1")
    told = CONNECTOR.can_reply(side, outgoing, now, now)
    assert isinstance(told, Denied) and told.instead == ("link",)
    with channels.http_client(account) as http:
        assert isinstance(CONNECTOR.send(http, side, outgoing, now), Refused)

"""What customers, networks and colleagues write is shown as words, whatever it is (S01)."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.installation import Installation
from tests.security.watch import Watch, watched

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CHIEF, AGENT = "chief@example.com", "linnea@example.com"


def seen(
    chromium: Browser, there: Installation, *, has_policy: bool, is_searched: bool = True, step: int = 1
) -> Watch:
    """Everything there is to see, at work and as a visitor."""
    pages = there.facts["pages"]
    with watched(chromium, there, CHIEF, has_policy=has_policy) as (watch, page):
        for path in [*pages["staff"][::step], *pages["public"]]:
            watch.visit(page, path, is_searched=is_searched)
        page.wait_for_timeout(300)
    return watch


def test_without_a_policy_nothing_runs_and_nothing_leaves(filled: Installation, chromium: Browser) -> None:
    watch = seen(chromium, filled, has_policy=False)
    assert watch.seen == len(filled.facts["pages"]["staff"]) + len(filled.facts["pages"]["public"])
    assert watch.ran == []
    assert watch.outside == []
    assert watch.wrong == []
    assert watch.faults == []


def test_with_the_policy_no_page_of_ours_breaks_it(filled: Installation, chromium: Browser) -> None:
    watch = seen(chromium, filled, has_policy=True, step=4)
    assert watch.refused == []
    assert (watch.ran, watch.outside, watch.wrong) == ([], [], [])


def test_the_policy_alone_holds_when_nothing_is_escaped(unescaped: Installation, chromium: Browser) -> None:
    watch = seen(chromium, unescaped, has_policy=True, is_searched=False, step=5)
    assert watch.refused != []  # it had something to do
    assert watch.ran == []


def test_the_watch_sees_scripts_where_nothing_is_escaped_and_no_policy_holds(
    unescaped: Installation, chromium: Browser
) -> None:
    path = f"/inbox/{unescaped.facts['pages']['loud']}/"
    with watched(chromium, unescaped, CHIEF, has_policy=False) as (watch, page):
        watch.visit(page, path)
        page.wait_for_timeout(500)
    assert watch.ran != []
    assert watch.wrong != []


def test_news_that_come_into_an_open_page_are_words_too(filled: Installation, chromium: Browser) -> None:
    with watched(chromium, filled, AGENT, has_policy=False) as (watch, page):
        watch.visit(page, f"/inbox/{filled.facts['pages']['loud']}/")
        event = {
            "kind": "created", "account": "nordbanan", "thread": "loud 0", "id": "late", "item": "late",
            "author": {"id": "loud 0", "handle": "<img src=x onerror=alert(2)>", "name": "<svg onload=alert(2)>"},
            "text": "<img src=x onerror=alert(2)> came late",
        }  # fmt: skip
        filled.network.happen(event)
        page.locator(".turn-text", has_text="came late").first.wait_for(timeout=30_000)
        page.wait_for_timeout(300)
    assert (watch.ran, watch.outside, watch.wrong) == ([], [], [])

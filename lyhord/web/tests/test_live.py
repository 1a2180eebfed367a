"""Live news reach every tab through one stream, and come by asking where streams are held back."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from lyhord.web.tests.conftest import Site

pytestmark = pytest.mark.browser

Until = Callable[[Callable[[], Any]], Any]
HEAR = "window.heard = []; addEventListener('live', (event) => window.heard.push(event.detail)); addEventListener('live-resync', () => window.heard.push('resync'))"


def opened(context: BrowserContext, site: Site) -> Page:
    page = context.new_page()
    page.add_init_script(HEAR)
    page.goto(site.page(""))
    return page


def heard(page: Page) -> Any:
    return page.evaluate("window.heard")


def test_news_reach_all_tabs_through_one_stream(context: BrowserContext, site: Site, until: Until) -> None:
    first, second = opened(context, site), opened(context, site)
    expect(first.locator("#live-mark")).to_have_attribute("data-state", "live")
    expect(second.locator("#live-mark")).to_have_attribute("data-state", "live")
    site.send(7, topic="conversation", id=17, v=9)
    until(lambda: heard(first) and heard(second))
    for page in (first, second):
        assert heard(page) == [{"topic": "conversation", "id": 17, "version": 9}]
    assert len(site.opened) == 1
    assert site.opened[0] == {"token": "token0"}


def test_when_the_tab_with_the_stream_closes_another_takes_over_where_it_was(
    context: BrowserContext, site: Site, until: Until
) -> None:
    first, second = opened(context, site), opened(context, site)
    expect(second.locator("#live-mark")).to_have_attribute("data-state", "live")
    site.send(7, topic="counts", id=1, v=2)
    until(lambda: heard(second))
    first.close()
    until(lambda: len(site.opened) == 2)
    assert site.opened[1]["since"] == "7"
    until(lambda: len(site.streams) == 1)
    site.send(8, topic="counts", id=1, v=3)
    until(lambda: len(heard(second)) == 2)


def test_a_stream_that_breaks_comes_back_with_a_new_token_and_asks_for_what_it_missed(
    context: BrowserContext, site: Site, until: Until
) -> None:
    page = opened(context, site)
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "live")
    site.send(41, topic="conversation", id=17, v=9)
    until(lambda: heard(page))
    site.drop_streams()
    until(lambda: len(site.opened) == 2)
    assert site.opened[1] == {"token": "token1", "since": "41"}


def test_where_no_stream_comes_through_the_page_asks(
    context: BrowserContext, site: Site, until: Until
) -> None:
    site.has_push = False
    site.changes = [{"topic": "conversation", "id": 17, "v": 9}]
    page = opened(context, site)
    until(lambda: heard(page))
    assert heard(page) == [{"topic": "conversation", "id": 17, "version": 9}]
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "polling")
    expect(page.locator("#offline")).to_be_hidden()


def test_when_nothing_answers_the_page_says_so_and_recovers(
    context: BrowserContext, site: Site, until: Until
) -> None:
    site.has_push = site.has_poll = False
    page = opened(context, site)
    expect(page.locator("#offline")).to_contain_text("No connection", timeout=20_000)
    site.has_push = site.has_poll = True
    until(lambda: site.opened)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "live")


def test_too_much_missed_asks_the_page_to_read_everything_anew(
    context: BrowserContext, site: Site, until: Until
) -> None:
    page = opened(context, site)
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "live")
    next(iter(site.streams.values())).put("id: 900\nevent: resync\ndata: {}\n\n")
    until(lambda: heard(page))
    assert heard(page) == ["resync"]
    site.drop_streams()
    until(lambda: len(site.opened) == 2)
    assert site.opened[1]["since"] == "900"

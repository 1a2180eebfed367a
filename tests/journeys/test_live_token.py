"""The token of the live stream lives ten minutes; an open page fetches the next one in time."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, until

pytestmark = pytest.mark.browser


def test_an_open_page_renews_its_token_before_it_ends(home: Installation, visit: Visit) -> None:
    page = visit(home, "linnea@example.com", "/profile/", locale="en-GB")
    tokens: list[str] = []
    page.on("request", lambda asked: tokens.append(asked.url) if "/live/?" in asked.url else None)
    page.clock.install()
    page.reload()
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "live")
    page.clock.fast_forward(8 * 60_000)
    begun = len(tokens)
    assert begun >= 1
    with page.expect_response("**/live/token/") as renewed:
        page.clock.fast_forward(61_000)
    assert renewed.value.status == 200
    given = renewed.value.json()["token"]
    until(lambda: given in tokens[-1] or page.wait_for_timeout(50), "a stream with the new token")
    assert len(tokens) > begun
    expect(page.locator("#live-mark")).to_have_attribute("data-state", "live")

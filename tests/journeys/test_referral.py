"""A customer is referred by key, and her receipt stands in the composer: in a real browser."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, violations

pytestmark = pytest.mark.browser


def test_a_customer_is_referred_and_it_is_taken_back(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Where is my bag {mark}?", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/")
    expect(page.locator("#turns")).to_contain_text(mark)
    page.locator("#turns").focus()
    page.keyboard.press("f")
    dialog = page.locator("#refer-dialog")
    place = dialog.locator("select[name=to]")
    expect(place).to_be_visible()
    expect(dialog.locator("input[name=address]")).to_be_hidden()
    place.select_option("address")
    dialog.locator("input[name=name]").fill("Lost property")
    dialog.locator("input[name=address]").fill("0771-000 000")
    assert violations(page) == []
    dialog.get_by_role("button", name="Refer").click()
    words = page.locator("#composer-text")
    expect(words).to_have_value(re.compile(r"Lost property.*0771-000 000.*#\d+"))
    expect(page.locator("#referred")).to_contain_text("Referred to Lost property")
    expect(page.locator("#referred")).to_contain_text("has got no receipt yet")
    page.locator(".toast [data-undo]").click()
    expect(words).to_have_value("")
    expect(page.locator("#referred")).not_to_contain_text("Lost property")

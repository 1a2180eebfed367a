"""A lead makes a rule and tries it, an agent hands over, her colleague accepts: in a real browser."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, violations

pytestmark = pytest.mark.browser


def test_a_rule_is_tried_before_it_is_switched_on(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"I want a refund {mark}", who=f"aino{mark}"))
    conversation_of(home, mark)
    page = visit(home, "ida@example.com", "/settings/routing/")
    page.get_by_role("link", name="New rule").click()
    page.locator("input[name=name]").fill(f"Refunds {mark}")
    page.locator("textarea[name=words]").fill(mark)
    page.locator("select[name=owner]").select_option("needs_owner")
    assert violations(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Switch on")).to_be_disabled()
    page.get_by_role("button", name="Try on last week").click()
    expect(page.locator("#trial")).to_contain_text("It takes")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("h1")).to_have_text("Routing")


def test_a_conversation_is_handed_over_by_key_and_accepted(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Where is my bag {mark}?", who=f"bo{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/")
    expect(page.locator("#turns")).to_contain_text(mark)
    page.locator("#turns").focus()
    page.keyboard.press("Shift+O")
    dialog = page.locator("#hand-over-dialog")
    expect(dialog.locator("select[name=to]")).to_be_visible()
    value = dialog.locator("select[name=to] option[value^='person:']").first.get_attribute("value")
    dialog.locator("select[name=to]").select_option(value)
    dialog.locator("textarea[name=note]").fill("Half done.")
    assert violations(page) == []
    dialog.get_by_role("button", name="Offer").click()
    expect(page.locator("#referred")).to_contain_text("offers it to")
    page.locator("#referred").get_by_role("button", name="Take back").click()
    expect(page.locator("#referred")).not_to_contain_text("offers it to")


def test_the_day_is_settled_on_one_page(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Is the train late {mark}?", who=f"cecilia{mark}"))
    conversation_of(home, mark)
    page = visit(home, "linnea@example.com", "/team/day/")
    line = page.locator("#left li", has_text=mark)
    expect(line).to_be_visible()
    assert violations(page) == []
    line.get_by_role("button", name="Take #").click()
    expect(page.locator("main")).not_to_contain_text(mark)

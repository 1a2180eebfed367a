"""A lead sets hours and targets by keyboard, and a clock runs in the conversation: in a real browser."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import WIDE, Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, keep, violations

pytestmark = pytest.mark.browser


def test_hours_and_targets_are_set_and_a_clock_runs(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    mark = uuid4().hex[:6]
    page = visit(home, "ida@example.com", "/settings/clocks/", viewport=WIDE)
    page.get_by_role("link", name="Add hours for").first.click()
    page.get_by_label("Name").fill(f"Round {mark}")
    monday = page.get_by_label("Monday", exact=True)
    monday.fill("0:00-24:00")
    page.get_by_role("button", name="Copy Monday to the days below").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Sunday", exact=True)).to_have_value("0:00-24:00")
    page.get_by_label("Country").select_option("SE")
    page.get_by_role("button", name="Show its holidays").click()
    expect(page.get_by_label("Epiphany")).to_be_checked()
    assert violations(page) == []
    keep(page, "clocks-hours", pictures)
    for label in ("Epiphany", "Christmas Eve"):
        page.get_by_label(label).uncheck()
    page.get_by_label("Monday", exact=True).press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved. Open clocks are reckoned anew.")
    expect(page.get_by_label("Christmas Eve")).not_to_be_checked()
    expect(page.get_by_label("Good Friday")).to_be_checked()
    page.goto(f"{home.url}/settings/clocks/targets/new/")
    page.get_by_label("Answer within", exact=True).fill("45")
    page.get_by_label("Unit of: Answer within").select_option("minutes")
    for box in page.get_by_label("Only open time counts").all():
        box.uncheck()
    page.get_by_role("button", name="Try it on last week").click()
    expect(page.get_by_role("heading", name="Last week, with this target")).to_be_visible()
    assert violations(page) == []
    keep(page, "clocks-target", pictures)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", name="Targets", exact=True)).to_be_visible()
    assert violations(page) == []
    keep(page, "clocks-list", pictures)
    home.network.happen(question(f"When does it open {mark}?", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    page.goto(f"{home.url}/inbox/{pk}/?view=due")
    clocks = page.locator("#clocks")
    expect(clocks).to_contain_text("First answer")
    expect(clocks.locator("time[data-left]").first).to_contain_text("min")
    clocks.locator("summary").click()
    expect(clocks).to_contain_text("Came in")
    assert violations(page) == []
    keep(page, "clocks-conversation", pictures)
    clocks.get_by_role("button", name="Mark as acknowledged").click()
    expect(page.locator("#clocks .clock.done")).to_contain_text("First answer")


def test_the_pages_of_clocks_stand_on_a_telephone(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    small = visit(
        home,
        "ida@example.com",
        "/settings/clocks/",
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
    )
    for name, path in (
        ("hours", "hours/new/"),
        ("target", "targets/new/"),
        ("list", ""),
        ("report", "report/"),
    ):
        small.goto(f"{home.url}/settings/clocks/{path}")
        assert small.evaluate("document.documentElement.scrollWidth <= innerWidth")
        keep(small, f"clocks-{name}-phone", pictures)

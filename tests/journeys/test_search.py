"""Searching everything, keeping the search as a view, hearing of what is for oneself: in a real browser."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, violations

pytestmark = pytest.mark.browser


def test_a_search_is_made_marked_and_kept_as_a_view(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Where is my bag {mark}?", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", "/inbox/")
    page.keyboard.press("g")
    page.keyboard.press("f")
    box = page.locator("#search-words")
    expect(box).to_be_focused()
    box.fill(f"{mark} is:public")
    page.keyboard.press("Enter")
    hit = page.locator("#search-hits .found-link").first
    expect(hit.locator("mark")).to_have_text(mark)
    assert violations(page) == []
    page.locator("input[name=name]").fill(f"Bags {mark}")
    page.get_by_role("button", name="Save").click()
    page.goto(page.url.split("/search/")[0] + "/views/")
    expect(page.get_by_role("link", name=f"Bags {mark}")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name=f"Bags {mark}").click()
    page.locator("#search-hits .found-link").first.click()
    expect(page.locator("#work")).to_have_attribute("data-id", str(pk))
    expect(page.locator("#turns")).to_contain_text(mark)


def test_who_is_given_a_conversation_sees_the_bell_ring(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Is the train late {mark}?", who=f"bo{mark}"))
    pk = conversation_of(home, mark)
    hers = visit(home, "linnea@example.com", "/notifications/")
    theirs = visit(home, "petri@example.com", f"/inbox/{pk}/")
    expect(theirs.locator("#turns")).to_contain_text(mark)
    theirs.locator("#turns").focus()
    theirs.keyboard.press("a")
    dialog = theirs.locator("#assign-dialog")
    names = dialog.locator("#colleagues option")
    expect(names.first).to_be_attached()
    her = next(value for value in names.evaluate_all("all => all.map(one => one.value)") if "Linnea" in value)
    dialog.locator("input[name=who]").fill(her)
    dialog.get_by_role("button", name="Assign").click()
    expect(hers.locator("#bell .count")).to_be_visible(timeout=15_000)
    hers.reload()
    expect(hers.locator(".settings-list")).to_contain_text("A conversation was given to me")
    assert violations(hers) == []
    hers.get_by_role("button", name="Mark").click()
    expect(hers.locator("#bell .count")).to_have_count(0)


def test_focus_shows_one_conversation_and_no_lists(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Is the cafe open {mark}?", who=f"cia{mark}"))
    page = visit(home, "linnea@example.com", f"/inbox/{conversation_of(home, mark)}/")
    page.locator("#turns").focus()
    page.keyboard.press("Shift+F")
    expect(page.locator(".list")).to_be_hidden()
    expect(page.locator("#rail")).to_be_hidden()
    page.reload()
    expect(page.locator("#turns")).to_contain_text(mark)
    expect(page.locator(".list")).to_be_hidden()
    page.locator("#turns").focus()
    page.keyboard.press("Shift+F")
    expect(page.locator(".list")).to_be_visible()

"""A complaint from its post to its closing, a split, and a follow-up: in a real browser."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import WIDE, Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, violations

pytestmark = pytest.mark.browser


def test_a_complaint_is_closed_with_two_keys_once_it_was_answered(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"My order {mark} never arrived. This is unacceptable!", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/", viewport=WIDE)
    expect(page.locator("#turns")).to_contain_text(mark)
    # Judged a complaint, it is a case by itself; where the words were judged otherwise, somebody makes it one.
    page.wait_for_timeout(4000)
    page.reload()
    if not page.locator("#card .case").count():
        page.locator("#work-head [data-menu] summary").last.click()
        page.get_by_role("button", name="Make it a case").click()
    expect(page.locator("#card .case")).to_be_visible()
    page.locator("#turns").focus()
    page.keyboard.press("e")
    expect(page.locator(".toast.bad")).to_contain_text("no reply")
    page.locator("#composer-text").fill("A new one is on its way.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#turns")).to_contain_text("A new one is on its way.")
    page.locator("#turns").focus()
    page.keyboard.press("e")
    sheet = page.locator("#sheet")
    expect(sheet).to_contain_text("What became of it?")
    assert violations(page) == []
    page.keyboard.press("1")
    expect(sheet).to_have_count(0)
    expect(page.locator("#turns")).to_contain_text("closed it: Solved")
    expect(page.locator("#card .case")).to_contain_text("Resolved")


def test_words_of_another_matter_are_split_off_and_a_follow_up_is_made(
    home: Installation, visit: Visit
) -> None:
    mark = uuid4().hex[:6]
    thread = f"thread-{mark}"
    home.network.happen(question(f"Where is my bag {mark}?", who=f"olli{mark}", thread=thread))
    pk = conversation_of(home, mark)
    home.network.happen(question(f"Also {mark}: the bill is wrong", who=f"olli{mark}", thread=thread))
    assert conversation_of(home, f"Also {mark}") == pk
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/", viewport=WIDE)
    expect(page.locator("#turns")).to_contain_text("the bill is wrong")
    menu = page.locator("#work-head [data-menu] summary").last
    menu.click()
    page.get_by_role("button", name="Follow up").click()
    sheet = page.locator("#sheet")
    sheet.get_by_label("What about?").fill(f"Call Olli {mark}")
    assert violations(page) == []
    sheet.get_by_role("button", name="Remember it").click()
    expect(page.locator("#card")).to_contain_text(f"Call Olli {mark}")
    menu.click()
    page.get_by_role("button", name="Split", exact=True).click()
    sheet.get_by_label(re.compile("the bill is wrong")).check()
    assert violations(page) == []
    sheet.get_by_role("button", name="Split off").click()
    expect(page.locator("#card")).to_contain_text("Split off")
    assert conversation_of(home, f"Also {mark}") != pk
    page.locator("#turns").focus()
    page.keyboard.press("z")
    expect(page.locator("#turns")).to_contain_text("the bill is wrong")
    page.goto(re.sub(r"/inbox/.*", "/follow-ups/?when=open", page.url))
    expect(page.locator("main")).to_contain_text(f"Call Olli {mark}")

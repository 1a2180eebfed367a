"""Two accounts found to be one person's, and the same question on two threads: in a real browser."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question, until

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def suggested(there: Installation, mark: str) -> Any:
    find = (
        "from lyhord.customers.models import Suggestion;"
        f" row = Suggestion.objects.filter(one__handle__contains={mark!r}, state='open').first();"
        " out = row and [row.one.customer_id, row.other.customer_id]"
    )
    return until(lambda: there.run(find), "the suggestion", there.log)


def conversation_of(there: Installation, words: str) -> int:
    find = f"from lyhord.desk.models import Turn; t = Turn.objects.filter(post__text__contains={words!r}).order_by('-pk').first(); out = t and t.conversation_id"
    found: int = until(lambda: there.run(find), words, there.log)
    return found


def two_accounts(there: Installation, mark: str) -> list[int]:
    """Aino writes with two accounts, and tells the same mail address in both."""
    there.network.happen(question(f"My bag is gone. Mail me: bag.{mark}@example.com", who=f"aino{mark}"))
    second = question(f"Hello, any news for bag.{mark}@example.com? Please don't call me.", who=f"va{mark}")
    second["author"] |= {"name": f"Virtanen, Aino{mark}", "handle": f"va{mark}"}
    there.network.happen(second)
    found: list[int] = suggested(there, mark)
    return found


def violations(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}" for one in found["violations"]]


def keep(page: Page, name: str, pictures: Path | None) -> None:
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=pictures / f"{name}.png", full_page=True)


def test_a_suggestion_is_looked_at_accepted_and_taken_back(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    first, second = two_accounts(home, mark)
    page = visit(home, "linnea@example.com", "/customers/")
    page.get_by_role("link", name="may be one").click()
    pair = page.locator(".pair", has_text=mark)
    expect(pair).to_contain_text("Both gave the mail address b…@example.com")
    pair.get_by_role("button", name="Merge them").click()
    page.wait_for_url("**/customers/*/")
    kept = int(page.url.rstrip("/").rsplit("/", 1)[1])
    assert kept in {first, second}
    for handle in (f"aino{mark}", f"va{mark}"):
        expect(page.locator(".customer-side")).to_contain_text(handle)
    expect(page.locator(".moment.is-post")).to_have_count(2)
    page.get_by_role("button", name="Yes, so it is").click()
    expect(page.locator(".wishes")).to_contain_text("Do not call her")
    page.get_by_role("button", name="Undo the merge").click()
    expect(page.locator(".toast")).to_contain_text("They are two customers again.")
    again = question(f"Still bag.{mark}@example.com, order 12345-{mark}", who=f"aino{mark}")
    home.network.happen(again)
    conversation_of(home, f"order 12345-{mark}")
    page.goto(home.url + "/customers/suggestions/")
    expect(page.locator(".pair", has_text=mark)).to_have_count(0)


def test_a_question_asked_again_is_answered_like_there_and_never_twice_unseen(
    home: Installation, visit: Visit
) -> None:
    mark = uuid4().hex[:6]
    asked = f"When do I get back the bag {mark} that I forgot on the night train to Malmö?"
    home.network.happen(question(asked, who=f"tuva{mark}"))
    first = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{first}/")
    page.locator("#composer-text").fill(f"The bag {mark} comes home within 14 days.")
    page.keyboard.press("Control+Enter")
    until(lambda: [done for done in home.answers() if mark in str(done)], "the answer", home.log)
    home.network.happen(question(f"Nobody answers! {asked}", who=f"tuva{mark}"))
    second = conversation_of(home, f"Nobody answers! When do I get back the bag {mark}")
    tied = (
        "from lyhord.customers.models import SameQuestion; out = SameQuestion.objects.filter(post__text__contains="
        + repr(mark)
        + ").count()"
    )
    until(lambda: home.run(tied), "the same question", home.log)
    page.goto(f"{home.url}/inbox/{second}/")
    expect(page.locator("#same")).to_contain_text("The customer asked the same elsewhere")
    expect(page.locator("#same")).to_contain_text("comes home within 14 days.")
    page.get_by_role("button", name="Answer like there").click()
    composer = page.locator("#composer-text")
    expect(composer).to_have_value(re.compile(f"{mark} comes home within 14 days"))
    composer.fill(f"The bag {mark} comes home within 14 days.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#before")).to_contain_text("sent these very words before")
    assert len([done for done in home.answers() if mark in str(done)]) == 1
    page.keyboard.press("Control+Enter")
    until(
        lambda: len([done for done in home.answers() if mark in str(done)]) == 2,
        "the second answer",
        home.log,
    )


@pytest.mark.timeout(400)  # fifteen pages, each looked at by axe
def test_pages_of_customers_hold_for_everybody(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    mark = uuid4().hex[:6]
    first, _second = two_accounts(home, mark)
    long = "I have waited for weeks and nobody tells me anything about it. " * 9
    home.network.happen(question(f"{long} {mark}", who=f"aino{mark}"))
    conversation = conversation_of(home, f"about it.  {mark}")
    fill = (
        "from lyhord.customers import actions; from lyhord.customers.models import Customer; from lyhord.staff.models import User;"
        f" c = Customer.objects.get(pk={first}); by = User.objects.get(email='linnea@example.com');"
        " [actions.wish(c, k, v, by=by, now=now) for k, v in (('language', 'fi'), ('said', 'Eye-no'), ('pronoun', 'she/her'), ('access', 'reading'))];"
        " actions.note(c, 'Forgot a bag in May. Likes short answers.', by, now)"
    )
    home.run(fill)
    found = {}
    pages = {
        "list": "/customers/",
        "page": f"/customers/{first}/",
        "pairs": "/customers/suggestions/",
        "card": f"/inbox/{conversation}/",
    }
    for name, options in {
        "light": {"color_scheme": "light", "viewport": {"width": 1500, "height": 900}},
        "dark": {"color_scheme": "dark", "viewport": {"width": 1500, "height": 900}},
        "phone": {"viewport": {"width": 320, "height": 640}},
    }.items():
        page = visit(home, "chief@example.com", "/customers/", **options)
        for called, path in pages.items():
            page.goto(home.url + path)
            expect(page.locator("h1")).to_have_count(1)
            keep(page, f"customers-{name}-{called}", pictures)
            if wrong := violations(page):
                found[f"{name} {path}"] = wrong
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > options["viewport"]["width"]:  # type: ignore[index]
                found[f"{name} {path} wide"] = [str(wide)]
        page.goto(home.url + pages["page"])
        page.get_by_role("button", name="Add a wish").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        keep(page, f"customers-{name}-dialog", pictures)
        if wrong := violations(page):
            found[f"{name} dialog"] = wrong
    assert found == {}


def test_the_timeline_is_narrowed_by_keyboard(home: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Is there a café on board? {mark}", who=f"ella{mark}"))
    conversation = conversation_of(home, mark)
    whose = home.run(
        f"from lyhord.desk.models import Conversation; out = Conversation.objects.get(pk={conversation}).customer_id"
    )
    page = visit(home, "linnea@example.com", f"/customers/{whose}/")
    expect(page.locator(".moment")).to_have_count(1)
    page.locator("#timeline-kind").focus()
    page.keyboard.type("Internal")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing of this kind.")).to_be_visible()

"""An agent asks a department, it answers from a telephone by its link, and the agent uses the answer: in real browsers."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import WIDE, Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, keep, violations

pytestmark = pytest.mark.browser
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
MAKE = """
from django.utils import timezone
from lyhord.desk import actions
from lyhord.staff.models import Brand, Membership, User
by = Membership.objects.filter(role="lead").order_by("pk").first().user
brand = Brand.objects.order_by("pk").first()
given = actions.DepartmentGiven({name!r}, "Invoices", addresses=["kassa@example.com"])
out = actions.make_department(brand, given, by=by, now=timezone.now()).pk
"""
LINK = """
from lyhord.desk import links
from lyhord.desk.models import Request
out = links.secret(Request.objects.get(conversation={pk}))
"""


def test_an_agent_asks_a_department_answers_by_telephone_and_the_answer_is_used(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    mark = uuid4().hex[:6]
    name = f"Finance {mark}"
    home.run(MAKE.format(name=name))
    home.network.happen(question(f"My invoice {mark} is wrong", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/", viewport=WIDE)
    expect(page.locator("#turns")).to_contain_text(mark)
    page.locator("#turns").focus()
    page.keyboard.press("Shift+Q")
    dialog = page.locator("#ask-dialog")
    choice = dialog.locator("select[name=department]")
    expect(choice).to_be_visible()
    choice.select_option(label=f"{name} (Invoices)")
    dialog.locator("textarea[name=question]").fill("Is the sum right?")
    assert violations(page) == []
    keep(page, "ask-a-department", pictures)
    dialog.get_by_role("button", name="Ask", exact=True).click()
    part = page.locator("#requests")
    expect(part).to_contain_text("Waits for an answer")
    expect(page.locator("#turns")).to_contain_text(f"asked {name}")
    answered(home, visit, pk, mark, pictures)
    expect(part).to_contain_text("It is 40 euro")
    keep(page, "answered", pictures)
    part.get_by_role("button", name="Use as draft").click()
    expect(page.locator("#composer-text")).to_have_value(re.compile("It is 40 euro"))


def answered(home: Installation, visit: Visit, pk: int, mark: str, pictures: Path | None) -> None:
    """Without a log-in, and without sight of anything else."""
    phone = visit(home, "", f"/answer/{home.run(LINK.format(pk=pk))}/", **PHONE)
    expect(phone.locator("main")).to_contain_text("Is the sum right?")
    expect(phone.locator("main")).to_contain_text(mark)
    expect(phone.locator("main")).not_to_contain_text(f"aino{mark}")
    assert phone.locator("a[href^='/inbox'], a[href^='/settings']").count() == 0
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(phone) == []
    keep(phone, "department-phone", pictures)
    phone.get_by_label("Your answer").fill("It is 40 euro, <b>not</b> 50.")
    phone.get_by_label("Your name").fill("Kim of finance")
    phone.get_by_role("button", name="Send the answer").click()
    expect(phone.locator("main")).to_contain_text("has been told")
    expect(phone.locator("main")).to_contain_text("<b>not</b>")


def test_a_colleague_is_named_in_a_note_by_keyboard(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"Where is my cat {mark}?", who=f"maja{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/")
    page.get_by_text("Internal note").first.click()
    words = page.locator("#composer-text")
    words.press_sequentially("Look: @Pet", delay=60)
    shown = page.locator("#mention-list")
    expect(shown).to_contain_text("Petri")
    keep(page, "mention", pictures)
    page.keyboard.press("Enter")
    expect(words).to_have_value(re.compile(r"Look: @Petri \S+ $|Look: @Petri $"))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#turns")).to_contain_text("Look: @Petri")
    theirs = visit(home, "petri@example.com", "/mentions/")
    expect(theirs.locator("main")).to_contain_text("Look: @Petri")
    assert violations(theirs) == []
    keep(theirs, "mentions", pictures)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_departments_stand_on_a_screen_and_a_telephone(
    home: Installation, visit: Visit, pictures: Path | None, theme: str
) -> None:
    pk = home.run(MAKE.format(name=f"HR {uuid4().hex[:6]}"))
    lead = home.run(
        "from lyhord.staff.models import Membership; out = Membership.objects.filter(role='lead').first().user.email"
    )
    for width in (1280, 390):
        page = visit(
            home, lead, "/settings/departments/", viewport={"width": width, "height": 900}, color_scheme=theme
        )
        for path in (
            "/settings/departments/",
            f"/settings/departments/{pk}/",
            "/settings/departments/report/",
            "/requests/",
            "/mentions/",
            "/shifts/",
            "/purpose/",
        ):
            page.goto(home.url + path)
            expect(page.locator("h1")).to_be_visible()
            assert violations(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            keep(page, f"{theme}-{width}-{path.strip('/').replace('/', '-')}", pictures)

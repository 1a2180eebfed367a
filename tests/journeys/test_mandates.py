"""A trainee's reply and a large refund find their approver, and the lead says who may what: in a real browser."""

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import WIDE, Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, keep, violations

pytestmark = pytest.mark.browser
LEVELS = """
from lyhord.desk.models import Remedy, RemedyLevel, Trust
from lyhord.staff.models import Brand, User
brand = Brand.objects.order_by("pk").first()
Remedy.objects.filter(brand=brand).delete()
Trust.objects.all().delete()
out = brand.pk
"""


def test_a_lead_sets_it_up_a_trainee_asks_and_the_lead_approves(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    home.run(LEVELS)
    mark = uuid4().hex[:6]
    home.network.happen(question(f"My train was two hours late {mark}.", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    lead = visit(home, "ida@example.com", "/settings/remedies/")
    lead.get_by_text("Add a remedy").first.click()
    form = lead.locator("details[open] form")
    form.get_by_label("Name").fill("Refund")
    form.get_by_label("What is counted").fill("SEK")
    form.get_by_label("What it means for the customer").fill("Money back on the card")
    form.get_by_role("button", name="Add").click()
    lead.wait_for_url(re.compile(r"/settings/remedies/\d+/"))
    for role, most in (("agent", "300"), ("lead", "")):
        lead.select_option(f"#choice-role-{role}", "most" if most else "all")
        lead.fill(f"#most-role-{role}", most)
        lead.locator(f"form:has(#choice-role-{role}) button").click()
        expect(lead.locator("#toasts")).to_contain_text("The mandate is saved.")
    assert violations(lead) == []
    keep(lead, "remedy", pictures)
    lead.goto(f"{home.url}/settings/approvals/")
    row = lead.locator("tr", has_text="Linnea")
    row.locator("select").select_option("all")
    row.get_by_role("button").click()
    expect(lead.locator("tr", has_text="Linnea")).to_contain_text("in training")
    assert violations(lead) == []
    keep(lead, "policy", pictures)

    # The trainee: her button says so, and nothing leaves.
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/", viewport=WIDE)
    expect(page.locator("#composer")).to_contain_text("approves this before it is sent: in training.")
    page.fill("#composer-text", "We are sorry. The money is on its way.")
    page.get_by_role("button", name="Send for approval").click()
    expect(page.locator("#referred")).to_contain_text("Reply by Linnea")
    expect(page.locator("#composer-text")).to_have_value("")
    keep(page, "trainee", pictures)

    # A refund above her mandate is asked for, one below it is granted.
    for amount, said in (("100", "Granted: Refund 100 SEK."), ("800", "is asked for Refund 800 SEK.")):
        page.locator("#remedies > details > summary").click()
        page.fill("#grant-amount", amount)
        page.locator(".offers").get_by_role("button", name="Grant").click()
        expect(page.locator("#toasts")).to_contain_text(said)
        expect(page.locator("#remedies")).to_contain_text(f"Refund {amount}")  # drawn anew, and folded
    expect(page.locator("#remedies")).to_contain_text("Waits for approval")
    keep(page, "trainee-granted", pictures)

    # The lead finds both, approves one on the page and one in the conversation.
    lead.goto(f"{home.url}/approvals/")
    expect(lead.locator("main")).to_contain_text("The money is on its way.")
    assert violations(lead) == []
    keep(lead, "approvals", pictures)
    lead.get_by_role("button", name="Grant", exact=True).first.click()
    expect(lead.locator("main")).to_contain_text("Granted")
    lead.goto(f"{home.url}/inbox/{pk}/")
    block = lead.locator("#referred")
    block.get_by_text("Change, or return").click()
    block.locator("textarea").fill("We are sorry. The money is on its way to you.")
    keep(lead, "approver", pictures)
    assert violations(lead) == []
    block.get_by_role("button", name="Send so").click()
    expect(lead.locator("#toasts")).to_contain_text("under the name of Linnea")
    expect(lead.locator("#turns")).to_contain_text("on its way to you.")
    expect(lead.locator("#referred")).not_to_contain_text("Reply by Linnea")


def test_my_mandate_and_who_stands_for_what(home: Installation, visit: Visit, pictures: Path | None) -> None:
    page = visit(home, "linnea@example.com", "/mandate/")
    expect(page.locator("h1")).to_have_text("My mandate")
    assert violations(page) == []
    keep(page, "mandate", pictures)
    phone = visit(
        home, "linnea@example.com", "/mandate/", viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    assert violations(phone) == []
    keep(phone, "mandate-phone", pictures)
    wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    lead = visit(home, "ida@example.com", "/settings/responsibilities/", color_scheme="dark")
    lead.get_by_role("link", name="Change Billing").first.click()
    lead.select_option("#letter-R", label="Agent")
    lead.select_option("#letter-A", label="Team lead")
    assert violations(lead) == []
    lead.get_by_role("button", name="Save").click()
    expect(lead.locator("tr", has_text="Billing").first).to_contain_text("Team lead")
    assert violations(lead) == []
    keep(lead, "responsibilities", pictures)

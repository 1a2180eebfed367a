"""A lead brings an old system's file in, adapts a saved reply, and takes everything out: in a real browser."""

import csv
import io
import json
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation
from tests.journeys.test_customers import keep, violations

pytestmark = pytest.mark.browser
LEAD = "from lyhord.staff.models import Membership; out = Membership.objects.filter(role='lead').first().user.email"


def dump(mark: str) -> bytes:
    """As django-helpdesk writes it."""
    return json.dumps([
        {"model": "helpdesk.ticket", "pk": mark, "fields": {
            "title": f"Old matter {mark}", "created": "2019-03-20T04:52:18Z", "modified": "2019-03-22T04:52:18Z",
            "submitter_email": f"aino{mark}@example.com", "status": 4, "description": f"Where was my train {mark}?"}},
        {"model": "helpdesk.ticket", "pk": f"x{mark}", "fields": {"title": "Bad", "status": 1, "description": "Hi"}},
        {"model": "helpdesk.presetreply", "pk": mark, "fields": {"name": f"Late {mark}", "body": "Dear customer,\n\nKind regards"}},
    ]).encode()  # fmt: skip


def test_history_comes_in_and_everything_goes_out(
    home: Installation, visit: Visit, pictures: Path | None, tmp_path: Path
) -> None:
    mark = uuid4().hex[:6]
    path = tmp_path / f"old-{mark}.json"
    path.write_bytes(dump(mark))
    page = visit(home, home.run(LEAD), "/settings/moving/", viewport={"width": 1280, "height": 900})
    assert violations(page) == []
    keep(page, "moving", pictures)
    page.get_by_label("Where it comes from").select_option("helpdesk")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Try the file").click()
    expect(page.locator("h1")).to_contain_text(path.name)
    expect(page.locator("main")).to_contain_text("Tried, nothing written")
    expect(page.locator("main")).to_contain_text(f"{path.name}:2")
    assert violations(page) == []
    keep(page, "moving-tried", pictures)
    page.get_by_role("button", name="Import now").click()
    for _again in range(30):
        if page.get_by_role("link", name="Guidance to adapt").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    page.get_by_role("link", name="Guidance to adapt").last.click()
    item = page.locator("section.panel", has_text=f"Late {mark}")
    expect(item).to_contain_text("It reads like a letter")
    assert violations(page) == []
    keep(page, "moving-guidance", pictures)
    item.get_by_label("Language").fill("en")
    item.get_by_label("Text").fill("Hi {customer.first_name}, sorry that it is late!")
    item.get_by_role("button", name="Approve").click()
    expect(page.locator("body")).to_contain_text("It can be used from now on")
    page.goto(f"{home.url}/settings/replies/?q=Late")
    expect(page.locator("main")).to_contain_text(f"Late {mark}")
    page.goto(f"{home.url}/settings/moving/")
    page.get_by_label("What", exact=True).select_option("messages")
    with page.expect_download() as began:
        page.get_by_role("button", name="Download").click()
    text = Path(began.value.path()).read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    (row,) = [row for row in rows if mark in row["text"]]
    assert row["at"] == "2019-03-20T04:52:18+00:00"
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for path_ in ("/settings/moving/", "/settings/moving/guidance/"):
            page.goto(home.url + path_)
            expect(page.locator("h1")).to_be_visible()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, path_)

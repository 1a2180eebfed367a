"""From an empty folder to the first answer, as a newcomer does it, and how long that took."""

import base64
import hashlib
import hmac
import re
import struct
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import installation
from tests.journeys.conftest import Visit
from tests.journeys.installation import PASSWORD, question, until

pytestmark = pytest.mark.browser


def six_figures(seed: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(seed + "=" * (-len(seed) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def set_up_second_factor(page: Page) -> None:
    page.locator("details summary").first.click()
    told = page.locator("details").first.inner_text().replace("\n", " ")
    found = re.search(r"(?:[A-Z2-7]{4} ?){4,}", told)
    assert found, told
    page.locator("[name=code]").fill(six_figures(found.group(0).replace(" ", "")))
    page.get_by_role("button", name="Begin to use it").click()


def test_from_an_empty_folder_to_the_first_answer(
    tmp_path: Path, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = time.monotonic()
    there = installation.make(tmp_path / "empty", LYHORD_MFA="required")
    there.folder.mkdir()
    with there.serving():
        page = visit(there, "", "/", locale="en-GB")
        expect(page).to_have_url(f"{there.url}/setup/")
        page.locator("[name=organisation]").fill("Nordbanan")
        page.locator("[name=name]").fill("Astrid Chef")
        page.locator("[name=email]").fill("chief@example.com")
        page.locator("[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Set up lyhord").click()
        set_up_second_factor(page)
        page.goto(f"{there.url}/settings/channels/new/?first=1")
        page.get_by_role("link", name="Connect Demo").click()
        page.get_by_role("button", name="Test and connect").click()
        expect(page.locator("main")).to_contain_text("Active")
        post = there.network.happen(question("Does the night train run on Sunday?"))
        page.goto(f"{there.url}/inbox/")
        row = page.locator("#rows a.row", has_text="night train")
        expect(row).to_be_visible()
        row.click()
        page.locator("#composer-text").fill("Yes, at 22.10 from Granvik.")
        page.locator("#composer-text").press("Control+Enter")
        done = until(
            lambda: [done for done in there.answers() if done["item"] == post["item"]],
            "the first answer",
            there.log,
        )
        assert [one["text"] for one in done] == ["Yes, at 22.10 from Granvik. /Astrid"]
        # The first start is over for good.
        page.goto(f"{there.url}/setup/")
        expect(page.locator("body")).not_to_contain_text("You become the first administrator")
    with capsys.disabled():
        print(
            f"\nFrom an empty folder to the first answered post: {time.monotonic() - begun:.0f} s (undo time of 10 s included)"
        )

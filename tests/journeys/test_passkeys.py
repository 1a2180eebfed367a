"""Passkeys in a real browser, with the authenticator that its developer tools emulate."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit, log_in
from tests.journeys.installation import Installation

pytestmark = pytest.mark.browser
SERIOUS = {"serious", "critical"}


def with_authenticator(page: Page) -> Any:
    """A fingerprint reader in the machine that always says yes."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools


def picture(page: Page, folder: Path | None, name: str) -> None:
    """For people to look at: light, dark and on a telephone; and axe looks at each."""
    for kind, wide, scheme in (("light", 1280, "light"), ("dark", 1280, "dark"), ("phone", 375, "light")):
        page.set_viewport_size({"width": wide, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        found = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
        assert found == [], f"{name} {kind}: {found}"
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}-{kind}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_a_passkey_is_set_up_and_lets_in_alone_and_after_the_password(
    home: Installation, visit: Visit, pictures: Path | None
) -> None:
    page = visit(home, "", "/login/", locale="en-GB")
    with_authenticator(page)
    expect(page.get_by_role("button", name="Log in with a passkey")).to_be_visible()
    picture(page, pictures, "login")
    log_in(page, home, "petri@example.com")
    page.goto(f"{home.url}/account/passkeys/new/")
    picture(page, pictures, "passkey-new")
    page.fill("[name=name]", "Petri's laptop")
    page.get_by_role("button", name="Set up a passkey").click()
    page.wait_for_url("**/account/recovery-codes/")
    page.goto(f"{home.url}/profile/")
    expect(page.get_by_role("rowheader", name="Petri's laptop")).to_be_visible()
    picture(page, pictures, "profile")

    log_out(page, home)
    page.get_by_role("button", name="Log in with a passkey").click()
    page.wait_for_url("**/inbox/**")

    log_out(page, home)
    page.fill("[name=login]", "petri@example.com")
    page.fill("[name=password]", "correct horse battery staple")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/account/second-factor/code/")
    picture(page, pictures, "second-factor")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/inbox/**")

    page.goto(f"{home.url}/profile/")
    page.get_by_role("link", name="Remove Petri's laptop").click()
    picture(page, pictures, "passkey-remove")
    page.get_by_role("button", name="Remove").click()
    page.wait_for_url("**/profile/")
    expect(page.get_by_role("rowheader", name="Petri's laptop")).to_have_count(0)


def test_who_cancels_is_told_and_can_go_another_way(home: Installation, visit: Visit) -> None:
    page = visit(home, "", "/login/", locale="en-GB")
    tools = with_authenticator(page)
    tools.send("WebAuthn.disable")
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": False, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="That did not work")).to_be_visible()
    log_in(page, home, "ida@example.com")
    expect(page).to_have_url(f"{home.url}/inbox/")


def log_out(page: Page, there: Installation) -> None:
    page.goto(f"{there.url}/logout/")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login/**")

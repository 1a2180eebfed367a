"""A browser, and installations to drive it through."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.journeys import installation
from tests.journeys.installation import PASSWORD, PEOPLED, Installation

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none",
]  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
Visit = Callable[..., Page]
WIDE = {"width": 1440, "height": 900}  # the customer's card stands beside the thread

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser, three server processes and axe share the machine with other tests: two minutes are too few there."""
    for item in items:
        if Path(__file__).parent in item.path.parents and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))


def program() -> str:
    found = os.environ.get("LYHORD_BROWSER") or next(
        (path for name in NAMES if (path := shutil.which(name))), ""
    )
    if not found:
        pytest.fail("No browser. Install one: apt-get install chromium (Debian), or set LYHORD_BROWSER.")
    return found


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=program(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """visit(installation, "linnea@example.com", path): a browser of its own in which she is logged in.

    Whatever the browser complains of (the policy, a script) and whatever leaves this machine fails the test.
    """
    contexts, complaints = [], []

    def go(there: Installation, who: str = "", path: str = "/inbox/", **options: Any) -> Page:
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "request", lambda asked: complaints.append(asked.url) if not is_ours(asked.url, there) else None
        )
        if who:
            log_in(page, there, who)
        page.goto(there.url + path)
        return page

    yield go
    for context in contexts:
        context.close()
    serious = [words for words in complaints if not harmless(words)]
    assert serious == []


def is_ours(url: str, there: Installation) -> bool:
    return url.startswith((there.url, f"http://localhost:{there.port + 1}/", "data:", "blob:", "about:"))


def harmless(words: str) -> bool:
    # A refused action answers 422, a test that ends takes its server away: the browser says so, and nothing else.
    return (
        "status of 422" in words
        or "status of 404" in words
        or "ERR_CONNECTION" in words
        or "ERR_INCOMPLETE" in words
        or "ERR_NETWORK" in words
    )


def log_in(page: Page, there: Installation, who: str) -> None:
    page.goto(f"{there.url}/login/")
    page.fill("input[name=login]", who)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/login" not in url)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a page on the demo network, an ask form, two agents and their lead; served."""
    there = installation.make(tmp_path_factory.mktemp("home"))
    assert there.command("migrate").returncode == 0
    there.facts = there.run(PEOPLED)
    with there.serving():
        yield there


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path | None:
    """Where to keep screenshots for people to look at: LYHORD_PICTURES; none by default."""
    folder = os.environ.get("LYHORD_PICTURES")
    return Path(folder) if folder else None

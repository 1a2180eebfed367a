"""A saved reply by keyboard, a macro with undo, a reply that leaves later, emoji, and a translation: in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from lyhord.desk.tests.words_server import WordsServer, serving
from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question
from tests.journeys.test_customers import conversation_of, violations

pytestmark = pytest.mark.browser

KEPT = """
from lyhord.desk import actions
from lyhord.desk.actions import Given, GivenMacro, Wording
from lyhord.staff.models import Brand, User
brand, ida = Brand.objects.get(), User.objects.get(email="ida@example.com")
texts = [Wording("en", "Hi {customer.first_name|there}, your case is {case.number}. {agent.first_name}")]
reply = actions.save_reply(Given("Delay", brand, texts, folder="Trains"), by=ida, now=now)
steps = [{"verb": "assign", "value": "me"}, {"verb": "tag", "value": "late"}]
actions.save_macro(GivenMacro("Late train", brand, steps, reply=reply), by=ida, now=now)
"""
HELPED = """
from lyhord.desk.actions.assist import GivenEndpoint, save_endpoint
from lyhord.staff.models import Brand, User
chief = User.objects.get(email="chief@example.com")
save_endpoint(GivenEndpoint("Words", "openai", URL, is_on=True, brands=[Brand.objects.get()]), by=chief, now=now)
"""


@pytest.fixture(scope="module")
def kept(home: Installation) -> Installation:
    home.run(KEPT)
    return home


@pytest.fixture
def server() -> Iterator[WordsServer]:
    with serving() as told:
        yield told


def opened(home: Installation, visit: Visit, words: str, **options: object) -> tuple[Page, int]:
    mark = uuid4().hex[:6]
    home.network.happen(question(f"{words} {mark}", who=f"aino{mark}"))
    pk = conversation_of(home, mark)
    page = visit(home, "linnea@example.com", f"/inbox/{pk}/", **options)
    expect(page.locator("#turns")).to_contain_text(mark)
    return page, pk


def picture(page: Page, name: str, pictures: Path | None) -> None:
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=pictures / f"{name}.png")


def test_a_saved_reply_comes_by_keyboard_and_a_macro_is_undone(
    kept: Installation, visit: Visit, pictures: Path | None
) -> None:
    page, _pk = opened(kept, visit, "Where is my train?")
    words = page.locator("#composer-text")
    words.focus()
    page.keyboard.type("/")
    choice = page.locator("#completions [role=option]").first
    expect(choice).to_contain_text("Delay")
    picture(page, "composer-completion", pictures)
    page.keyboard.type("del")  # the list that is up was made before these letters; they go with the choice
    page.keyboard.press("Enter")
    expect(words).to_have_value(re.compile(r"^Hi (Aino|there).*, your case is #\d+\. Linnea$"))
    words.fill("")
    page.keyboard.type(":train")
    expect(page.locator("#completions [role=option]").first).to_contain_text("train")
    page.keyboard.press("Tab")
    expect(words).to_have_value("🚆")
    words.fill("")

    page.keyboard.press("Control+,")
    dialog = page.locator("#tools-dialog")
    expect(dialog.locator("#tools-words")).to_be_visible()
    assert violations(page) == []
    picture(page, "composer-tools", pictures)
    dialog.locator("#tools-words").fill("late")
    dialog.get_by_role("button", name="Late train").click()
    expect(dialog).to_contain_text("Add the tag late")
    picture(page, "composer-macro", pictures)
    dialog.get_by_role("button", name="Do all this").click()
    expect(words).to_have_value(re.compile("your case is"))
    expect(page.locator("#work-head")).to_contain_text("Linnea")
    expect(page.locator("#turns")).to_contain_text("added the tag late")
    page.locator(".toast [data-undo]").click()
    expect(words).to_have_value("")
    expect(page.locator("#work-head")).to_contain_text("No owner")


def test_a_reply_waits_for_its_time_and_comes_back(
    kept: Installation, visit: Visit, pictures: Path | None
) -> None:
    page, pk = opened(kept, visit, "When do you open?")
    words = page.locator("#composer-text")
    words.fill("We open at nine.")
    page.keyboard.press("Control+,")
    dialog = page.locator("#tools-dialog")
    dialog.locator("summary", has_text="Send later").click()
    dialog.get_by_label("Next Monday at 9").check()
    dialog.get_by_role("button", name="Send later", exact=True).click()
    place = page.locator("#referred")
    expect(place).to_contain_text("Leaves")
    expect(place).to_contain_text("We open at nine.")
    expect(words).to_have_value("")
    picture(page, "composer-scheduled", pictures)
    assert violations(page) == []
    assert not any("We open at nine." in str(one) for one in kept.answers())
    place.get_by_role("button", name="Cancel").click()
    expect(words).to_have_value("We open at nine.")
    expect(place).not_to_contain_text("Leaves")
    page.goto(f"{kept.url}/inbox/scheduled/")
    expect(page.locator("main")).to_contain_text("No reply waits for its time.")
    assert pk


def test_a_post_is_translated_and_an_answer_drafted_by_a_server_of_ours(
    kept: Installation, visit: Visit, server: WordsServer, pictures: Path | None
) -> None:
    kept.run(HELPED.replace("URL", repr(server.url)))
    page, _pk = opened(kept, visit, "Var är mitt tåg? Ring 070-123 45 67.")
    page.locator(".turn.in [data-post]").first.click()
    page.get_by_role("button", name="Translate into English").click()
    shown = page.locator(".turn.in .translation")
    expect(shown).to_contain_text("Machine translation by Words")
    expect(shown).to_contain_text("070-123 45 67")
    picture(page, "composer-translation", pictures)
    assert "123 45 67" not in server.words
    page.locator("#composer-text").focus()
    page.keyboard.press("Control+,")
    dialog = page.locator("#tools-dialog")
    dialog.locator("summary", has_text="Help with words").click()
    dialog.get_by_role("button", name="Draft an answer").click()
    expect(dialog).to_contain_text("A machine wrote it")
    assert violations(page) == []
    picture(page, "composer-help", pictures)
    dialog.get_by_role("button", name="Take as draft").click()
    expect(page.locator("#composer-text")).to_have_value(re.compile("Suggested"))
    assert not any("Suggested" in str(one) for one in kept.answers())


@pytest.mark.parametrize(("name", "options"), [
    ("light", {"color_scheme": "light"}), ("dark", {"color_scheme": "dark"}), ("phone", {"viewport": {"width": 390, "height": 780}}),
])  # fmt: skip
def test_the_pages_are_sound(
    kept: Installation, visit: Visit, name: str, options: dict[str, object], pictures: Path | None
) -> None:
    page = visit(kept, "chief@example.com", "/settings/replies/", **options)
    row = kept.run(
        "from lyhord.desk.models import SavedReply, Macro; out = [SavedReply.objects.first().pk, Macro.objects.first().pk]"
    )
    paths = [
        "/settings/replies/", f"/settings/replies/{row[0]}/", "/settings/replies/new/", "/settings/macros/", f"/settings/macros/{row[1]}/",
        "/settings/assist/", "/inbox/scheduled/",
    ]  # fmt: skip
    found = {}
    for path in paths:
        page.goto(kept.url + path)
        expect(page.locator("h1")).to_have_count(1)
        picture(page, f"{name}{path.replace('/', '-')}", pictures)
        if wrong := violations(page):
            found[path] = wrong
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found[f"{path} wide"] = ["scrolls sideways"]
    assert found == {}

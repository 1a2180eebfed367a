"""Keys, palette, dialogs, menus and texts as a person's fingers meet them, in a real browser under the strict policy."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from lyhord.web.tests.conftest import Site, person
from lyhord.web.tests.test_components import AT, Everything

pytestmark = pytest.mark.browser

BUTTONS = """
<p id="seen"></p>
{{ ui.button("Close it", key="e", type="button", data_command="close", data_opens="told-close") }}
{{ ui.button("Unread", key="Shift+U", type="button", data_opens="told-unread") }}
{{ ui.button("Search here", key="/", type="button", data_opens="told-search") }}
{{ ui.button("Delete", key="#", type="button", data_opens="told-delete") }}
<textarea aria-label="Reply"></textarea><input type="checkbox" aria-label="Choose">
{% for name in ("close", "unread", "search", "delete") %}{% call ui.dialog("told-" ~ name, name) %}<input aria-label="In it">{% endcall %}{% endfor %}
"""


@pytest.fixture(autouse=True)
def no_complaints(page: Page) -> Iterator[None]:
    """No script fails, and the content security policy refuses nothing that we do."""
    told: list[str] = []
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "console",
        lambda message: told.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield
    assert told == []


def press(page: Page, key: str, **how: bool) -> None:
    """A key as a keyboard of any layout reports it."""
    page.evaluate(
        "([key, how]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true, ...how}))",
        [key, how],
    )


def opened(page: Page) -> list[str]:
    return [
        str(name)
        for name in page.evaluate("[...document.querySelectorAll('dialog[open]')].map((one) => one.id)")
    ]


@pytest.mark.parametrize(
    ("key", "how", "told"),
    [
        ("e", {}, ["told-close"]),
        ("E", {}, ["told-close"]),  # Caps Lock, no Shift
        ("U", {"shiftKey": True}, ["told-unread"]),
        ("u", {}, []),
        ("/", {"shiftKey": True}, ["told-search"]),  # Shift+7 on Nordic keyboards
        ("#", {"shiftKey": True}, ["told-delete"]),
        ("#", {"ctrlKey": True, "altKey": True}, []),  # AltGr, as Windows reports it
        ("e", {"ctrlKey": True}, []),
        ("e", {"isComposing": True}, []),
        ("Process", {}, []),
    ],
)
def test_a_key_is_known_by_its_sign_on_every_layout(
    page: Page, site: Site, key: str, how: dict[str, bool], told: list[str]
) -> None:
    page.goto(site.page(BUTTONS))
    press(page, key, **how)
    assert opened(page) == told


def test_keys_rest_while_somebody_types_and_in_a_dialog(page: Page, site: Site) -> None:
    page.goto(site.page(BUTTONS))
    page.get_by_label("Reply").press("e")
    assert opened(page) == []
    expect(page.get_by_label("Reply")).to_have_value("e")
    page.get_by_label("Choose").press("e")
    assert opened(page) == ["told-close"]
    page.keyboard.press("/")
    assert opened(page) == ["told-close"]
    page.keyboard.press("Escape")
    assert opened(page) == []
    expect(page.get_by_label("Choose")).to_be_focused()


def test_the_key_of_a_text_field_puts_the_pen_into_it(page: Page, site: Site) -> None:
    page.goto(site.page('<textarea aria-label="Reply" data-key="r" data-label="Reply"></textarea>'))
    page.keyboard.press("r")
    expect(page.get_by_label("Reply")).to_be_focused()
    expect(page.get_by_label("Reply")).to_have_value("")


def test_a_sequence_goes_to_a_page_and_half_of_one_does_nothing(page: Page, site: Site) -> None:
    site.page("", "/reports/")
    page.goto(site.page(BUTTONS))
    page.keyboard.press("g")
    page.keyboard.press("e")
    assert opened(page) == ["told-close"]
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/reports/")


def test_a_person_switches_single_keys_off_and_the_palette_still_opens(page: Page, site: Site) -> None:
    site.person = person(has_keys=False)
    page.goto(site.page(BUTTONS))
    page.keyboard.press("e")
    assert opened(page) == []
    page.get_by_label("Reply").press("Control+k")
    page.locator("#palette[open]").wait_for()
    assert opened(page) == ["palette"]


def test_a_person_gives_a_command_another_key(page: Page, site: Site) -> None:
    site.person = person(keys={"close": "y"})
    page.goto(site.page(BUTTONS))
    page.keyboard.press("e")
    assert opened(page) == []
    page.keyboard.press("y")
    assert opened(page) == ["told-close"]


def test_the_palette_finds_commands_and_pages_without_accents_and_gives_the_focus_back(
    page: Page, site: Site
) -> None:
    site.page("", "/people/")
    page.goto(
        site.page(BUTTONS + '{{ ui.button("Återöppna", key="o", type="button", data_opens="told-close") }}')
    )
    page.get_by_label("Reply").focus()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("ateropp")
    expect(page.get_by_role("option").first).to_contain_text("Återöppna")
    page.keyboard.press("Escape")
    expect(page.get_by_label("Reply")).to_be_focused()
    page.keyboard.press("Control+k")
    page.keyboard.type("people")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/")


def test_the_palette_hands_what_it_does_not_know_to_the_search(page: Page, site: Site) -> None:
    site.page("", "/search/")
    page.goto(site.page(BUTTONS))
    page.get_by_role("button", name="Search or run a command").click()
    page.keyboard.type("fakturan & co")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=fakturan+%26+co")


def test_the_list_of_keys_names_each_command_of_this_page(page: Page, site: Site) -> None:
    site.person = person(keys={"close": "y"})
    page.goto(site.page(BUTTONS))
    press(page, "?", shiftKey=True)
    told = page.locator("#key-help dl").inner_text().split("\n")
    assert "Close it" in told
    assert told[told.index("Close it") + 1] == "y"
    assert "Unread" in told


def test_an_undo_counts_down_and_goes_by_itself_or_by_its_key(page: Page, site: Site) -> None:
    site.answers["/undo/"] = (200, "")
    page.clock.install()
    page.goto(site.page('{{ ui.toast("Sending", undo_url="/undo/", seconds=10) }}<div id="target"></div>'))
    page.evaluate("document.getElementById('toasts').append(document.querySelector('main .toast'))")
    expect(page.locator("#toasts .toast-left")).to_have_text("10")
    page.clock.run_for(3000)
    expect(page.locator("#toasts .toast-left")).to_have_text("7")
    page.keyboard.press("z")
    page.clock.run_for(200)
    expect(page.locator("#toasts .toast")).to_have_count(0)
    assert [path for verb, path, _headers in site.asked if verb == "POST"] == ["/undo/"]


def test_a_toast_left_alone_goes_and_undoes_nothing(page: Page, site: Site) -> None:
    page.clock.install()
    page.goto(site.page('{{ ui.toast("Sending", undo_url="/undo/", seconds=10) }}'))
    page.evaluate("document.getElementById('toasts').append(document.querySelector('main .toast'))")
    page.clock.run_for(12_000)
    expect(page.locator("#toasts .toast")).to_have_count(0)
    assert not [path for verb, path, _headers in site.asked if verb == "POST"]


def test_a_form_that_is_wrong_is_swapped_in_and_a_failure_leaves_the_page_and_says_so(
    page: Page, site: Site
) -> None:
    site.answers |= {"/wrong/": (422, "<p>Too long</p>"), "/fails/": (500, "<p>broken</p>")}
    page.goto(
        site.page(
            '<div id="at">before</div>{{ ui.button("Wrong", hx_post="/wrong/", hx_target="#at") }}'
            '{{ ui.button("Fails", hx_post="/fails/", hx_target="#at") }}'
        )
    )
    page.get_by_role("button", name="Wrong").click()
    expect(page.locator("#at")).to_have_text("Too long")
    page.get_by_role("button", name="Fails").click()
    expect(page.locator(".toast.bad")).to_contain_text("500")
    expect(page.locator("#at")).to_have_text("Too long")
    sent = [headers for verb, path, headers in site.asked if verb == "POST" and path == "/wrong/"]
    assert len(sent[0]["x-csrftoken"]) == 64


def test_a_log_in_page_never_lands_inside_a_pane(page: Page, site: Site) -> None:
    site.answers |= {"/row/": (302, "/login/?next=/row/"), "/login/": (200, "<h1>Log in</h1>")}
    page.goto(site.page('<div id="at">before</div>{{ ui.button("Get", hx_get="/row/", hx_target="#at") }}'))
    page.get_by_role("button", name="Get").click()
    expect(page.locator(".toast.bad")).to_contain_text("logged out")
    expect(page.locator("#at")).to_have_text("before")


def test_the_ring_counts_characters_and_not_halves_of_them(page: Page, site: Site) -> None:
    page.goto(
        site.page(
            '<textarea aria-label="Reply" data-ring="ring" data-limit="10"></textarea>{{ ui.ring(0, 10) }}'
        )
    )
    page.get_by_label("Reply").fill("Tack 🚆!")
    expect(page.locator("#ring .ring-text")).to_have_text("3")
    page.get_by_label("Reply").fill("Tack så mycket")
    expect(page.locator("#ring")).to_have_class("ring over")
    expect(page.locator("#ring")).to_have_attribute("aria-label", "4 characters too many")


@pytest.mark.parametrize(
    ("way", "key", "is_sent"),
    [
        ("ctrl", "Enter", False),
        ("ctrl", "Control+Enter", True),
        ("enter", "Enter", True),
        ("enter", "Shift+Enter", False),
    ],
)
def test_a_text_is_sent_by_the_keys_that_the_person_chose(
    page: Page, site: Site, way: str, key: str, is_sent: bool
) -> None:
    site.answers["/send/"] = (200, "sent")
    page.goto(
        site.page(
            f'<form hx-post="/send/" hx-target="#at"><textarea name="text" aria-label="Reply" data-submit-with="{way}"></textarea>'
            '{{ ui.button("Send") }}</form><p id="at"></p>'
        )
    )
    page.get_by_label("Reply").press(key)
    expect(page.locator("#at")).to_have_text("sent" if is_sent else "")


def test_a_menu_is_walked_by_arrows_and_left_by_escape(page: Page, site: Site) -> None:
    page.goto(
        site.page(
            '{% call ui.menu("Assign") %}{{ ui.menu_item("To me") }}{{ ui.menu_item("Petri") }}{% endcall %}'
        )
    )
    page.locator("main summary").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name="To me")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Petri")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("main summary")).to_be_focused()
    expect(page.get_by_role("button", name="Petri")).to_be_hidden()


@pytest.mark.parametrize(("language", "told"), [("en", "12 min"), ("sv", "1 tim 30 min"), ("fi", "2 pv 1 t")])
def test_the_browser_writes_what_is_left_as_the_server_does(
    page: Page, site: Site, language: str, told: str
) -> None:
    from lyhord.web import formats

    minutes = {"en": 12, "sv": 90, "fi": 2 * 1440 + 60}[language]
    site.language = language
    page.goto(site.page(""))
    written = page.evaluate(
        "async (ms) => (await import('/static/web/js/times.js')).left(1e12 + ms, 1e12)", minutes * 60_000
    )
    assert written == formats.duration(minutes, language)
    assert written.replace("\u202f", " ") == told


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_page_of_all_components(page: Page, site: Site, scheme: Any) -> None:
    site.context = {"hostile": "Fråga", "lang": "sv", "key": "e", "at": AT, "form": Everything({"name": ""})}
    page.emulate_media(color_scheme=scheme)
    page.goto(site.page((Path(__file__).parent / "all_components.html").read_text()))
    found = Axe().run(page).response["violations"]
    told = [(one["id"], node["target"], node.get("failureSummary")) for one in found for node in one["nodes"]]
    # The page holds one of each with the same made-up word, so that ids, names and orders repeat as on no real page.
    assert [
        one
        for one in told
        if one[0] not in {"duplicate-id-aria", "landmark-unique", "duplicate-id", "heading-order"}
    ] == []


def test_nothing_runs_off_the_side_at_320_pixels(page: Page, site: Site) -> None:
    site.context = {
        "hostile": "Yhteydenottolomakkeesta",
        "lang": "sv",
        "key": "e",
        "at": AT,
        "form": Everything({"name": ""}),
    }
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(site.page((Path(__file__).parent / "all_components.html").read_text()))
    assert page.evaluate(
        "[document.documentElement.scrollWidth, document.getElementById('main').scrollWidth]"
    ) == [320, 320]

"""What holds on every page: axe finds nothing, light and dark; nothing scrolls sideways at 320 px; the first load is light."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visit
from tests.journeys.installation import Installation, question, until

pytestmark = pytest.mark.browser

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# The dark scheme and the narrow window change colours and places, not names and roles: axe's other rules, two thirds of its
# time, would say the same again.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
PLACES = {
    "runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable", "color-contrast"]}
}
STAFF = [
    "/inbox/", "/inbox/{conversation}/", "/inbox/?view=closed", "/outbox/", "/settings/", "/settings/channels/",
    "/settings/channels/new/", "/settings/channels/new/mastodon/", "/settings/channels/{account}/", "/settings/quarantine/",
    "/settings/people/", "/settings/people/{person}/", "/settings/teams/", "/settings/mandates/", "/settings/audit/", "/profile/",
    "/customers/", "/customers/suggestions/", "/settings/privacy/", "/thread/{thread}/",
    "/settings/replies/", "/settings/replies/new/", "/settings/macros/", "/settings/macros/new/", "/settings/assist/", "/inbox/scheduled/",
    "/settings/triage/", "/settings/triage/lines/", "/settings/triage/priority/", "/settings/triage/models/",
    "/settings/triage/use/", "/approvals/", "/requests/", "/mentions/", "/shifts/", "/purpose/", "/mandate/", "/follow-ups/", "/search/?q=train",
    "/notifications/", "/settings/notifications/", "/views/", "/team/", "/team/load/", "/team/day/", "/team/hand-overs/",
    "/settings/routing/", "/settings/routing/brand/{brand}/make/", "/settings/skills/", "/settings/skills/{person}/",
    "/settings/clocks/", "/settings/clocks/hours/new/", "/settings/clocks/targets/new/", "/settings/clocks/report/",
    "/settings/departments/", "/settings/departments/report/", "/settings/remedies/", "/settings/approvals/", "/settings/responsibilities/",
    "/settings/cases/", "/settings/walls/", "/settings/moving/", "/settings/moving/guidance/", "/by-hand/", "/practice/",
    "/practice/1/", "/team/practice/",
]  # fmt: skip
PARTS = [
    STAFF[n : n + 11] for n in range(0, len(STAFF), 11)
]  # each within the time of one test on a busy machine
PUBLIC = ["/login/", "/account/forgot/", "/en/help/", "/fi/help/"]
BUDGET = 60_000  # bytes of the inbox's first load, compressed


@pytest.fixture(scope="module")
def filled(home: Installation) -> Installation:
    mark = uuid4().hex[:6]
    post = home.network.happen(question(f"Is there a café on the night train? {mark}", who="freja"))
    home.network.happen(
        question(
            f"I wonder too {mark}", who="noel", thread=post.get("thread") or post["item"], parent=post["item"]
        )
    )
    find = f"from lyhord.desk.models import Turn; t = Turn.objects.filter(post__text__contains={mark!r}).first(); out = t and [t.conversation_id, t.post.thread_id]"
    found = until(lambda: home.run(find), "the conversation", home.log)
    home.facts["conversation"], home.facts["thread"] = found
    home.facts["person"] = home.facts["people"]["petri@example.com"]
    home.facts["brand"] = home.run(
        "from lyhord.staff.models import Brand; out = Brand.objects.values_list('pk', flat=True).first()"
    )
    return home


def place(path: str, there: Installation) -> str:
    return path.format(**there.facts)


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options=rules).response
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:4]}" for one in found["violations"]]


def keep(page: Page, name: str, pictures: Path | None) -> None:
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=pictures / f"{name.strip('/').replace('/', '-').replace('?', '-') or 'root'}.png"
        )


@pytest.mark.parametrize("part", range(len(PARTS)))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    filled: Installation, visit: Visit, scheme: str, part: int, pictures: Path | None
) -> None:
    page = visit(filled, "chief@example.com", color_scheme=scheme, viewport={"width": 1366, "height": 820})
    found = {}
    for path in PARTS[part]:
        page.goto(filled.url + place(path, filled))
        expect(page.locator("h1")).to_have_count(1)
        if wrong := violations(page, RULES if scheme == "light" else COLOURS):
            found[path] = wrong
        keep(page, f"{scheme}{path}", pictures)
    assert found == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_public_pages(
    filled: Installation, visit: Visit, scheme: str, pictures: Path | None
) -> None:
    public = visit(filled, "", "/login/", color_scheme=scheme)
    found = {}
    for path in PUBLIC:
        public.goto(filled.url + path)
        if wrong := violations(public):
            found[path] = wrong
        keep(public, f"{scheme}{path}", pictures)
    assert found == {}


@pytest.mark.parametrize("part", range(len(PARTS)))
def test_nothing_scrolls_sideways_at_320_px(
    filled: Installation, visit: Visit, part: int, pictures: Path | None
) -> None:
    page = visit(filled, "chief@example.com", viewport={"width": 320, "height": 640})
    found = {}
    for path in [*PARTS[part], "/en/help/"]:
        page.goto(filled.url + place(path, filled))
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            found[path] = wide
        if wrong := violations(page, PLACES):
            found[f"{path} (axe)"] = wrong
        keep(page, f"phone{path}", pictures)
    assert found == {}


def test_the_first_load_of_the_inbox_is_light(filled: Installation, visit: Visit) -> None:
    page = visit(filled, "linnea@example.com", "/outbox/")
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Network.clearBrowserCache")
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    client.on(
        "Network.requestWillBeSent", lambda told: names.update({told["requestId"]: told["request"]["url"]})
    )
    client.on(
        "Network.loadingFinished",
        lambda told: sizes.update({names.get(told["requestId"], "?"): told["encodedDataLength"]}),
    )
    page.goto(f"{filled.url}/inbox/")
    expect(page.locator("#rows a.row").first).to_be_visible()
    page.wait_for_function("document.readyState === 'complete'")
    heavy = {
        url.rsplit("/", 1)[-1]: round(size) for url, size in sorted(sizes.items(), key=lambda one: -one[1])
    }
    assert sum(sizes.values()) < BUDGET, heavy


def test_the_inbox_is_worked_by_keyboard_alone(filled: Installation, visit: Visit) -> None:
    mark = uuid4().hex[:6]
    posts = [
        filled.network.happen(question(f"Where do I get my keys {mark} {n}?", who=f"key{n}"))
        for n in range(2)
    ]
    page = visit(filled, "linnea@example.com")
    expect(page.locator("#rows a.row", has_text=f"my keys {mark}")).to_have_count(2)
    page.keyboard.press("j")
    expect(page.locator("#composer-text")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("#work-head")).to_contain_text("Assigned to Linnea Nyström")
    page.keyboard.press("t")
    expect(page.locator("#tag-dialog")).to_be_visible()
    page.keyboard.type("night train")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_contain_text("night train")
    page.keyboard.press("r")
    page.keyboard.type("By keys alone.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-text")).to_have_value("")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    expect(page.locator("#work-head")).to_contain_text("Closed")
    page.keyboard.press("z")
    expect(page.locator("#work-head")).not_to_contain_text("Closed")
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_contain_text("Next conversation")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open]")).to_be_visible()
    natives = {post["item"] for post in posts}
    assert len([done for done in filled.answers() if done["item"] in natives]) == 1


def test_single_keys_can_be_switched_off(filled: Installation, visit: Visit) -> None:
    filled.run(
        "from lyhord.staff.models import User; User.objects.filter(email='ida@example.com').update(has_keys=False)"
    )
    page = visit(filled, "ida@example.com", f"/inbox/{filled.facts['conversation']}/")
    page.keyboard.press("e")
    page.keyboard.press("m")
    expect(page.locator("#work-head")).to_contain_text("No owner")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog[open]")).to_be_visible()


def test_nordic_keyboards_reach_search_and_altgr_is_left_alone(filled: Installation, visit: Visit) -> None:
    page = visit(filled, "linnea@example.com", f"/inbox/{filled.facts['conversation']}/")
    send = "told => document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, cancelable: true, ...told}))"
    page.evaluate(send, {"key": "@", "ctrlKey": True, "altKey": True})
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.evaluate(send, {"key": "/", "shiftKey": True})
    expect(page.locator("#filter-dialog")).to_be_visible()

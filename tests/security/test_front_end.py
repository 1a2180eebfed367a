"""What a page in the browser can be talked into without a script: by its address, by names in words, by other windows (S17).

That no page breaks the policy and asks nothing outside is held by every journey (`journeys/conftest.py`, visit) and by
`test_stored_scripts.py`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import lyhord
from tests.journeys.conftest import Visit, log_in, visit
from tests.journeys.installation import Installation, question, until

__all__ = ["visit"]

ROOMS = Path(lyhord.__file__).parent
OURS = ("url(", "file.address", "picture.address")  # beginnings of addresses that lead nowhere else
# By query and by fragment, in the ways that parsers of queries have fallen for.
POLLUTED = (
    "?__proto__[stained]=1&__proto__.stained=1&constructor[prototype][stained]=1"
    "&view[__proto__][stained]=1#__proto__[stained]=1&constructor.prototype.stained=1"
)
STAINED = "() => ({}).stained ?? [].stained ?? (() => 0).stained ?? null"
NAMES = ("stray", "htmx", "cookie", "head")
CLOBBERING = '<form id=stray name=stray><input name=id></form><img name=cookie><a id=htmx name=config href="x:y">t</a><img name=head>'
CLOBBERED = """
() => [...document.querySelectorAll("#stray, [name=stray], a#htmx, img[name]")].map((node) => node.outerHTML)
  .concat(typeof document.cookie === "string" ? [] : ["document.cookie"])
  .concat(document.head instanceof HTMLHeadElement ? [] : ["document.head"])
  .concat(typeof htmx.config.selfRequestsOnly === "boolean" ? [] : ["htmx"])
  .concat(window.stray === undefined ? [] : ["window.stray"])
"""


def links() -> Iterator[tuple[str, str]]:
    """(where, tag) of all links that open another window."""
    for path in sorted(ROOMS.glob("*/templates/**/*.html")):
        for tag in re.findall(r"<a\b(?:\{\{.*?\}\}|\{%.*?%\}|[^>])*>", path.read_text("utf-8"), re.S):
            if 'target="_blank"' in tag:
                yield f"{path.relative_to(ROOMS)}: {tag}", tag


def test_who_is_opened_from_here_neither_holds_this_window_nor_learns_its_address() -> None:
    seen = list(links())
    assert len(seen) > 8
    assert [where for where, tag in seen if "noopener" not in tag] == []
    outside = [(where, tag) for where, tag in seen if not any(f'href="{{{{ {our}' in tag for our in OURS)]
    assert [where for where, tag in outside if "noreferrer" not in tag] == []


def test_no_page_listens_to_other_windows_or_speaks_to_them() -> None:
    """Open pages of ours speak by a BroadcastChannel, which other origins cannot reach."""
    scripts = {
        path: path.read_text("utf-8") for path in ROOMS.glob("*/static/**/*.js") if ".min." not in path.name
    }
    ours = {path: text for path, text in scripts.items() if "vendor" not in path.parts}
    assert len(ours) > 5
    listens = re.compile(
        r"""(window|self|globalThis)\.(onmessage|addEventListener\(\s*["']message)|window\.opener\b|\bparent\.postMessage"""
    )
    assert [str(path) for path, text in ours.items() if listens.search(text)] == []


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/inbox/", "/outbox/", "/customers/", "/settings/audit/", "/en/help/"])
def test_no_address_stains_what_all_objects_share(home: Installation, visit: Visit, path: str) -> None:
    page = visit(home, "chief@example.com", path + POLLUTED)
    page.wait_for_load_state("networkidle") if path == "/en/help/" else page.wait_for_timeout(300)
    assert page.evaluate(STAINED) is None
    page.evaluate("() => { Object.prototype.stained = 1 }")
    assert page.evaluate(STAINED) == 1  # so the look sees a stain where there is one


def clobbered(page: Page, there: Installation) -> list[str]:
    """What names in a customer's words became in the page of her conversation."""
    author = {"id": "clobber", "handle": CLOBBERING, "name": CLOBBERING}
    there.network.happen(question(f"Clobbering {CLOBBERING}") | {"author": author})
    find = "from lyhord.desk.models import Turn; t = Turn.objects.filter(post__text__startswith='Clobbering').first(); out = t and t.conversation_id"
    where = until(lambda: there.run(find), "the conversation", there.log)
    page.goto(f"{there.url}/inbox/{where}/")
    page.get_by_text("Clobbering").first.wait_for()
    found: list[str] = page.evaluate(CLOBBERED)
    return found


@pytest.mark.browser
def test_names_in_a_customers_words_take_nobodys_place(home: Installation, visit: Visit) -> None:
    assert clobbered(visit(home, "chief@example.com"), home) == []


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_where_nothing_is_escaped_they_do(unescaped: Installation, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    log_in(page, unescaped, "chief@example.com")
    assert clobbered(page, unescaped) != []
    context.close()

"""The sprite and the style sheet are made from what is installed, quickly and the same each time."""

import gzip
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.contrib.staticfiles import finders

from lyhord.web import assets, icons, show

ROOMS = Path(assets.__file__).parents[1]


def pages() -> list[Path]:
    return sorted(ROOMS.glob("*/templates/**/*.html"))


def test_building_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    for sheet in (assets.STATIC / "css").glob("*.css"):
        (tmp_path / "css" / sheet.name).write_bytes(sheet.read_bytes())
    assert not assets.is_built(tmp_path)
    made = ["icons.svg", "brands.svg", "lyhord.css", "settings.css"]
    assert [path.name for path in assets.build(tmp_path)] == made
    assert assets.is_built(tmp_path)
    assert assets.build(tmp_path) == []


def test_every_icon_is_in_its_sprite_once() -> None:
    drawn = [symbol.attrib["id"] for symbol in ElementTree.fromstring(assets.sprite(assets._lucide()))]
    assert drawn == assets.used_icons()
    assert set(drawn) <= set(icons.LUCIDE)
    assert "search" in drawn
    marks = [symbol.attrib["id"] for symbol in ElementTree.fromstring(assets.sprite(assets._brands()))]
    assert sorted(marks) == sorted(f"brand-{name}" for name in icons.BRANDS)


def test_an_icon_that_the_package_does_not_have_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "used_icons", lambda: ["no-such-drawing"])
    with pytest.raises(assets.NoSuchIcon, match="no-such-drawing"):
        assets.sprite(assets._lucide())


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_a_page_names_only_icons_that_are_there_and_holds_no_inline_style_or_script(page: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", page.read_text(), flags=re.DOTALL)
    named = set(re.findall(r"""\bicon\(["']([\w-]+)["']""", text)) | set(
        re.findall(r"""\bicon=["']([\w-]+)["']""", text)
    )
    assert named <= show.NAMES
    assert not re.search(r"""\sstyle=|\son[a-z]+=["']|<style|javascript:|hx-on|hx-vals=["']js:""", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script


def test_only_icons_that_a_page_or_a_module_names_are_sent(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("""{{ icon("send") }}""")
    (tmp_path / "menu.py").write_text("""Entry("first", icon='inbox')  # a tag is no icon""")
    assert assets.used_icons(tmp_path) == ["inbox", "send"]


@pytest.mark.parametrize(
    ("script", "sent"),
    [
        ("// why\nlet a = 1; // here\n  let b = 2;\n\n", "let a = 1; // here\nlet b = 2;\n"),
        ("let a = `one\n  // two`;\n", "let a = `one\n  // two`;\n"),
    ],
)
def test_a_script_is_sent_without_its_comments_and_says_the_same(script: str, sent: str) -> None:
    assert assets.without_comments(script) == sent


def test_the_first_load_of_a_page_fits_its_budget() -> None:
    """60 kB compressed in all (reference: ui-ux, budget); what is left is for the page and its own scripts."""
    assets.build()
    names = ["web/lyhord.css", "web/icons.svg", "web/mark.svg", "django_htmx/htmx-2.min.js"]
    names += [f"web/js/{path.name}" for path in (assets.STATIC / "js").glob("*.js")]
    texts = {name: Path(str(finders.find(name))).read_text() for name in names}
    sent = {name: assets.without_comments(text) if "web/js" in name else text for name, text in texts.items()}
    sizes = {name: len(gzip.compress(text.encode())) for name, text in sent.items()}
    assert sum(sizes.values()) < 45_000, sizes


def test_no_style_sheet_says_important_but_for_reduced_motion_and_print() -> None:
    for sheet in (assets.STATIC / "css").glob("*.css"):
        if sheet.stem not in {"states", "print"}:
            assert "!important" not in sheet.read_text(), sheet.name

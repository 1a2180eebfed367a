"""The documentation says what is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
NAMES = re.compile(r"\bLYHORD_[A-Z_]+\b")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def source() -> str:
    files = [
        *(ROOT / "lyhord").rglob("*.py"),
        ROOT / "Makefile",
        ROOT / "tests" / "run.py",
        ROOT / ".ci" / "run",
    ]
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in files
        if "tests" not in path.relative_to(ROOT).parts[1:-1] or path.name == "serving.py"
    )


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    read = {
        match.rstrip("_")
        for match in re.findall(r"env(?:_list)?\(\"(LYHORD_[A-Z_]+)\"", text("lyhord/settings.py"))
    }
    documented = set(NAMES.findall(text("docs/settings.md")))
    assert read - documented == set()
    assert documented - set(NAMES.findall(source())) == set()


def test_every_command_is_documented() -> None:
    from lyhord.cli import DOORS, OPERATIONS, ROLES

    told = text("docs/operations.md") + text("README.md")
    missing = [name for name in DOORS | ROLES | OPERATIONS if f"lyhord {name}" not in told]
    assert missing == []


def test_every_command_that_a_readme_names_is_there() -> None:
    from lyhord.cli import DOORS, OPERATIONS, ROLES

    pages = [ROOT / "README.md", *(ROOT / "lyhord").rglob("README.md")]
    named = {name for page in pages for name in re.findall(r"`lyhord ([a-z-]+)", page.read_text("utf-8"))}
    assert "troll" in named
    assert named - {*DOORS, *ROLES, *OPERATIONS} == set()


@pytest.mark.parametrize(
    "name", ["house", "glossary", "adding-a-channel", "settings", "operations", "api", "privacy"]
)
def test_the_pages_of_the_documentation_are_there(name: str) -> None:
    assert len(text(f"docs/{name}.md")) > 400


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)} -> {target}")
    assert broken == []


def test_decisions_are_short() -> None:
    long = [
        path.name
        for path in (ROOT / "docs/decisions").glob("*.md")
        if len(path.read_text("utf-8").splitlines()) > 40
    ]
    assert long == []


def test_the_glossary_names_each_connector_room_and_language() -> None:
    told = text("docs/glossary.md")
    assert all(
        f"| {code} "
        in told.splitlines()[next(i for i, line in enumerate(told.splitlines()) if line.startswith("| en"))]
        for code, _ in settings.LANGUAGES
    )

"""What no import checker sees of the house's rules."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "lyhord"
ORDER = [
    "web", "staff", "channels", "intake", "customers", "knowledge", "outbox", "listening", "triage", "desk", "community",
    "crisis", "portal", "insights", "privacy", "moving",
]  # fmt: skip
# What a connector's code may import beside the standard library.
CONNECTOR_MAY = (
    "httpx",
    "feedparser",
    "imapclient",
    "orjson",
    "msgspec",
    "libipld",
    "websockets",
    "lyhord.channels.contract",
    "lyhord.lib",
)
FRAMEWORK = {"admin", "auth", "contenttypes", "sessions", "messages", "account", "mfa"}


def modules(folder: Path, *, tests: bool = False) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        if "migrations" not in inside and (tests or "tests" not in inside):
            yield path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_connectors_know_the_contract_and_nothing_else() -> None:
    import sys

    wrong = []
    for path in modules(SOURCE / "connectors"):
        name = path.relative_to(SOURCE / "connectors").parts[0]
        own = f"lyhord.connectors.{name}"
        family = "lyhord.connectors._"
        for module in imports(path):
            standard = module.split(".")[0] in sys.stdlib_module_names
            form = path.name == "form.py" and module.startswith("django.forms")
            if not (standard or form or module.startswith((own, family, *CONNECTOR_MAY))):
                wrong.append(f"{path.relative_to(ROOT)} imports {module}")
    assert wrong == []


def test_nothing_imports_sqlite3() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules(SOURCE, tests=True)
        if any(module.split(".")[0] == "sqlite3" for module in imports(path))
    ]
    assert wrong == []


def test_rules_and_heads_know_no_django() -> None:
    pure = [*SOURCE.rglob("rules.py"), *(SOURCE / "triage" / "heads").rglob("*.py")]
    wrong = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in pure
        if "tests" not in path.parts
        for module in imports(path)
        if module.split(".")[0] == "django"
    ]
    assert len(pure) > 5
    assert wrong == []


def test_foreign_keys_point_to_the_own_room_or_an_earlier_one() -> None:
    wrong = []
    for model in room_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if isinstance(field, models.ForeignKey | models.ManyToManyField) and isinstance(target, type):
                label = target._meta.app_label
                if label in ORDER and ORDER.index(label) > ORDER.index(model._meta.app_label):
                    wrong.append(f"{model._meta.label}.{field.name} points to {target._meta.label}")
    assert wrong == []


def room_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in ORDER]


@pytest.mark.parametrize("room", settings.ROOMS)
def test_every_model_is_declared_in_personal_data(room: str) -> None:
    mine = {
        model.__name__
        for model in room_models()
        if model._meta.app_label == room and not model._meta.auto_created
    }
    if not mine:
        assert not (SOURCE / room / "models.py").read_text(encoding="utf-8").count("class ")
        return
    declared = __import__(f"lyhord.{room}.personal_data", fromlist=["DECLARED"]).DECLARED
    assert set(declared) == mine


def test_every_room_says_what_it_is_for() -> None:
    rooms = [*settings.ROOMS, "lib", *(f"connectors/{name}" for name in settings.CONNECTORS)]
    missing = [room for room in rooms if not (SOURCE / room / "README.md").exists()]
    assert missing == []


def test_settings_are_one_file_of_moderate_length() -> None:
    assert len((SOURCE / "settings.py").read_text(encoding="utf-8").splitlines()) < 400


def test_the_root_is_tidy() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len({line.split("/")[0] for line in listed.splitlines()}) < 17 + 2  # and .ci, .gitignore


def test_templates_carry_no_inline_style_or_script() -> None:
    bad = re.compile(
        r"\sstyle=|<script(?![^>]*\b(src|type=\"application/json\"))|\son[a-z]+=|javascript:", re.IGNORECASE
    )
    pages = [path for path in SOURCE.rglob("*.html") if "tests" not in path.parts]
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)}"
        for path in pages
        for match in bad.finditer(path.read_text("utf-8"))
    ]
    assert len(pages) > 10
    assert wrong == []


def test_htmx_is_used_in_ways_that_its_next_version_keeps() -> None:
    bad = re.compile(r"\bhx-on|hx-vals=[\"']js:|hx-inherit|hx-disinherit")
    wrong = [
        str(path.relative_to(ROOT)) for path in SOURCE.rglob("*.html") if bad.search(path.read_text("utf-8"))
    ]
    assert wrong == []

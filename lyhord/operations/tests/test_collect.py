"""Static files are laid out once, and again when one of them changed."""

from pathlib import Path

import pytest
from pytest_django import Settings

from lyhord.operations import collect


@pytest.fixture
def laid_out(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The commands that were called instead of being run."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    called: list[str] = []
    monkeypatch.setattr(collect, "call_command", lambda name, **options: called.append(name))
    return called


def test_a_second_start_lays_nothing_out(laid_out: list[str]) -> None:
    assert collect.collect()
    assert not collect.collect()
    assert laid_out == ["collectstatic"]


def test_a_changed_file_is_laid_out_again(laid_out: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert collect.collect()
    monkeypatch.setattr(collect, "fingerprint", lambda: "another")
    assert collect.collect()
    assert laid_out == ["collectstatic", "collectstatic"]


def test_the_files_that_pages_name_are_not_among_the_unused() -> None:
    assert "htmx-2.min.js" not in collect.UNUSED
    assert not any("min" in name for name in collect.UNUSED)

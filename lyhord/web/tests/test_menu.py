"""Rooms declare what stands in the shell; the shell shows each person what is for that person."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import RequestFactory

from lyhord.web import menu
from lyhord.web.menu import Entry, Part

DECLARED = [
    Entry("reports", "Reports", "reports", order=30),
    Entry("inbox", "Inbox", "inbox", key="g i", order=10),
    Entry("people", "People", "people", place="settings", is_for=lambda person: person.is_administrator),
    Part("top", "staff/_duty.html"),
]


@pytest.fixture(autouse=True)
def rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(menu, "declared", lambda: DECLARED)
    monkeypatch.setattr(
        menu, "reverse", lambda name: {"inbox": "/", "reports": "/reports/"}.get(name, f"/settings/{name}/")
    )


def asked(path: str, *, is_administrator: bool = False) -> Any:
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_administrator=is_administrator)  # type: ignore[assignment]
    return request


def test_entries_stand_in_their_order_and_place() -> None:
    assert [entry.name for entry in menu.entries(asked("/"))] == ["inbox", "reports"]
    assert [part.template for part in menu.parts(asked("/"), "top")] == ["staff/_duty.html"]


def test_an_entry_is_shown_only_to_whom_it_is_for() -> None:
    assert menu.entries(asked("/"), "settings") == []
    assert [entry.name for entry in menu.entries(asked("/", is_administrator=True), "settings")] == ["people"]


@pytest.mark.parametrize(
    ("path", "name"), [("/", "inbox"), ("/reports/week/47/", "reports"), ("/elsewhere/", None)]
)
def test_the_entry_of_the_page_is_marked_and_no_other(path: str, name: str | None) -> None:
    found = menu.current(asked(path))
    assert (found.name if found else None) == name


def test_settings_stand_under_the_blocks_in_their_order_and_ones_own_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = [
        ("audit", menu.FOLLOW_UP),
        ("lines", menu.CRITICAL),
        ("mine", ""),
        ("channels", menu.REACH),
        ("odd", "Odd"),
    ]
    listed = [Entry(name, name, name, place="settings", section=section) for name, section in told]
    monkeypatch.setattr(menu, "declared", lambda: listed)
    found = menu.sections(asked("/"))
    assert [heading for heading, _items in found] == [
        "", "Channels and reach", "Critical feedback and trolls", "Follow-up and development", "Odd",
    ]  # fmt: skip
    assert [entry.name for _heading, items in found for entry in items] == [
        "mine",
        "channels",
        "lines",
        "audit",
        "odd",
    ]

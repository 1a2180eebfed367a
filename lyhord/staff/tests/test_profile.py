"""What people set for themselves."""

from typing import Any

import pytest

from lyhord.conftest import ClientOf, MakeUser
from lyhord.staff.models import AuditEvent, User


def test_only_listed_fields_of_a_profile_change(make_user: MakeUser, client_of: ClientOf) -> None:
    user = make_user()
    before: dict[str, Any] = dict(User.objects.filter(pk=user.pk).values().get())
    form = {
        "name": "Linnea Åberg", "signature": "/Linnea", "speaks": "sv, fi", "language": "fi", "time_zone": "Europe/Helsinki",
        "theme": "dark", "density": "compact", "undo_seconds": "30", "sends_with_enter": "on",
        "is_administrator": "on", "is_active": "", "email": "other@example.com", "is_demo": "", "id": "1", "password": "x",
        "is_superuser": "on", "session_round": "9", "has_keys": "",
    }  # fmt: skip
    assert client_of(user).post("/profile/", form).status_code == 302
    after = User.objects.filter(pk=user.pk).values().get()
    changed = {name: value for name, value in after.items() if value != before[name]}
    changed.pop("last_login", None)
    assert changed == {
        "name": "Linnea Åberg", "signature": "/Linnea", "speaks": "sv fi", "language": "fi",
        "time_zone": "Europe/Helsinki", "theme": "dark", "density": "compact", "undo_seconds": 30, "sends_with_enter": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"),
    [("theme", "pink"), ("undo_seconds", "7"), ("time_zone", "Mars/Olympus"), ("language", "xx"), ("signature", "x" * 61),
     ("name", "  "), ("speaks", "sv;fi"), ("density", ""), ("name", "x" * 101)],
)  # fmt: skip
def test_a_profile_refuses_what_it_cannot_be(
    field: str, value: str, make_user: MakeUser, client_of: ClientOf
) -> None:
    user = make_user(name="Linnea")
    form = {"name": "Linnea", "theme": "auto", "density": "normal", "undo_seconds": "10"} | {field: value}
    assert client_of(user).post("/profile/", form).status_code == 422
    assert AuditEvent.objects.count() == 0
    assert User.objects.get(pk=user.pk).name == "Linnea"


def test_shortcuts_are_turned_off_and_mapped_anew(make_user: MakeUser, client_of: ClientOf) -> None:
    user = make_user()
    browser = client_of(user)
    assert b'name="key-settings"' in browser.get("/profile/").content
    browser.post("/profile/keys/", {"key-settings": "g x"})
    user.refresh_from_db()
    assert (user.has_keys, user.keys) == (False, {"settings": "g x"})
    browser.post("/profile/keys/", {"has_keys": "on", "key-settings": "g s"})
    user.refresh_from_db()
    assert (user.has_keys, user.keys) == (True, {})

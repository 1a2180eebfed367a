"""The keys of the inbox: each can be mapped anew, what clashes is told, and one click puts all back."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from lyhord.desk.menu import COMMANDS
from lyhord.staff.models import User
from lyhord.web import menu

pytestmark = pytest.mark.django_db
DESK = Path(__file__).parents[1]


def test_usually_no_two_commands_have_the_same_key() -> None:
    known = [one.key for one in menu.commands()]
    known += [one.key for one in menu.declared() if isinstance(one, menu.Entry) and one.key]
    assert [key for key, n in Counter(known).items() if n > 1] == []


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_each_is_named_as_the_page_names_it(command: menu.Command) -> None:
    pages = [
        path.read_text() for path in [*DESK.glob("static/desk/*.js"), *DESK.glob("templates/desk/*.html")]
    ]
    pages += [path.read_text() for path in (DESK.parent / "web/static/web/js").glob("*.js")]
    declared = rf'name: "{command.name}"|data_command="{command.name}"|data-command="{command.name}"'
    assert any(re.search(declared, page) for page in pages)


def test_a_clash_is_told_and_all_keys_go_back(linnea: User, client: Client) -> None:
    client.force_login(linnea)
    assert "has this key too" not in client.get("/profile/").content.decode()
    client.post("/profile/keys/", {"has_keys": "on", "key-close": "j"})
    linnea.refresh_from_db()
    assert linnea.keys == {"close": "j"}
    assert client.get("/profile/").content.decode().count("has this key too") == 2
    client.post("/profile/keys/", {"reset": "1"})
    linnea.refresh_from_db()
    assert linnea.keys == {} and linnea.has_keys

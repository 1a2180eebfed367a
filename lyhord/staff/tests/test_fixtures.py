"""The fixtures that the tests of all rooms rest on."""

import socket
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from lyhord.conftest import MakeUser, OutsideCall
from lyhord.staff.models import Team


def test_a_test_cannot_reach_another_machine() -> None:
    with pytest.raises(OutsideCall):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(OutsideCall):
        urllib.request.urlopen("http://example.com/", timeout=1)


def test_a_test_reaches_its_own_machine() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as ours,
    ):
        assert ours.getpeername() == server.getsockname()


def test_each_test_has_a_data_folder_of_its_own(data_folder: Path) -> None:
    assert data_folder == settings.LYHORD_DATA
    assert list(data_folder.iterdir()) == []


def test_people_are_made_with_role_and_team(make_user: MakeUser, team: Team) -> None:
    lead = make_user(role="lead", name="Linnea Åberg")
    assert lead.name == "Linnea Åberg"
    assert [(one.role, one.team) for one in lead.memberships.all()] == [("lead", team)]
    assert not make_user(role="").memberships.exists()

"""What the tests of all rooms share: a fixed moment, a brand with a team, people, and no network."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.postgresql.creation import DatabaseCreation as PostgresqlCreation
from django.db.backends.sqlite3.creation import DatabaseCreation as SqliteCreation
from django.test import Client
from pytest_django import Settings

from lyhord.operations import fresh
from lyhord.staff import triggers
from lyhord.staff.models import Brand, Membership, Team, User

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who live for one test
LOOPBACK_NAMES = frozenset({"localhost", "testserver", ""})

# A test that has one of these in its fixtures speaks with the database.
DATABASE = frozenset({"db", "transactional_db", "django_db_setup", "live_server"})

MakeUser = Callable[..., User]
ClientOf = Callable[[User], Client]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what speaks with the database, so that the second database need not run what never asks it."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & DATABASE or item.get_closest_marker("django_db") is not None:
            item.add_marker(pytest.mark.database)


class OutsideCall(RuntimeError):
    """A test tried to speak with another machine. No OSError, so that no code takes it for a network that is down."""


def refuse_outside(host: object) -> None:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in LOOPBACK_NAMES:
        return
    try:
        is_loopback = ip_address(str(host).split("%")[0]).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise OutsideCall(f"A test tried to reach {host!r}; tests speak with this machine only.")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Names are not looked up and connections are not opened, except to this machine."""
    patch = pytest.MonkeyPatch()
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded(call: Callable[..., Any]) -> Callable[..., Any]:
        def connecting(self: socket.socket, address: Any, /) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                refuse_outside(address[0])
            return call(self, address)

        return connecting

    def looking_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        refuse_outside(host)
        return look_up(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded(connect))
    patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    patch.setattr(socket, "getaddrinfo", looking_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def emptying_lifts_audit_triggers() -> Iterator[None]:
    """A test with transaction=True empties all tables afterwards, which the audit log refuses by design.

    For that one command the triggers are lifted and then put back; during the test they stand as in production.
    """
    patch = pytest.MonkeyPatch()
    flush = BaseDatabaseOperations.execute_sql_flush
    if flush.__name__ == "lifted":  # by the conftest of tests/, which has this fixture from here
        yield
        return

    def lifted(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
        triggers.down(connection)
        try:
            flush(self, sql_list)
        finally:
            triggers.up(connection)

    patch.setattr(BaseDatabaseOperations, "execute_sql_flush", lifted)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def packed_tables() -> Iterator[None]:
    """A new test database gets the packed tables instead of walking all migrations, which each process did for a minute.

    Without effect where they are not those of the installed migrations. `operations/tests/test_fresh.py` still walks them.
    """
    patch = pytest.MonkeyPatch()
    creations: list[Any] = [SqliteCreation, PostgresqlCreation]
    for creation in creations:
        patch.setattr(creation, "_create_test_db", filling(creation._create_test_db))
    yield
    patch.undo()


def filling(create: Callable[..., str]) -> Callable[..., str]:
    def filled(self: BaseDatabaseCreation, *args: Any, **more: Any) -> str:
        name = create(self, *args, **more)
        connection: Any = self.connection
        vendor = connection.vendor
        if fresh.packed(vendor) == fresh.installed():
            driver = connection.Database
            if vendor == "sqlite":
                new = None if Path(name).exists() else driver.connect(name)
            else:
                words = connection.get_connection_params() | {"dbname": name, "autocommit": True}
                new = driver.connect(**words)
            if new is not None:
                fresh.run(fresh.text(vendor), new, vendor)
                new.close()
        return name

    return filled


@pytest.fixture(scope="session")
def keys_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys") / "keys.json"


@pytest.fixture(autouse=True)
def data_folder(settings: Settings, tmp_path: Path, keys_path: Path) -> Path:
    """LYHORD_DATA of this test alone; the keys are those of the whole run, as the keyring is read once a process."""
    settings.LYHORD_DATA = tmp_path / "data"
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    settings.KEYRING_PATH = keys_path
    settings.LYHORD_DATA.mkdir()
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """The counters of allauth live there, and would remember the guesses of the test before."""
    cache.clear()


@pytest.fixture
def now() -> datetime:
    """A Friday in November, 13:00 in Stockholm."""
    return datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def brand(db: None) -> Brand:
    return Brand.objects.create(name="Norrtåg")


@pytest.fixture
def team(brand: Brand) -> Team:
    return Team.objects.create(brand=brand, name="Kundtjänst")


@pytest.fixture
def make_user(team: Team) -> MakeUser:
    """make_user(role="agent", team=..., **fields): a person of that role in the team. role="": in no team.

    People are demo people unless is_demo=False is given, so that no second factor is asked.
    """
    made = 0
    home = team

    def make(role: str = "agent", team: Team | None = None, **fields: Any) -> User:
        nonlocal made
        made += 1
        usual: dict[str, Any] = {
            "email": f"person{made}@example.com",
            "name": f"Person {made}",
            "is_demo": True,
        }
        fields = usual | fields
        user = User.objects.create_user(fields.pop("email"), fields.pop("password", PASSWORD), **fields)
        if role:
            Membership.objects.create(user=user, team=team or home, role=role)
        return user

    return make


@pytest.fixture
def administrator(make_user: MakeUser) -> User:
    return make_user(role="", email="chief@example.com", name="Astrid Chef", is_administrator=True)


@pytest.fixture
def client_of() -> ClientOf:
    """client_of(user): a browser in which this person is logged in."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in

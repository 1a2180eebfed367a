"""Homes to make experiments in: on SQLite always, on PostgreSQL where a server answers."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.experiments.rig import Hatchery, Home
from tests.run import postgresql

Make = Callable[..., Home]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def hatchery(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hatchery]:
    kind = request.param
    url = postgresql() if kind == "postgresql" else ""
    if kind == "postgresql" and not url:
        pytest.skip("No PostgreSQL answers at LYHORD_TEST_POSTGRESQL or the local socket.")
    made = Hatchery(kind, tmp_path_factory.mktemp(kind), url)
    yield made
    made.close()


@pytest.fixture
def home(hatchery: Hatchery) -> Home:
    return hatchery.home()


@pytest.fixture
def make(hatchery: Hatchery) -> Make:
    """make("the.saboteur"): a fresh installation, sabotaged if so told."""
    return hatchery.home


@pytest.fixture
def on_sqlite(hatchery: Hatchery) -> None:
    if hatchery.kind != "sqlite":
        pytest.skip("Seen from within our own process on SQLite only; PostgreSQL has processes of its own.")


@pytest.fixture
def strace() -> None:
    if shutil.which("strace") is not None:
        return
    told = "strace is missing: apt-get install strace (Debian)."
    pytest.fail(told) if os.environ.get("CI") else pytest.skip(told)

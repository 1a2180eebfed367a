from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from lyhord.operations import doctor, migrate
from lyhord.web import marks


@pytest.mark.parametrize(
    ("version", "is_faulty"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 46, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
    ],
)
def test_an_sqlite_with_the_wal_fault_is_known_by_its_number(
    version: tuple[int, ...], is_faulty: bool
) -> None:
    assert migrate.has_wal_fault(version) is is_faulty


@pytest.mark.django_db
def test_a_faulty_sqlite_is_refused_and_the_message_names_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        monkeypatch.setattr(connection, "vendor", "sqlite")
    migrate.require_sound_sqlite()
    from pysqlite3 import dbapi2

    monkeypatch.setattr(dbapi2, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(migrate.OldLibrary, match="pysqlite3"):
        migrate.require_sound_sqlite()


@pytest.mark.django_db
def test_the_tests_run_on_a_database_that_lacks_no_migration() -> None:
    assert migrate.pending() == []


@pytest.mark.django_db
def test_the_doctor_finds_a_silent_worker_and_says_what_to_do(now: datetime) -> None:
    marks.put("worker.beat", int((now - timedelta(hours=1)).timestamp()))
    found = doctor.worker(now)
    assert found.state == "bad"
    assert "lyhord serve" in found.do
    marks.put("worker.beat", int(now.timestamp()))
    assert doctor.worker(now).state == "ok"


def test_the_doctor_finds_keys_that_others_can_read(tmp_path: Path, settings: Settings) -> None:
    settings.KEYRING_PATH = tmp_path / "keys.json"
    assert doctor.keys().state == "ok"
    (tmp_path / "keys.json").write_text("{}")
    (tmp_path / "keys.json").chmod(0o644)
    assert doctor.keys().state == "bad"
    (tmp_path / "keys.json").chmod(0o600)
    assert doctor.keys().state == "ok"


@pytest.mark.django_db
def test_the_doctor_examines_everything(now: datetime) -> None:
    found = list(doctor.examine(now))
    assert len(found) == len(doctor.PLAIN) + 2 + len(doctor.INSIDE)
    assert all(finding.do for finding in found if finding.state == "bad")


def test_the_doctor_warns_of_plain_http_on_a_public_name(settings: Settings) -> None:
    settings.LYHORD_PUBLIC_URL, settings.IS_HTTPS = "http://service.example.com", False
    assert doctor.address().state == "bad"
    settings.LYHORD_PUBLIC_URL, settings.IS_HTTPS = "https://service.example.com", True
    assert doctor.address().state == "ok"

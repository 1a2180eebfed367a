"""Backups under writing, and what a restore never does: send again."""

import tarfile
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from pysqlite3 import dbapi2

from lyhord.channels.models import Account, App
from lyhord.operations import backup, restore
from lyhord.operations.tests.writing import write_until
from lyhord.outbox.models import Dispatch, State
from lyhord.staff.models import Brand, Team
from lyhord.web.models import Change

if connection.vendor != "sqlite":
    pytestmark = pytest.mark.skip(
        reason="PostgreSQL's own programs have a file of their own: test_postgresql.py"
    )


@pytest.mark.django_db(transaction=True)
def test_a_copy_taken_under_writing_is_whole_and_of_one_moment(tmp_path: Path, now: datetime) -> None:
    stop, ready = threading.Event(), threading.Event()
    writer = threading.Thread(target=write_until, args=(stop, now, ready))
    writer.start()
    ready.wait(10)
    try:
        path = backup.backup(tmp_path, now)
    finally:
        stop.set()
        writer.join()
    with tarfile.open(path) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    with dbapi2.connect(str(tmp_path / "out" / "database.sqlite3")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        counts = dict(copy.execute("SELECT object_id, count(*) FROM web_change GROUP BY 1").fetchall())
    assert counts[1] == counts[2]
    assert 0 < counts[1] <= Change.objects.filter(object_id=1).count()


@pytest.mark.django_db(transaction=True)
def test_keys_are_not_in_the_copy_and_media_is(tmp_path: Path, now: datetime) -> None:
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True, exist_ok=True)
    (media / "a.png").write_bytes(b"picture")
    path = backup.backup(tmp_path, now)
    with tarfile.open(path) as tar:
        names = tar.getnames()
    assert "media/a.png" in names
    assert not [name for name in names if "key" in name]
    assert {entry.name for entry in tmp_path.iterdir()} - {"data"} == {path.name}


@pytest.mark.parametrize("harm", [b"", b"not a tar", None])
def test_what_is_no_whole_backup_is_refused_before_anything_is_touched(
    tmp_path: Path, now: datetime, harm: bytes | None
) -> None:
    file = tmp_path / "x.tar"
    if harm is not None:
        file.write_bytes(harm)
    with pytest.raises(restore.RestoreFailed, match="not a backup"):
        restore.unpacked(file, tmp_path)


@pytest.mark.django_db(transaction=True)
def test_a_damaged_file_inside_is_named(tmp_path: Path, now: datetime) -> None:
    path = backup.backup(tmp_path, now)
    (tmp_path / "in").mkdir()
    with tarfile.open(path) as tar:
        tar.extractall(tmp_path / "in", filter="data")
    with (tmp_path / "in" / "database.sqlite3").open("r+b") as file:
        file.seek(5000)
        file.write(b"!")
    broken = tmp_path / "broken.tar"
    with tarfile.open(broken, "w") as tar:
        for name in ("manifest.json", "database.sqlite3"):
            tar.add(tmp_path / "in" / name, name)
    with pytest.raises(restore.RestoreFailed, match=r"database\.sqlite3.*damaged"):
        restore.unpacked(broken, tmp_path / "out")


@pytest.mark.django_db
def test_an_installation_with_people_is_not_overwritten_unasked(make_user: Callable[..., object]) -> None:
    make_user()
    with pytest.raises(restore.RestoreFailed, match="--replace"):
        restore.require_room(replace=False)


@pytest.mark.django_db
def test_after_a_restore_nothing_leaves_without_a_persons_word(
    brand: Brand, team: Team, now: datetime
) -> None:
    app = App.objects.create(connector="demo", name="x", endpoint="e", made_at=now)
    account = Account.objects.create(app=app, brand=brand, connector="demo", name="x", made_at=now)
    made = {
        state: Dispatch.objects.create(
            account=account,
            lane="d1",
            verb="reply",
            key=uuid4(),
            state=state,
            made_at=now,
            state_at=now,
            due_at=now,
        ).pk
        for state in (State.QUEUED, State.SENDING, State.SENT)
    }
    assert restore.hold_all("yesterday", now) == 2
    after = {pk: Dispatch.objects.get(pk=pk) for pk in made.values()}
    assert after[made[State.QUEUED]].state == State.UNSURE
    assert after[made[State.SENDING]].due_at is None
    assert after[made[State.SENT]].state == State.SENT

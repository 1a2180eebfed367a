"""A copy of a PostgreSQL database, taken under writing and brought back, by PostgreSQL's own programs."""

import re
import shutil
import subprocess
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from lyhord.operations import backup, restore
from lyhord.operations.tests.writing import write_until
from lyhord.staff.models import User
from lyhord.web import changes
from lyhord.web.models import Change


def why_not() -> str:
    """Why this cannot be tried here; "" if it can."""
    if connection.vendor != "postgresql":
        return "This run is on SQLite; test_backup.py tries that."
    for program in ("pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            return f"{program} is not on this machine."
    told = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=False)
    ours = re.search(r"(\d+)\.", told.stdout)
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    if ours is None or int(ours[1]) < server:
        return f"{told.stdout.strip()} is older than the server's {server}, and refuses it."
    return ""


@pytest.mark.django_db(transaction=True)
def test_a_copy_taken_under_writing_comes_back_whole_and_of_one_moment(
    tmp_path: Path, now: datetime, make_user: Callable[..., User]
) -> None:
    if why := why_not():
        pytest.skip(why)
    stays = make_user(name="Stays Here", email="stays@example.com")
    media = Path(settings.MEDIA_ROOT) / "ab" / "picture"
    media.parent.mkdir(parents=True)
    media.write_bytes(b"a picture")
    stop, ready = threading.Event(), threading.Event()
    writer = threading.Thread(target=write_until, args=(stop, now, ready))
    writer.start()
    ready.wait(10)
    try:
        path = backup.backup(tmp_path, now)
    finally:
        stop.set()
        writer.join()
    written = Change.objects.filter(object_id=1).count()
    # What happens after the copy is not in it.
    User.objects.filter(pk=stays.pk).update(name="Changed")
    make_user(name="Came Later", email="later@example.com")
    media.unlink()
    with pytest.raises(restore.RestoreFailed, match="--replace"):
        restore.require_room(replace=False)
    folder = tmp_path / "out"
    folder.mkdir()
    manifest = restore.unpacked(path, folder)
    restore.put_database(folder / manifest["database"]["name"])
    restore.put_media(folder / "media")
    assert [user.name for user in User.objects.order_by("pk")] == ["Stays Here"]
    counts = [Change.objects.filter(object_id=number).count() for number in (1, 2)]
    assert counts[0] == counts[1] and 0 < counts[0] <= written
    assert media.read_bytes() == b"a picture"
    # Numbers go on where they were: a new row does not meet an old one.
    changes.note("conversation", 3, 3, now=now)
    assert Change.objects.filter(object_id=3).exists()


@pytest.mark.django_db(transaction=True)
def test_a_dump_that_is_cut_changes_nothing(
    tmp_path: Path, now: datetime, make_user: Callable[..., User]
) -> None:
    if why := why_not():
        pytest.skip(why)
    make_user(name="Stays Here", email="stays@example.com")
    whole = backup.dump_postgresql(tmp_path / "whole.dump").read_bytes()
    cut = tmp_path / "cut.dump"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(restore.RestoreFailed):
        restore.put_database(cut)
    assert User.objects.get().name == "Stays Here"


def test_the_password_is_no_word_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every user of a machine sees the words of a command, and only its own user its environment."""
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", "geheim")
    assert "geheim" not in backup.address()
    assert backup.surroundings()["PGPASSWORD"] == "geheim"

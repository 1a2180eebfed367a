"""The hook door: what is acknowledged is on the disk, and nothing else is."""

import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError, connection

from lyhord.channels.models import Account, App
from lyhord.intake import keeping, steps
from lyhord.intake.door import MOST_BYTES, Door, in_front_of
from lyhord.intake.models import Envelope, Post
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, raw_of, said
from lyhord.staff.models import Brand

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def network() -> Iterator[Telling]:
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def door(network: Telling) -> Iterator[Door]:
    door = in_front_of(lambda environ, start: [b"django"])
    yield door
    door.writer.stop()


@pytest.fixture
def account(transactional_db: None, now: datetime) -> Account:
    return makes.make_account(
        Brand.objects.create(name="Norrtåg"), now, app=makes.make_app(now, endpoint="abc")
    )


class Heard:
    """What the network hears."""

    def __init__(
        self, door: Door, body: bytes = b"[]", path: str = "/hooks/told/abc/", **environ: Any
    ) -> None:
        self.status = 0
        usual = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/hooks/told/abc/",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_X_SECRET": "right",
            "wsgi.input": io.BytesIO(body),
        }
        self.body = b"".join(door(usual | environ, self.start))

    def start(self, status: str, headers: list[tuple[str, str]]) -> None:
        self.status = int(status[:3])
        self.headers = dict(headers)


def test_what_a_network_brings_is_kept_and_then_read(door: Door, account: Account, now: datetime) -> None:
    heard = Heard(
        door, raw_of(said()), QUERY_STRING="a=1", CONTENT_TYPE="application/json", HTTP_COOKIE="x=1"
    )
    assert (heard.status, heard.body) == (200, b"ok")
    envelope = Envelope.objects.get()
    assert envelope.url == "http://localhost:8000/hooks/told/abc/?a=1"
    assert '"content-type":"application/json"' in envelope.headers and "cookie" not in envelope.headers
    assert bytes(envelope.raw) == raw_of(said()) and envelope.state == Envelope.WAITING
    assert steps.read_envelopes(envelope.due_at or now) == 1
    assert Post.objects.get().account == account


def test_a_duplicate_is_acknowledged_and_changes_nothing(door: Door, account: Account, now: datetime) -> None:
    assert [Heard(door).status for _ in range(3)] == [200, 200, 200]
    steps.read_envelopes(datetime.now(UTC))
    assert Envelope.objects.get().state == Envelope.DONE  # those that came while the first waited are gone
    assert Heard(door).status == 200
    assert Envelope.objects.count() == 1  # and of this one nothing was kept


def test_many_at_once_are_kept_once_each(door: Door, account: Account) -> None:
    bodies = [raw_of(said(str(number))) for number in range(60)] * 4
    heard: list[int] = []

    def bring(mine: list[bytes]) -> None:
        heard.extend(Heard(door, body).status for body in mine)
        connection.close()

    threads = [threading.Thread(target=bring, args=(bodies[first::8],)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == [200] * 240
    while steps.read_envelopes(datetime.now(UTC)):
        pass
    assert Envelope.objects.filter(state=Envelope.DONE).count() == Envelope.objects.count() == 60


@pytest.mark.parametrize("secret", ["wrong", "", "right ", "RIGHT"])
def test_a_wrong_signature_leaves_no_trace(
    door: Door, account: Account, network: Telling, secret: str
) -> None:
    assert Heard(door, HTTP_X_SECRET=secret).status == 401
    assert not Envelope.objects.exists() and network.parsed == 0


@pytest.mark.parametrize(
    "path", ["/hooks/", "/hooks/told/", "/hooks/told/nobody/", "/hooks/other/abc/", "/hooks/told/abc/more/"]
)
def test_an_unknown_address_is_not_found(door: Door, account: Account, path: str) -> None:
    assert Heard(door, PATH_INFO=path).status == 404
    assert not Envelope.objects.exists()


def test_everything_else_is_djangos(door: Door) -> None:
    assert Heard(door, PATH_INFO="/inbox/").body == b"django"


def test_a_challenge_is_answered_and_not_kept(door: Door, account: Account) -> None:
    heard = Heard(door, REQUEST_METHOD="GET", QUERY_STRING="challenge=1234")
    assert (heard.status, heard.body) == (200, b"1234")
    assert Heard(door, REQUEST_METHOD="GET").status == 405
    assert Heard(door, REQUEST_METHOD="DELETE").status == 405
    assert not Envelope.objects.exists()


class Unread(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("It was read, though its length says that it is too long.")


class Endless(io.BytesIO):
    given = 0

    def read(self, size: int | None = -1) -> bytes:
        self.given += 65_536
        return b"x" * 65_536


def test_size_is_refused_at_the_door(door: Door, account: Account) -> None:
    body: dict[str, Any] = {"wsgi.input": Unread()}
    assert Heard(door, **body, CONTENT_LENGTH=str(MOST_BYTES + 1)).status == 413
    assert Heard(door, CONTENT_LENGTH="9" * 30, **body).status == 413
    assert Heard(door, CONTENT_LENGTH="-1", **body).status == 400
    assert Heard(door, CONTENT_LENGTH="12", **(body | {"wsgi.input": io.BytesIO(b"short")})).status == 400
    endless = Endless()
    chunked: dict[str, Any] = {
        "CONTENT_LENGTH": "",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": endless,
    }
    assert Heard(door, **chunked).status == 413
    assert endless.given < MOST_BYTES + 200_000
    assert not Envelope.objects.exists()


def test_chunked_bytes_are_taken(door: Door, account: Account) -> None:
    heard = Heard(door, b"[1]", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert heard.status == 200
    assert bytes(Envelope.objects.get().raw) == b"[1]"


def test_nothing_is_acknowledged_that_was_not_written(
    door: Door, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(batch: object, now: object) -> None:
        raise OperationalError("disk full")

    Heard(door, b"[1]")
    monkeypatch.setattr(keeping, "insert", fail)
    heard = Heard(door, b"[2]")
    assert (heard.status, heard.headers["Retry-After"]) == (503, "10")
    assert Envelope.objects.count() == 1


def test_nothing_is_taken_when_the_disk_is_nearly_full(
    door: Door, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "RESERVE", 10**18)
    is_ours = connection.vendor == "sqlite"  # PostgreSQL's disk is none of ours
    assert Heard(door).status == (503 if is_ours else 200)
    assert Envelope.objects.count() == (0 if is_ours else 1)


def test_one_bad_row_does_not_turn_the_others_away(door: Door, account: Account) -> None:
    writer = door.writer
    good = keeping.Kept(account.app.pk, "told", "POST", "", "{}", b"1", "1" * 64)
    slots = [keeping.Slot(good), keeping.Slot(good._replace(app=None, digest="2"))]  # type: ignore[arg-type]
    writer.write(slots)
    assert [slot.problem is None for slot in slots] == [True, False]
    assert Envelope.objects.get().digest == "1" * 64


def test_a_new_secret_counts_after_a_moment(
    door: Door, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Heard(door).status == 200
    App.objects.update(endpoint="new")
    assert Heard(door, b"[1]").status == 200
    monkeypatch.setattr("lyhord.intake.door.KNOWN_FOR", -1.0)
    door.known.clear()
    assert Heard(door, b"[2]").status == 404

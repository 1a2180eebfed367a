"""The live stream, spoken with as raw ASGI."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import time
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pysqlite3 import dbapi2

from lyhord import push
from lyhord.lib import crypto
from lyhord.web import changes

TABLE = """CREATE TABLE web_change (
    id integer PRIMARY KEY AUTOINCREMENT, topic text, object_id integer, version integer, audience text)"""


class Page:
    """One open page: collects what the stream says."""

    def __init__(
        self, application: push.Application, query: str, headers: dict[str, str] | None = None
    ) -> None:
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = b""
        self.is_over = False
        self.gone = asyncio.Event()
        told = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/live/",
            "query_string": query.encode(),
            "headers": told,
        }
        self.task = asyncio.create_task(application(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.body += message["body"]
            self.is_over = not message.get("more_body", False)

    def events(self) -> list[dict[str, Any]]:
        blocks = [block for block in self.body.decode().split("\n\n") if "event: change" in block]
        return [json.loads(block.split("data: ")[1]) for block in blocks]

    async def until(self, is_so: Callable[[], bool]) -> None:
        for _ in range(400):
            if is_so():
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"It never came; the stream said {self.body!r}")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LYHORD_SECRET_KEY", "a secret of the tests")
    monkeypatch.setenv("LYHORD_DATA", str(tmp_path))
    monkeypatch.delenv("LYHORD_DATABASE_URL", raising=False)
    with dbapi2.connect(str(tmp_path / "lyhord.sqlite3")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(TABLE)
    return tmp_path


def change(
    place: Path, topic: str = "conversation", pk: int = 17, version: int = 9, audience: str = "a1", n: int = 1
) -> None:
    with dbapi2.connect(str(place / "lyhord.sqlite3")) as connection:
        rows = [(topic, pk, version, audience)] * n
        connection.executemany(
            "INSERT INTO web_change (topic, object_id, version, audience) VALUES (?, ?, ?, ?)", rows
        )
        connection.commit()


def token(user: int = 7, audiences: tuple[str, ...] = ("*", "u7", "a1"), seconds: float = 600) -> str:
    key = crypto.derived("a secret of the tests", "push")
    return crypto.sign({"user": user, "audiences": list(audiences)}, key, now=time(), seconds=seconds)


def with_hub(test: Callable[[push.Application], Awaitable[None]]) -> None:
    async def run() -> None:
        application = push.Application()
        application.hub = push.Hub(application.tail())
        task = asyncio.create_task(application.hub.run())
        await application.hub.is_ready.wait()
        try:
            await test(application)
        finally:
            task.cancel()

    asyncio.run(run())


def test_a_page_hears_of_its_own_accounts_and_of_no_others(place: Path) -> None:
    async def test(application: push.Application) -> None:
        page = Page(application, f"token={token()}")
        await page.until(lambda: bool(page.body))
        change(place, audience="a2", pk=99)
        change(place, audience="a1", pk=17)
        await page.until(lambda: bool(page.events()))
        assert page.events() == [{"topic": "conversation", "id": 17, "v": 9}]
        page.gone.set()

    with_hub(test)


@pytest.mark.parametrize("query", ["", "token=", "token=abc.def", f"token={'x' * 5000}"])
def test_without_a_sound_token_nothing_is_told(place: Path, query: str) -> None:
    async def test(application: push.Application) -> None:
        page = Page(application, query)
        await page.until(lambda: page.is_over)
        assert page.status == 403
        assert application.hub is not None
        assert not application.hub.listeners

    with_hub(test)


def test_a_token_that_has_ended_is_refused_and_one_that_ends_is_renewed(place: Path) -> None:
    async def test(application: push.Application) -> None:
        late = Page(application, f"token={token(seconds=-1)}")
        ending = Page(application, f"token={token(seconds=0.3)}")
        await late.until(lambda: late.is_over)
        await ending.until(lambda: ending.is_over)
        assert late.status == 403
        assert b"event: renew" in ending.body

    with_hub(test)


def test_missed_events_are_told_again_and_too_many_ask_for_all_anew(place: Path) -> None:
    async def test(application: push.Application) -> None:
        change(place, pk=1)
        change(place, pk=2)
        assert application.hub is not None
        for _ in range(200):
            if application.hub.at >= 2:
                break
            await asyncio.sleep(0.01)
        back = Page(application, f"token={token()}", {"last-event-id": "1"})
        await back.until(lambda: bool(back.events()))
        assert [event["id"] for event in back.events()] == [2]
        change(place, n=push.REPLAY + 10)
        far = Page(application, f"token={token()}&since=1")
        await far.until(lambda: b"event: resync" in far.body)
        assert far.events() == []

    with_hub(test)


def test_a_change_of_rights_ends_that_persons_streams_and_no_others(place: Path) -> None:
    async def test(application: push.Application) -> None:
        hers = Page(application, f"token={token(7)}")
        others = Page(application, f"token={token(8)}")
        await hers.until(lambda: bool(hers.body))
        await others.until(lambda: bool(others.body))
        change(place, topic="rights", pk=7, audience="nobody")
        await hers.until(lambda: hers.is_over)
        assert not others.is_over
        others.gone.set()

    with_hub(test)


def test_nothing_that_waits_behind_a_change_of_rights_is_told(place: Path) -> None:
    async def test(application: push.Application) -> None:
        listener = push.Listener(7, frozenset({"a1"}))
        for change in [
            (1, "conversation", 11, 1, "a1"),
            (2, "rights", 7, 0, "u7"),
            (3, "conversation", 12, 1, "a1"),
        ]:
            listener.tell(change)
        assert application.hub is not None
        told = b"".join([chunk async for chunk in push.stream(application.hub, listener, 0, time() + 60)])
        assert b'"id":11' in told and b'"topic":"rights"' in told
        assert b'"id":12' not in told

    with_hub(test)


def test_a_reader_that_does_not_read_is_cut_and_costs_no_more_than_its_queue(place: Path) -> None:
    async def test(application: push.Application) -> None:
        listener = push.Listener(7, frozenset({"a1"}))
        for number in range(push.QUEUE + 50):
            listener.tell((number, "conversation", 1, 1, "a1"))
            assert len(listener.waiting) <= push.QUEUE
        assert listener.is_cut and listener.waiting == []

    with_hub(test)


def test_the_stream_is_never_compressed_and_only_our_pages_may_read_it(place: Path) -> None:
    async def test(application: push.Application) -> None:
        page = Page(application, f"token={token()}")
        await page.until(lambda: page.status == 200)
        assert page.headers["content-encoding"] == "identity"
        assert page.headers["content-type"] == "text/event-stream"
        assert page.headers["access-control-allow-origin"] == "http://localhost:8000"
        assert "no-cache" in page.headers["cache-control"]
        page.gone.set()

    with_hub(test)


def test_a_page_that_goes_leaves_nothing_behind(place: Path) -> None:
    async def test(application: push.Application) -> None:
        page = Page(application, f"token={token()}")
        await page.until(lambda: bool(page.body))
        assert application.hub is not None
        assert len(application.hub.listeners) == 1
        page.gone.set()
        await page.until(lambda: not application.hub.listeners)  # type: ignore[union-attr]

    with_hub(test)


@pytest.mark.django_db(transaction=True)
def test_a_notify_wakes_us_whatever_is_read_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look that is the safety net: only the NOTIFY can end the wait."""
    if connection.vendor != "postgresql":
        pytest.skip("NOTIFY is PostgreSQL's; an SQLite file is looked at instead.")
    monkeypatch.setattr(push, "SAFETY_LOOK", 3600)
    told = connection.settings_dict
    host = f"{told['HOST']}:{told['PORT']}" if told["PORT"] else told["HOST"]
    tail = push.PostgresTail(f"postgresql://{told['USER']}:{told['PASSWORD']}@{host}/{told['NAME']}")

    async def test() -> None:
        await tail.wait()  # what came before we listened
        for number in range(1, 4):
            waiting = asyncio.create_task(tail.wait())
            await asyncio.sleep(0)
            assert len(await tail.read(0, 10)) == number - 1  # does not wait for the one who waits
            await asyncio.to_thread(note, number)
            await waiting
        found = await tail.after(0)
        assert [row[2] for row in found] == [1, 2, 3]
        assert await tail.after(found[-1][0]) == []  # looked at once more, and known
        tail.close()
        await tail.connection.close()

    def note(number: int) -> None:
        changes.note("conversation", number, audience="a1", now=timezone.now())
        connection.close()

    asyncio.run(asyncio.wait_for(test(), 30))

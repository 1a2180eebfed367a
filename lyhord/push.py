"""The live stream: tells open pages what is new. Raw ASGI under uvicorn, without Django, a few kB a connection.

It tails the `web_change` rows by plain SQL and sends server-sent events that say only "conversation 17 is at version
9"; the page fetches what it shows, and is asked for its right there. A person is known by a signed token of ten
minutes, which names the audiences that she belongs to.
"""

import asyncio
import contextlib
import json
import logging
import os
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lyhord.lib import crypto, keys

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Change = tuple[int, str, int, int, str]  # id, topic, object, version, audience

log = logging.getLogger("lyhord.push")

LOOK = 0.05  # seconds between looks where nothing wakes us
SAFETY_LOOK = 0.5  # where something does
HEARTBEAT = 15.0
REPLAY = 500  # older than so many events: the page reads everything anew
QUEUE = 500  # a reader that is so far behind is cut off and comes back
AGAIN = 200  # PostgreSQL gives ids before commit, so the last ids are looked at once more


@dataclass
class Settings:
    """What this process needs of the environment; the same names as in settings.py, without Django."""

    data: Path = field(default_factory=lambda: Path(os.environ.get("LYHORD_DATA", "data")).resolve())
    database: str = field(default_factory=lambda: os.environ.get("LYHORD_DATABASE_URL", "").strip())
    public: str = field(
        default_factory=lambda: (
            os.environ.get("LYHORD_PUBLIC_URL", "http://localhost:8000").strip().rstrip("/")
        )
    )

    @property
    def key(self) -> bytes:
        secret = os.environ.get("LYHORD_SECRET_KEY", "").strip() or keys.secret_key(self.data)
        return crypto.derived(secret, "push")

    @property
    def origin(self) -> str:
        parts = urlsplit(self.public)
        return f"{parts.scheme}://{parts.netloc}"


class SqliteTail:
    """New rows of an SQLite file; `data_version` tells cheaply whether anybody wrote."""

    def __init__(self, path: str) -> None:
        from pysqlite3 import dbapi2

        self.connection = dbapi2.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False, timeout=5)
        self.seen = -1

    async def wait(self) -> None:
        await asyncio.sleep(LOOK)

    def close(self) -> None:
        self.connection.close()

    async def last(self) -> int:
        return int(self.connection.execute("SELECT coalesce(max(id), 0) FROM web_change").fetchone()[0])

    async def after(self, last: int) -> list[Change]:
        version = self.connection.execute("PRAGMA data_version").fetchone()[0]
        if version == self.seen:
            return []
        self.seen = version
        return await self.read(last, 2000)

    async def read(self, last: int, most: int) -> list[Change]:
        rows = self.connection.execute(
            "SELECT id, topic, object_id, version, audience FROM web_change WHERE id > ? ORDER BY id LIMIT ?",
            (last, most),
        )
        found: list[Change] = rows.fetchall()
        return found


class PostgresTail:
    """New rows of PostgreSQL; NOTIFY wakes us, a slow look is the safety net (poolers swallow NOTIFY).

    One connection reads and another does nothing but listen: who waits for a NOTIFY holds the connection until it comes,
    and one that arrives behind the answer of a query lies unseen in the buffer.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.connection: Any = None
        self.listening: asyncio.Task[None] | None = None
        self.woken = asyncio.Event()
        self.recent: deque[int] = deque(maxlen=AGAIN * 2)

    async def connect(self) -> Any:
        import psycopg

        if self.connection is None or self.connection.closed:
            self.connection = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
        return self.connection

    async def listen(self) -> None:
        """Set `woken` at each NOTIFY, until the connection is lost."""
        import psycopg

        async with await psycopg.AsyncConnection.connect(self.url, autocommit=True) as connection:
            await connection.execute("LISTEN web_change")
            self.woken.set()  # what came before we listened
            async for _ in connection.notifies():
                self.woken.set()

    async def wait(self) -> None:
        if self.listening is None or self.listening.done():
            if self.listening is not None and not self.listening.cancelled():
                self.listening.exception()  # taken note of: the look below tells whether the database is away
            self.listening = asyncio.create_task(self.listen())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SAFETY_LOOK):
                await self.woken.wait()
        self.woken.clear()

    def close(self) -> None:
        if self.listening is not None:
            self.listening.cancel()

    async def last(self) -> int:
        rows = await (await self.connect()).execute("SELECT coalesce(max(id), 0) FROM web_change")
        return int((await rows.fetchone())[0])

    async def after(self, last: int) -> list[Change]:
        """Rows above `last`, and those below it that were committed late."""
        known = set(self.recent)
        found = [row for row in await self.read(max(0, last - AGAIN), 2000) if row[0] not in known]
        first = not self.recent
        self.recent.extend(row[0] for row in found)
        return [row for row in found if row[0] > last] if first else found

    async def read(self, last: int, most: int) -> list[Change]:
        rows = await (await self.connect()).execute(
            "SELECT id, topic, object_id, version, audience FROM web_change WHERE id > %s ORDER BY id LIMIT %s",
            (last, most),
        )
        return [tuple(row) for row in await rows.fetchall()]


Tail = SqliteTail | PostgresTail


@dataclass(eq=False)
class Listener:
    user: int
    audiences: frozenset[str]
    waiting: list[Change] = field(default_factory=list)
    is_cut: bool = False
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def hears(self, change: Change) -> bool:
        return change[4] in self.audiences or self.loses_rights(change)

    def loses_rights(self, change: Change) -> bool:
        """What the person may hear is another now: the stream ends with it, and comes back with a new token."""
        return change[1] == "rights" and change[2] == self.user

    def tell(self, change: Change) -> None:
        if len(self.waiting) >= QUEUE:
            self.cut()
        elif not self.is_cut:
            self.waiting.append(change)
            self.woken.set()

    def cut(self) -> None:
        """Full: what waits is dropped, and the stream ends; the page comes back and reads what it missed."""
        self.waiting.clear()
        self.is_cut = True
        self.woken.set()

    async def take(self, seconds: float) -> list[Change]:
        """All that waits, as soon as something does. Raises TimeoutError when nothing came."""
        if not self.waiting and not self.is_cut:
            self.woken.clear()
            async with asyncio.timeout(seconds):
                await self.woken.wait()
        taken, self.waiting = self.waiting, []
        return taken


class Hub:
    def __init__(self, tail: Tail) -> None:
        self.tail = tail
        self.listeners: set[Listener] = set()
        self.at = 0
        self.is_ready = asyncio.Event()

    async def run(self) -> None:
        """Follow the rows for ever; a database that is away for a while is waited for."""
        try:
            await self.follow()
        finally:
            self.tail.close()

    async def follow(self) -> None:
        while True:
            try:
                if not self.is_ready.is_set():
                    self.at = await self.tail.last()
                    self.is_ready.set()
                for change in await self.tail.after(self.at):
                    self.at = max(self.at, change[0])
                    self.spread(change)
                await self.tail.wait()
            except asyncio.CancelledError:
                raise
            except Exception as problem:  # any trouble with the database is waited out, never fatal
                log.warning("the database is away", extra={"problem": type(problem).__name__})
                await asyncio.sleep(1)

    def spread(self, change: Change) -> None:
        for listener in self.listeners:
            if listener.hears(change):
                listener.tell(change)

    async def missed(self, listener: Listener, since: int) -> list[Change] | None:
        """What the listener would have heard after `since`; None: too much, read everything anew."""
        rows = await self.tail.read(since, REPLAY + 1)
        if len(rows) > REPLAY or (rows and since and rows[0][0] > since + REPLAY):
            return None
        return [row for row in rows if listener.hears(row) and row[0] <= self.at]


@lru_cache(maxsize=256)  # the same for all who hear it
def event(change: Change) -> bytes:
    data = json.dumps({"topic": change[1], "id": change[2], "v": change[3]}, separators=(",", ":"))
    return f"id: {change[0]}\nevent: change\ndata: {data}\n\n".encode()


async def stream(hub: Hub, listener: Listener, since: int, ends_at: float) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n: hello\n\n"
    for missed in await caught_up(hub, listener, since):
        yield missed
    while (left := ends_at - time()) > 0:
        try:
            changes = await listener.take(min(HEARTBEAT, left))
        except TimeoutError:
            yield b": beat\n\n"
            continue
        if listener.is_cut:
            return
        ends = next((at for at, change in enumerate(changes, 1) if listener.loses_rights(change)), None)
        yield b"".join([event(change) for change in changes[:ends]])
        if ends:
            return
    yield b"event: renew\ndata: {}\n\n"


async def caught_up(hub: Hub, listener: Listener, since: int) -> list[bytes]:
    if not since:
        return []
    missed = await hub.missed(listener, since)
    if missed is None:
        return [f"id: {hub.at}\nevent: resync\ndata: {{}}\n\n".encode()]
    return [event(change) for change in missed]


class Application:
    """`/live/?token=...&since=...`: the stream. `/healthz`: alive."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self.key = self.settings.key
        self.hub: Hub | None = None
        self.task: asyncio.Task[None] | None = None

    def tail(self) -> Tail:
        url = self.settings.database
        if url.startswith(("postgresql:", "postgres:")):
            return PostgresTail(url)
        return SqliteTail(urlsplit(url).path if url else str(self.settings.data / "lyhord.sqlite3"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.lifespan(receive, send)
        elif scope["type"] == "http":
            await self.http(scope, receive, send)

    async def lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.hub = Hub(self.tail())
                self.task = asyncio.create_task(self.hub.run())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.task:
                    self.task.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/healthz":
            return await self.plain(send, 200, b"ok")
        if scope["path"] != "/live/" or scope["method"] != "GET":
            return await self.plain(send, 404, b"not found")
        query = parse_qs(scope["query_string"].decode("latin-1"))
        try:
            claims = crypto.read(query["token"][0], self.key, now=time())
        except (KeyError, crypto.BadToken):
            return await self.plain(send, 403, b"the token is missing, wrong, or has ended")
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        since = number(headers.get("last-event-id") or query.get("since", [""])[0])
        listener = Listener(int(claims["user"]), frozenset(claims["audiences"]))
        return await self.serve(listener, since, float(claims["exp"]), receive, send)

    async def serve(
        self, listener: Listener, since: int, ends_at: float, receive: Receive, send: Send
    ) -> None:
        hub = self.hub
        if hub is None:
            return await self.plain(send, 503, b"starting")
        await hub.is_ready.wait()
        await send(
            {"type": "http.response.start", "status": 200, "headers": self.headers("text/event-stream")}
        )
        hub.listeners.add(listener)
        gone = asyncio.create_task(until_gone(receive, listener))
        try:
            async for chunk in stream(hub, listener, since, ends_at):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()
            hub.listeners.discard(listener)
        return None

    def headers(self, content_type: str) -> Iterable[tuple[bytes, bytes]]:
        return [
            (b"content-type", content_type.encode()),
            (b"cache-control", b"no-cache, no-transform"),
            # A compressed stream arrives in whole blocks, that is: not at all (measured: 0 of 8 events).
            (b"content-encoding", b"identity"),
            (b"x-accel-buffering", b"no"),
            (b"x-content-type-options", b"nosniff"),
            (b"access-control-allow-origin", self.settings.origin.encode()),
            (b"vary", b"origin"),
        ]

    async def plain(self, send: Send, status: int, body: bytes) -> None:
        await send({"type": "http.response.start", "status": status, "headers": self.headers("text/plain")})
        await send({"type": "http.response.body", "body": body})


async def until_gone(receive: Receive, listener: Listener) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.cut()


def number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def run(host: str, port: int) -> None:
    import uvicorn

    uvicorn.run(
        Application(), host=host, port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=2,
        lifespan="on", ws="none",
    )  # fmt: skip

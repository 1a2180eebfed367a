"""The network that Bluesky's developers test against (PLC, PDS, AppView, Ozone), as processes of our own on loopback.

The customers speak with it over plain HTTP by the lexicons, not by the code under test.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from lyhord.channels.contract import AccountSide
from lyhord.connectors.bluesky import CONNECTOR
from lyhord.lib.http import client

FOLDER = os.environ.get("LYHORD_TEST_BLUESKY", "")
PASSWORD = "a-password-of-nobody"

# The servers bind every interface by themselves.
LOOPBACK = """
import net from 'node:net'
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  if (args[0] !== null && typeof args[0] === 'object') args[0] = { ...args[0], host: '127.0.0.1' }
  else if (typeof args[1] === 'string') args[1] = '127.0.0.1'
  else args.splice(1, 0, '127.0.0.1')
  return listen.apply(this, args)
}
"""
NETWORK = """
import { TestNetwork } from '@atproto/dev-env'
const [plc, pds, bsky, ozone, introspect] = process.env.PORTS.split(' ').map(Number)
const network = await TestNetwork.create({
  plc: { port: plc },
  pds: { port: pds, hostname: 'localhost', enableDidDocWithSession: true, rateLimitsEnabled: true },
  bsky: { dbPostgresSchema: 'bsky', port: bsky, publicUrl: `http://localhost:${bsky}` },
  ozone: { port: ozone, dbMaterializedViewRefreshIntervalMs: 30000 },
  introspect: { port: introspect },
})
console.log('READY')
process.on('SIGTERM', async () => { await network.close(); process.exit(0) })
"""


@dataclass
class Person:
    """Somebody with an account there, who writes with a tool of her own."""

    http: httpx.Client
    base: str
    handle: str
    did: str
    token: str

    def call(self, method: str, body: dict[str, Any] | None = None, **params: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        address = f"{self.base}/xrpc/{method}"
        answer = (
            self.http.get(address, headers=headers, params=params)
            if body is None
            else self.http.post(address, headers=headers, json=body)
        )
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def make(self, collection: str, **record: Any) -> dict[str, str]:
        stamped = {"$type": collection, "createdAt": now_text(), **record}
        made = {"repo": self.did, "collection": collection, "record": stamped}
        told: dict[str, str] = self.call("com.atproto.repo.createRecord", made)
        return {"uri": told["uri"], "cid": told["cid"]}

    def post(self, text: str, **more: Any) -> dict[str, str]:
        return self.make("app.bsky.feed.post", text=text, **more)

    def mention(self, other: "Person", words: str) -> dict[str, str]:
        named = f"@{other.handle}"
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": other.did}
        facet = {"index": {"byteStart": 0, "byteEnd": len(named)}, "features": [feature]}
        return self.post(f"{named} {words}", facets=[facet], langs=["sv"])

    def answer(self, root: dict[str, str], parent: dict[str, str], text: str) -> dict[str, str]:
        return self.post(text, reply={"root": root, "parent": parent})

    def delete(self, uri: str) -> None:
        _at, _empty, repo, collection, key = uri.split("/")
        self.call("com.atproto.repo.deleteRecord", {"repo": repo, "collection": collection, "rkey": key})

    def record(self, uri: str) -> Any:
        _at, _empty, repo, collection, key = uri.split("/")
        return self.call("com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=key)

    def rewrite(self, uri: str, text: str) -> None:
        told = self.record(uri)
        _at, _empty, repo, collection, key = uri.split("/")
        place = {"repo": repo, "collection": collection, "rkey": key}
        self.call("com.atproto.repo.putRecord", {**place, "record": {**told["value"], "text": text}})

    def thread(self, uri: str) -> Any:
        return self.call("app.bsky.feed.getPostThread", uri=uri, depth=6)["thread"]


@dataclass
class Running:
    """The network, our side of an account on it, and its customers."""

    base: str
    relay: str
    http: httpx.Client
    plain: httpx.Client
    account: AccountSide
    brand: Person
    proxy: "Proxy"
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = enrolled(self.plain, self.base, name)
        return self.people[name]

    @property
    def through_proxy(self) -> AccountSide:
        return replace(self.account, state={**self.account.state, "pds": self.proxy.base})


class Proxy:
    """Stands before the server and, when told, takes the request there and keeps the answer to itself."""

    def __init__(self, target: str) -> None:
        self.swallow = ""
        self.passed: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                kept = ("authorization", "content-type", "accept", "atproto-proxy")
                headers = {name: self.headers[name] for name in kept if self.headers[name]}
                answer = httpx.request(self.command, target + self.path, headers=headers, content=body)
                proxy.passed.append(self.path)
                if proxy.swallow and proxy.swallow in self.path:
                    proxy.swallow = ""
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                self.send_response(answer.status_code)
                self.send_header("content-type", answer.headers.get("content-type", "text/plain"))
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            do_GET = do_POST = serve  # noqa: N815 - names of the standard library

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def enrolled(http: httpx.Client, base: str, name: str) -> Person:
    handle = f"{name}-{uuid4().hex[:6]}.test"
    asked = {"handle": handle, "email": f"{handle}@example.com", "password": PASSWORD}
    answer = http.post(f"{base}/xrpc/com.atproto.server.createAccount", json=asked)
    answer.raise_for_status()
    told = answer.json()
    return Person(http, base, handle, told["did"], told["accessJwt"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(read: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """What `read` gives once it gives something: the app follows its servers a moment later."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        found = read()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds} seconds.")


@contextmanager
def running() -> Iterator[Running]:
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="lyhord-bluesky-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        stores = {
            "DB_POSTGRES_URL": stack.enter_context(postgres(folder)),
            "REDIS_HOST": stack.enter_context(redis(folder)),
        }
        ports = [free_port() for _each in range(5)]
        stack.enter_context(network(folder, ports, stores))
        base, place = f"http://localhost:{ports[1]}", f"localhost:{ports[1]}"
        proxy = Proxy(base)
        stack.callback(proxy.server.shutdown)
        plain = stack.enter_context(httpx.Client(timeout=30, trust_env=False))
        brand = enrolled(plain, base, "brand")
        made = brand.call("com.atproto.server.createAppPassword", {"name": "lyhord"})
        allow = frozenset({place, proxy.base.partition("://")[2]})
        side = AccountSide(
            id=1,
            native="",
            handle="",
            settings={"service": place, "handle": brand.handle},
            secrets={"app_password": made["password"]},
            allow_hosts=allow,
        )
        http = stack.enter_context(client(base, hosts={"127.0.0.1"}, allow=allow, timeout_total=15))
        yield Running(base, f"ws://{place}", http, plain, connected(http, side), brand, proxy)


def connected(http: httpx.Client, side: AccountSide) -> AccountSide:
    told = CONNECTOR.connect(http, side, datetime.now(UTC))
    secrets = {**side.secrets, **told.secrets}
    return replace(side, native=told.native, handle=told.handle, secrets=secrets, state=told.state)


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextmanager
def network(folder: Path, ports: list[int], stores: dict[str, str]) -> Iterator[None]:
    found = next(Path(FOLDER).glob("node22/**/node-linux-*/bin/node"))
    (folder / "node_modules").symlink_to(Path(FOLDER).resolve() / "atp" / "node_modules")
    (folder / "loopback.mjs").write_text(LOOPBACK, encoding="utf-8")
    (folder / "network.mjs").write_text(NETWORK, encoding="utf-8")
    environment = {
        **os.environ,
        **stores,
        "LOG_ENABLED": "false",
        "DB_POSTGRES_SCHEMA": "dev",
        "PORTS": " ".join(map(str, ports)),
    }
    command = [
        str(found),
        "--preserve-symlinks",
        "--preserve-symlinks-main",
        "--import",
        "./loopback.mjs",
        "network.mjs",
    ]
    log = folder / "log"
    with log.open("wb") as told:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=told, stderr=told)
    with ended(process):
        until(lambda: is_ready(log, process), "the network did not start", 90)
        yield


def is_ready(log: Path, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")[-2000:]
    return b"READY" in log.read_bytes()


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with ended(process):
        yield f"127.0.0.1:{port}"


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A cluster of its own; PostgreSQL refuses to run as root, so then another user runs it."""
    home, port = folder / "pg", free_port()
    home.mkdir()
    user = "postgres" if os.geteuid() == 0 else ""
    if user:
        os.chown(home, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))

    def tool(name: str) -> str:
        return str(binaries[-1] / name) if binaries else name

    subprocess.run(
        [tool("initdb"), "-D", str(home / "data"), "-U", "pg", "-A", "trust", "-E", "UTF8"],
        user=user or None, cwd=home, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(home), "-c", "fsync=off"]
    process = subprocess.Popen(
        [tool("postgres"), "-D", str(home / "data"), *options],
        user=user or None, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"postgresql://pg@127.0.0.1:{port}"
    with ended(process):
        until(lambda: made_database(tool("psql"), url, process), "PostgreSQL did not start", 30)
        yield f"{url}/atp"


def made_database(psql: str, url: str, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "PostgreSQL ended by itself"
    asked = [psql, f"{url}/postgres", "-c", "create database atp"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0

"""Systems on the other side of the api channel, with a ledger of their own: they verify, put off, fail, hang and redirect."""

import base64
import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.experiments.homes import Home

SECRET = "a secret of two systems, thirty characters"
CONNECT = """
from uuid import uuid4
from lyhord.channels.actions import sealed
from lyhord.channels.models import Account, App
from lyhord.staff.models import Brand
out = []
for one in given:
    app = App.objects.create(connector="api", name=one["name"], endpoint=uuid4().hex, made_at=now)
    sealed.seal(app, {"secret": one["secret"], "hook_secret": uuid4().hex})
    app.save()
    account = Account.objects.create(
        app=app, brand=Brand.objects.get(), connector="api", name=one["name"], native=one["name"], made_at=now,
        checked_at=now, settings={"url": one["url"], "honours_key": True, "can_post": True},
    )
    sealed.seal(account, {})
    account.save()
    out.append(account.pk)
"""
QUEUE = """
from uuid import uuid4
from lyhord.channels.models import Account
from lyhord.outbox import actions
accounts = Account.objects.select_related("app").in_bulk()
out = []
for pk, text in given:
    made = actions.queue(accounts[pk], "post", key=uuid4(), by=None, now=now, text=text)
    out.append([made.pk, str(made.key)])
"""
POSTS = """
from lyhord.outbox.models import Dispatch
out = {str(row.key): [row.state, row.hold_reason or row.problem] for row in Dispatch.objects.filter(verb="post")}
"""
Reply = tuple[int, Mapping[str, str]]  # status 0: hang up


@dataclass(frozen=True)
class Heard:
    """One request, as it was heard. `at` is the sender's clock, which the experiment moves."""

    path: str
    ident: str
    at: int
    body: bytes
    is_signed: bool


@dataclass
class Peer:
    """`answers(heard)` is asked for each webhook; pings are answered well."""

    answers: Callable[[Heard], Reply]
    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)  # ids that it carried out, whatever became of the answer
    under_way: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    def take(self, path: str, headers: Message, body: bytes) -> Reply:
        told = json.loads(body) if body else {}
        if told.get("type") == "ping":
            return 200, {}
        ident, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "0")
        is_signed = hmac.compare_digest(headers.get("webhook-signature", ""), signature(ident, stamp, body))
        heard = Heard(path, ident, int(stamp), body, is_signed)
        with self.lock:
            self.heard.append(heard)
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            reply = self.answers(heard)
        finally:
            with self.lock:
                self.under_way -= 1
        if 200 <= reply[0] < 300:
            self.taken.append(ident)
        return reply

    @contextmanager
    def open(self) -> Iterator["Peer"]:
        """The same port again, when it was open before."""
        server = Server(("127.0.0.1", self.port), handler_of(self))
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who called has hung up; that is what these experiments are about."""


def signature(ident: str, stamp: str, body: bytes) -> str:
    """Standard Webhooks, 1.0.0, written down a second time: the house's own code is not the oracle."""
    mac = hmac.new(SECRET.encode(), f"{ident}.{stamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def handler_of(peer: Peer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, headers = peer.take(self.path, self.headers, body)
            self.close_connection = True
            if status == 0:
                return
            with contextlib.suppress(OSError):
                self.send_response(status)
                for name, value in {"content-length": "2", "connection": "close", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"{}")

        def log_message(self, *words: Any) -> None:
            """Nobody reads it."""

    return Handler


def connected(home: Home, urls: Mapping[str, str]) -> dict[str, int]:
    """Accounts of the api channel by their name. They were not tried: some would never answer."""
    told = [{"name": name, "url": url, "secret": SECRET} for name, url in urls.items()]
    return dict(zip(urls, home.code(CONNECT, told), strict=True))


def queued(home: Home, account: int, texts: list[str]) -> list[str]:
    """The webhook-ids that the other side must come to hear."""
    return [key for _pk, key in home.code(QUEUE, [[account, text] for text in texts])]

"""A small site of our own pages, without a database, that the browser tests drive."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, Queue
from threading import Lock, Thread
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from lyhord.web import assets, icons, menu
from lyhord.web.menu import Entry
from lyhord.web.middleware import policy

KINDS = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "html": "text/html; charset=utf-8",
}
SHELL = (
    '{% extends "web/workplace.html" %}{% import "web/_components.html" as ui %}{% block main %}<h1>Page</h1>'
)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    args = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    ]
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium"), "args": args}


@pytest.fixture(autouse=True)
def no_connectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell is tried without the rooms above it."""
    monkeypatch.setattr(icons, "connector_marks", lambda: {"webform": "file-text"})


@dataclass
class Site:
    """Pages by address, and what was asked. `push`, `token` and `poll` say how the live doors behave."""

    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    person: Any = field(default_factory=lambda: person())
    context: dict[str, Any] = field(default_factory=dict)
    language: str = "en"
    address: str = ""
    streams: dict[int, "Queue[str | None]"] = field(default_factory=dict)
    opened: list[dict[str, str]] = field(default_factory=list)
    has_push: bool = True
    changes: list[dict[str, Any]] = field(default_factory=list)
    has_poll: bool = True
    lock: Any = field(default_factory=Lock)

    def page(self, body: str, path: str = "/inbox/") -> str:
        """A page of the workplace with this in it; returns its address."""
        self.pages[path] = SHELL + body + "{% endblock %}"
        return self.address + path

    def send(self, number: int, **data: Any) -> None:
        """One event on every open stream."""
        for stream in list(self.streams.values()):
            stream.put(f"id: {number}\nevent: change\ndata: {json.dumps(data)}\n\n")

    def drop_streams(self) -> None:
        for stream in list(self.streams.values()):
            stream.put(None)

    def draw(self, path: str) -> str:
        request: Any = RequestFactory().get(path)
        request.user, request._messages = self.person, []
        with translation.override(self.language):
            return engines["jinja2"].from_string(self.pages[path]).render(self.context, request=request)


def person(**given: Any) -> Any:
    told: dict[str, Any] = {
        "name": "Linnea Nyström",
        "email": "linnea@example.com",
        "theme": "auto",
        "density": "normal",
    }
    return SimpleNamespace(is_authenticated=True, **{**told, "has_keys": True, "keys": {}, **given})


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.asked.append(("GET", path, {name.lower(): value for name, value in self.headers.items()}))
            if path == "/live/":
                self.stream()
            elif path == "/live/token/" and site.has_poll:
                self.give(
                    200,
                    json.dumps({"token": f"token{len(site.opened)}", "expires_in": 600}),
                    "application/json",
                )
            elif path == "/live/since/" and site.has_poll:
                self.give(
                    200, json.dumps({"last": 0, "changes": site.changes, "resync": False}), "application/json"
                )
                site.changes = []
            elif path.startswith("/static/") and (found := finders.find(path.removeprefix("/static/"))):
                self.give(200, Path(str(found)).read_text(), KINDS[path.rsplit(".", 1)[-1]])
            else:
                self.answer(path)

        def do_POST(self) -> None:
            path = urlsplit(self.path).path
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            site.asked.append(("POST", path, {name.lower(): value for name, value in self.headers.items()}))
            self.answer(path)

        def answer(self, path: str) -> None:
            if path in site.pages:
                self.give(200, site.draw(path))
            elif path in site.answers:
                self.give(*site.answers[path])
            else:
                self.give(404, "not here")

        def give(self, status: int, text: str, kind: str = KINDS["html"]) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", policy(site.address, []))
            if status in (301, 302):
                self.send_header("Location", text)
            self.end_headers()
            self.wfile.write(text.encode())

        def stream(self) -> None:
            if not site.has_push:
                return self.give(503, "no")
            queue: Queue[str | None] = Queue()
            with site.lock:
                site.opened.append(
                    {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                )
                site.streams[id(queue)] = queue
            try:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.tell(queue)
            except OSError:
                pass  # the page was closed
            finally:
                site.streams.pop(id(queue), None)
            return None

        def tell(self, queue: "Queue[str | None]") -> None:
            while True:
                try:
                    event = queue.get(timeout=0.2)
                except Empty:
                    event = ": beat\n\n"
                if event is None:
                    return
                self.wfile.write(event.encode())
                self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            pass

    return Handler


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Site]:
    assets.build()
    entries = [
        Entry("inbox", "Inbox", "inbox", icon="inbox", key="g i", order=1),
        Entry("reports", "Reports", "reports", icon="chart-column", key="g r", order=2),
        Entry("people", "People", "people", place="settings"),
        Entry("search", "Search", "search", place="palette"),
    ]
    monkeypatch.setattr(menu, "declared", lambda: entries)
    monkeypatch.setattr(menu, "reverse", lambda name: f"/{name}/")
    made = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(made))
    server.daemon_threads = True
    made.address = f"http://localhost:{server.server_port}"
    settings.LYHORD_PUSH_URL = made.address
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    made.drop_streams()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Any]:
    """until(lambda: ...): waits for something on the server's side, for at most twenty seconds."""

    def wait(what: Callable[[], Any]) -> Any:
        for _try in range(400):
            if found := what():
                return found
            time.sleep(0.05)
        raise AssertionError("It did not happen within twenty seconds.")

    return wait

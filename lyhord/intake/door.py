"""The hook door: where networks bring their news. A slim WSGI callable in front of Django, in the same process.

A request is verified over its raw bytes, kept by the group commit of `keeping`, and only then answered. Nothing of it is
parsed here. Without Django's request stack it takes a tenth of the time of a view (reference performance.md, 2b).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from lyhord.channels import registry
from lyhord.channels.actions import secrets_of
from lyhord.channels.contract import Answer, Connector, Request
from lyhord.channels.models import App
from lyhord.channels.registry import NoSuchConnector
from lyhord.intake import rules
from lyhord.intake.actions.receive import headers_as_text
from lyhord.intake.keeping import Kept, NotKept, Writer
from lyhord.lib import sabotage
from lyhord.lib.failpoints import failpoint

Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]

log = logging.getLogger(__name__)

PATH = "/hooks/"
MOST_BYTES = 5 * 1024 * 1024  # WhatsApp sends up to 3 MB
KNOWN_FOR = 5.0  # seconds; a changed secret counts after that
MOST_KNOWN = 1_000
REASONS = {
    200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Method Not Allowed",
    413: "Content Too Large", 503: "Service Unavailable",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Registered:
    """An app as the door needs it."""

    id: int
    connector: Connector
    secrets: dict[str, str]


class Refused(Exception):
    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def in_front_of(django: Wsgi) -> "Door":
    return Door(django)


class Door:
    def __init__(self, django: Wsgi) -> None:
        self.django = django
        self.writer = Writer()
        self.known: dict[tuple[str, str], tuple[float, Registered | None]] = {}
        self.looking = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PATH):
            return self.django(environ, start)
        try:
            answer = self.taken(environ)
            more: list[tuple[str, str]] = []
        except Refused as problem:
            answer = Answer(problem.status, str(problem).encode())
            more = [("Retry-After", "10")] if problem.status == 503 else []
        status = f"{answer.status} {REASONS.get(answer.status, 'Answer')}"
        length = ("Content-Length", str(len(answer.body)))
        start(
            status,
            [("Content-Type", answer.content_type), length, ("X-Content-Type-Options", "nosniff"), *more],
        )
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def taken(self, environ: Environ) -> Answer:
        """What the network hears. Raises Refused."""
        app = self.app(environ["PATH_INFO"])
        method = environ["REQUEST_METHOD"]
        request = Request(method, url_of(environ), headers_of(environ), body_of(environ))
        if method in {"GET", "HEAD"}:
            return self.challenged(app, request)
        if method != "POST":
            raise Refused(405, "News are brought by POST.")
        if not is_verified(app, request):
            raise Refused(401, why_not(app, request))
        answer = answer_of(app, request)
        self.keep(app, request)
        return answer or Answer(200, b"ok")

    def challenged(self, app: Registered, request: Request) -> Answer:
        answer = answer_of(app, request)
        if answer is None:
            raise Refused(405, "News are brought by POST.")
        return answer

    def keep(self, app: Registered, request: Request) -> None:
        """Returns when it is on the disk, or was there before."""
        envelope = Kept(
            app=app.id,
            connector=app.connector.name,
            method=request.method,
            url=request.url,
            headers=headers_as_text(request.headers),
            raw=request.body,
            digest=rules.envelope_digest(None, request.url, request.body),
        )
        if sabotage.is_on("early_answer"):
            self.writer.promise(envelope)
            return
        failpoint("intake.door.before_keep")
        try:
            self.writer.keep(envelope)
        except NotKept as problem:
            raise Refused(503, "It could not be kept just now. Send it again.") from problem
        failpoint("intake.door.after_keep")

    def app(self, path: str) -> Registered:
        """The app of an address /hooks/<connector>/<endpoint>/. Raises Refused."""
        parts = path.split("/")
        if len(parts) not in {4, 5} or (len(parts) == 5 and parts[4]):
            raise Refused(404, "There is no such hook.")
        place = parts[2], parts[3]
        until, app = self.known.get(place, (0.0, None))
        if until < time.monotonic():
            app = self.look_up(place)
        if app is None:
            raise Refused(404, "There is no such hook.")
        return app

    def look_up(self, place: tuple[str, str]) -> Registered | None:
        with self.looking:
            until, app = self.known.get(place, (0.0, None))
            if until >= time.monotonic():
                return app
            try:
                app = registered(*place)
            except (DatabaseError, InterfaceError) as problem:
                connection.close()
                raise Refused(503, "The database does not answer. Send it again.") from problem
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()  # somebody guesses addresses
            self.known[place] = time.monotonic() + KNOWN_FOR, app
            return app


def registered(connector: str, endpoint: str) -> Registered | None:
    app = App.objects.filter(connector=connector, endpoint=endpoint).first()
    if app is None:
        return None
    try:
        return Registered(app.pk, registry.get(connector), secrets_of(app))
    except NoSuchConnector:
        return None


def is_verified(app: Registered, request: Request) -> bool:
    if sabotage.is_on("signature"):
        return True
    try:
        return app.connector.verify(request, app.secrets)
    except Exception as problem:
        log.warning("A hook could not be verified", extra={"app": app.id, "kind": type(problem).__name__})
        return False


def why_not(app: Registered, request: Request) -> str:
    try:
        return app.connector.why_not(request, app.secrets) or "The signature is not right."
    except Exception:  # whatever a stranger sent
        return "The signature is not right."


def answer_of(app: Registered, request: Request) -> Answer | None:
    try:
        return app.connector.answer(request, app.secrets)
    except Exception as problem:
        log.warning("A hook could not be answered", extra={"app": app.id, "kind": type(problem).__name__})
        return None


# What WSGI gives --------------------------------------------------------------------------------------------------


def url_of(environ: Environ) -> str:
    query = environ.get("QUERY_STRING", "")
    path: str = environ["PATH_INFO"]
    return f"{settings.LYHORD_PUBLIC_URL}{path}?{query}" if query else f"{settings.LYHORD_PUBLIC_URL}{path}"


def headers_of(environ: Environ) -> dict[str, str]:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    return headers


def body_of(environ: Environ) -> bytes:
    """The raw body. A length that is wrong or too much is refused, and no more is read than is allowed."""
    announced = environ.get("CONTENT_LENGTH") or ""
    if not announced:
        is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        return read(environ, MOST_BYTES + 1) if is_chunked or environ.get("wsgi.input_terminated") else b""
    if not announced.isdecimal():
        raise Refused(400, "The length is not a number.")
    if len(announced) > 9 or int(announced) > MOST_BYTES:
        raise Refused(413, f"At most {MOST_BYTES} bytes are taken.")
    body = read(environ, int(announced))
    if len(body) != int(announced):
        raise Refused(400, "The body is not as long as announced.")
    return body


def read(environ: Environ, most: int) -> bytes:
    pieces = []
    missing = most
    while missing > 0:
        piece = environ["wsgi.input"].read(missing)
        if not piece:
            break
        pieces.append(piece)
        missing -= len(piece)
    body = b"".join(pieces)
    if len(body) > MOST_BYTES:
        raise Refused(413, f"At most {MOST_BYTES} bytes are taken.")
    return body

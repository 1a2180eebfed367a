"""Asks one route as one role, and says in a word what came of it. Nothing that is asked stays done."""

import json
import re
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, cast
from unittest.mock import patch
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from tests import world as worlds
from tests.access.routes import Route, Things
from tests.world import World

# Everything belongs to team A. `administrator_a` administers its brand, `chief` the whole installation.
ROLES = (
    "nobody", "agent_a", "senior_a", "lead_a", "moderator_a", "expert_a", "communications_a", "listener_a",
    "administrator_a", "agent_b", "agent_other", "lead_other", "chief", "key_read", "key_write",
)  # fmt: skip
# Callers with a key alone: of agent_a, that may only read, and only write.
KEYS = {"key_read": ("agent_a", ("read",)), "key_write": ("agent_a", ("write",))}
SAID = {
    401: "login",
    403: "forbidden",
    404: "absent",
    400: "refused",
    405: "no such method",
    409: "refused",
    422: "refused",
}
# The token of a form, in the page.
CHANGING = re.compile(r'(name="csrfmiddlewaretoken" value|"X-CSRFToken": *|csrf[^"]*"[^"]*content)="?[^"]*"')
WRITTEN = "SELECT (SELECT max(id) FROM staff_auditevent), (SELECT max(id) FROM web_change)"


@dataclass
class Walk:
    world: World
    things: Things
    sessions: dict[str, str] = field(default_factory=dict)
    # One for all requests, as in a process that serves: made anew, its middleware took longer than many an answer.
    handler: ClientHandler = field(default_factory=lambda: ClientHandler(enforce_csrf_checks=False))

    def ask(
        self, route: Route, role: str, *, is_missing: bool = False, query: Things | None = None
    ) -> HttpResponse:
        """One request, as if it had never been."""
        cache.clear()
        self.lay_file()
        client = Client(raise_request_exception=False)
        client.handler = self.handler
        headers = self.headers(route, role)
        if not headers and role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        address = route.address(self.things, is_missing=is_missing)
        query = {**route.query(self.things), **(query or {})}
        body: Any = route.body(self.things)
        with patch.object(socket, "getaddrinfo", offline):
            if route.is_api:
                words = json.dumps(body) if route.method != "GET" else ""
                response: Any = client.generic(
                    route.method, address, words, "application/json", headers=headers, query_params=query
                )
            else:
                response = (client.get if route.method == "GET" else client.post)(
                    address, {**body, **query}, headers=headers
                )
        return cast(HttpResponse, response)

    def lay_file(self) -> None:
        """The attachment's own; the media folder is another one in each test."""
        path = Path(settings.MEDIA_ROOT) / self.things["file"]
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"a picture")

    def headers(self, route: Route, role: str) -> dict[str, str]:
        if role in KEYS:
            name, scopes = KEYS[role]
            return self.world.headers(name, *scopes)
        if not route.is_api or role == "nobody":
            return {}
        if role == "chief":
            return self.world.headers(role, "read", "write", "admin")
        return self.world.headers(role, "read", "write")

    def let_in(self) -> None:
        """Sessions and keys are made before anything is asked, so that no undoing takes them away."""
        for role in ROLES:
            self.headers(Route("GET", "api/v1/me"), role)
            if role in self.world.people:
                client = Client()
                client.force_login(self.world.people[role])
                self.sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def answer(self, route: Route, role: str, *, is_missing: bool = False) -> "Answer":
        before = written()
        with transaction.atomic():
            response = self.ask(route, role, is_missing=is_missing)
            has_written = said(response) == "ok" and written() != before
            transaction.set_rollback(True)
        return Answer(response, has_written, route.address(self.things, is_missing=is_missing))

    def outcome(self, route: Route, role: str) -> str:
        return self.answer(route, role).word

    def text(self, route: Route, role: str, query: Things) -> str:
        """All that somebody reads there, the address aside."""
        with transaction.atomic():
            response = self.ask(route, role, query=query)
            transaction.set_rollback(True)
        return response.content.decode(errors="replace") if not response.streaming else ""

    def fails(self, route: Route, role: str, query: Things) -> bool:
        with transaction.atomic():
            status = self.ask(route, role, query=query).status_code
            transaction.set_rollback(True)
        return status >= 500


@dataclass
class Answer:
    response: HttpResponse
    has_written: bool
    address: str

    @property
    def word(self) -> str:
        """login, forbidden, absent, refused (what was sent), ok (nothing written), done (something written)."""
        return "done" if self.has_written else said(self.response)

    @property
    def look(self) -> tuple[str, str]:
        """What somebody who may not see it can tell: the word, and the page without what changes at each request."""
        text = self.response.content.decode(errors="replace").replace(self.address, "ADDRESS")
        return said(self.response), CHANGING.sub("", text)


def offline(*_address: Any, **_more: Any) -> NoReturn:
    """Another machine is asked as where there is no line: the page has to say so, and the law knows what it says."""
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


def written() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        audited, changed = cursor.fetchone()
    return audited or 0, changed or 0


def said(response: HttpResponse) -> str:
    status = response.status_code
    if status in {301, 302, 303, 307} and response["Location"].startswith(("/login/", "/admin/login/")):
        return "login"
    return SAID.get(status, "ok" if status < 400 else str(status))


def begin() -> Walk:
    """A fresh world, at the present: pages read the clock."""
    now = timezone.now()
    world = worlds.build(now)
    things = worlds.furnish(world)
    tomorrow = (now + timedelta(days=1)).isoformat()
    found = Walk(world, {**things, "tomorrow": tomorrow, "uuid": str(uuid4())})
    found.let_in()
    return found

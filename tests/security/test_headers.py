"""Every answer carries what keeps a browser from being used against us (S22)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests import world as worlds
from tests.access import law, walk
from tests.access.routes import Route, routes
from tests.access.walk import Walk
from tests.security import headers

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ("healthz", "metrics")  # read by machines of ours; nobody's page


@pytest.fixture
def here(db: None) -> Iterator[Walk]:
    with transaction.atomic():
        yield walk.begin()


def reading() -> list[Route]:
    known = law.read()
    return [route for route in routes() if route.method == "GET" and route.line in known]


def problems(here: Walk, role: str) -> list[str]:
    found = []
    for route in reading():
        with transaction.atomic():
            response = here.ask(route, role)
            transaction.set_rollback(True)
        is_public = role == "nobody" or route.path in PUBLIC
        is_media = route.path.startswith("media/") and response.status_code == 200
        is_original = route.path.endswith("/original/") and response.status_code == 200
        told = headers.wrong(response, is_private=not is_public, is_media=is_media, is_original=is_original)
        found += [f"{route.line} ({response.status_code}) as {role}: {problem}" for problem in told]
    return found


@pytest.mark.timeout(300)  # every address
@pytest.mark.parametrize("role", ["chief", "agent_a", "nobody"])
def test_every_page_and_every_answer_of_the_api_has_its_headers(here: Walk, role: str) -> None:
    assert len(reading()) > 60
    assert problems(here, role) == []


def test_what_is_refused_has_them_too(here: Walk) -> None:
    client = Client(raise_request_exception=False)
    asked = [
        client.get("/nowhere/"),
        client.post("/inbox/undo/"),
        client.generic("TRACE", "/inbox/"),
        client.get("/static/nowhere.js"),
        client.get("/inbox/", headers={"host": "evil.example"}),
        client.get("/hooks/demo/nowhere"),
        Client(enforce_csrf_checks=True).post("/login/", {"login": "a", "password": "b"}),
    ]
    assert [response.status_code for response in asked if response.status_code < 300] == []
    assert [problem for one in asked for problem in headers.wrong(one, is_private=False)] == []


def test_log_in_gives_a_cookie_that_only_the_browser_sends(here: Walk) -> None:
    client = Client()
    client.get("/login/")
    response = client.post("/login/", {"login": "agent_a@example.com", "password": worlds.PASSWORD})
    assert response.status_code == 302 and "session" in response.cookies
    assert headers.wrong(response, is_private=False) == []
    assert response.cookies["session"]["httponly"] and not response.cookies["session"]["domain"]


HTTPS = """
import json
from lyhord import settings
names = [name for name in dir(settings) if name.startswith(("SESSION_COOKIE", "CSRF_", "SECURE_", "IS_HTTPS", "LYHORD_PUSH"))]
print(json.dumps({name: getattr(settings, name) for name in names}))
"""


def test_under_https_cookies_are_bound_to_the_host_and_the_browser_stays_there(
    here: Walk, settings: Any, tmp_path: Path
) -> None:
    """The settings as another process reads them, for an installation with such an address."""
    told = os.environ | {"LYHORD_PUBLIC_URL": "https://service.example.com", "LYHORD_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", HTTPS], cwd=ROOT, env=told, capture_output=True, check=True, text=True
    )
    for name, value in json.loads(done.stdout).items():
        setattr(settings, name, value)
    client = Client(raise_request_exception=False)
    doors = ("/login/", "/en/help/", "/healthz", "/nowhere/", "/api/v1/me")
    public = [client.get(path, secure=True) for path in doors]
    words = {"login": "agent_a@example.com", "password": worlds.PASSWORD}
    entered = client.post("/login/", words, secure=True)
    pages = ("/inbox/", "/profile/", "/live/token/", "/outbox/")
    private = [client.get(path, secure=True) for path in pages]
    assert set(client.cookies) == {"__Host-session", "__Host-csrf"}
    assert [one.status_code for one in private] == [200] * 4
    found = [problem for one in [*public, entered] for problem in headers.wrong(one, is_private=False)]
    assert found + [problem for one in private for problem in headers.wrong(one, is_private=True)] == []


def test_the_checker_finds_what_is_missing() -> None:
    response = HttpResponse()
    response.set_cookie("session", "x")
    assert len(headers.wrong(response, is_private=True)) > 10

"""Agents at work over HTTP: by key through the API, and by session through the pages."""

import http.client
import json
import threading
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from tests.experiments.rig import Home

SESSION = """
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from lyhord.staff.models import User
user = User.objects.get(email="linnea@example.com")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
out = session.session_key
"""
TOKEN = "a" * 32
Answer = tuple[int, Any]  # status (0: no answer came), body


def call(home: Home, path: str, body: bytes, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection("localhost", home.port, timeout=20)
    try:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def by_key(home: Home, who: str, path: str, told: dict[str, Any], wish: str = "") -> Answer:
    headers = {"Authorization": f"Bearer {home.facts['keys'][who]}", "Content-Type": "application/json"}
    if wish:
        headers["Idempotency-Key"] = wish
    return call(home, f"/api/v1{path}", json.dumps(told).encode(), headers)


def by_page(home: Home, session: str, path: str, told: dict[str, Any]) -> Answer:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"session={session}; csrf={TOKEN}",
        "X-CSRFToken": TOKEN,
        "HX-Request": "true",
    }
    return call(home, path, urlencode(told).encode(), headers)


def at_once(calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """All at the same moment, each on a connection of its own."""
    gate = threading.Barrier(len(calls))
    answers: dict[int, Answer] = {}

    def run(number: int) -> None:
        gate.wait()
        answers[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(calls))]

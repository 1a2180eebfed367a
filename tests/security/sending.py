"""Sends hostile words to the pages and the API in process, and says what is wrong with an answer."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.access.routes import Route
from tests.access.walk import Walk

# Each is what a form or an address never sends by itself.
WORDS = [
    "\x00",
    "a\x00b",
    "\ud800",
    "\udfff\ud800",
    "1e400",
    "9" * 30,
    "9" * 5_000,
    "-1",
    "9223372036854775808",
    "\u0661\u0662",  # digits to Python, not to a database
    "\u00b2",
    "NaN",
    "true",
    "[]",
    '{"$gt": ""}',
    "' OR 1=1 --",
    "%' AND '%'='",
    "100%_\\",
    '*:*" NEAR("a" ^',
    "\u202egnp.exe",
    "\ufeff\u200b\u2060",
    " ",
    "../../../../etc/passwd",
    "a\r\nSet-Cookie: x=1",
    "{{7*7}}%s%(a)s{0}",
    "Z" + "\u0335" * 5_000,
    "x" * 300_000,
    "0000-00-00T00:00",
    "9999-12-31T23:59:59.999999+23:59",
    "0001-01-01T00:00:00-14:00",
]
# Of these kinds a JSON value can be, whatever was asked for.
VALUES: list[Any] = [
    *WORDS, None, True, 0, -1, 2**63, 2**200, 1.5, [], {}, [[]], [None], ["\x00"], {"a": {"b": ["\ud800"]}}, ["x"] * 2_000,
]  # fmt: skip


def encoded(fields: dict[str, Any]) -> bytes:
    """As a browser sends a form; half characters go as the bytes that they would have."""
    pairs = [
        (name, one)
        for name, value in fields.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return urlencode(
        [(name, str(value)) for name, value in pairs], quote_via=quote, errors="surrogatepass"
    ).encode()


def ask(here: Walk, route: Route, role: str, *, body: bytes = b"", query: str = "", form: bool = True) -> Any:
    """One request, as if it had never been."""
    client = Client(raise_request_exception=False)
    headers = here.headers(route, role)
    if not headers and role in here.sessions:
        client.cookies["session"] = here.sessions[role]
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    with transaction.atomic():
        response = client.generic(
            route.method, route.address(here.things), body, kind, headers=headers, QUERY_STRING=query
        )
        response_text(response)
        transaction.set_rollback(True)
    return response


def response_text(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""


def wrong(response: HttpResponse) -> str:
    """ "" if it is an answer, or a refusal that says something."""
    status = response.status_code
    if status >= 500:
        return f"{status}"
    if status >= 400 and not response_text(response).strip():
        return f"{status} without a word"
    return ""


def forms(route: Route, here: Walk, most: int | None, start: int) -> Iterator[tuple[str, str, bytes]]:
    """(field, word, body): each field of a form replaced by each word, the others as they should be."""
    usual = route.body(here.things)
    for number, field in enumerate(usual):
        for word in turned(WORDS, most, start + number * 7):
            yield field, word, encoded({**usual, field: word})


def documents(route: Route, here: Walk, most: int | None, start: int) -> Iterator[tuple[str, Any, bytes]]:
    usual = route.body(here.things)
    for number, field in enumerate(usual):
        for value in turned(VALUES, most, start + number * 7):
            yield field, value, json.dumps({**usual, field: value}).encode()
    for whole in (
        b"",
        b"[",
        b"null",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 2_000,
        b'{"text":"\\ud800"}',
    ):
        yield "", whole[:20], whole


def turned(things: list[Any], most: int | None, start: int) -> list[Any]:
    """All of them, or so many from `start` on, so that every field meets others."""
    return things if most is None else [things[(start + step * 11) % len(things)] for step in range(most)]

"""Bad input through every form, address and API call ends in an answer or a clear refusal, never in a fault of ours."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from django.db import transaction
from django.test import Client

from tests import world as worlds
from tests.access import law, walk
from tests.access.routes import Route, routes
from tests.access.walk import Walk
from tests.security import corpus, sending

ROLE = "chief"
# What pages and the API read from their addresses.
NAMES = (
    "q", "view", "after", "before", "account", "tag", "lang", "kind", "ids", "query", "id", "show", "team", "person", "verb",
    "object", "check", "language", "next", "cursor", "limit", "status", "flow", "assignee", "customer", "since", "page", "state",
    "text", "handle", "email", "connector",
)  # fmt: skip
FEW, MANY = 3, None


@pytest.fixture
def here(db: None) -> Iterator[Walk]:
    with transaction.atomic():
        yield walk.begin()


def of(method: str, *, is_api: bool) -> list[Route]:
    known = law.read()
    found = [route for route in routes() if route.line in known and route.is_api == is_api]
    return [route for route in found if (route.method == "GET") == (method == "GET")]


def posted(here: Walk, most: int | None) -> list[str]:
    found = []
    for start, route in enumerate(of("POST", is_api=False)):
        for field, word, body in sending.forms(route, here, most, start):
            if problem := sending.wrong(sending.ask(here, route, ROLE, body=body)):
                found.append(f"{route.line} {field}={word[:30]!r}: {problem}")
    return found


def called(here: Walk, most: int | None) -> list[str]:
    found = []
    for start, route in enumerate(of("POST", is_api=True)):
        for field, value, body in sending.documents(route, here, most, start):
            if problem := sending.wrong(sending.ask(here, route, ROLE, body=body, form=False)):
                found.append(f"{route.line} {field}={str(value)[:30]!r}: {problem}")
    return found


def addressed(here: Walk, words: list[str], names: int) -> list[str]:
    """Each word in many names at once; on a fault, one by one."""
    found = []
    for start, route in enumerate([*of("GET", is_api=False), *of("GET", is_api=True)]):
        for number, word in enumerate(words):
            told = quote(word, safe="", errors="surrogatepass")
            asked = [NAMES[(start + number + step) % len(NAMES)] for step in range(names)]
            query = "&".join(f"{name}={told}" for name in asked)
            if sending.wrong(sending.ask(here, route, ROLE, query=query)):
                found += [f"{route.line} {one}" for one in blamed(here, route, asked, told)]
    return found


def blamed(here: Walk, route: Route, names: list[str], told: str) -> list[str]:
    problems = {name: sending.wrong(sending.ask(here, route, ROLE, query=f"{name}={told}")) for name in names}
    return [f"?{name}={told[:40]}: {problem}" for name, problem in problems.items() if problem] or [
        "together"
    ]


LONG = [word for word in sending.WORDS if len(word) < 6_000]


@pytest.mark.timeout(300)  # every address
def test_no_form_makes_a_fault(here: Walk) -> None:
    assert posted(here, FEW) == []


def test_work_for_nobody_known_is_refused_with_a_word(here: Walk) -> None:
    for path, field in [("inbox/bulk/assign/", "to"), ("conversation/<int:pk>/draft/", "kind")]:
        route = Route("POST", path)
        for word in LONG:
            body = sending.encoded({**route.body(here.things), field: word})
            assert sending.wrong(sending.ask(here, route, ROLE, body=body)) == "", (path, word)


@pytest.mark.timeout(300)  # every address
def test_no_call_of_the_api_makes_a_fault(here: Walk) -> None:
    assert called(here, FEW) == []


@pytest.mark.timeout(300)  # every address
def test_no_address_makes_a_fault(here: Walk) -> None:
    assert addressed(here, LONG[::4], len(NAMES)) == []


@pytest.mark.whole
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("door", [posted, called, lambda here, most: addressed(here, LONG, len(NAMES))])
def test_no_form_call_or_address_makes_a_fault_with_any_word(
    here: Walk, door: Callable[[Walk, int | None], list[str]]
) -> None:
    assert door(here, MANY) == []


@pytest.mark.parametrize("path", ["/inbox/", "/api/v1/customers/search", "/api/v1/conversations"])
def test_search_takes_any_words(here: Walk, path: str) -> None:
    route = Route("GET", path.lstrip("/"))
    for text in corpus.some(corpus.oddities(), 60) + corpus.PLAIN:
        told = quote(text[:2_000], safe="", errors="surrogatepass")
        response: Any = sending.ask(here, route, ROLE, query=f"q={told}")
        assert response.status_code in {200, 400, 422}, (text[:60], response.status_code)


def test_the_ask_form_and_log_in_take_any_words(here: Walk) -> None:
    ask = Route("POST", f"en/help/ask/{here.things['account']}/")
    enter = Route("POST", "login/")
    for text in [*sending.WORDS, *corpus.some(corpus.oddities(), 30)]:
        words = {"subject": text, "text": text, "name": text, "email": text, "form_key": text, "website": ""}
        asked = sending.ask(here, ask, "nobody", body=sending.encoded(words))
        assert asked.status_code in {200, 302, 404, 413, 422}, (text[:60], asked.status_code)
        entered = sending.ask(here, enter, "nobody", body=sending.encoded({"login": text, "password": text}))
        assert entered.status_code in {200, 400, 413, 422, 429}, (text[:60], entered.status_code)
        assert "session" not in entered.cookies or not entered.cookies["session"].value


STRANGE = (
    "/media/%00/", "/media/..%2f..%2fetc/", "/welcome/%ED%A0%80/", "/inbox/99999999999999999999/", "/inbox/9223372036854775808/",
    "/conversation/99999999999999999999999/", "/settings/people/18446744073709551616/", "/en/help/ask/999999999999999999/",
    "/en/help/ticket/%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00%00/", "/%ff%fe/", "/..;/admin/",
    "/api/v1/conversations/99999999999999999999999", "/api/v1/posts/-1", "/api/v1/connectors/%00", "/static/%00",
    "/static/..%2f..%2fsettings.py", "/settings/mandates/%00/x/", "/hooks/demo/%00/", "//evil.example/", "/inbox/%0d%0aX: y/",
    "/settings/channels/new/%E2%80%AE/",
)  # fmt: skip


def test_no_path_makes_a_fault_and_none_leads_away(here: Walk) -> None:
    client = Client(raise_request_exception=False)
    client.cookies["session"] = here.sessions[ROLE]
    for path in STRANGE:
        for headers in ({}, here.world.headers(ROLE, "read")):
            response = client.get(path, headers=headers)
            assert response.status_code in {301, 302, 400, 401, 404, 405}, (path, response.status_code)
            assert "evil.example" not in response.get("Location", "").removeprefix("/login/?next="), path


@pytest.mark.parametrize("name", ["openredirects.txt", "open_redirect_payloads.txt"])
def test_nobody_is_sent_elsewhere_after_log_in(here: Walk, name: str) -> None:
    lines = corpus.folder("paths-redirects-crlf", name).read_text("utf-8", "replace").splitlines()
    words = {"login": "agent_a@example.com", "password": worlds.PASSWORD}
    for target in corpus.some([line.strip() for line in lines if line.strip()], 40):
        body = sending.encoded(words | {"next": target})
        response = sending.ask(here, Route("POST", "login/"), "nobody", body=body)
        place = urljoin("https://ours.example/login/", response.get("Location", "/").replace("\\", "/"))
        assert response.status_code < 500 and place.startswith("https://ours.example/"), target


def test_no_header_is_split_and_no_forged_host_is_taken(here: Walk) -> None:
    client = Client(raise_request_exception=False)
    for line in corpus.folder("paths-redirects-crlf", "crlf.txt").read_text("utf-8", "replace").splitlines():
        response = client.get("/login/", QUERY_STRING=f"next={line}&language={line}")
        assert response.status_code < 500
        assert not any("\n" in value or "\r" in value for value in response.headers.values())
        assert {name.lower() for name in response.cookies} <= {"csrf", "session", "language"}
    for host in ("evil.example", "localhost:8000@evil.example", "a\x00", "[::1", "x" * 300):
        for name in ("host", "x-forwarded-host"):
            response = client.get("/help/", headers={name: host})
            assert response.status_code == (400 if name == "host" else 302), (name, host)
            assert "evil" not in response.get("Location", "")

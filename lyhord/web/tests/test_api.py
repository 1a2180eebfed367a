"""Lists are paged by key and refusals look alike."""

from typing import Any

import pytest
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.testing import TestClient

from lyhord.lib.errors import LyhordError
from lyhord.web import api


class NewerTurn(LyhordError):
    pass


class NotYours(LyhordError):
    status = 403


@pytest.mark.parametrize("key", [(1,), ("2026-11-21T10:00:00Z", 17), (None, 2.5, "å")])
def test_a_cursor_comes_back_as_the_key_it_was_made_from(key: api.Key) -> None:
    assert api.decode(api.encode(key), len(key)) == key


@pytest.mark.parametrize("bad", ["", "x", "ä", "e30", api.encode((1, 2)), "W1sxXV0", "W3siYSI6MX1d", "=" * 9])
def test_a_cursor_that_we_did_not_give_is_refused(bad: str) -> None:
    with pytest.raises(api.BadCursor):
        api.decode(bad, 1)


def test_a_page_names_the_next_only_when_there_is_one() -> None:
    assert api.page([3, 2, 1], 2, lambda n: (n,), str) == {"items": ["3", "2"], "next": api.encode((2,))}
    assert api.page([3, 2], 2, lambda n: (n,), str) == {"items": ["3", "2"], "next": None}
    assert api.page([], 2, lambda n: (n,), str) == {"items": [], "next": None}


def client() -> TestClient:
    ninja = NinjaAPI(urls_namespace="of-this-test")
    api.install(ninja)

    @ninja.get("/{what}/")
    def ask(request: HttpRequest, what: str, size: int = 1) -> dict[str, Any]:
        raise {"newer": NewerTurn("Petri has answered."), "rights": NotYours("Ask a lead.")}.get(
            what, HttpError(404, "No such case.")
        )

    return TestClient(ninja)


@pytest.mark.parametrize(
    ("path", "status", "code", "message"),
    [
        ("/newer/", 409, "newer_turn", "Petri has answered."),
        ("/rights/", 403, "not_yours", "Ask a lead."),
        ("/other/", 404, "not_found", "No such case."),
    ],
)
def test_a_refusal_has_a_code_that_stays_and_a_text_for_people(
    path: str, status: int, code: str, message: str
) -> None:
    answer = client().get(path)
    assert answer.status_code == status
    assert answer.json() == {"error": {"code": code, "message": message}}


def test_a_wrong_parameter_is_named() -> None:
    answer = client().get("/newer/?size=many")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "invalid"
    assert "size" in answer.json()["error"]["message"]

"""What holds for every route: the document, keys, errors, once-only and paging."""

import json
import re
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from ninja import Schema
from openapi_spec_validator import validate
from pytest_django import Settings

from lyhord.api import api
from lyhord.desk.models import Note
from lyhord.staff.models import Kept
from lyhord.web.api import Given
from tests import world as worlds
from tests.api.conftest import Answer, Caller, answer
from tests.world import World

METHODS = {"get", "post", "put", "patch", "delete"}


def document() -> Any:
    response = Client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    return json.loads(response.content)


def operations() -> list[tuple[str, str, Any]]:
    return [
        (path, method, told)
        for path, way in document()["paths"].items()
        for method, told in way.items()
        if method in METHODS
    ]


@pytest.mark.django_db
def test_the_document_is_valid_and_asks_for_a_key_everywhere() -> None:
    validate(document())
    found = operations()
    assert len(found) > 100
    assert [path for path, _method, told in found if told.get("security") != [{"Bearer": []}]] == []


@pytest.mark.django_db
def test_operations_are_named_by_room_and_verb_and_described() -> None:
    names = [told["operationId"] for _path, _method, told in operations()]
    assert len(names) == len(set(names))
    wrong = [
        told["operationId"]
        for _path, _method, told in operations()
        if not told["operationId"].startswith(f"{told['tags'][0]}_") or not told.get("description")
    ]
    assert wrong == []


WORDS = {"kind": "note", "role": "agent", "verb": "hide"}  # in addresses; all other parts are numbers


def address_of(path: str) -> str:
    """An address with its parts filled in."""
    return re.sub(r"{(\w+)}", lambda part: WORDS.get(part[1], "1"), path)


@pytest.mark.django_db
def test_no_route_answers_without_a_key(client: Client) -> None:
    for path, method, _told in operations():
        response = client.generic(method.upper(), address_of(path))
        assert response.status_code == 401, f"{method} {path}"
        assert answer(response).code == "not_logged_in"


def test_a_session_is_no_key(world: World, client_of: Any) -> None:
    assert client_of(world.people["chief"]).get("/api/v1/me").status_code == 401


def test_schemas_have_a_name_of_their_own_and_refuse_other_fields() -> None:
    """The document keeps schemas by name, so two of one name would hide each other."""
    named: dict[str, set[str]] = defaultdict(set)
    open_ones = []
    for _path, view in (
        (p, v) for router in api._get_bound_routers() for p, v in router.path_operations.items()
    ):
        for operation in view.operations:
            for model in [
                *operation.models,
                *(one for one in operation.response_models.values() if hasattr(one, "model_fields")),
            ]:
                for schema in within(model):
                    named[schema.__name__].add(schema.__module__)
            for model in operation.models:
                if model.__ninja_param_source__ == "body":
                    open_ones += [schema for schema in within(model) if not issubclass(schema, Given)]
    assert {name: places for name, places in named.items() if len(places) > 1} == {}
    assert open_ones == []


def within(model: Any) -> set[type[Schema]]:
    """All schemas that stand in the fields of `model`."""
    found: set[type[Schema]] = set()
    todo = [field.annotation for field in model.model_fields.values()]
    while todo:
        one = todo.pop()
        if isinstance(one, type) and issubclass(one, Schema):
            if one not in found and not one.__name__.startswith("Listed["):
                found.add(one)
            if one.__name__.startswith("Listed[") or one in found:
                todo += [
                    field.annotation for field in one.model_fields.values() if field.annotation is not one
                ]
        todo += list(getattr(one, "__args__", ()))
    return found


# Errors -------------------------------------------------------------------------------------------------------------


def test_what_is_not_there_looks_like_what_is_not_hers(stranger: Caller, world: World) -> None:
    for path in ("conversations", "posts", "dispatches", "customers", "accounts", "people"):
        hidden = {
            "conversations": world.conversation.pk, "posts": world.post.pk, "dispatches": world.dispatch.pk,
            "customers": world.conversation.customer_id, "accounts": world.account.pk, "people": world.people["agent_a"].pk,
        }[path]  # fmt: skip
        seen, missing = stranger.get(f"{path}/{hidden}"), stranger.get(f"{path}/{10**9}")
        assert (seen.status, seen.told) == (missing.status, missing.told) == (404, seen.told)


def test_errors_have_one_form(agent: Caller) -> None:
    assert agent.get("nonsense").code == "not_found"
    assert agent.get("conversations/99999999999999999999999").code == "not_found"
    assert agent.ask("DELETE", "me", None).status == 405
    refused = agent.post("conversations/bulk", {"ids": [0], "verb": "close"})
    assert (refused.status, refused.code) == (422, "invalid")


def test_true_is_no_number_and_an_hour_has_no_zone(agent: Caller) -> None:
    assert agent.post("conversations/bulk", {"ids": [True], "verb": "close"}).code == "invalid"
    at, told = "notifications/settings", {"ways": {}, "quiet_from": "22:00", "quiet_until": "06:30"}
    assert agent.put(at, told).told["quiet_from"] == "22:00:00"
    for wrong in ("22:00Z", "24:00", "2200", 79200):
        assert agent.put(at, told | {"quiet_from": wrong}).code == "invalid"


def test_a_query_that_names_what_is_hidden_is_refused_as_a_body_is(stranger: Caller, world: World) -> None:
    refused = stranger.get("conversations/next", after=world.conversation.pk)
    assert (refused.status, refused.code) == (422, "no_such")


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff", b'{"is_on_duty": NaN}', b"[]", b'"x"', b"null"])
def test_a_body_that_is_no_json_is_refused(world: World, raw: bytes) -> None:
    response = Client().generic(
        "PUT", "/api/v1/me/duty", raw, "application/json", headers=world.headers("agent_a")
    )
    assert response.status_code in {400, 422}


def test_a_text_may_hold_what_databases_fear(agent: Caller, world: World) -> None:
    at = f"conversations/{world.conversation.pk}/notes"
    assert agent.post(at, {"text": "a\u0000b"}).told["text"] == "ab"
    assert agent.get("conversations", q="%_\ufffdx").status == 200
    assert agent.get("customers/search", q="%_\ufffdx").status == 200
    # An address with a zero byte is refused on both databases alike: PostgreSQL takes none.
    refused = agent.get("conversations", q="\u0000", tag="\u0000")
    assert (refused.status, refused.code) == (400, "bad_address")


# Once only ----------------------------------------------------------------------------------------------------------


def test_one_idempotency_key_is_one_note(agent: Caller, lead: Caller, world: World) -> None:
    at = f"conversations/{world.conversation.pk}/notes"
    for _time in range(3):
        assert agent.post(at, {"text": "Once"}, Idempotency_Key="k").status == 201
    assert Note.objects.count() == 1
    assert agent.post(at, {"text": "Other"}, Idempotency_Key="k").code == "key_reused"
    assert lead.post(at, {"text": "Once"}, Idempotency_Key="k").status == 201
    assert Note.objects.count() == 2


def test_the_same_key_long_after_is_still_one_note(agent: Caller, world: World) -> None:
    at = f"conversations/{world.conversation.pk}/notes"
    agent.post(at, {"text": "Once"}, Idempotency_Key="k")
    Kept.objects.all().delete()
    agent.post(at, {"text": "Once"}, Idempotency_Key="k")
    assert Note.objects.count() == 1


def test_a_call_beside_one_at_work_is_told_to_wait(agent: Caller, world: World) -> None:
    at = f"conversations/{world.conversation.pk}/notes"
    agent.post(at, {"text": "Once"}, Idempotency_Key="k")
    Kept.objects.update(status=None, at=timezone.now())
    assert agent.post(at, {"text": "Once"}, Idempotency_Key="k").code == "at_work"
    assert Note.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_call_four_times_at_once_is_one_note() -> None:
    world = worlds.build(timezone.now())
    caller, at = Caller(world.headers("agent_a")), f"conversations/{world.conversation.pk}/notes"

    def call(_time: int) -> Answer:
        try:
            return caller.post(at, {"text": "Once"}, Idempotency_Key="k")
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(call, range(4)))
    assert {one.status for one in answers} <= {201, 409}
    assert [one.code for one in answers if one.status == 409] == ["at_work"] * sum(
        one.status == 409 for one in answers
    )
    assert Note.objects.count() == 1


def test_a_refusal_is_kept_too_and_leaves_nothing(agent: Caller, world: World) -> None:
    at = f"conversations/{world.conversation.pk}/snooze"
    body = {"until": "2020-01-01T00:00:00Z"}
    assert [agent.post(at, body, Idempotency_Key="k").status for _time in range(2)] == [409, 409]


# Mass assignment ----------------------------------------------------------------------------------------------------


def test_no_route_takes_a_field_that_it_does_not_list(
    chief: Caller, world: World, settings: Settings
) -> None:
    """Each body with one field more is refused, whatever else is in it."""
    settings.LYHORD_API_BURST = 10_000
    tried = 0
    for path, method, told in operations():
        if "application/json" not in told.get("requestBody", {}).get("content", ()):
            continue  # a file comes as a form
        more = {"is_administrator_": True, "brand_id": 1, "state": "sent"}
        refused = chief.ask(method.upper(), address_of(path).removeprefix("/api/v1/"), more)
        assert refused.status == 422, f"{method} {path}: {refused.told}"
        assert "brand_id" in refused.told["error"]["message"], f"{method} {path}"
        tried += 1
    assert tried > 35

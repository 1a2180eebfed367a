"""Schemathesis asks every operation of the document with what it makes up, as people of several roles.

The service must never fail, never give a status or a body that the document does not name, and never take what the document
calls wrong. `make test` tries each operation a few times, the same way each time; `make test-all` tries many more.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pytest_django import Settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lyhord.api import api
from lyhord.wsgi import django as application
from tests import world as worlds
from tests.access.routes import Route
from tests.world import World

TAGS = ["staff", "channels", "intake", "customers", "outbox", "triage", "desk", "moving"]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
FEW, MANY = 3, 60


@pytest.fixture(autouse=True)
def no_pace(settings: Settings) -> None:
    settings.LYHORD_API_BURST, settings.LYHORD_API_PER_SECOND = 10_000_000, 100_000.0


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """The calls run in this thread and inside the test's own transaction, whose connection no request may close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def things(world: World) -> dict[str, Any]:
    return worlds.furnish(world)


def test_every_room_is_asked() -> None:
    told = {
        tag
        for way in api.get_openapi_schema()["paths"].values()
        for one in way.values()
        for tag in one["tags"]
    }
    assert told == set(TAGS)


def test_every_operation_names_all_its_answers() -> None:
    """No `default` that would cover whatever comes."""
    for path, way in api.get_openapi_schema()["paths"].items():
        for method, told in way.items():
            codes = {str(code) for code in told["responses"]}
            assert "default" not in codes, (method, path)
            assert {"400", "401", "403", "422", "429"} <= codes, (method, path)
            assert ("404" in codes) >= ("{" in path), (method, path)
            assert any(code.startswith("2") for code in codes), (method, path)


@pytest.mark.parametrize("tag", TAGS)
def test_each_operation_keeps_to_the_document(tag: str, world: World, things: dict[str, Any]) -> None:
    walk(tag, world, things, ["chief"], FEW)


@pytest.mark.whole
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("person", ["chief", "lead_a", "agent_a", "listener_a", "agent_other"])
@pytest.mark.parametrize("tag", TAGS)
def test_each_operation_keeps_to_the_document_for_long(
    tag: str, person: str, world: World, things: dict[str, Any]
) -> None:
    walk(tag, world, things, [person], MANY)


@cache
def document() -> Any:
    """Read once: it is the same for every room. The key is ours in every call, so none is left out or made up."""
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, config=config)


def walk(tag: str, world: World, things: dict[str, Any], people: list[str], examples: int) -> None:
    asked, wrong = 0, []
    for found in document().get_all_operations():
        operation = found.ok()
        if tag not in operation.definition.raw["tags"]:
            continue
        asked += 1
        for person in people:
            headers = world.headers(person, "read", "write", *(["admin"] if person == "chief" else []))
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    # Without parameters and body there is nothing that could be wrong.
                    with suppress(Unsatisfiable, pytest.skip.Exception):
                        trying(operation, mode, headers, things, examples)()
                # Every operation is tried, and all that was found is told at once.
                except (Exception, FailureGroup) as problem:
                    wrong.append(f"{operation.method.upper()} {operation.path} as {person}:\n{told(problem)}")
    assert asked > 0
    assert not wrong, "\n\n".join(wrong)


def told(problem: BaseException) -> str:
    inner = getattr(problem, "exceptions", [problem])
    return "\n".join(f"{type(one).__name__}: {one}"[:1500] for one in inner)


def trying(
    operation: Any, mode: GenerationMode, headers: dict[str, str], things: dict[str, Any], examples: int
) -> Callable[[], None]:
    """Each example is undone, so that the next one finds the world as it was. Half of them name things that are there."""
    real = places(operation, things)

    @settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), is_real=st.booleans())
    def trial(case: Any, is_real: bool) -> None:
        if is_real and real:
            case.path_parameters = {**case.path_parameters, **real}
        with transaction.atomic():
            response = case.call(headers=headers | {"Accept-Encoding": "identity"})
            transaction.set_rollback(True)
        checks = [
            *CHECKS,
            *([negative_data_rejection] if mode is GenerationMode.NEGATIVE and not is_real else []),
        ]
        case.validate_response(response, checks=checks)

    return trial


def places(operation: Any, things: dict[str, Any]) -> dict[str, Any]:
    """What stands for the parameters of this path in the world of the test."""
    path = re.sub(
        r"{(\w+)}", r"<\1>", re.sub(r"{(pk|number|draft)}", r"<int:\1>", operation.path.lstrip("/"))
    )
    route, found = Route(operation.method.upper(), path), {}
    for name in route.places:
        with suppress(KeyError):  # that a line is missing tells the access matrix
            found[name] = route.value(name, things, is_missing=False)
    return found

"""The world, and callers with keys."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests import world as worlds
from tests.world import World

Told = Any


@pytest.fixture
def now() -> datetime:
    """The API reads the clock itself, so the world of these tests begins at the present."""
    return timezone.now()


@pytest.fixture
def world(db: None, now: datetime) -> World:
    return worlds.build(now)


@dataclass
class Answer:
    status: int
    told: Told
    headers: Any

    @property
    def code(self) -> str:
        return str(self.told["error"]["code"])


@dataclass
class Caller:
    """Somebody with a key. `caller.get("me")` asks /api/v1/me."""

    headers: dict[str, str]

    def get(self, path: str, **query: Any) -> Answer:
        return self.ask("GET", path, None, query)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("POST", path, body, None, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("PUT", path, body, None, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.ask("PATCH", path, body, None, headers)

    def delete(self, path: str) -> Answer:
        return self.ask("DELETE", path, None)

    def ask(
        self,
        method: str,
        path: str,
        body: Any,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        told = {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        response = Client().generic(
            method, f"/api/v1/{path}", json.dumps(body) if body is not None else "", "application/json",
            headers={**self.headers, **told}, query_params=query or {},
        )  # fmt: skip
        return answer(response)


def answer(response: Any) -> Answer:
    return Answer(
        response.status_code, json.loads(response.content) if response.content else None, response.headers
    )


@pytest.fixture
def caller(world: World) -> Any:
    """caller("agent_a", "read"): with a key of these scopes; none named: read and write."""

    def of(name: str, *scopes: str) -> Caller:
        return Caller(world.headers(name, *scopes))

    return of


@pytest.fixture
def agent(caller: Any) -> Caller:
    made: Caller = caller("agent_a")
    return made


@pytest.fixture
def lead(caller: Any) -> Caller:
    made: Caller = caller("lead_a")
    return made


@pytest.fixture
def stranger(caller: Any) -> Caller:
    """Somebody of another brand."""
    made: Caller = caller("agent_other")
    return made


@pytest.fixture
def chief(caller: Any) -> Caller:
    made: Caller = caller("chief", "read", "write", "admin")
    return made

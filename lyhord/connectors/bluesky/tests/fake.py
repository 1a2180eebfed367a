"""A server that answers by the name of the method, and keeps what was asked. For cases that no server makes on request."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide

NOW = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
US, HER = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
CID = "bafyreidxrvs5wtaaszkvt4hfl7a7w47o3aewijkmr7b3eksspa7dlbr5my"
SESSION = {
    "accessJwt": "access-2",
    "refreshJwt": "refresh-2",
    "did": US,
    "handle": "brand.test",
    "active": True,
}
ACCOUNT = AccountSide(
    id=1,
    native=US,
    handle="brand.test",
    settings={"service": "bsky.social", "handle": "brand.test"},
    secrets={"app_password": "geheim", "access": "access-1", "refresh": "refresh-1"},
    state={"pds": "https://pds.example", "chat": True},
)

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Server:
    """`answers` by the last part of the method's name; a list gives one after the other, its last for ever."""

    def __init__(self, **answers: Answer | list[Answer]) -> None:
        self.answers = answers
        self.asked: list[httpx.Request] = []
        self.http = httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        method = request.url.path.rpartition(".")[2]
        found = self.answers.get(method if "/xrpc/" in request.url.path else f"directory{request.url.path}")
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if isinstance(found, Exception):
            raise found
        if found is None:
            return error(400, "NotFound", "not found")
        return found(request) if callable(found) else found

    def methods(self) -> list[str]:
        return [request.url.path.rpartition(".")[2] for request in self.asked]

    def body(self, method: str) -> Any:
        return json.loads(next(each for each in self.asked if each.url.path.endswith(f".{method}")).content)


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def error(status: int, code: str, message: str = "", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": code, "message": message}, headers=headers)


def uri(did: str = HER, key: str = "3n2tvgbwtt225", collection: str = "app.bsky.feed.post") -> str:
    return f"at://{did}/{collection}/{key}"

"""Ways in which a network fails us."""

from collections.abc import Callable
from typing import Any

import httpx

SECRET = "s3cret-of-a-test-9f1c"  # of nobody


class Network(httpx.Client):
    """An http client that reaches only `answer`."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        super().__init__(transport=httpx.MockTransport(answer))


def raising(problem: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise problem

    return answer


def answering(status: int, **content: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, **content)


FAULTS: dict[str, Callable[[httpx.Request], httpx.Response]] = {
    "200 garbage": answering(200, content=b"\x00\xff<html>"),
    "200 empty": answering(200),
    "200 null": answering(200, json=None),
    "200 list": answering(200, json=[1, None, "x", {}]),
    "200 odd ids": answering(200, json={"id": {"a": 1}, "url": 7}),
    "204": answering(204),
    "301": answering(301, headers={"location": "http://169.254.169.254/"}),
    "400": answering(400, json={"error": {"message": 5}}),
    "401": answering(401, json={"error": f"bad token {SECRET}"}),
    "403": answering(403, json={"error": "no"}),
    "404": answering(404, text="gone"),
    "413": answering(413),
    "422": answering(422, json={"error": None}),
    "429": answering(429, headers={"retry-after": "soon", "x-ratelimit-reset": "-1"}),
    "429 far": answering(429, headers={"retry-after": "99999999999999999999"}),
    "500": answering(500, text=f"Traceback: {SECRET}"),
    "503": answering(503, headers={"retry-after": "7"}),
    "hang": raising(httpx.ReadTimeout("slow")),
    "no connection": raising(httpx.ConnectError("refused")),
    "no name": raising(httpx.ConnectError("no such host")),
    "cut": raising(httpx.RemoteProtocolError("peer closed connection")),
    "cut while writing": raising(httpx.WriteError("broken pipe")),
    "pool": raising(httpx.PoolTimeout("busy")),
}

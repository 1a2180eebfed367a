"""X's own description of its API (OpenAPI, 2.167), and a network of paper that is held against it."""

import json
import os
from collections.abc import Mapping
from email import message_from_bytes
from functools import cache
from pathlib import Path
from typing import Any

import httpx

from lyhord.channels.tests.openapi import Document

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "x"
OURS = "1111111111111111111"
# In X's page of event payloads and not in the document of 2.167 (read 2026-11-22).
NEWER = frozenset({"post.reply.create", "post.quote.create"})
ME = {"id": OURS, "name": "Nordbanan", "username": "nordbanan", "verified": True}


@cache
def document() -> Document | None:
    path = DATA / "spec" / "openapi.json"
    return Document(json.loads(path.read_bytes())) if path.exists() else None


class Site(httpx.Client):
    """X's side: what reached it stands in `calls`; faults of our calls and of its own answers in `faults`."""

    def __init__(self) -> None:
        super().__init__(transport=httpx.MockTransport(self.answer))
        self.calls: list[tuple[str, str, dict[str, str], Any]] = []
        self.auths: list[str] = []
        self.faults: list[str] = []
        self.pages: dict[
            str, list[dict[str, Any]]
        ] = {}  # by path, answered one by one, the last again and again
        self.next: list[
            httpx.Response | None
        ] = []  # answers that come first; None: takes the call and hangs up
        self.hooks: list[dict[str, Any]] = []
        self.hook_is_valid = True
        self.subscriptions: list[dict[str, Any]] = []

    def called(self, end: str) -> list[Any]:
        return [content for _, path, _, content in self.calls if path.endswith(end)]

    def answer(self, request: httpx.Request) -> httpx.Response:
        query, path = dict(request.url.params), request.url.path
        kind = request.headers.get("content-type", "")
        content = content_of(kind, request.content)
        self.calls.append((request.method, path, query, content))
        self.auths.append(request.headers["authorization"])
        told = document()
        is_newer = isinstance(content, Mapping) and content.get("event_type") in NEWER
        if told is not None and not is_newer:
            self.faults += told.faults_of_call(request.method, path, query, content, kind.partition(";")[0])
        if self.next:
            first = self.next.pop(0)
            if first is None:
                raise httpx.ReadTimeout("slow")
            return first
        status, body = self.result(request.method, path, content)
        if told is not None:
            self.faults += told.faults_of_answer(request.method, path, status, body)
        return httpx.Response(status, json=body)

    def result(self, method: str, path: str, content: Any) -> tuple[int, Any]:
        if path in self.pages:
            pages = self.pages[path]
            return 200, pages.pop(0) if len(pages) > 1 else pages[0]
        number = str(9000 + len(self.calls))
        answers: dict[tuple[str, str], tuple[int, Any]] = {
            ("GET", "/2/users/me"): (200, {"data": ME}),
            ("POST", "/2/tweets"): (201, {"data": {"id": number, "text": "x"}}),
            ("POST", "/2/media/upload"): (200, {"data": {"id": number, "media_key": f"3_{number}"}}),
            ("POST", "/2/media/metadata"): (200, {"data": {"id": number}}),
            ("GET", "/2/webhooks"): (200, {"data": self.hooks, "meta": {"result_count": len(self.hooks)}}),
            ("GET", "/2/activity/subscriptions"): (200, {"data": self.subscriptions}),
            ("POST", "/2/activity/subscriptions"): (
                200,
                {"data": {"subscription": {"subscription_id": number}}},
            ),
        }
        if (method, path) in answers:
            return answers[method, path]
        if path.endswith("/messages"):
            return 201, {"data": {"dm_conversation_id": "1-2", "dm_event_id": number}}
        if path.startswith("/2/webhooks"):
            hook = {
                "id": "77",
                "url": "x",
                "valid": self.hook_is_valid,
                "created_at": "2026-11-22T12:00:00.000Z",
            }
            return 200, {"data": hook if method == "POST" else {"valid": self.hook_is_valid}}
        return 200, {"data": deed(method, path, content)}


def deed(method: str, path: str, content: Any) -> dict[str, Any]:
    last = path.rsplit("/", 1)[-1]
    if last == "hidden":
        return {"hidden": content["hidden"]}
    if "/muting" in path:
        return {"muting": method == "POST"}
    if "/likes" in path:
        return {"liked": method == "POST"}
    if "/dm/" in path:
        return {"blocked": last == "block"}
    return {"deleted": True}


def content_of(kind: str, raw: bytes) -> Any:
    if not raw:
        return None
    if not kind.startswith("multipart/"):
        return json.loads(raw)
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + raw)
    fields: dict[str, Any] = {}
    for part in form.get_payload():
        assert not isinstance(part, str)
        value = part.get_payload(decode=True)
        assert isinstance(value, bytes)
        fields[str(part.get_param("name", header="content-disposition"))] = value.decode("latin-1")
    return fields

"""A forum written from its description: it keeps posts, brings webhooks, and checks our calls and its own answers."""

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from lyhord.connectors.discourse import signing
from lyhord.connectors.discourse.tests import contract

KEY = "key-of-nobody-7d1f"
BASE = "https://forum.example"
US, ALICE = 2, 7
NAMES = {US: "nordbanan", ALICE: "alice"}
BEGIN = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
EVENT_TYPES = {
    "post": [
        {"id": 201, "name": "post_created"},
        {"id": 202, "name": "post_edited"},
        {"id": 203, "name": "post_destroyed"},
    ],
    "topic": [{"id": 101, "name": "topic_created"}, {"id": 104, "name": "topic_destroyed"}],
    "user": [{"id": 307, "name": "user_destroyed"}],
}


@dataclass
class Forum:
    posts: list[dict[str, Any]] = field(default_factory=list)
    hooks: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    next: list[httpx.Response | Exception] = field(default_factory=list)  # answers that come first
    loses: bool = False  # does what it is asked, and hangs up
    is_admin: bool = True
    archetypes: dict[int, str] = field(default_factory=dict)

    @property
    def http(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        method, path = request.method.lower(), request.url.path
        is_json = request.headers.get("content-type", "").startswith("application/json")
        body = json.loads(request.content) if is_json else None
        self.calls.append((method, str(request.url.raw_path.decode()), body))
        self.faults += contract.faults_of_call(method, path, body)
        if self.next:
            answer = self.next.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if request.headers.get("api-key") != KEY:
            return refusal(403, "The API username or key is invalid.", "invalid_access")
        told = self.done(method, path, body, request)
        if self.loses and method != "get":
            raise httpx.ReadTimeout("slow")
        if isinstance(told, httpx.Response):
            return told
        self.faults += contract.faults_of_answer(method, path, told)
        return httpx.Response(200, json=told)

    def done(self, method: str, path: str, body: Any, request: httpx.Request) -> Any:
        before = int(request.url.params.get("before") or 10**9)
        if path == "/posts.json" and method == "get":
            return {"latest_posts": self.page(before, "regular", path)}
        if path == "/private-posts.json":
            return {"private_posts": self.page(before, "private_message", "/posts.json")}
        if path == "/posts.json":
            return self.shape("post", path, self.made(body))
        if path == f"/u/{NAMES[US]}.json":
            return self.shape(
                "get", path, {"user": {"id": US, "username": NAMES[US], "admin": self.is_admin}}
            )
        if path == "/site/settings.json":
            return {"max_post_length": 1000, "min_post_length": 5, "min_personal_message_post_length": 3}
        if path.startswith("/admin/api/web_hooks"):
            return self.hook(method, path, body)
        if path == "/uploads.json":
            return self.shape(
                "post", path, {"id": 9, "short_url": "upload://abc.png", "url": "/uploads/abc.png"}
            )
        return self.about(method, path, body)

    def about(self, method: str, path: str, body: Any) -> Any:
        if found := re.fullmatch(r"/posts/(?:by_number/(\d+)/(\d+)|(\d+))(?:/unhide)?\.json", path):
            topic, number, ident = found.groups()
            post = next((each for each in self.posts if str(each["id"]) == ident
                         or (str(each["topic_id"]), str(each["post_number"])) == (topic, number)), None)  # fmt: skip
            if post is None:
                return refusal(404, "The requested URL or resource could not be found.", "not_found")
            return self.changed(method, path, post, body)
        if found := re.fullmatch(r"/t/(\d+)\.json", path):
            posts = [self.full(post, "stream") for post in self.posts if post["topic_id"] == int(found[1])]
            told = self.shape("get", path, {"id": int(found[1]), "archetype": self.archetype(int(found[1]))})
            schema = contract.answer_schema("get", path) or {}
            allowed = (
                schema.get("properties", {}).get("post_stream", {}).get("properties", {}).get("posts", {})
            )
            known = set(allowed.get("items", {}).get("properties", {})) or set(posts[0])
            stream = told["post_stream"] if isinstance(told.get("post_stream"), dict) else {}
            least = contract.least(allowed.get("items", {})) or {}
            told["post_stream"] = {**stream, "posts": [
                {**least, **{name: value for name, value in post.items() if name in known}} for post in posts
            ], "stream": [post["id"] for post in posts]}  # fmt: skip
            return told
        if path.startswith(("/post_actions", "/admin/users/")):
            return self.shape(method, path, {"id": body["id"]} if body and "id" in body else {})
        return refusal(404, "The requested URL or resource could not be found.", "not_found")

    def changed(self, method: str, path: str, post: dict[str, Any], body: Any) -> Any:
        if method == "delete":
            self.posts.remove(post)
            return httpx.Response(200)
        if method == "put" and body:
            post |= {
                "raw": body["post"]["raw"],
                "cooked": f"<p>{body['post']['raw']}</p>",
                "version": post["version"] + 1,
            }
            inner = (contract.answer_schema("put", path) or {}).get("properties", {}).get("post", {})
            return {"post": trimmed(inner, {**(contract.least(inner) or {}), **post})}
        return self.full(post, "/posts/1.json") if method == "get" else {"success": "OK"}

    def full(self, post: dict[str, Any], path: str) -> dict[str, Any]:
        return self.shape("get", path, post) if path.startswith("/") else dict(post)

    def page(self, before: int, archetype: str, path: str) -> list[dict[str, Any]]:
        schema = (
            (contract.answer_schema("get", path) or {})
            .get("properties", {})
            .get("latest_posts", {})
            .get("items", {})
        )
        there = [
            post
            for post in self.posts
            if post["id"] <= before and self.archetype(post["topic_id"]) == archetype
        ]
        least = contract.least(schema) or {}
        return [
            trimmed(schema, {**least, **post}) for post in sorted(there, key=lambda post: -post["id"])[:50]
        ]

    def shape(self, method: str, path: str, told: dict[str, Any]) -> dict[str, Any]:
        """What is told, with the rest that the description demands."""
        schema = contract.answer_schema(method, path) or {}
        least = contract.least(schema) or {}
        merged = {name: {**least[name], **value} if isinstance(value, dict) and isinstance(least.get(name), dict) else value
                  for name, value in told.items()}  # fmt: skip
        return trimmed(schema, {**least, **merged})

    def archetype(self, topic: int) -> str:
        return self.archetypes.get(topic, "regular")

    def made(self, body: dict[str, Any]) -> dict[str, Any]:
        topic = body.get("topic_id") or 100 + len(self.posts)
        if body.get("archetype"):
            self.archetypes[topic] = body["archetype"]
        return self.post(US, topic, body["raw"], body.get("reply_to_post_number"))

    def post(self, user: int, topic: int, raw: str, to: int | None = None, **more: Any) -> dict[str, Any]:
        at = (BEGIN + timedelta(minutes=len(self.posts))).isoformat().replace("+00:00", "Z")
        number = 1 + sum(1 for each in self.posts if each["topic_id"] == topic)
        made: dict[str, Any] = {
            "id": 1000 + len(self.posts), "user_id": user, "username": NAMES[user], "name": NAMES[user].title(),
            "display_username": NAMES[user].title(), "topic_id": topic, "topic_slug": "t", "post_number": number,
            "reply_to_post_number": str(to) if to else None, "raw": raw, "cooked": f"<p>{raw}</p>", "created_at": at, "updated_at": at,
            "post_type": 1, "version": 1, "yours": user == US, "post_url": f"/t/t/{topic}/{number}",
        }  # fmt: skip
        self.posts.append({**made, **more})
        return self.posts[-1]

    def hook(self, method: str, path: str, body: Any) -> Any:
        if not self.is_admin:
            return refusal(403, "You are not permitted to view the requested resource.", "invalid_access")
        if method == "get":
            return {
                "web_hooks": self.hooks,
                "extras": {"grouped_event_types": EVENT_TYPES, "content_types": [{"id": 1, "name": "json"}]},
            }
        if method == "put":
            self.hooks = [{**hook, **body["web_hook"]} for hook in self.hooks]
        else:
            self.hooks.append({"id": 5, **body["web_hook"]})
        return {"web_hook": {"id": 5}}

    def brings(self, event: str, kind: str, told: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """A webhook as the forum makes it: body and headers."""
        body = json.dumps({kind: told}).encode()
        secret = self.hooks[-1]["secret"] if self.hooks else ""
        headers = {
            "content-type": "application/json", "x-discourse-instance": BASE, "x-discourse-event-id": "9",
            "x-discourse-event-type": kind, "x-discourse-event": event, signing.HEADER: signing.signature(body, secret),
        }  # fmt: skip
        return body, headers


def trimmed(schema: Any, told: dict[str, Any]) -> dict[str, Any]:
    known = schema.get("properties") if schema.get("additionalProperties") is False else None
    return {name: value for name, value in told.items() if known is None or name in known}


def refusal(status: int, words: str, kind: str, **extras: Any) -> httpx.Response:
    return httpx.Response(status, json={"errors": [words], "error_type": kind, "extras": extras})

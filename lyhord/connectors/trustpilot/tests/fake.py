"""Trustpilot's side, written from its reference pages."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide

UNIT, USER = "507f191e810c19729de860ea", "607f191e810c19729de860eb"
APP = {"api_key": "key-of-nobody", "api_secret": "secret-of-nobody", "hook_secret": "hemligt"}


class TrustpilotSide:
    """One business unit and its reviews."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.rows: dict[str, dict[str, Any]] = {}
        self.given = 0
        self.alive: set[str] = set()
        self.is_closed = False
        self.calls: list[tuple[str, str, Any]] = []
        self.next: list[Callable[[httpx.Request], httpx.Response]] = []
        self.lost = 0

    def says(self, stars: int, title: str, text: str) -> str:
        self.now += timedelta(seconds=1)
        item = f"62c8968be77911f2449e{len(self.rows) + 1:04d}"
        self.rows[item] = {
            "id": item, "stars": stars, "title": title, "text": text, "language": "sv", "createdAt": stamp(self.now),
            "updatedAt": None, "consumer": {"id": f"c{len(self.rows) + 1}", "displayName": "Kari N."},
            "referenceId": "ORDER-7", "referralEmail": "kari@else.example", "isVerified": True, "companyReply": None,
            "reportData": None, "findReviewer": {"isEligible": True, "requests": []}, "status": "active",
        }  # fmt: skip
        return item

    def changes(self, item: str, **fields: Any) -> None:
        self.now += timedelta(minutes=1)
        self.rows[item] |= {**fields, "updatedAt": stamp(self.now)}

    def answers(self, item: str, text: str) -> None:
        self.now += timedelta(minutes=1)
        self.rows[item]["companyReply"] = {"text": text, "createdAt": stamp(self.now), "updatedAt": None}

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("/accesstoken"):
            return self.token(request)
        body = json.loads(request.content) if request.content else None
        self.calls.append((request.method, path, body))
        assert request.headers["apikey"] == APP["api_key"]
        if request.headers["authorization"].removeprefix("Bearer ") not in self.alive:
            return httpx.Response(401, json={"fault": {"faultstring": "Invalid Access Token"}})
        if self.next:
            return self.next.pop(0)(request)
        told = self.done(request.method, path, dict(request.url.params), body or {})
        if request.method != "GET" and self.lost:
            self.lost -= 1
            raise httpx.ReadTimeout("slow")
        return told

    def token(self, request: httpx.Request) -> httpx.Response:
        basic = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        assert request.content == b"grant_type=client_credentials"
        if self.is_closed or basic != f"{APP['api_key']}:{APP['api_secret']}":
            return httpx.Response(401, json={"fault": {"faultstring": "Invalid client"}})
        self.given += 1
        self.alive = {f"access-{self.given}"}
        return httpx.Response(200, json={"access_token": f"access-{self.given}", "expires_in": "359999"})

    def done(self, method: str, path: str, params: dict[str, str], body: dict[str, Any]) -> httpx.Response:
        if path == "/v1/business-units/find":
            if params["name"] != "nordbanan.example":
                return httpx.Response(404, json={"message": "Not found"})
            name = {"identifying": "nordbanan.example", "referring": ["nordbanan.example"]}
            return httpx.Response(200, json={"id": UNIT, "displayName": "Nordbanan", "name": name})
        if path == f"/v1/private/business-units/{UNIT}/reviews":
            return self.listed(params)
        item, _slash, rest = path.removeprefix("/v1/private/reviews/").partition("/")
        row = self.rows.get(item)
        if row is None:
            return httpx.Response(404, json={"message": "Review not found"})
        return self.at_review(method, row, rest, body)

    def listed(self, params: dict[str, str]) -> httpx.Response:
        size, number = int(params["perPage"]), int(params.get("page", "1"))
        assert 1 <= size <= 100
        rows = sorted(self.rows.values(), key=lambda row: str(row["createdAt"]), reverse=True)
        return httpx.Response(200, json={"links": [], "reviews": rows[(number - 1) * size : number * size]})

    def at_review(self, method: str, row: dict[str, Any], rest: str, body: dict[str, Any]) -> httpx.Response:
        if method == "GET":
            return httpx.Response(200, json=row)
        if rest == "find-reviewer":
            questions = row["findReviewer"]["requests"]
            self.now += timedelta(seconds=1)
            questions.append({"id": f"q{len(questions)}", "createdAt": stamp(self.now), "status": "sent"})
            return httpx.Response(200, json={"statusCode": None})
        if method == "DELETE":
            row["companyReply"] = None
            return httpx.Response(204)
        assert body["authorBusinessUserId"] == USER
        self.answers(row["id"], body["message"])
        return httpx.Response(201)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def side(**fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": UNIT, "handle": "nordbanan.example",
        "settings": {"domain": "nordbanan.example", "business_user": USER}, "secrets": {},
        "app": APP | {"hook_url": "https://us.example/hooks/trustpilot/e/"},
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})

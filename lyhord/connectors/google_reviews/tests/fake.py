"""Google's side, written from its reference; calls of the interfaces with a discovery document are checked against that."""

import base64
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide
from lyhord.connectors._google.tests import discovery
from lyhord.connectors._google.tests.oauth import APP, REFRESH, Grants, refusal

PLACE = "accounts/111/locations/222"
SUBSCRIPTION = "projects/p/subscriptions/s"
DOCUMENTS = {
    "mybusinessaccountmanagement.googleapis.com": "google-business/spec/mybusinessaccountmanagement.v1.json",
    "mybusinessnotifications.googleapis.com": "google-business/spec/mybusinessnotifications.v1.json",
}


class GoogleSide:
    """One location, its reviews, and a subscription that tells of them."""

    def __init__(self, now: datetime) -> None:
        self.grants = Grants()
        self.now = now
        self.rows: dict[str, dict[str, Any]] = {}
        self.notes: dict[str, dict[str, Any]] = {}
        self.places = [("locations/222", "Nordbanan Uppsala")]
        self.setting = {
            "pubsubTopic": "projects/p/topics/t",
            "notificationTypes": ["NEW_REVIEW", "UPDATED_REVIEW"],
        }
        self.calls: list[tuple[str, str]] = []
        self.faults: list[str] = []
        self.next: list[Callable[[httpx.Request], httpx.Response]] = []
        self.lost = 0
        self.page_size = 50
        self.missed: set[str] = set()  # by the list, as in June 2026

    def says(self, stars: str, comment: str | None, who: str = "Kari N.") -> str:
        self.now += timedelta(seconds=1)
        name = f"{PLACE}/reviews/r{len(self.rows) + 1}"
        self.rows[name] = {
            "name": name, "reviewId": name.rpartition("/")[2], "reviewer": {"displayName": who}, "starRating": stars,
            "createTime": stamp(self.now), "updateTime": stamp(self.now),
        } | ({"comment": comment} if comment is not None else {})  # fmt: skip
        return name

    def changes(self, name: str, comment: str) -> None:
        self.now += timedelta(minutes=1)
        self.rows[name] |= {"comment": comment, "updateTime": stamp(self.now)}

    def tells(self, name: str, kind: str = "NEW_REVIEW") -> None:
        ack = f"ack{len(self.notes) + 1}"
        self.notes[ack] = {"data": note(name, kind), "messageId": ack, "publishTime": stamp(self.now)}

    def answers(self, name: str, text: str, **more: str) -> None:
        self.now += timedelta(minutes=1)
        self.rows[name]["reviewReply"] = {"comment": text, "updateTime": stamp(self.now), **more}

    def answer(self, request: httpx.Request) -> httpx.Response:
        host, path = request.url.host, request.url.path
        if host == "oauth2.googleapis.com":
            return self.grants.answer(request)
        self.calls.append((request.method, path))
        body = json.loads(request.content) if request.content else None
        if host in DOCUMENTS:
            params = dict(request.url.params)
            self.faults += discovery.faults_of_call(DOCUMENTS[host], request.method, path, params, body)
        if not self.grants.takes(request):
            return refusal(401, "authError", "UNAUTHENTICATED")
        if self.next:
            return self.next.pop(0)(request)
        told = self.done(request.method, host, path, dict(request.url.params), body or {})
        if self.lost and request.method != "GET":
            self.lost -= 1
            raise httpx.ReadTimeout("slow")
        return told

    def done(
        self, method: str, host: str, path: str, params: dict[str, str], body: dict[str, Any]
    ) -> httpx.Response:
        if host.startswith("pubsub"):
            return self.pubsub(path, body)
        if host.startswith("mybusinessaccount"):
            told = {
                "accounts": [{"name": "accounts/111", "accountName": "Nordbanan", "type": "LOCATION_GROUP"}]
            }
            self.faults += discovery.faults_of(DOCUMENTS[host], "ListAccountsResponse", told)
            return httpx.Response(200, json=told)
        if host.startswith("mybusinessbusiness"):
            assert params["readMask"]
            return httpx.Response(
                200, json={"locations": [{"name": name, "title": title} for name, title in self.places]}
            )
        if host.startswith("mybusinessnotifications"):
            self.faults += discovery.faults_of(DOCUMENTS[host], "NotificationSetting", self.setting)
            return httpx.Response(200, json=self.setting)
        return self.reviews(method, path.removeprefix("/v4/"), params, body)

    def reviews(self, method: str, name: str, params: dict[str, str], body: dict[str, Any]) -> httpx.Response:
        if name == f"{PLACE}/reviews":
            return self.listed(params)
        row = self.rows.get(name.removesuffix("/reply"))
        if row is None:
            return refusal(404, "notFound", "NOT_FOUND")
        if method == "GET":
            return httpx.Response(200, json=row)
        if method == "DELETE":
            row.pop("reviewReply", None)
            return httpx.Response(200, json={})
        self.answers(row["name"], body["comment"], reviewReplyState="PENDING")
        return httpx.Response(200, json=row["reviewReply"])

    def listed(self, params: dict[str, str]) -> httpx.Response:
        assert int(params["pageSize"]) <= 50
        rows = sorted(self.rows.values(), key=lambda row: str(row["updateTime"]), reverse=True)
        rows = [row for row in rows if row["name"] not in self.missed]
        begin, size = int(params.get("pageToken", "0")), min(self.page_size, int(params["pageSize"]))
        if not rows:
            return httpx.Response(200, json={})
        told = {"reviews": rows[begin : begin + size], "averageRating": 3.5, "totalReviewCount": len(rows)}
        more = {"nextPageToken": str(begin + size)} if begin + size < len(rows) else {}
        return httpx.Response(200, json=told | more)

    def pubsub(self, path: str, body: dict[str, Any]) -> httpx.Response:
        if path.endswith(":acknowledge"):
            for ack in body["ackIds"]:
                del self.notes[ack]
            return httpx.Response(200, json={})
        told = [{"ackId": ack, "message": message} for ack, message in self.notes.items()]
        return httpx.Response(200, json={"receivedMessages": told[: body["maxMessages"]]} if told else {})


def note(name: str, kind: str) -> str:
    told = {"reviewName": name, "locationName": PLACE, "notificationType": kind}
    return base64.b64encode(json.dumps(told).encode()).decode()


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.123456789Z")


def side(**fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": PLACE, "handle": "222", "settings": {}, "secrets": {"refresh_token": REFRESH}, "app": APP,
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})

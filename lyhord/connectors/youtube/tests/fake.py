"""YouTube's side, written from its discovery document: each call and each answer is checked against that."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide
from lyhord.connectors._google.tests import discovery
from lyhord.connectors._google.tests.oauth import APP, REFRESH, Grants, refusal

PLACE = "youtube/spec/youtube.v3.json"
OURS = "UCnordbanan0000000000000"
COSTS = {"GET": 1}
WRITE = 50
Fault = Callable[[httpx.Request], httpx.Response]


class YouTubeSide:
    """One channel, one video, its comments, and a day's quota."""

    def __init__(self, now: datetime, quota: int = 10_000) -> None:
        self.grants = Grants()
        self.now = now
        self.quota = quota
        self.spent = 0
        self.rows: dict[str, dict[str, Any]] = {}
        self.banned: set[str] = set()
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.faults: list[str] = []  # of our calls and of its answers, by the document
        self.next: list[Fault] = []  # answers that come first
        self.lost = 0  # so many writes are carried out, and their answer is lost
        self.page_size = 100
        self.count = 0

    # What people do there ---------------------------------------------------------------------------------

    def says(self, who: str, text: str, under: str = "", status: str = "published") -> str:
        self.count += 1
        self.now += timedelta(seconds=1)
        item = f"{under}.r{self.count}" if under else f"Ug{self.count}"
        self.rows[item] = {
            "author": who, "text": text, "parent": under, "at": self.now, "changed": self.now, "status": status,
        }  # fmt: skip
        return item

    def changes(self, item: str, text: str) -> None:
        self.now += timedelta(minutes=1)
        self.rows[item] |= {"text": text, "changed": self.now}

    # What is asked of it ----------------------------------------------------------------------------------

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.host == "oauth2.googleapis.com":
            return self.grants.answer(request)
        params = dict(request.url.params)
        body = json.loads(request.content) if request.content else None
        self.calls.append((request.method, request.url.path, params))
        self.faults += discovery.faults_of_call(PLACE, request.method, request.url.path, params, body)
        if not self.grants.takes(request):
            return refusal(401, "authError", "UNAUTHENTICATED")
        self.spent += COSTS.get(request.method, WRITE)
        if self.next:
            return self.next.pop(0)(request)
        if self.spent > self.quota:
            return refusal(403, "quotaExceeded", text="The request cannot be completed.")
        told = self.done(request.method, request.url.path.rpartition("/")[2], params, body or {})
        if request.method != "GET" and self.lost:
            self.lost -= 1
            raise httpx.ReadTimeout("slow")
        return told

    def done(
        self, method: str, name: str, params: Mapping[str, str], body: Mapping[str, Any]
    ) -> httpx.Response:
        if name == "channels":
            return self.told(
                "ChannelListResponse", {"kind": "youtube#channelListResponse", "items": [self.channel()]}
            )
        if name == "commentThreads":
            return self.threads(params)
        if name == "setModerationStatus":
            return self.moderated(params)
        if method == "GET":
            return self.comments(params)
        if method == "POST":
            return self.inserted(body["snippet"])
        item = params.get("id") or body.get("id") or ""
        row = self.rows.get(item)
        if row is None:
            return refusal(404, "commentNotFound")
        if row["author"] != OURS:
            return refusal(403, "forbidden")
        if method == "DELETE":
            del self.rows[item]
            return httpx.Response(204)
        self.changes(item, body["snippet"]["textOriginal"])
        return self.told("Comment", self.comment(item, is_status=False))

    def channel(self) -> dict[str, Any]:
        snippet = {"title": "Nordbanan", "customUrl": "@nordbanan"}
        return {"kind": "youtube#channel", "id": OURS, "snippet": snippet}

    def threads(self, params: Mapping[str, str]) -> httpx.Response:
        wanted = params.get("moderationStatus", "published")
        tops = [item for item, row in self.rows.items() if not row["parent"] and row["status"] == wanted]
        return self.page("commentThread", list(reversed(tops)), params, self.thread)

    def comments(self, params: Mapping[str, str]) -> httpx.Response:
        if "id" in params:
            found = [item for item in params["id"].split(",") if self.is_seen(item)]
            return self.page("comment", found, {}, lambda item: self.comment(item, is_status=False))
        parent = params["parentId"]
        if parent not in self.rows:
            return refusal(404, "commentNotFound")
        found = [item for item, row in self.rows.items() if row["parent"] == parent and self.is_seen(item)]
        return self.page("comment", list(reversed(found)), params, self.comment)

    def is_seen(self, item: str) -> bool:
        return item in self.rows and self.rows[item]["status"] == "published"

    def page(
        self, kind: str, items: list[str], params: Mapping[str, str], show: Callable[[str], dict[str, Any]]
    ) -> httpx.Response:
        begin = int(params.get("pageToken", "0"))
        size = min(self.page_size, int(params.get("maxResults", "20")))
        parts = [show(item) for item in items[begin : begin + size]]
        told: dict[str, Any] = {
            "kind": f"youtube#{kind}ListResponse", "etag": str(hash(json.dumps(parts))),
            "pageInfo": {"totalResults": len(items), "resultsPerPage": size}, "items": parts,
        }  # fmt: skip
        if begin + size < len(items):
            told["nextPageToken"] = str(begin + size)
        return self.told(
            "CommentThreadListResponse" if kind == "commentThread" else "CommentListResponse", told
        )

    def thread(self, item: str) -> dict[str, Any]:
        answers = [each for each, row in self.rows.items() if row["parent"] == item and self.is_seen(each)]
        snippet = {
            "channelId": OURS, "videoId": "vid1", "topLevelComment": self.comment(item), "canReply": True,
            "totalReplyCount": len(answers), "isPublic": True,
        }  # fmt: skip
        # YouTube gives some of the answers along, not all.
        some = (
            {"replies": {"comments": [self.comment(each) for each in reversed(answers[-2:])]}}
            if answers
            else {}
        )
        return {"kind": "youtube#commentThread", "etag": "t", "id": item, "snippet": snippet, **some}

    def comment(self, item: str, *, is_status: bool = True) -> dict[str, Any]:
        row = self.rows[item]
        snippet = {
            "channelId": OURS, "videoId": "vid1", "textDisplay": row["text"], "textOriginal": row["text"],
            "authorDisplayName": f"@{row['author'].lower()}", "authorProfileImageUrl": "https://yt3.ggpht.com/x",
            "authorChannelUrl": f"http://www.youtube.com/channel/{row['author']}",
            "authorChannelId": {"value": row["author"]}, "canRate": True, "viewerRating": "none", "likeCount": 0,
            "publishedAt": stamp(row["at"]), "updatedAt": stamp(row["changed"]),
        }  # fmt: skip
        snippet |= {"parentId": row["parent"]} if row["parent"] else {}
        snippet |= {"moderationStatus": row["status"]} if is_status else {}
        return {"kind": "youtube#comment", "etag": "c", "id": item, "snippet": snippet}

    def inserted(self, snippet: Mapping[str, Any]) -> httpx.Response:
        if snippet["parentId"] not in self.rows:
            return refusal(404, "parentCommentNotFound")
        item = self.says(OURS, snippet["textOriginal"], snippet["parentId"])
        return self.told("Comment", self.comment(item, is_status=False))

    def moderated(self, params: Mapping[str, str]) -> httpx.Response:
        for item in params["id"].split(","):
            if item not in self.rows:
                return refusal(404, "commentNotFound")
            self.rows[item]["status"] = params["moderationStatus"]
            if params.get("banAuthor") == "true":
                if params["moderationStatus"] != "rejected":
                    return refusal(400, "banWithoutReject")
                self.banned.add(self.rows[item]["author"])
        return httpx.Response(204)

    def told(self, schema: str, document: dict[str, Any]) -> httpx.Response:
        self.faults += discovery.faults_of(PLACE, schema, document)
        return httpx.Response(200, json=document)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def side(**fields: Any) -> AccountSide:
    usual: dict[str, Any] = {
        "id": 1, "native": OURS, "handle": "@nordbanan", "settings": {}, "secrets": {"refresh_token": REFRESH},
        "app": APP,
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})

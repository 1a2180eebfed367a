"""Meta's side: pages, comments, talks and Instagram media that live in memory, with its dialect of errors.

Written from Meta's documentation (read 2026-11-22). Every call is checked for the token, its proof, and fields that Meta
does not know; what happens there is told by signed webhooks as the real one tells it.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx

from lyhord.connectors._meta.client import VERSION

TOKEN, APP, SECRET, VERIFY = "page-token-of-nobody", "4711", "app-secret-of-nobody", "verify-token"
PAGE, INSTA = "100200300", "17841400000000001"
PATH = re.compile(rf"/{re.escape(VERSION)}/(?P<rest>.+)")
Answer = tuple[int, Any]


class Broken(Exception):
    """An answer that is an error in Meta's dialect."""

    def __init__(self, code: int, subcode: int = 0, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        told = {
            "message": message or f"(#{code}) refused",
            "type": "OAuthException",
            "code": code,
            "fbtrace_id": "A",
        }
        self.answer: Answer = (status, {"error": told | ({"error_subcode": subcode} if subcode else {})})


class Fake:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.posts: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, dict[str, Any]] = {}
        self.talks: dict[str, list[dict[str, Any]]] = {}  # person -> messages, the newest first
        self.ratings: list[dict[str, Any]] = []
        self.media: dict[str, dict[str, Any]] = {}
        self.blocked: set[str] = set()
        self.liked: set[str] = set()
        self.answered_in_private: set[str] = set()
        self.has_human_tag = True
        self.subscriptions: dict[str, dict[str, Any]] = {}
        self.installed: set[str] = set()
        self.scopes: list[str] | None = None
        self.expires_at = 0
        self.is_valid = True
        self.calls: list[tuple[str, str, dict[str, Any]]] = []
        self.next: list[
            Any
        ] = []  # a Broken, "lost" (done, and no answer), "cut" (not done, no answer), headers
        self.headers: dict[str, str] = {}
        self.notices: list[tuple[bytes, dict[str, str]]] = []
        self.last = 1000
        self.talks_as = PAGE  # whose messages "me" are

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.handle))

    # The wire ---------------------------------------------------------------------------------------------------

    def handle(self, request: httpx.Request) -> httpx.Response:
        found = PATH.fullmatch(request.url.path)
        if found is None:
            return httpx.Response(404, json={"error": {"message": "Unknown path", "code": 2500}})
        content = self.content(request)
        self.calls.append((request.method, found["rest"], content))
        fault = self.next.pop(0) if self.next else None
        if fault == "cut":
            raise httpx.ReadTimeout("slow")
        try:
            if isinstance(fault, Broken):
                raise fault
            self.check(request, content)
            status, body = self.answer(request.method, found["rest"].split("/"), content)
        except Broken as problem:
            status, body = problem.answer
        if fault == "lost":
            raise httpx.ReadTimeout("slow")
        return httpx.Response(status, json=body, headers=self.headers)

    def content(self, request: httpx.Request) -> dict[str, Any]:
        told: dict[str, Any] = dict(request.url.params)
        kind = request.headers.get("content-type", "")
        if kind.startswith("application/json"):
            told |= json.loads(request.content)
        elif kind.startswith("multipart/"):
            told["source"] = request.content
            told |= dict(
                re.findall(
                    r'name="(\w+)"\r\n\r\n(.*?)\r\n--', request.content.decode("utf-8", "replace"), re.S
                )
            )
        elif kind.startswith("application/x-www-form-urlencoded"):
            told |= dict(parse_qsl(request.content.decode()))
        return told

    def check(self, request: httpx.Request, content: Mapping[str, Any]) -> None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token == f"{APP}|{SECRET}":
            return
        if token != TOKEN or not self.is_valid:
            raise Broken(190, 460, "Error validating access token", 401)
        proof = hmac.new(SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
        if content.get("appsecret_proof") != proof:
            raise Broken(100, 0, "Invalid appsecret_proof provided in the API argument")

    def answer(self, method: str, path: list[str], told: dict[str, Any]) -> Answer:
        head, edge = path[0], path[1] if len(path) > 1 else ""
        if head == "debug_token":
            return 200, {"data": self.token()}
        if head == "me" and not edge:
            return 200, self.me()
        head = self.talks_as if head == "me" else head
        if head == "refresh_access_token":
            return 200, {"access_token": "renewed-token", "token_type": "bearer", "expires_in": 5_184_000}
        if edge in {"subscriptions", "subscribed_apps"}:
            return self.hooking(method, edge, told)
        if head in {PAGE, INSTA}:
            return self.of_account(method, head, edge, told)
        return self.of_item(method, head, edge, told)

    # Accounts ---------------------------------------------------------------------------------------------------

    def token(self) -> dict[str, Any]:
        scopes = {"scopes": self.scopes} if self.scopes is not None else {}
        return {"app_id": APP, "is_valid": self.is_valid, "expires_at": self.expires_at, **scopes}

    def me(self) -> dict[str, Any]:
        about = {"id": PAGE, "name": "Nordbanan", "username": "nordbanan", "category": "Railway company"}
        linked = {"id": INSTA, "username": "nordbanan", "name": "Nordbanan"}
        return about | {"link": "https://www.facebook.com/nordbanan", "instagram_business_account": linked}

    def hooking(self, method: str, edge: str, told: dict[str, Any]) -> Answer:
        if edge == "subscriptions":
            if method == "POST":
                fields = [{"name": name, "version": VERSION} for name in told["fields"].split(",")]
                self.subscriptions[told["object"]] = {
                    "object": told["object"], "callback_url": told["callback_url"], "active": True, "fields": fields,
                }  # fmt: skip
                return 200, {"success": True}
            return 200, {"data": list(self.subscriptions.values())}
        if method == "POST":
            self.installed = set(told["subscribed_fields"].split(","))
            return 200, {"success": True}
        return 200, {
            "data": [{"id": APP, "subscribed_fields": sorted(self.installed)}] if self.installed else []
        }

    def of_account(self, method: str, account: str, edge: str, told: dict[str, Any]) -> Answer:
        if not edge:
            if "mentioned_comment" in told.get("fields", ""):
                return 200, self.mention(told["fields"])
            return 200, {"id": account}
        if edge == "messages" and method == "POST":
            return 200, self.message(account, told)
        if edge == "conversations":
            return 200, self.conversations(told)
        if edge == "blocked":
            (self.blocked.update if method == "POST" else self.blocked.difference_update)(told["psid"])
            return 200, dict.fromkeys(told["psid"], True)
        if edge == "feed" and method == "POST":
            return 200, {"id": self.post(PAGE, told["message"])}
        if edge == "photos" and method == "POST":
            return 200, {"id": "7", "post_id": self.post(PAGE, told.get("message", ""))}
        if edge == "mentions" and method == "POST":
            return 200, {
                "id": self.remark(
                    INSTA, told.get("comment_id") or told["media_id"], told["message"], "nordbanan"
                )
            }
        lists = {
            "feed": [self.with_comments(post) for post in self.posts.values() if not post.get("elsewhere")],
            "tagged": [post for post in self.posts.values() if post.get("elsewhere")],
            "ratings": self.ratings,
            "media": [
                self.with_media_comments(each) for each in self.media.values() if not each.get("elsewhere")
            ],
            "tags": [each for each in self.media.values() if each.get("elsewhere")],
        }
        if edge not in lists:
            raise Broken(100, 0, f"(#100) Tried accessing nonexisting field ({edge})")
        return 200, self.paged(lists[edge], told)

    def paged(self, nodes: list[dict[str, Any]], told: dict[str, Any]) -> dict[str, Any]:
        nodes = sorted(
            nodes, key=lambda each: str(each.get("created_time") or each.get("timestamp")), reverse=True
        )
        start, limit = int(told.get("after") or 0), int(told.get("limit") or 25)
        here = nodes[start : start + limit]
        more = {"cursors": {"after": str(start + limit)}} if start + limit < len(nodes) else {}
        return {"data": here, "paging": more}

    # Posts and comments -----------------------------------------------------------------------------------------

    def time(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%S+0000")

    def number(self) -> str:
        self.last += 1
        return str(self.last)

    def post(self, author: str, message: str, name: str = "", *, elsewhere: bool = False) -> str:
        ident = f"{'999' if elsewhere else PAGE}_{self.number()}"
        self.posts[ident] = {
            "id": ident, "message": message, "from": {"id": author, "name": name or author}, "created_time": self.time(),
            "updated_time": self.time(), "permalink_url": f"https://www.facebook.com/{ident.replace('_', '/posts/')}",
            **({"elsewhere": True} if elsewhere else {}),
        }  # fmt: skip
        self.tell_page("feed", {"item": "status", "verb": "add", "post_id": ident, "message": message,
                                "from": {"id": author, "name": name or author}})  # fmt: skip
        return ident

    def comment(self, author: str, below: str, message: str, name: str = "") -> str:
        post = self.comments[below]["post"] if below in self.comments else below
        ident = f"{post.partition('_')[2]}_{self.number()}"
        told = {"id": author, "name": name or author}
        self.comments[ident] = {
            "id": ident, "message": message, "from": told, "created_time": self.time(), "is_hidden": False,
            "permalink_url": f"https://www.facebook.com/{post.replace('_', '/posts/')}/?comment_id={ident.partition('_')[2]}",
            "post": post, **({"parent": {"id": below}} if below in self.comments else {}),
        }  # fmt: skip
        self.posts[post]["updated_time"] = self.time()
        self.tell_page("feed", {"item": "comment", "verb": "add", "comment_id": ident, "post_id": post,
                                "parent_id": below, "message": message, "from": told})  # fmt: skip
        return ident

    def with_comments(self, post: dict[str, Any]) -> dict[str, Any]:
        below = [each for each in self.comments.values() if each["post"] == post["id"]]
        return {**post, "comments": {"data": list(reversed(below))}}

    def of_item(self, method: str, item: str, edge: str, told: dict[str, Any]) -> Answer:
        node = self.posts.get(item) or self.comments.get(item) or self.media.get(item)
        if node is None:
            raise Broken(100, 33, "Unsupported request. Object with ID does not exist, cannot be loaded")
        if edge in {"comments", "replies"}:
            if method == "POST":
                return 200, {"id": self.reply(item, told)}
            below = [
                each
                for each in self.comments.values()
                if item in (each.get("post"), each.get("media_id"), each.get("parent_id"))
            ]
            return 200, self.paged(below, told)
        if edge == "likes":
            (self.liked.add if method == "POST" else self.liked.discard)(item)
            return 200, {"success": True}
        if method == "DELETE":
            for kept in (self.posts, self.comments, self.media):
                kept.pop(item, None)
            return 200, {"success": True}
        if method == "POST":
            if "message" in told:
                node["message"] = told["message"]
            for name, field in (("is_hidden", "is_hidden"), ("hide", "hidden")):
                if name in told:
                    node[field] = told[name]
            return 200, {"success": True}
        return 200, self.with_comments(node) if item in self.posts else node

    def reply(self, item: str, told: dict[str, Any]) -> str:
        words = told.get("message", "")
        if len(words) > (8000 if item in self.posts or "post" in self.comments.get(item, {}) else 2200):
            raise Broken(100, 0, "(#100) Param message is too long")
        if item in self.media or "media_id" in self.comments.get(item, {}):
            return self.remark(INSTA, item, words, "nordbanan")
        return self.comment(PAGE, item, words, "Nordbanan")

    # Messages ---------------------------------------------------------------------------------------------------

    def says(self, person: str, text: str, account: str = PAGE) -> str:
        """A customer writes in private."""
        mid = f"m_{self.number()}"
        self.talks.setdefault(person, []).insert(0, self.kept(mid, person, account, text))
        told = {"sender": {"id": person}, "recipient": {"id": account}, "message": {"mid": mid, "text": text}}
        self.tell_talk(account, told)
        return mid

    def kept(self, mid: str, sender: str, recipient: str, text: str) -> dict[str, Any]:
        to = {"data": [{"id": recipient}]}
        return {"id": mid, "message": text, "from": {"id": sender}, "to": to, "created_time": self.time()}

    def message(self, account: str, told: dict[str, Any]) -> dict[str, Any]:
        recipient = (
            told["recipient"] if isinstance(told["recipient"], dict) else json.loads(told["recipient"])
        )
        words = told["message"] if isinstance(told["message"], dict) else json.loads(told["message"])
        text = words.get("text", "")
        if (len(text) if account == PAGE else len(text.encode())) > (2000 if account == PAGE else 1000):
            raise Broken(
                100, 0, "(#100) Length of param message[text] must be less than or equal to the limit"
            )
        named = recipient.get("comment_id") or recipient.get("post_id")
        person = self.first_private(named) if named else recipient["id"]
        if not named:
            self.require_window(person, told)
        mid = f"m_{self.number()}"
        self.talks.setdefault(person, []).insert(0, self.kept(mid, account, person, text))
        echo = {"mid": mid, "text": text, "is_echo": True, "app_id": int(APP)}
        self.tell_talk(account, {"sender": {"id": account}, "recipient": {"id": person}, "message": echo})
        return {"recipient_id": person, "message_id": mid}

    def first_private(self, named: str) -> str:
        node = self.comments.get(named) or self.posts.get(named)
        if node is None:
            raise Broken(100, 33, "Object does not exist")
        if named in self.answered_in_private:
            raise Broken(10900, 0, "Activity already replied to")
        at = datetime.strptime(node.get("created_time") or node["timestamp"], "%Y-%m-%dT%H:%M:%S%z")
        if self.now - at > timedelta(days=7):
            raise Broken(10901, 0, "Activity is too old for a private reply")
        self.answered_in_private.add(named)
        return str(node["from"]["id"])

    def require_window(self, person: str, told: Mapping[str, Any]) -> None:
        hers = [each for each in self.talks.get(person, []) if each["from"]["id"] == person]
        if not hers:
            raise Broken(100, 2018001, "No matching user found")
        since = self.now - datetime.strptime(hers[0]["created_time"], "%Y-%m-%dT%H:%M:%S%z").astimezone(UTC)
        if told.get("tag") == "HUMAN_AGENT" and not self.has_human_tag:
            raise Broken(10, 2018276, "Human agent permission is missing")
        allowed = timedelta(days=7) if told.get("tag") == "HUMAN_AGENT" else timedelta(hours=24)
        if since >= allowed:
            raise Broken(10, 2018278, "This message is sent outside of allowed window.")

    def conversations(self, told: Mapping[str, Any]) -> dict[str, Any]:
        people = [told["user_id"]] if told.get("user_id") else list(self.talks)
        return {"data": [self.talk(person) for person in people if person in self.talks]}

    def talk(self, person: str) -> dict[str, Any]:
        messages = self.talks[person]
        return {"id": f"t_{person}", "participants": {"data": [{"id": person}, {"id": PAGE}]},
                "updated_time": messages[0]["created_time"], "messages": {"data": messages[:20]}}  # fmt: skip

    # Instagram --------------------------------------------------------------------------------------------------

    def picture(self, caption: str, *, owner: str = INSTA, elsewhere: bool = False) -> str:
        ident = f"1790000000000{self.number()}"
        self.media[ident] = {
            "id": ident, "caption": caption, "media_type": "IMAGE", "media_url": "https://scontent.example/p.jpg",
            "permalink": f"https://www.instagram.com/p/{ident}/", "timestamp": self.time(), "owner": {"id": owner},
            "username": "nordbanan" if owner == INSTA else "kari", **({"elsewhere": True} if elsewhere else {}),
        }  # fmt: skip
        return ident

    def remark(self, author: str, below: str, text: str, username: str) -> str:
        """A comment on Instagram."""
        media = self.comments[below]["media_id"] if below in self.comments else below
        ident = f"1780000000000{self.number()}"
        told = {"id": author, "username": username}
        parent = {"parent_id": below} if below in self.comments else {}
        self.comments[ident] = {"id": ident, "text": text, "from": told, "username": username, "media_id": media,
                                "media": {"id": media}, "timestamp": self.time(), "hidden": False, **parent}  # fmt: skip
        value = {
            "id": ident,
            "text": text,
            "from": told,
            "media": {"id": media, "media_product_type": "FEED"},
            **parent,
        }
        self.tell({"object": "instagram", "entry": [
            {"id": INSTA, "time": int(self.now.timestamp()), "changes": [{"field": "comments", "value": value}]}]})  # fmt: skip
        return ident

    def with_media_comments(self, media: dict[str, Any]) -> dict[str, Any]:
        mine = [each for each in self.comments.values() if each.get("media_id") == media["id"]]
        top = [each for each in mine if "parent_id" not in each]
        told = [
            {**each, "replies": {"data": [one for one in mine if one.get("parent_id") == each["id"]]}}
            for each in top
        ]
        return {**media, "comments": {"data": list(reversed(told))}}

    def mention(self, fields: str) -> dict[str, Any]:
        found = re.search(r"mentioned_comment\.comment_id\((\d+)\)", fields)
        node = self.comments.get(found[1]) if found else None
        if node is None:
            raise Broken(100, 33, "Object does not exist")
        return {"id": INSTA, "mentioned_comment": node}

    # Hooks ------------------------------------------------------------------------------------------------------

    def tell_page(self, field: str, value: dict[str, Any]) -> None:
        at = int(self.now.timestamp())
        change = {"field": field, "value": {"created_time": at, **value}}
        self.tell({"object": "page", "entry": [{"id": PAGE, "time": at, "changes": [change]}]})

    def tell_talk(self, account: str, messaging: dict[str, Any]) -> None:
        at = int(self.now.timestamp() * 1000)
        entry = {"id": account, "time": at, "messaging": [{"timestamp": at, **messaging}]}
        self.tell({"object": "page" if account == PAGE else "instagram", "entry": [entry]})

    def tell(self, document: dict[str, Any]) -> None:
        raw = json.dumps(document).encode()
        mark = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        self.notices.append((raw, {"content-type": "application/json", "x-hub-signature-256": mark}))

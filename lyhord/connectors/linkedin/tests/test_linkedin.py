"""LinkedIn's news, deeds and refusals, in the shapes that its documentation gives; its samples are replayed where they are."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    ConnectFailed,
    Denied,
    Event,
    Found,
    Gone,
    Hidden,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Trouble,
    Unreadable,
    Unsupported,
    Unsure,
)
from lyhord.connectors.linkedin import CONNECTOR, client

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "linkedin"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PAGE, PERSON = "urn:li:organization:96", "urn:li:person:AbC_1"
POST = "urn:li:activity:700"
COMMENT = f"urn:li:comment:({POST},701)"
SECRET = "client-secret-of-a-test"
HOOK = "https://kund.example/hooks/linkedin/e1/"


def news(action: str, **more: Any) -> dict[str, Any]:
    comment = {"entity": COMMENT, "object": POST, "owner": PERSON, "text": "Open on Sundays?"}
    usual = {
        "notificationId": 5, "organizationalEntity": PAGE, "action": action, "sourcePost": POST, "generatedActivity": COMMENT,
        "decoratedGeneratedActivity": {"comment": comment}, "lastModifiedAt": 1_795_000_000_000,
    }  # fmt: skip
    return {**usual, **more}


def hooked(*notifications: Any) -> bytes:
    return json.dumps(
        {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": notifications}
    ).encode()


def parsed(raw: bytes) -> list[Any]:
    return CONNECTOR.parse(raw, {"x-account": PAGE}, HOOK, "POST")


@pytest.mark.parametrize("path", sorted(DATA.glob("*/*.json")), ids=lambda path: path.stem)
def test_the_samples_become_posts(path: Path) -> None:
    found = [item for item in parsed(path.read_bytes()) if isinstance(item, Event) and item.is_spoken_to]
    [event] = found
    assert event.kind == ("edited" if "edit" in path.stem else "created")
    assert event.thread == event.parent == "urn:li:activity:7094000000000000001"
    assert event.item == "urn:li:comment:(urn:li:activity:7094000000000000001,7094000000000000003)"
    assert event.author is not None
    assert event.author.native == "urn:li:person:AbCdEf123"
    assert event.text.startswith("Are you open on Sunday")
    assert event.account == "urn:li:organization:96070000"


@pytest.mark.parametrize(
    ("notification", "kind", "is_own", "is_spoken_to"),
    [
        (news("COMMENT"), "created", False, True),
        (news("ADMIN_COMMENT"), "created", True, True),
        (news("COMMENT_EDIT"), "edited", False, True),
        (news("COMMENT_DELETE", decoratedGeneratedActivity=None), "deleted", False, True),
        (news("LIKE", generatedActivity=f"urn:li:like:({PERSON},{POST})"), "reaction", False, True),
        (news("SHARE_MENTION", generatedActivity="urn:li:activity:9",
              decoratedGeneratedActivity={"share": {"entity": "urn:li:share:8", "owner": PERSON, "text": "@us"}}),
         "created", False, True),
        (news("SHARE", generatedActivity="urn:li:activity:9",
              decoratedGeneratedActivity={"share": {"entity": "urn:li:share:8", "owner": PERSON, "text": "Look"}}),
         "created", False, False),
    ],
    ids=lambda value: value["action"] if isinstance(value, dict) else None,
)  # fmt: skip
def test_each_action_is_its_event(notification: Any, kind: str, is_own: bool, is_spoken_to: bool) -> None:
    [event] = parsed(hooked(notification))
    assert (event.kind, event.is_own, event.is_spoken_to, event.account) == (kind, is_own, is_spoken_to, PAGE)
    again = CONNECTOR.parse(json.dumps({"elements": [notification]}).encode(), {"x-account": PAGE}, "", "GET")
    assert [item.key for item in again if isinstance(item, Event)] == [event.key]


def test_a_comment_as_it_stands_has_the_key_of_its_news() -> None:
    stands = {
        "id": "701", "actor": PERSON, "object": POST, "message": {"text": "Open on Sundays?"},
        "created": {"time": 1_795_000_000_000}, "lastModified": {"time": 1_795_000_009_000},
        "parentComment": f"urn:li:comment:({POST},600)",
    }  # fmt: skip
    created, edited = CONNECTOR.parse(json.dumps(stands).encode(), {"x-account": PAGE}, "", "GET")
    assert isinstance(created, Event)
    assert isinstance(edited, Event)
    assert (created.key, created.parent, created.thread) == (
        f"created:{COMMENT}",
        f"urn:li:comment:({POST},600)",
        POST,
    )
    assert (edited.kind, edited.key) == ("edited", f"edited:{COMMENT}:1795000009000")


def test_one_bad_notification_leaves_the_others_and_the_unknown_is_kept() -> None:
    found = parsed(hooked(news("COMMENT", generatedActivity=7), news("COMMENT"), 5, news("DANCE")))
    assert [type(item) for item in found] == [Unreadable, Event, Unreadable, Unsupported]
    assert isinstance(parsed(b'{"type": "OTHER", "notifications": []}')[0], Unsupported)


def test_the_challenge_is_answered_and_only_the_right_signature_counts() -> None:
    secrets = {"client_secret": SECRET}
    told = CONNECTOR.answer(Request("GET", f"{HOOK}?challengeCode=ab-12&applicationId=7", {}, b""), secrets)
    assert told is not None
    right = hmac.new(SECRET.encode(), b"ab-12", hashlib.sha256).hexdigest()
    assert json.loads(told.body) == {"challengeCode": "ab-12", "challengeResponse": right}
    assert CONNECTOR.answer(Request("GET", HOOK, {}, b""), secrets) is None
    body = hooked(news("COMMENT"))
    given = hmac.new(SECRET.encode(), b"hmacsha256=" + body, hashlib.sha256).hexdigest()
    assert CONNECTOR.verify(Request("POST", HOOK, {"x-li-signature": given}, body), secrets)
    for place in range(len(given)):
        forged = given[:place] + ("0" if given[place] != "0" else "1") + given[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", HOOK, {"x-li-signature": forged}, body), secrets)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", HOOK, {"x-li-signature": given}, changed), secrets)
    # The answer to a challenge must not serve as a signature of news.
    assert not CONNECTOR.verify(Request("POST", HOOK, {"x-li-signature": right}, b"ab-12"), secrets)


# The network --------------------------------------------------------------------------------------------------


@dataclass
class Site:
    """LinkedIn as its documentation has it: comments below a post, and the headers that it demands."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    news: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    next: list[httpx.Response | Exception] = field(default_factory=list)
    token: str = "token-1"
    logins: int = 0
    is_revoked: bool = False
    loses: bool = False
    ends_at: int = 1_800_000_000

    @property
    def http(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        if request.url.host == "www.linkedin.com":
            if "introspect" in path:
                return httpx.Response(
                    200,
                    json={"active": True, "expires_at": self.ends_at, "scope": "r_organization_social_feed"},
                )
            self.logins += 1
            if self.is_revoked:
                return httpx.Response(400, json={"error": "invalid_grant"})
            return httpx.Response(200, json={"access_token": self.token, "expires_in": 5_184_000})
        assert request.headers["linkedin-version"] == client.VERSION
        assert request.headers["x-restli-protocol-version"] == "2.0.0"
        body = json.loads(request.content) if request.content else None
        self.calls.append((request.method, path, body))
        if self.next:
            answer = self.next.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if request.headers["authorization"] != f"Bearer {self.token}":
            return httpx.Response(401, json={"status": 401, "message": "Invalid access token"})
        told = self.done(request.method, path, body, request.url.params)
        if self.loses and request.method == "POST":
            raise httpx.ReadTimeout("slow")
        return told

    def done(self, method: str, path: str, body: Any, params: httpx.QueryParams) -> httpx.Response:
        if path.startswith("/rest/organizations/"):
            return httpx.Response(200, json={"localizedName": "Nordbanan", "vanityName": "nordbanan"})
        if path == "/rest/me":
            return httpx.Response(200, json={"id": "ZyX"})
        if path.startswith("/rest/organizationalEntityNotifications"):
            first = int(params["start"])
            return httpx.Response(200, json={"elements": self.news[first : first + int(params["count"])]})
        if method == "POST" and path.endswith("/comments"):
            self.rows.append({
                "id": str(800 + len(self.rows)), "actor": body["actor"], "object": body["object"], "message": body["message"],
                "created": {"time": int(NOW.timestamp() * 1000)},
                "commentUrn": f"urn:li:comment:({body['object']},{800 + len(self.rows)})",
            })  # fmt: skip
            return httpx.Response(201, headers={"x-restli-id": self.rows[-1]["id"]})
        if method == "GET" and "/comments?" in path:
            return httpx.Response(200, json={"elements": self.rows})
        if method == "GET":
            found = [row for row in self.rows if path.endswith(f"/{row['id']}")]
            return (
                httpx.Response(200, json=found[0])
                if found
                else httpx.Response(404, json={"message": "Not found"})
            )
        return httpx.Response(
            201 if path == "/rest/posts" else 204, headers={"x-restli-id": "urn:li:share:55"}
        )


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(client, "TOKENS", client.Tokens())
    yield Site()


ACCOUNT = AccountSide(
    id=1, native=PAGE, handle="nordbanan", settings={"organization": "96", "app_number": "7"},
    secrets={"refresh_token": "refresh-of-a-test"},
    app={"client_id": "app", "client_secret": SECRET, "hook_url": HOOK},
)  # fmt: skip
REPLY = Outgoing(
    verb="reply",
    key="k1",
    text="We look into it. /Maja",
    item=COMMENT,
    thread=POST,
    person=PERSON,
    made_at=NOW,
)
PATH = "/rest/socialActions/urn%3Ali%3Aactivity%3A700/comments/701"
ACTOR = "actor=urn%3Ali%3Aorganization%3A96"


def send(site: Site, outgoing: Outgoing = REPLY, account: AccountSide = ACCOUNT) -> Any:
    return CONNECTOR.send(site.http, account, outgoing, NOW)


def test_connecting_tells_the_page_subscribes_and_names_what_lacks(site: Site) -> None:
    told = CONNECTOR.connect(site.http, ACCOUNT, NOW)
    assert (told.native, told.handle, told.name, told.state, told.expires_at) == (
        PAGE,
        "nordbanan",
        "Nordbanan",
        {"hook": True},
        None,
    )
    assert len(told.notes) == 1
    assert "rw_organization_admin" in told.notes[0]
    _method, path, body = next(call for call in site.calls if call[0] == "PUT")
    assert path.startswith(
        "/rest/eventSubscriptions/(developerApplication:urn%3Ali%3AdeveloperApplication%3A7,user:urn%3Ali%3Aperson%3AZyX,"
    )
    assert body == {"webhook": HOOK}
    bare = replace(ACCOUNT, secrets={"access_token": "token-1"}, settings={"organization": "96"})
    told = CONNECTOR.connect(site.http, bare, NOW)
    assert told.expires_at == datetime.fromtimestamp(1_800_000_000, UTC)
    assert told.state == {"hook": False}
    with pytest.raises(ConnectFailed, match="digits"):
        CONNECTOR.connect(site.http, replace(ACCOUNT, settings={"organization": "../x"}), NOW)


def test_a_token_is_renewed_once_and_a_revoked_one_says_what_to_do(site: Site) -> None:
    assert isinstance(send(site), Sent)
    site.token = "token-2"
    assert isinstance(send(site), Sent)
    assert site.logins == 2
    site.token, site.is_revoked = "token-3", True
    outcome = send(site)
    assert isinstance(outcome, Refused)
    assert outcome.account_state == "token_revoked"
    with pytest.raises(Trouble) as caught:
        list(CONNECTOR.poll(site.http, ACCOUNT, "", NOW))
    assert caught.value.account_state == "token_revoked"


def test_what_the_webhook_lost_is_asked_for(site: Site) -> None:
    site.news = [news("COMMENT", generatedActivity=f"urn:li:comment:({POST},{each})") for each in range(120)]
    arrivals = list(CONNECTOR.poll(site.http, ACCOUNT, "", NOW))
    items = [
        item
        for arrival in arrivals
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, "GET")
    ]
    assert len({item.key for item in items if isinstance(item, Event)}) == 120
    list(CONNECTOR.poll(site.http, ACCOUNT, arrivals[-1].cursor, NOW + timedelta(hours=1)))
    start = int((NOW - timedelta(minutes=10)).timestamp() * 1000)
    assert f"timeRange=(start:{start},end:" in site.calls[-1][1]


@pytest.mark.parametrize(
    ("change", "method", "path", "body"),
    [
        ({}, "POST", "/rest/socialActions/urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A700%2C701%29/comments",
         {"actor": PAGE, "object": POST, "parentComment": COMMENT, "message": {"text": REPLY.text}}),
        ({"item": POST}, "POST", "/rest/socialActions/urn%3Ali%3Aactivity%3A700/comments",
         {"actor": PAGE, "object": POST, "message": {"text": REPLY.text}}),
        ({"verb": "edit"}, "POST", f"{PATH}?{ACTOR}", {"patch": {"message": {"$set": {"text": REPLY.text}}}}),
        ({"verb": "delete"}, "DELETE", f"{PATH}?{ACTOR}", None),
        ({"verb": "like"}, "POST", f"/rest/reactions?{ACTOR}", {"root": COMMENT, "reactionType": "LIKE"}),
        ({"verb": "unlike", "item": POST}, "DELETE",
         "/rest/reactions/(actor:urn%3Ali%3Aorganization%3A96,entity:urn%3Ali%3Aactivity%3A700)", None),
    ],
)  # fmt: skip
def test_each_deed_is_the_call_of_linkedin(
    site: Site, change: Any, method: str, path: str, body: Any
) -> None:
    assert isinstance(send(site, replace(REPLY, **change)), Sent)
    assert site.calls == [(method, path, body)]


def test_an_answer_gets_its_name_from_the_header_and_a_post_its_escapes(site: Site) -> None:
    assert send(site).native == f"urn:li:comment:({POST},800)"
    assert send(site, replace(REPLY, verb="post", text="New (again) #now")).native == "urn:li:share:55"
    assert site.calls[-1][2]["commentary"] == r"New \(again\) \#now"


def test_there_is_no_private_way(site: Site) -> None:
    private = replace(REPLY, visibility="private")
    assert isinstance(send(site, private), Refused)
    assert isinstance(CONNECTOR.can_reply(ACCOUNT, private, NOW, NOW), Denied)
    assert site.calls == []


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (httpx.Response(429, json={"message": "Resource level throttle"}), Retry, ""),
        (httpx.Response(403, json={"message": "Not enough permissions"}), Refused, "permission_lost"),
        (httpx.Response(404, json={"message": "x"}), Refused, ""),
        (httpx.Response(426, json={"code": "NONEXISTENT_VERSION"}), Refused, ""),
        (httpx.Response(422, json={"message": "too long"}), Refused, ""),
        (httpx.Response(201), Unsure, ""),
        (httpx.Response(503), Unsure, ""),
        (httpx.ReadTimeout("slow"), Unsure, ""),
        (httpx.ConnectError("no"), Retry, ""),
    ],
)
def test_each_answer_of_linkedin_means_one_thing(site: Site, answer: Any, kind: Any, state: str) -> None:
    site.next = [answer]
    outcome = send(site)
    assert isinstance(outcome, kind)
    assert outcome.why
    assert len(site.calls) == 1
    assert getattr(outcome, "account_state", "") == state
    if isinstance(answer, httpx.Response) and answer.status_code == 429:
        assert outcome.at == datetime(2026, 11, 22, tzinfo=UTC)


def test_a_lost_answer_is_found_by_looking(site: Site) -> None:
    site.loses = True
    assert isinstance(send(site), Unsure)
    found = CONNECTOR.settle(site.http, ACCOUNT, REPLY, NOW)
    assert isinstance(found, Sent)
    assert (found.native, found.evidence) == (f"urn:li:comment:({POST},800)", "read_back")
    site.rows.clear()
    assert isinstance(CONNECTOR.settle(site.http, ACCOUNT, REPLY, NOW), Unsure)
    assert isinstance(CONNECTOR.settle(site.http, ACCOUNT, REPLY, NOW + timedelta(minutes=6)), Retry)


def test_only_a_404_of_the_comment_itself_is_a_deletion(site: Site) -> None:
    assert CONNECTOR.fetch(site.http, ACCOUNT, COMMENT, NOW) == Gone()
    send(site)
    assert isinstance(CONNECTOR.fetch(site.http, ACCOUNT, f"urn:li:comment:({POST},800)", NOW), Found)
    site.next = [httpx.Response(403, json={"message": "no"})]
    assert isinstance(CONNECTOR.fetch(site.http, ACCOUNT, COMMENT, NOW), Hidden)

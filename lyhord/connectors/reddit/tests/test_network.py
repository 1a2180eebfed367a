"""Logging in, reading and sending against answers in Reddit's own dialect, as it was recorded by others."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    ConnectFailed,
    Event,
    Found,
    Gone,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.reddit import CONNECTOR, client

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BEGIN = 1_795_000_000.0  # seconds since 1970, before NOW


@dataclass
class Site:
    """Reddit as its recordings show it: tokens, listings, and deeds with their refusals inside a 200."""

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    next: list[httpx.Response | Exception] = field(default_factory=list)  # answers of the API that come first
    token: str = "token-1"
    login: httpx.Response | None = None
    logins: int = 0
    made: int = 0
    loses: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    is_moderator: bool = True

    @property
    def http(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        assert "lyhord" in request.headers["user-agent"]
        if request.url.path == "/api/v1/access_token":
            assert request.url.host == "www.reddit.com"
            self.logins += 1
            return self.login or httpx.Response(
                200, json={"access_token": self.token, "expires_in": 3600, "scope": "*"}
            )
        assert request.url.host == "oauth.reddit.com"
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        self.calls.append((request.url.path, form))
        if self.next:
            answer = self.next.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if request.headers["authorization"] != f"Bearer {self.token}":
            return httpx.Response(401, json={"message": "Unauthorized", "error": 401})
        told = self.done(request.url.path, form, request.url.params)
        if self.loses and request.method == "POST":
            raise httpx.ReadTimeout("slow")
        return httpx.Response(200, json=told, headers=self.headers)

    def done(self, path: str, form: dict[str, str], params: httpx.QueryParams) -> Any:
        if path == "/api/v1/me":
            return {"id": "abc", "name": "nordbanan", "verified": True}
        if path == "/r/nordbanan/about":
            return {"kind": "t5", "data": {"user_is_moderator": self.is_moderator}}
        if path == "/api/comment":
            thing = self.comment(form["text"], form["thing_id"], "nordbanan")
            return {"json": {"errors": [], "data": {"things": [{"kind": "t1", "data": thing}]}}}
        if path == "/api/mod/conversations":
            return {"conversations": {}, "messages": {}}
        if path == "/api/info":
            found = [each for rows in self.lists.values() for each in rows if each["name"] == params["id"]]
            return listing(found[:1])
        if path.startswith("/api/") or "/api/" in path:
            return {"json": {"errors": []}} if path in {"/api/compose", "/api/report"} else {}
        rows = sorted(self.lists.get(path, []), key=lambda row: -row["created_utc"])
        first = next((place + 1 for place, row in enumerate(rows) if row["name"] == params.get("after")), 0)
        page = rows[first : first + int(params.get("limit", 100))]
        return listing(page, page[-1]["name"] if len(rows) > first + len(page) else None)

    def comment(
        self, body: str, parent: str = "t3_p1", author: str = "alice", place: str = ""
    ) -> dict[str, Any]:
        self.made += 1
        made = {
            "name": f"t1_c{self.made}", "id": f"c{self.made}", "author": author, "author_fullname": f"t2_{author}",
            "body": body, "parent_id": parent, "link_id": "t3_p1", "edited": False, "created_utc": BEGIN + self.made,
            "permalink": f"/r/nordbanan/comments/p1/x/c{self.made}/",
        }  # fmt: skip
        for name in (
            place or "/r/nordbanan/comments",
            *(["/user/nordbanan/comments"] if author == "nordbanan" else []),
        ):
            self.lists.setdefault(name, []).append(made)
        return made


def listing(rows: list[dict[str, Any]], after: str | None = None) -> dict[str, Any]:
    return {
        "kind": "Listing",
        "data": {"children": [{"kind": row["name"][:2], "data": row} for row in rows], "after": after},
    }


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(client, "TOKENS", client.Tokens())
    monkeypatch.setattr("lyhord.connectors.reddit.connecting.TOKENS", client.TOKENS)
    yield Site()


ACCOUNT = AccountSide(
    id=1, native="t2_nordbanan", handle="nordbanan",
    settings={"username": "nordbanan", "client_id": "app", "subreddit": "r/nordbanan"},
    secrets={"client_secret": "secret-of-a-test", "refresh_token": "refresh-of-a-test"}, state={"is_moderator": True},
)  # fmt: skip
REPLY = Outgoing(
    verb="reply", key="k1", text="We look into it. /Maja", item="t1_c1", thread="t3_p1", person="t2_alice",
    person_handle="alice", made_at=datetime.fromtimestamp(BEGIN, UTC), facts={"own": False},
)  # fmt: skip


def send(site: Site, outgoing: Outgoing = REPLY, account: AccountSide = ACCOUNT) -> Any:
    return CONNECTOR.send(site.http, account, outgoing, NOW)


def events(site: Site, cursor: str = "") -> tuple[list[Event], str]:
    found: list[Event] = []
    for arrival in CONNECTOR.poll(site.http, ACCOUNT, cursor, NOW):
        cursor = arrival.cursor
        items = CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, "GET")
        found += [item for item in items if isinstance(item, Event)]
    return found, cursor


def test_connecting_tells_who_we_are_and_whether_we_moderate(site: Site) -> None:
    told = CONNECTOR.connect(site.http, ACCOUNT, NOW)
    assert (told.native, told.handle, told.state, told.notes) == (
        "t2_abc",
        "nordbanan",
        {"is_moderator": True},
        (),
    )
    site.is_moderator = False
    told = CONNECTOR.connect(site.http, ACCOUNT, NOW)
    assert len(told.notes) == 1
    assert "hide" not in CONNECTOR.abilities(replace(ACCOUNT, state=told.state)).verbs
    with pytest.raises(ConnectFailed, match="subreddit"):
        CONNECTOR.connect(
            site.http, replace(ACCOUNT, settings={**ACCOUNT.settings, "subreddit": "../x"}), NOW
        )


def test_a_token_is_kept_and_asked_for_anew_when_it_ends(site: Site) -> None:
    site.comment("Late again")
    events(site)
    events(site)
    assert site.logins == 1
    site.token = "token-2"
    assert isinstance(send(site), Sent)
    assert site.logins == 2


@pytest.mark.parametrize(
    "login",
    [
        httpx.Response(400, json={"error": "invalid_grant"}),
        httpx.Response(200, json={"error": "invalid_grant"}),
    ],
)
def test_a_revoked_login_says_what_to_do(site: Site, login: httpx.Response) -> None:
    site.login = login
    outcome = send(site)
    assert isinstance(outcome, Refused)
    assert outcome.account_state == "token_revoked"
    with pytest.raises(Trouble) as caught:
        events(site)
    assert caught.value.account_state == "token_revoked"


def test_a_poll_brings_what_is_new_once_and_survives_a_deleted_mark(site: Site) -> None:
    site.comment("One")
    found, cursor = events(site)
    assert [(event.text, event.thread, event.is_own) for event in found] == [("One", "t3_p1", False)]
    assert events(site, cursor)[0] == []
    site.lists["/r/nordbanan/comments"].clear()
    for each in range(150):
        site.comment(f"Word {each}")
    assert [event.text for event in events(site, cursor)[0]] == [f"Word {each}" for each in range(150)]


def test_few_calls_left_make_us_wait(site: Site) -> None:
    site.headers = {"x-ratelimit-remaining": "3.0", "x-ratelimit-reset": "99", "x-ratelimit-used": "997"}
    site.comment("One")
    [arrival] = CONNECTOR.poll(site.http, ACCOUNT, "", NOW)
    assert arrival.wait == timedelta(seconds=99)


def test_what_is_open_is_looked_at_again(site: Site) -> None:
    thing = site.comment("Is it late?")
    assert isinstance(CONNECTOR.fetch(site.http, ACCOUNT, "t1_c1", NOW), Found)
    thing |= {"author": "[deleted]", "body": "[deleted]"}
    assert CONNECTOR.fetch(site.http, ACCOUNT, "t1_c1", NOW) == Gone()
    thing |= {"body": "Is it late?"}  # the account alone is gone: its words go from our copy too
    assert CONNECTOR.fetch(site.http, ACCOUNT, "t1_c1", NOW) == Gone()
    assert CONNECTOR.fetch(site.http, ACCOUNT, "t1_none", NOW) == Gone()


@pytest.mark.parametrize(
    ("change", "path", "form"),
    [
        ({}, "/api/comment", {"thing_id": "t1_c1", "text": REPLY.text}),
        ({"visibility": "private", "title": "Late"}, "/api/compose",
         {"to": "alice", "subject": "Late", "text": REPLY.text, "from_sr": "nordbanan"}),
        ({"item": "modmail:ab:cd", "tag": "whisper"}, "/api/mod/conversations/ab",
         {"body": REPLY.text, "isAuthorHidden": "false", "isInternal": "true"}),
        ({"verb": "post", "title": "News"}, "/api/submit",
         {"sr": "nordbanan", "kind": "self", "title": "News", "text": REPLY.text}),
        ({"verb": "edit"}, "/api/editusertext", {"thing_id": "t1_c1", "text": REPLY.text}),
        ({"verb": "delete", "facts": {"own": True}}, "/api/del", {"id": "t1_c1"}),
        ({"verb": "delete"}, "/api/remove", {"id": "t1_c1", "spam": "false"}),
        ({"verb": "hide"}, "/api/remove", {"id": "t1_c1", "spam": "false"}),
        ({"verb": "unhide"}, "/api/approve", {"id": "t1_c1"}),
        ({"verb": "hide", "tag": "lock"}, "/api/lock", {"id": "t1_c1"}),
        ({"verb": "like"}, "/api/vote", {"id": "t1_c1", "dir": "1"}),
        ({"verb": "block", "reason": "Threats"}, "/r/nordbanan/api/friend",
         {"name": "alice", "type": "banned", "ban_reason": "Threats"}),
        ({"verb": "unblock"}, "/r/nordbanan/api/unfriend", {"name": "alice", "type": "banned"}),
        ({"verb": "report", "reason": "Spam"}, "/api/report", {"thing_id": "t1_c1", "reason": "Spam"}),
    ],
)  # fmt: skip
def test_each_deed_is_the_call_of_reddit(
    site: Site, change: dict[str, Any], path: str, form: dict[str, str]
) -> None:
    send(site, replace(REPLY, **change))
    assert site.calls == [(path, {**form, "api_type": "json", "raw_json": "1"})]


def test_without_rights_nothing_is_moderated(site: Site) -> None:
    for verb in ("hide", "unhide", "delete"):
        assert isinstance(send(site, replace(REPLY, verb=verb), replace(ACCOUNT, state={})), Refused)
    assert site.calls == []


def within(code: str, said: str, **more: Any) -> httpx.Response:
    return httpx.Response(
        200, content=json.dumps({"json": {"errors": [[code, said, "text"]], **more}}).encode()
    )


@pytest.mark.parametrize(
    ("answer", "kind", "at"),
    [
        (within("RATELIMIT", "Take a break for 9 minutes before trying again."), Retry, 540),
        (within("RATELIMIT", "x", ratelimit=30.5), Retry, 30.5),
        (httpx.Response(429, headers={"x-ratelimit-reset": "12.0"}), Retry, 12),
        (within("THREAD_LOCKED", "locked"), Refused, None),
        (within("USER_REQUIRED", "Please log in to do that."), Refused, None),
        (httpx.Response(403, json={"message": "Forbidden", "error": 403}), Refused, None),
        (httpx.Response(200, json={"json": {"errors": [], "data": {"things": []}}}), Unsure, None),
        (httpx.Response(502), Unsure, None),
        (httpx.ReadTimeout("slow"), Unsure, None),
        (httpx.ConnectError("no"), Retry, None),
    ],
)
def test_each_answer_of_reddit_means_one_thing(site: Site, answer: Any, kind: Any, at: float | None) -> None:
    site.next = [answer]
    outcome = send(site)
    assert isinstance(outcome, kind)
    assert outcome.why
    assert len(site.calls) == 1
    if at is not None:
        assert outcome.at == NOW + timedelta(seconds=at)


def test_a_lost_answer_is_found_by_looking(site: Site) -> None:
    site.comment("Is it late?")
    site.loses = True
    assert isinstance(send(site), Unsure)
    found = CONNECTOR.settle(site.http, ACCOUNT, REPLY, NOW)
    assert isinstance(found, Sent)
    assert (found.native, found.evidence) == ("t1_c2", "read_back")
    other = replace(REPLY, text="Something else")
    assert isinstance(CONNECTOR.settle(site.http, ACCOUNT, other, NOW), Unsure)
    later = replace(other, made_at=datetime.fromtimestamp(BEGIN + 3600, UTC))
    after = datetime.fromtimestamp(BEGIN + 7200, UTC)
    assert isinstance(CONNECTOR.settle(site.http, ACCOUNT, later, after), Retry)

"""What is sent, and what each answer, broken answer or silence means. No server: every answer is written down here."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Denied, File, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.connectors.mastodon import CONNECTOR

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ACCOUNT = AccountSide(
    id=1,
    native="1",
    handle="brand@social.example",
    settings={"server": "https://Social.Example/@brand"},
    secrets={"access_token": "geheim"},
    state={"max_characters": 500, "url_weight": 23, "acct": "brand"},
)
REPLY = Outgoing(
    verb="reply",
    key="k-1",
    text="We look into it. /Maja",
    item="100",
    person="7",
    person_handle="alice",
    made_at=NOW,
)
POSTED = {"id": "200", "url": "https://social.example/@brand/200", "uri": "https://social.example/s/200"}


class Server:
    """Answers as it is told, and keeps what was asked."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.http = httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def body(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.asked[-1].content)
        return found


def send(server: Server, outgoing: Outgoing = REPLY) -> object:
    return CONNECTOR.send(server.http, ACCOUNT, outgoing, NOW)


def ok(body: object = POSTED) -> httpx.Response:
    return httpx.Response(200, json=body)


def test_an_answer_goes_to_the_right_place_with_key_and_token() -> None:
    server = Server(ok())
    assert send(server, replace(REPLY, lang="sv")) == Sent("200", POSTED["url"], aliases=(POSTED["uri"],))
    request = server.asked[0]
    assert (request.method, str(request.url)) == ("POST", "https://social.example/api/v1/statuses")
    assert request.headers["idempotency-key"] == "k-1"
    assert request.headers["authorization"] == "Bearer geheim"
    assert server.body == {
        "status": "@alice We look into it. /Maja",
        "in_reply_to_id": "100",
        "visibility": "public",
        "language": "sv",
    }


@pytest.mark.parametrize(
    ("outgoing", "expected"),
    [
        (replace(REPLY, text="@Alice hello"), "@Alice hello"),
        (
            replace(REPLY, mentions=("kari@else.example", "brand", "alice")),
            "@alice @kari@else.example We look into it. /Maja",
        ),
        (replace(REPLY, mentions=("kari",), visibility="private"), "@alice We look into it. /Maja"),
        (
            replace(REPLY, mentions=("kari",), visibility="private", item_visibility="private"),
            "@alice @kari We look into it. /Maja",
        ),
        (replace(REPLY, verb="post", text="Delays"), "Delays"),
    ],
)
def test_mentions_stay_but_in_private_nobody_new_is_let_in(outgoing: Outgoing, expected: str) -> None:
    assert CONNECTOR.words(ACCOUNT, outgoing) == expected


def test_a_private_answer_is_direct() -> None:
    server = Server(ok())
    send(server, replace(REPLY, visibility="private"))
    assert server.body["visibility"] == "direct"


def test_what_came_in_private_is_not_answered_in_public() -> None:
    server = Server(ok())
    outgoing = replace(REPLY, item_visibility="private")
    assert isinstance(send(server, outgoing), Refused)
    assert isinstance(CONNECTOR.can_reply(ACCOUNT, outgoing, NOW, NOW), Denied)
    assert server.asked == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (httpx.ConnectError("no"), Retry),
        (httpx.ConnectTimeout("no"), Retry),
        (httpx.ReadTimeout("slow"), Unsure),
        (httpx.RemoteProtocolError("cut"), Unsure),
        (httpx.WriteError("cut"), Unsure),
        (httpx.Response(200, text="<html>log in"), Unsure),
        (httpx.Response(200, json={"ok": True}), Unsure),
        (httpx.Response(500, text="boom"), Unsure),
        (httpx.Response(502), Unsure),
        (httpx.Response(503), Retry),
        (httpx.Response(429), Retry),
        (httpx.Response(404, json={"error": "Record not found"}), Refused),
        (httpx.Response(401, json={"error": "The access token is invalid"}), Refused),
        (httpx.Response(302, headers={"location": "https://else.example"}), Refused),
    ],
)
def test_each_answer_means_one_thing_and_nothing_is_asked_twice(answer: Any, expected: type) -> None:
    server = Server(answer)
    assert isinstance(send(server), expected)
    assert len(server.asked) == 1


@pytest.mark.parametrize("verb", ["like", "unlike", "delete", "edit", "block", "unblock"])
def test_what_may_be_done_twice_without_harm_is_simply_tried_again(verb: Any) -> None:
    outgoing = replace(REPLY, verb=verb)
    assert isinstance(send(Server(httpx.ReadTimeout("slow")), outgoing), Retry)
    assert isinstance(send(Server(httpx.Response(500)), outgoing), Retry)


def test_a_report_is_never_made_twice_blindly() -> None:
    outgoing = replace(REPLY, verb="report")
    assert isinstance(send(Server(httpx.ReadTimeout("slow")), outgoing), Unsure)
    assert isinstance(CONNECTOR.settle(Server(ok()).http, ACCOUNT, outgoing, NOW), Unsure)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"X-RateLimit-Reset": "2026-11-21T12:04:00.123456Z"}, timedelta(minutes=4, microseconds=123456)),
        ({"X-RateLimit-Reset": str(int(NOW.timestamp()) + 30)}, timedelta(seconds=30)),
        ({"Retry-After": "12"}, timedelta(seconds=12)),
        ({}, timedelta(seconds=60)),
        ({"X-RateLimit-Reset": "soon"}, timedelta(seconds=60)),
    ],
)
def test_the_server_says_when_to_come_back_in_any_of_its_dialects(
    headers: dict[str, str], expected: timedelta
) -> None:
    answer = send(Server(httpx.Response(429, headers=headers)))
    assert isinstance(answer, Retry)
    assert answer.at == NOW + expected


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (401, '{"error":"The access token is invalid"}', "token_revoked"),
        (422, "", "token_revoked"),  # snac2 2.75, recorded
        (403, '{"error":"This action is outside the authorized scopes"}', "permission_lost"),
        (403, '{"error":"Your login is currently disabled"}', "disabled"),
        (403, '{"error":"This action is not allowed"}', ""),
        (400, '{"error":"Status is too long"}', ""),
    ],
)
def test_a_refusal_says_what_it_means_for_the_account(status: int, body: str, state: str) -> None:
    answer = send(Server(httpx.Response(status, text=body)))
    assert isinstance(answer, Refused)
    assert answer.account_state == state
    assert answer.why


def test_what_is_too_long_says_by_how_much_and_does_not_leave() -> None:
    server = Server(ok())
    link = "https://nordbanan.example/" + "a" * 200
    fits = replace(REPLY, text="x" * (500 - len("@alice ") - 24) + " " + link)
    assert isinstance(send(server, fits), Sent)
    answer = send(server, replace(fits, text=fits.text + " 12"))
    assert isinstance(answer, Refused)
    assert (
        answer.why == "The text has 503 characters with its mentions; this server takes 500. Shorten it by 3."
    )
    assert len(server.asked) == 1


def test_the_token_is_not_in_any_error_even_if_the_server_repeats_it() -> None:
    answer = send(Server(httpx.Response(422, json={"error": "Bad header: Bearer geheim"})))
    assert isinstance(answer, Refused)
    assert "geheim" not in answer.why


def test_a_host_that_is_no_host_is_refused() -> None:
    account = replace(ACCOUNT, settings={"server": "not a host"})
    assert isinstance(CONNECTOR.send(Server(ok()).http, account, REPLY, NOW), Refused)
    assert CONNECTOR.hosts(account) == ()


def test_plain_http_is_spoken_only_where_the_operator_allowed_it() -> None:
    inside = replace(
        ACCOUNT, settings={"server": "127.0.0.1:3000"}, allow_hosts=frozenset({"127.0.0.1:3000"})
    )
    assert CONNECTOR.hosts(inside) == ("http://127.0.0.1:3000",)
    assert CONNECTOR.hosts(ACCOUNT) == ("https://social.example",)


def own(**values: Any) -> dict[str, Any]:
    usual = {
        "id": "200",
        "in_reply_to_id": "100",
        "created_at": NOW.isoformat(),
        "content": '<p><span class="h-card"><a href="https://social.example/@alice">@<span>alice</span></a></span> We look into it. /Maja</p>',
        "url": POSTED["url"],
        "uri": POSTED["uri"],
    }
    return usual | values


@pytest.mark.parametrize(
    ("listed", "passed", "expected"),
    [
        ([own()], timedelta(minutes=1), Sent),
        ([own(in_reply_to_id="99")], timedelta(minutes=1), Retry),  # the key still holds
        ([], timedelta(minutes=1), Retry),
        ([own(content="<p>Something else</p>")], timedelta(hours=3), Unsure),
        ([own(id="1", content="<p>Older</p>", created_at="2026-11-20T12:00:00Z")], timedelta(hours=3), Retry),
        ([own(created_at="2026-11-20T12:00:00Z")], timedelta(hours=3), Retry),  # the same words of yesterday
    ],
)
def test_a_lost_answer_is_looked_for_among_our_own_posts(
    listed: list[Any], passed: timedelta, expected: type
) -> None:
    settled = CONNECTOR.settle(Server(ok(listed)).http, ACCOUNT, REPLY, NOW + passed)
    assert isinstance(settled, expected)
    if isinstance(settled, Sent):
        assert (settled.native, settled.evidence) == ("200", "read_back")


@pytest.mark.parametrize(
    "answer", [httpx.Response(500), httpx.ReadTimeout("slow"), httpx.Response(200, text="?")]
)
def test_when_our_posts_cannot_be_read_it_stays_unsure(answer: Any) -> None:
    assert isinstance(CONNECTOR.settle(Server(answer).http, ACCOUNT, REPLY, NOW), Unsure)


def test_a_picture_is_taken_up_before_the_post_that_carries_it() -> None:
    from lyhord.channels.contract import File

    server = Server(ok({"id": "m1"}), ok())
    send(server, replace(REPLY, files=(File("a.png", "image/png", b"\x89PNG", "A platform"),)))
    assert [request.url.path for request in server.asked] == ["/api/v2/media", "/api/v1/statuses"]
    assert server.body["media_ids"] == ["m1"]


WITH_FILE = replace(REPLY, files=(File("a.png", "image/png", b"\x89PNG", "A platform in snow"),))


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    slept: list[float] = []
    monkeypatch.setattr("lyhord.connectors.mastodon.sender.time.sleep", slept.append)
    return slept


def test_a_file_in_work_is_waited_for_and_described(naps: list[float]) -> None:
    server = Server(
        httpx.Response(202, json={"id": "m1", "url": None}),
        httpx.Response(206, json={"id": "m1"}),
        ok({"id": "m1", "url": "x"}),
        ok(),
    )
    assert isinstance(send(server, WITH_FILE), Sent)
    assert [request.url.path for request in server.asked] == [
        "/api/v2/media",
        "/api/v1/media/m1",
        "/api/v1/media/m1",
        "/api/v1/statuses",
    ]
    assert b"A platform in snow" in server.asked[0].content
    assert len(naps) == 2


def test_a_file_that_never_gets_ready_is_tried_again_and_nothing_is_posted(naps: list[float]) -> None:
    server = Server(httpx.Response(202, json={"id": "m1"}))
    answer = send(server, WITH_FILE)
    assert isinstance(answer, Retry) and answer.at is not None and answer.at > NOW
    assert all("statuses" not in request.url.path for request in server.asked)


def test_a_lost_answer_about_a_file_is_no_doubt_about_the_post(naps: list[float]) -> None:
    server = Server(httpx.Response(202, json={"id": "m1"}), httpx.ReadTimeout("slow"))
    assert isinstance(send(server, WITH_FILE), Retry)


def test_an_older_server_gets_the_file_by_its_older_door(naps: list[float]) -> None:
    server = Server(httpx.Response(404), ok({"id": "m1"}), ok())
    assert isinstance(send(server, WITH_FILE), Sent)
    assert [request.url.path for request in server.asked][:2] == ["/api/v2/media", "/api/v1/media"]

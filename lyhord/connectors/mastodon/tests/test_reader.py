"""Reading: pages in the right order, relatives that lack a list, limits, and who we are."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Arrival, ConnectFailed, Event, Found, Gone, Hidden, Trouble
from lyhord.connectors.mastodon import CONNECTOR
from lyhord.connectors.mastodon.client import split

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parents[1] / "fixtures"
ACCOUNT = AccountSide(
    id=1,
    native="1",
    handle="brand@social.example",
    settings={"server": "social.example"},
    secrets={"access_token": "geheim"},
    state={"acct": "brand"},
)
ALICE = {"id": "7", "username": "alice", "acct": "alice", "display_name": "Alice"}


class Server:
    """Answers by path; what is not named is 404."""

    def __init__(self, **pages: Any) -> None:
        self.pages = {path.replace("__", "/"): answer for path, answer in pages.items()}
        self.asked: list[httpx.URL] = []
        self.tokens: list[str] = []
        self.http = httpx.Client(transport=httpx.MockTransport(self.answer))

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url)
        self.tokens.append(request.headers.get("authorization", ""))
        path = request.url.path.removeprefix("/api/")
        found = self.pages.get(path, httpx.Response(404, json={"error": "Record not found"}))
        if isinstance(found, Exception):
            raise found
        answer: httpx.Response = found(request) if callable(found) else found
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def mention(number: int) -> dict[str, Any]:
    status = {
        "id": str(1000 + number),
        "created_at": "2026-11-21T08:00:00Z",
        "visibility": "public",
        "content": f"<p>{number}</p>",
        "account": ALICE,
        "mentions": [{"id": "1", "username": "brand", "acct": "brand"}],
    }
    return {
        "id": str(number),
        "type": "mention",
        "created_at": "2026-11-21T08:00:00Z",
        "account": ALICE,
        "status": status,
    }


def notifications(newest: int) -> Callable[[httpx.Request], httpx.Response]:
    """As Mastodon does it: `min_id` gives the page right above, and each page begins with its newest."""

    def answer(request: httpx.Request) -> httpx.Response:
        limit = int(request.url.params["limit"])
        after = request.url.params.get("min_id")
        first = int(after) + 1 if after else max(newest - limit + 1, 1)
        page = range(first, min(first + limit, newest + 1))
        return httpx.Response(200, json=[mention(number) for number in reversed(page)])

    return answer


def polled(server: Server, cursor: str = "") -> list[Arrival]:
    return list(CONNECTOR.poll(server.http, ACCOUNT, cursor, NOW))


def texts(arrivals: list[Arrival]) -> list[str]:
    items = [
        item for each in arrivals for item in CONNECTOR.parse(each.raw, each.headers, each.url, each.method)
    ]
    return [item.text for item in items if isinstance(item, Event)]


def test_a_gap_of_many_pages_is_read_from_its_oldest_end() -> None:
    arrivals = polled(Server(v1__notifications=notifications(100)), json.dumps({"notification": "5"}))
    assert texts(arrivals) == [str(number) for number in range(6, 101)]
    assert [json.loads(each.cursor)["notification"] for each in arrivals] == ["45", "85", "100"]


def test_the_first_look_brings_the_newest_page_and_no_more() -> None:
    arrivals = polled(Server(v1__notifications=notifications(100)))
    assert texts(arrivals) == [str(number) for number in range(61, 101)]


def test_after_a_killed_poll_the_next_one_goes_on_from_the_saved_page() -> None:
    server = Server(v1__notifications=notifications(100))
    first = polled(server, json.dumps({"notification": "5"}))[0]
    assert texts(polled(server, first.cursor))[0] == "46"


def test_a_server_that_does_not_know_min_id_is_not_asked_for_ever() -> None:
    page = httpx.Response(200, json=[mention(number) for number in range(40, 0, -1)])
    server = Server(v1__notifications=page)
    cursor = polled(server)[-1].cursor
    assert polled(server, cursor) == []
    assert len([url for url in server.asked if "notifications" in url.path]) == 2


@pytest.mark.parametrize("cursor", ["nonsense", "[]", "7", '{"notification": 5}'])
def test_a_cursor_that_is_none_of_ours_is_a_beginning(cursor: str) -> None:
    assert texts(polled(Server(v1__notifications=notifications(3)), cursor)) in (["1", "2", "3"], [])


def test_relatives_without_conversations_are_read_all_the_same() -> None:
    server = Server(v1__notifications=notifications(1), v1__accounts__1__statuses=httpx.Response(403))
    assert texts(polled(server)) == ["1"]
    assert {url.path for url in server.asked} >= {"/api/v1/conversations", "/api/v1/accounts/1/statuses"}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (httpx.Response(401, json={"error": "The access token was revoked"}), "token_revoked"),
        (
            httpx.Response(403, json={"error": "This action is outside the authorized scopes"}),
            "permission_lost",
        ),
        (httpx.Response(500), ""),
        (httpx.Response(200, text="<html>"), ""),
        (httpx.ReadTimeout("slow"), ""),
    ],
)
def test_trouble_says_what_it_means_for_the_account(answer: Any, state: str) -> None:
    with pytest.raises(Trouble) as caught:
        polled(Server(v1__notifications=answer))
    assert caught.value.account_state == state
    assert "geheim" not in str(caught.value)


def test_near_the_limit_we_wait_before_we_are_told_to() -> None:
    reset = (NOW + timedelta(minutes=3)).isoformat()
    headers = {"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": reset}
    server = Server(v1__notifications=httpx.Response(200, json=[mention(1)], headers=headers))
    assert polled(server)[-1].wait == timedelta(minutes=3)


def test_the_past_is_read_backwards_until_the_wished_moment() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        newest = int(request.url.params.get("max_id", "1000")) - 1
        page = range(newest, newest - 40, -1)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        listed = [
            mention(number) | {"created_at": (start + timedelta(hours=number)).isoformat()} for number in page
        ]
        return httpx.Response(200, json=listed)

    server = Server(v1__notifications=answer)
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=900)
    arrivals = list(CONNECTOR.backfill(server.http, ACCOUNT, "", since))
    assert [each.cursor for each in arrivals] == ["960", "920", "880"]


# One post -----------------------------------------------------------------------------------------------------

STATUS = mention(1)["status"]


def test_a_post_that_others_still_see_is_hidden_from_us_and_not_deleted() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(404) if "authorization" in request.headers else httpx.Response(200, json=STATUS)

    server = Server(v1__statuses__1001=answer)
    assert isinstance(CONNECTOR.fetch(server.http, ACCOUNT, "1001", NOW), Hidden)
    assert server.tokens == ["Bearer geheim", ""]


def test_a_post_that_nobody_sees_is_gone() -> None:
    assert isinstance(CONNECTOR.fetch(Server().http, ACCOUNT, "1001", NOW), Gone)


@pytest.mark.parametrize("answer", [httpx.Response(500), httpx.Response(401), httpx.ReadTimeout("slow")])
def test_a_server_that_is_ill_says_nothing_about_the_post(answer: Any) -> None:
    with pytest.raises(Trouble):
        CONNECTOR.fetch(Server(v1__statuses__1001=answer).http, ACCOUNT, "1001", NOW)


def test_a_post_without_a_readable_context_is_still_found() -> None:
    server = Server(v1__statuses__1001=httpx.Response(200, json=STATUS))
    found = CONNECTOR.fetch(server.http, ACCOUNT, "1001", NOW)
    assert isinstance(found, Found)
    assert texts(list(found.arrivals)) == ["1"]


def test_an_id_cannot_lead_elsewhere_on_the_server() -> None:
    server = Server()
    CONNECTOR.fetch(server.http, ACCOUNT, "../accounts?x=1#", NOW)
    assert {url.raw_path for url in server.asked} == {b"/api/v1/statuses/..%2Faccounts%3Fx%3D1%23"}


# Connecting ---------------------------------------------------------------------------------------------------


def recorded(server: str, name: str) -> httpx.Response:
    told = json.loads((FIXTURES / f"recorded-{server}" / f"{name}.json").read_text(encoding="utf-8"))
    return httpx.Response(told["response"]["status"], json=told["response"]["body"])


@pytest.mark.parametrize(
    ("server", "limit", "url_weight"),
    [("mastodon-mock", 500, 23), ("snac", 100_000, 32), ("takahe", 500, 23)],
)
def test_each_relative_tells_its_limits_and_without_a_stream_it_is_asked(
    server: str, limit: int, url_weight: int
) -> None:
    answers = Server(
        v1__instance=recorded(server, "01-instance"),
        v1__accounts__verify_credentials=recorded(server, "03-verify"),
    )
    told = CONNECTOR.connect(answers.http, ACCOUNT, NOW)
    side = AccountSide(
        id=1, native=told.native, handle=told.handle, settings={}, secrets={}, state=told.state
    )
    can = CONNECTOR.abilities(side)
    assert (can.reply["public"].limit, can.reply["public"].url_weight) == (limit, url_weight)
    assert can.receive == ("poll",)
    assert told.notes
    assert told.handle.startswith("brand@")


def test_a_stream_may_live_on_a_host_of_its_own() -> None:
    about = {
        "domain": "social.example",
        "configuration": {"urls": {"streaming": "wss://streaming.social.example"}},
    }
    server = Server(
        v2__instance=httpx.Response(200, json=about),
        v1__accounts__verify_credentials=httpx.Response(200, json=ALICE),
        v1__streaming__health=httpx.Response(200, text="OK"),
    )
    told = CONNECTOR.connect(server.http, ACCOUNT, NOW)
    side = AccountSide(id=1, native="1", handle="", settings=ACCOUNT.settings, secrets={}, state=told.state)
    assert CONNECTOR.hosts(side) == ("https://social.example", "https://streaming.social.example")
    assert CONNECTOR.abilities(side).receive == ("stream", "poll")


def test_a_stream_without_encryption_is_not_used() -> None:
    about = {"urls": {"streaming_api": "ws://elsewhere.example"}}
    server = Server(
        v1__instance=httpx.Response(200, json=about),
        v1__accounts__verify_credentials=httpx.Response(200, json=ALICE),
    )
    assert CONNECTOR.connect(server.http, ACCOUNT, NOW).state["streaming"] == ""


@pytest.mark.parametrize(
    ("answer", "is_permanent"),
    [
        (httpx.Response(401, json={"error": "The access token is invalid"}), True),
        (httpx.Response(422), True),
        (httpx.Response(404), True),
        (httpx.Response(200, text="<html>My blog</html>"), True),
        (httpx.Response(200, json={"id": None}), True),
        (httpx.Response(503), False),
        (httpx.ConnectError("no such host"), False),
        (httpx.ReadTimeout("slow"), False),
    ],
)
def test_what_does_not_connect_says_why_and_whether_it_may_pass(answer: Any, is_permanent: bool) -> None:
    with pytest.raises(ConnectFailed) as caught:
        CONNECTOR.connect(Server(v1__accounts__verify_credentials=answer).http, ACCOUNT, NOW)
    assert caught.value.is_permanent is is_permanent
    assert "social.example" in str(caught.value)
    assert "geheim" not in str(caught.value)


# The stream ---------------------------------------------------------------------------------------------------

RECORDS = (
    b":connected\n\nevent: delete\ndata: 1\n\n:thump\n\nevent: delete\r\ndata: 2\r\n\r\nevent: delete\nda"
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_records_come_whole_however_they_are_cut(size: int) -> None:
    pieces = (RECORDS[at : at + size] for at in range(0, len(RECORDS), size))
    found = [record for record in split(pieces) if record]
    assert found == [b"event: delete\ndata: 1\n\n", b"event: delete\ndata: 2\n\n"]


def test_a_record_without_end_is_not_waited_for() -> None:
    with pytest.raises(Trouble):
        list(split(b"data: " + b"x" * 500_000 for _each in range(10)))


@pytest.mark.parametrize(("status", "state"), [(401, "token_revoked"), (404, ""), (500, "")])
def test_a_stream_that_is_refused_is_trouble(status: int, state: str) -> None:
    server = Server(v1__streaming__user=httpx.Response(status, text="no"))
    with pytest.raises(Trouble) as caught:
        list(CONNECTOR.stream(server.http, ACCOUNT, ""))
    assert caught.value.account_state == state

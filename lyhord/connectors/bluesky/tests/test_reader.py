"""What a poll brings and where it goes on: against lists written down here."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import Arrival, ConnectFailed, Event, Found, Gone, Hidden, Trouble
from lyhord.connectors.bluesky import CONNECTOR
from lyhord.connectors.bluesky.places import Place
from lyhord.connectors.bluesky.sessions import SESSIONS
from lyhord.connectors.bluesky.tests.fake import ACCOUNT, CID, HER, NOW, SESSION, US, Server, error, ok, uri

NOBODY = replace(ACCOUNT, state={"pds": "https://pds.example", "chat": False})


@pytest.fixture(autouse=True)
def no_sessions() -> Iterator[None]:
    SESSIONS.forget()
    yield
    SESSIONS.forget()


def notification(number: int, reason: str = "mention", cid: str = CID, minutes: int = 0) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    return {
        "uri": uri(key=f"3k{number:05}"),
        "cid": cid,
        "author": {"did": HER, "handle": "alice.test"},
        "reason": reason,
        "record": {"$type": "app.bsky.feed.post", "text": f"Word {number}", "createdAt": at},
        "indexedAt": at,
    }


class Network:
    """A list of notifications, newest first, in pages; and our own records."""

    def __init__(self) -> None:
        self.words: list[dict[str, Any]] = []
        self.signs: list[dict[str, Any]] = []
        self.own: list[str] = []
        self.pages = 0
        self.server = Server(listNotifications=self.page, listRecords=self.records)

    def page(self, request: httpx.Request) -> httpx.Response:
        self.pages += 1
        listed = self.words if "mention" in request.url.params.get_list("reasons") else self.signs
        start = int(request.url.params.get("cursor") or 0)
        end = start + int(request.url.params["limit"])
        following = {"cursor": str(end)} if end < len(listed) else {}
        return ok({"notifications": listed[start:end], **following})

    def records(self, request: httpx.Request) -> httpx.Response:
        after, is_upward = request.url.params.get("cursor", ""), request.url.params.get("reverse") == "true"
        keys = sorted((key for key in self.own if not is_upward or key > after), reverse=not is_upward)
        value = {"$type": "app.bsky.feed.post", "text": "Ours", "createdAt": "2026-11-21T20:00:00Z"}
        return ok({"records": [{"uri": uri(US, key), "cid": CID, "value": value} for key in keys[:100]]})

    def poll(self, cursor: str, account: Any = NOBODY) -> tuple[list[Event], str]:
        arrivals = list(CONNECTOR.poll(self.server.http, account, cursor, NOW))
        return told(arrivals), arrivals[-1].cursor if arrivals else cursor


def told(arrivals: list[Arrival]) -> list[Event]:
    items = [
        item
        for arrival in arrivals
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method)
    ]
    return [item for item in items if isinstance(item, Event)]


def test_each_word_comes_once_and_the_oldest_first() -> None:
    network = Network()
    network.words = [notification(2), notification(1)]
    events, cursor = network.poll("")
    assert [event.text for event in events] == ["Word 1", "Word 2"]
    assert network.poll(cursor) == ([], cursor)
    network.words.insert(0, notification(3))
    events, cursor = network.poll(cursor)
    assert [event.text for event in events] == ["Word 3"]
    assert network.poll(cursor) == ([], cursor)


def test_a_flood_between_two_polls_is_read_back_to_what_is_known() -> None:
    network = Network()
    network.words = [notification(0)]
    _events, cursor = network.poll("")
    network.words = [notification(number) for number in range(730, -1, -1)]
    events, cursor = network.poll(cursor)
    assert [event.text for event in events] == [f"Word {number}" for number in range(1, 731)]
    assert network.poll(cursor) == ([], cursor)


def test_killed_between_two_pages_it_neither_skips_nor_repeats() -> None:
    network = Network()
    network.words = [notification(0)]
    _events, cursor = network.poll("")
    network.words = [notification(number) for number in range(250, -1, -1)]
    arrivals = CONNECTOR.poll(network.server.http, NOBODY, cursor, NOW)
    first = next(arrivals)
    rest, _cursor = network.poll(first.cursor)
    keys = [event.key for event in [*told([first]), *rest]]
    assert len(keys) == len(set(keys)) == 250


def test_a_word_from_a_slow_clock_below_what_is_known_is_not_missed() -> None:
    network = Network()
    network.words = [notification(number) for number in range(20, 0, -1)]
    _events, cursor = network.poll("")
    network.words.insert(7, notification(99, minutes=50))
    events, _cursor = network.poll(cursor)
    assert [event.text for event in events] == ["Word 99"]


def test_what_a_block_takes_out_of_the_list_is_no_news_and_no_deletion() -> None:
    network = Network()
    network.words = [notification(number, minutes=200 + number) for number in range(3000)]
    network.words = [notification(5000), notification(4999), *network.words]
    _events, cursor = network.poll("")
    network.words = network.words[600:]  # all that was remembered has gone
    network.pages = 0
    events, _cursor = network.poll(cursor)
    assert network.pages <= 3  # not the whole of the past once more
    assert {event.kind for event in events} <= {"created"}


def test_an_edit_is_told_by_the_digest_in_the_list() -> None:
    network = Network()
    network.words = [notification(1)]
    _events, cursor = network.poll("")
    edited = notification(1, cid="bafyreiedited")
    edited["record"]["text"] = "Word one"
    network.words = [edited]
    events, cursor = network.poll(cursor)
    assert [(event.kind, event.key) for event in events] == [
        ("created", f"created:{uri(key='3k00001')}"),
        ("edited", f"edited:{uri(key='3k00001')}:bafyreiedited"),
    ]
    assert events[1].at == NOW
    assert network.poll(cursor) == ([], cursor)


def test_likes_wait_for_words() -> None:
    network = Network()
    network.words = [notification(1)]
    network.signs = [
        {**notification(number, "like"), "uri": uri(key=f"3l{number}", collection="app.bsky.feed.like"),
         "record": {"subject": {"uri": uri(US), "cid": CID}, "createdAt": "2026-11-21T20:00:00Z"}}
        for number in range(3)
    ]  # fmt: skip
    events, cursor = network.poll("")
    assert [event.kind for event in events] == ["created", "reaction", "reaction", "reaction"]
    assert network.poll(cursor) == ([], cursor)


def test_our_own_posts_come_from_where_we_were() -> None:
    network = Network()
    network.own = ["3k1", "3k2"]
    events, cursor = network.poll("")
    assert [event.is_own for event in events] == [True, True]
    network.own += [f"3m{number:03}" for number in range(150)]
    events, cursor = network.poll(cursor)
    assert [event.item for event in events] == [uri(US, f"3m{number:03}") for number in range(150)]
    assert Place.read(cursor).own == "3m149"


def test_direct_messages_begin_with_what_was_said_last_and_go_on_by_the_log() -> None:
    message = {
        "id": "3m1",
        "rev": "r1",
        "text": "Hej",
        "sender": {"did": HER},
        "sentAt": "2026-11-21T20:02:50Z",
    }
    view = {"$type": "chat.bsky.convo.defs#messageView", **message}
    convos = [{"id": f"c{each}", "rev": f"r{each}", "members": [], "lastMessage": view} for each in (1, 2)]
    entry = {
        "$type": "chat.bsky.convo.defs#logCreateMessage",
        "rev": "r3",
        "convoId": "c1",
        "message": {**view, "id": "3m3"},
    }

    def log(request: httpx.Request) -> httpx.Response:
        is_new = request.url.params["cursor"] == "r2"
        return ok({"logs": [entry] if is_new else [], "cursor": "r3"})

    network = Network()
    network.server.answers |= {"listConvos": ok({"convos": convos}), "getLog": log}
    events, cursor = network.poll("", ACCOUNT)
    assert [event.item for event in events] == ["3m1", "3m1"]
    assert Place.read(cursor).log == "r2"
    events, cursor = network.poll(cursor, ACCOUNT)
    assert [event.item for event in events] == ["3m3"]
    assert network.poll(cursor, ACCOUNT) == ([], cursor)


def test_a_chat_service_that_fails_does_not_hold_up_the_rest() -> None:
    network = Network()
    network.words = [notification(1)]
    network.server.answers |= {"listConvos": error(500, "InternalServerError")}
    assert [event.text for event in network.poll("", ACCOUNT)[0]] == ["Word 1"]


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"words": 5}', '{"words": [7, "x"], "own": null}'])
def test_a_cursor_that_is_none_begins_anew(cursor: str) -> None:
    network = Network()
    network.words = [notification(1)]
    assert [event.text for event in network.poll(cursor)[0]] == ["Word 1"]


@pytest.mark.parametrize(
    ("answer", "state", "waits"),
    [
        (error(429, "RateLimitExceeded", **{"retry-after": "90"}), "", True),
        (error(400, "AccountTakedown"), "disabled", False),
        (error(403, "Forbidden", "no"), "", False),
        (httpx.ReadTimeout("slow"), "", False),
        (httpx.Response(200, json=[]), "", False),
    ],
)
def test_reading_that_fails_says_why_and_when_again(answer: Any, state: str, waits: bool) -> None:
    with pytest.raises(Trouble) as caught:
        list(CONNECTOR.poll(Server(listNotifications=answer).http, NOBODY, "", NOW))
    assert caught.value.account_state == state
    assert caught.value.at == (NOW + timedelta(seconds=90) if waits else None)


def test_before_the_count_ends_we_go_slower() -> None:
    reset = str(int((NOW + timedelta(seconds=200)).timestamp()))
    headers = {"ratelimit-remaining": "1", "ratelimit-reset": reset}
    page = httpx.Response(200, json={"notifications": [notification(1)]}, headers=headers)
    server = Server(listNotifications=page, listRecords=ok({"records": []}))
    arrivals = list(CONNECTOR.poll(server.http, NOBODY, "", NOW))
    assert arrivals[0].wait == timedelta(seconds=200)


def test_backfill_goes_back_to_its_day_and_no_further() -> None:
    network = Network()
    network.words = [notification(number, minutes=60 * number) for number in range(500)]
    since = NOW - timedelta(hours=150)
    events = told(list(CONNECTOR.backfill(network.server.http, NOBODY, "", since)))
    assert len(events) == 200
    again = told(list(CONNECTOR.backfill(network.server.http, NOBODY, "100", since)))
    assert {event.key for event in again} < {event.key for event in events}


# One post -----------------------------------------------------------------------------------------------------

THREAD = {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": {**notification(1), "uri": uri()}}}
NOT_FOUND = error(400, "NotFound", "Post not found: at://")


@pytest.mark.parametrize(
    ("thread", "record", "profile", "expected"),
    [
        (ok(THREAD), None, None, Found),
        (NOT_FOUND, error(400, "RecordNotFound"), None, Gone),
        (NOT_FOUND, ok({"uri": uri(), "value": {}}), None, Hidden),
        (
            NOT_FOUND,
            error(400, "InvalidRequest", "Could not find repo"),
            error(400, "AccountDeactivated"),
            Hidden,
        ),
        (
            NOT_FOUND,
            error(400, "InvalidRequest", "Could not find repo"),
            error(400, "AccountTakedown"),
            Hidden,
        ),
        (
            NOT_FOUND,
            error(400, "InvalidRequest", "Could not find repo"),
            error(400, "InvalidRequest", "Profile not found"),
            Gone,
        ),
        (ok({"thread": {"blocked": True, "uri": uri()}}), None, None, Hidden),
        (ok({"thread": {"notFound": True, "uri": uri()}}), error(400, "RecordNotFound"), None, Gone),
    ],
)
def test_only_the_repository_concludes_a_deletion(
    thread: Any, record: Any, profile: Any, expected: type
) -> None:
    server = Server(getPostThread=thread, getRecord=record, getProfile=profile)
    assert isinstance(CONNECTOR.fetch(server.http, ACCOUNT, uri(), NOW), expected)


@pytest.mark.parametrize("answer", [error(500, "X"), error(429, "X"), httpx.ReadTimeout("slow")])
def test_a_server_in_trouble_concludes_nothing(answer: Any) -> None:
    for server in (Server(getPostThread=answer), Server(getPostThread=NOT_FOUND, getRecord=answer)):
        with pytest.raises(Trouble):
            CONNECTOR.fetch(server.http, ACCOUNT, uri(), NOW)


def test_another_look_tells_an_edit_only_where_the_digest_changed() -> None:
    server = Server(getPostThread=ok(THREAD))
    for known, kinds in (
        ({"cid": CID}, ["created"]),
        ({"cid": "bafyold"}, ["created", "edited"]),
        ({}, ["created"]),
    ):
        found = CONNECTOR.look(server.http, ACCOUNT, uri(), known, NOW)
        assert isinstance(found, Found)
        assert [event.kind for event in told(list(found.arrivals))] == kinds


def test_a_direct_message_is_looked_for_in_its_conversation() -> None:
    view = {"id": "3m1", "rev": "r", "text": "Hej", "sender": {"did": HER}, "sentAt": "2026-11-21T20:02:50Z"}
    server = Server(getMessages=ok({"messages": [view]}))
    found = CONNECTOR.look(server.http, ACCOUNT, "3m1", {"convo": "c1"}, NOW)
    assert isinstance(found, Found)
    (event,) = told(list(found.arrivals))
    assert (event.thread, event.visibility) == ("c1", "private")
    deleted = {**view, "$type": "chat.bsky.convo.defs#deletedMessageView"}
    server = Server(getMessages=ok({"messages": [deleted]}))
    assert isinstance(CONNECTOR.look(server.http, ACCOUNT, "3m1", {"convo": "c1"}, NOW), Gone)
    assert isinstance(CONNECTOR.look(server.http, ACCOUNT, "3m2", {"convo": "c1"}, NOW), Hidden)
    assert isinstance(CONNECTOR.fetch(server.http, ACCOUNT, "3m1", NOW), Hidden)


# Connecting ---------------------------------------------------------------------------------------------------

DOCUMENT = {"service": [{"id": "#atproto_pds", "serviceEndpoint": "https://morel.example"}]}
NEW = replace(ACCOUNT, native="", handle="", secrets={"app_password": "geheim"}, state={})


def test_connecting_learns_the_repository_and_who_may_be_spoken_with() -> None:
    server = Server(
        createSession=ok({**SESSION, "didDoc": DOCUMENT}),
        getProfile=ok({"did": US, "displayName": "Nordbanan"}),
        listConvos=ok({"convos": []}),
    )
    told_us = CONNECTOR.connect(server.http, NEW, NOW)
    assert (told_us.native, told_us.handle, told_us.name) == (US, "brand.test", "Nordbanan")
    assert told_us.state == {"pds": "https://morel.example", "chat": True}
    assert told_us.secrets == {"access": "access-2", "refresh": "refresh-2"}
    assert told_us.notes == ()
    assert server.body("createSession") == {"identifier": "brand.test", "password": "geheim"}
    kept = replace(NEW, state=told_us.state)
    assert CONNECTOR.hosts(kept) == ("https://bsky.social", "https://morel.example", "https://plc.directory")
    assert CONNECTOR.hosts(NEW) == ("https://bsky.social", "https://plc.directory")


PLC = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"


@pytest.mark.parametrize(
    ("did", "endpoint", "word"),
    [
        (PLC, "https://pds.nordbanan.example", "but on pds.nordbanan.example."),
        (PLC, "https://morel.us-east.host.bsky.network", "app password"),  # bsky.social is its door
        (PLC, "https://bsky.social", "app password"),
        (PLC, "http://127.0.0.1", "app password"),
        ("did:web:10.0.0.1", "https://pds.nordbanan.example", "app password"),
        (None, "", "app password"),
    ],
)
def test_an_account_that_lies_elsewhere_is_told_where(did: Any, endpoint: str, word: str) -> None:
    document = {"id": did, "service": [{"id": "#atproto_pds", "serviceEndpoint": endpoint}]}
    server = Server(createSession=error(401, "AuthenticationRequired"), resolveHandle=ok({"did": did}))
    server.answers[f"directory/{did}"] = ok(document)
    with pytest.raises(ConnectFailed) as caught:
        CONNECTOR.connect(server.http, NEW, NOW)
    assert word in str(caught.value)
    assert caught.value.is_permanent
    assert {request.url.host for request in server.asked} <= {"bsky.social", "plc.directory"}
    assert not any("authorization" in request.headers for request in server.asked)


@pytest.mark.parametrize(
    "endpoint", ["http://10.0.0.1", "ftp://x", "https://user@x/", "javascript:1", 5, None]
)
def test_a_document_leads_to_no_place_that_is_unfit(endpoint: Any) -> None:
    document = {"service": [{"id": f"{US}#atproto_pds", "serviceEndpoint": endpoint}]}
    server = Server(createSession=ok({**SESSION, "didDoc": document}))
    told_us = CONNECTOR.connect(server.http, NEW, NOW)
    hosts = CONNECTOR.hosts(replace(NEW, state=told_us.state))
    assert all(host.startswith("https://") and "@" not in host for host in hosts)
    assert "https://10.0.0.1" not in hosts


@pytest.mark.parametrize(
    ("answer", "is_permanent"),
    [
        (error(401, "AuthenticationRequired"), True),
        (error(401, "AuthFactorTokenRequired"), True),
        (error(401, "AccountTakedown"), True),
        (ok({**SESSION, "active": False, "status": "deactivated"}), True),
        (ok({"hello": "world"}), True),
        (error(404, "XRPCNotSupported"), True),
        (error(429, "RateLimitExceeded"), False),
        (error(502, "UpstreamFailure"), False),
        (httpx.ConnectError("no"), False),
    ],
)
def test_what_keeps_us_from_connecting_is_said(answer: Any, is_permanent: bool) -> None:
    with pytest.raises(ConnectFailed) as caught:
        CONNECTOR.connect(Server(createSession=answer).http, NEW, NOW)
    assert caught.value.is_permanent is is_permanent
    assert "geheim" not in str(caught.value)


def test_a_check_renews_and_does_not_log_in() -> None:
    server = Server(refreshSession=ok(SESSION))
    told_us = CONNECTOR.connect(server.http, ACCOUNT, NOW)
    assert told_us.secrets["refresh"] == "refresh-2"
    assert "createSession" not in server.methods()


def test_a_cursor_is_small_however_much_came() -> None:
    network = Network()
    network.words = [notification(0)]
    _events, cursor = network.poll("")
    network.words = [notification(number) for number in range(5000, -1, -1)]
    _events, cursor = network.poll(cursor)
    assert len(cursor) < 6000
    assert isinstance(json.loads(cursor), dict)
    assert datetime.fromisoformat(Place.read(cursor).words_at.replace("Z", "+00:00")) == NOW

"""Reviews read, answered, asked about and settled against Trustpilot's side."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    Arrival,
    ConnectFailed,
    Event,
    Found,
    Gone,
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
from lyhord.connectors.trustpilot import CONNECTOR
from lyhord.connectors.trustpilot.client import Api
from lyhord.connectors.trustpilot.tests.fake import APP, UNIT, TrustpilotSide, side

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parents[1] / "fixtures"
ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "trustpilot"
FILES = [*FIXTURES.glob("*.json"), *DATA.rglob("*.json")]
FIRST = "62c8968be77911f2449e0001"
REPLY = Outgoing(verb="reply", key="k1", text="Tack, vi ser på det. /Maja", item=FIRST, made_at=NOW)
QUESTION = replace(REPLY, visibility="private", text="Vilket tåg var det?")


@pytest.fixture
def there() -> Iterator[TrustpilotSide]:
    Api.forget()
    yield TrustpilotSide(NOW - timedelta(hours=1))
    Api.forget()


def client(there: TrustpilotSide) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(there.answer))


def events(arrivals: list[Arrival]) -> list[Event]:
    found = []
    for told in arrivals:
        for item in CONNECTOR.parse(told.raw, told.headers, told.url, told.method) if told.raw else []:
            assert isinstance(item, Event), item
            found.append(item)
    return found


def polled(there: TrustpilotSide, cursor: str = "") -> tuple[list[Event], str]:
    arrivals = list(CONNECTOR.poll(client(there), side(), cursor, NOW))
    return events(arrivals), arrivals[-1].cursor


def send(there: TrustpilotSide, outgoing: Outgoing = REPLY) -> Any:
    return CONNECTOR.send(client(there), side(), outgoing, NOW)


# Webhooks -------------------------------------------------------------------------------------------------------


def hooked(name: str, data: dict[str, Any]) -> list[Any]:
    raw = json.dumps({"events": [{"eventName": name, "version": "1", "eventData": data}]}).encode()
    return CONNECTOR.parse(raw, {}, "", "POST")


def test_the_recorded_review_comes_with_its_stars() -> None:
    (post,) = CONNECTOR.parse((FIXTURES / "service-review-created.json").read_bytes(), {}, "", "POST")
    assert isinstance(post, Event)
    assert (post.kind, post.item, post.thread) == (
        "created",
        "62c8968be77911f2449e9f74",
        "62c8968be77911f2449e9f74",
    )
    assert post.title.startswith("★★★★☆ Some of the screens")
    assert post.text.startswith("Some of the screens are to hard to navigate.")
    assert post.at == datetime(2022, 7, 8, 22, 41, 48, tzinfo=UTC)
    assert post.author is not None
    assert (post.author.native, post.author.name) == ("bbbbb", "some one")
    assert post.extra == {"rating": 4, "rating_of": 5, "order": "XELeKJriAxDQq3ps", "verified": True}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_that_was_collected_is_read(path: Path) -> None:
    found = CONNECTOR.parse(path.read_bytes(), {}, "", "POST")
    assert found
    assert all(isinstance(item, Event | Unsupported) for item in found)


def test_an_update_and_a_deletion_are_told_and_unknown_events_kept() -> None:
    data = json.loads((FIXTURES / "service-review-created.json").read_bytes())["events"][0]["eventData"]
    _created, edited = hooked("service-review-updated", data | {"text": "Bättre nu", "stars": 5})
    assert (edited.kind, edited.text, edited.extra["rating"]) == ("edited", "Bättre nu", 5)
    again = hooked("service-review-updated", data | {"text": "Bättre nu", "stars": 5})[1]
    other = hooked("service-review-updated", data | {"text": "Sämre igen"})[1]
    assert edited.key == again.key != other.key
    (deleted,) = hooked("service-review-deleted", {"id": data["id"]})
    assert (deleted.kind, deleted.item) == ("deleted", data["id"])
    (unknown,) = hooked("product-review-created", {"id": "x"})
    assert isinstance(unknown, Unsupported)
    for name, bad in (
        ("service-review-created", {}),
        ("service-review-deleted", {}),
        ("service-review-created", {**data, "createdAt": 7}),
    ):
        (item,) = hooked(name, bad)
        assert isinstance(item, Unreadable)


def test_only_who_knows_the_address_with_its_secret_is_let_in() -> None:
    right = Request("POST", "https://us.example/hooks/trustpilot/e/?token=hemligt", {}, b"{}")
    assert CONNECTOR.verify(right, APP)
    for number in range(len("hemligt")):
        wrong = "hemligt"[:number] + "x" + "hemligt"[number + 1 :]
        assert not CONNECTOR.verify(replace(right, url=right.url.replace("hemligt", wrong)), APP)
    assert not CONNECTOR.verify(replace(right, method="GET"), APP)
    assert not CONNECTOR.verify(right, {"hook_secret": ""})


# Reading --------------------------------------------------------------------------------------------------------


def test_hook_and_list_tell_the_same_review_under_the_same_key(there: TrustpilotSide) -> None:
    item = there.says(1, "Sent", "Tåget kom inte")
    found, cursor = polled(there)
    assert [event.key for event in found] == [hooked("service-review-created", there.rows[item])[0].key]
    assert "kari@else.example" not in repr(found)
    assert polled(there, cursor)[0] == []


def test_a_change_among_the_newest_comes_with_the_next_poll(there: TrustpilotSide) -> None:
    item = there.says(1, "Sent", "Tåget kom inte")
    _found, cursor = polled(there)
    there.changes(item, text="De ringde", stars=4)
    there.answers(item, "Förlåt")
    found, cursor = polled(there, cursor)
    assert {(event.kind, event.item, event.is_own) for event in found} == {
        ("created", item, False), ("edited", item, False), ("created", f"{item}/reply", True),
    }  # fmt: skip
    assert polled(there, cursor)[0] == []


def test_more_than_a_page_of_news_is_read_to_its_end(there: TrustpilotSide) -> None:
    there.says(1, "0", "först")
    _found, cursor = polled(there)
    names = {there.says(5, str(number), "text") for number in range(230)}
    found, cursor = polled(there, cursor)
    assert names <= {event.item for event in found}
    assert polled(there, cursor)[0] == []


def test_a_review_that_is_reported_and_hidden_is_hidden_here(there: TrustpilotSide) -> None:
    item = there.says(1, "Fult", "fult")
    there.rows[item]["reportData"] = {
        "reviewVisibility": "hidden", "reason": "sensitiveInformation", "createdAt": "2026-11-22T10:00:00",
    }  # fmt: skip
    found, _cursor = polled(there)
    assert [(event.kind, event.text) for event in found if event.kind == "hidden"] == [
        ("hidden", "sensitiveInformation")
    ]


def test_what_the_reviewer_tells_of_himself_is_private(there: TrustpilotSide) -> None:
    item = there.says(1, "Sent", "text")
    response = {"name": "Kari Nord", "email": "kari@else.example", "referenceNumber": "7"}
    there.rows[item]["findReviewer"]["requests"] = [
        {"id": "q0", "status": "answered", "consumerResponse": response}
    ]
    found, _cursor = polled(there)
    (told,) = [event for event in found if event.visibility == "private"]
    assert told.thread == f"{item}/private"
    assert told.text == "Kari Nord\nkari@else.example\n7"
    assert told.author is not None
    assert told.author.native == "c1"


def test_backfill_and_a_second_look(there: TrustpilotSide) -> None:
    names = {there.says(3, str(number), "text") for number in range(120)}
    found = events(list(CONNECTOR.backfill(client(there), side(), "", NOW - timedelta(days=7))))
    assert {event.item for event in found} == names
    assert isinstance(CONNECTOR.fetch(client(there), side(), FIRST, NOW), Found)
    del there.rows[FIRST]
    assert isinstance(CONNECTOR.fetch(client(there), side(), FIRST, NOW), Gone)


# Answering ------------------------------------------------------------------------------------------------------


def test_a_review_is_answered_once_and_the_answer_can_be_changed_and_taken_back(
    there: TrustpilotSide,
) -> None:
    row = there.rows[there.says(1, "Sent", "text")]
    assert send(there) == Sent(f"{FIRST}/reply")
    assert send(there).evidence == "read_back"
    other = send(there, replace(REPLY, text="Något annat"))
    assert isinstance(other, Refused)
    assert other.code == "answered"
    own = f"{FIRST}/reply"
    assert isinstance(send(there, replace(REPLY, verb="edit", item=own, text="Rättat")), Sent)
    assert row["companyReply"]["text"] == "Rättat"
    assert isinstance(send(there, replace(REPLY, verb="delete")), Refused)
    assert isinstance(send(there, replace(REPLY, verb="delete", item=own)), Sent)
    assert row["companyReply"] is None


def test_the_private_way_asks_the_reviewer_who_he_is(there: TrustpilotSide) -> None:
    row = there.rows[there.says(1, "Sent", "text")]
    assert isinstance(send(there, QUESTION), Sent)
    assert len(row["findReviewer"]["requests"]) == 1
    assert row["companyReply"] is None
    assert there.calls[-1][2] == {
        "message": "Vilket tåg var det?",
        "skipNotificationEmailToBusinessUser": False,
    }


def test_a_lost_public_answer_is_never_sent_twice(there: TrustpilotSide) -> None:
    there.says(1, "Sent", "text")
    there.lost = 1
    assert isinstance(send(there), Retry)
    assert isinstance(CONNECTOR.settle(client(there), side(), REPLY, NOW), Sent)
    assert isinstance(send(there), Sent)
    assert sum(method == "POST" for method, _path, _body in there.calls) == 1


def test_a_lost_question_is_settled_by_looking(there: TrustpilotSide) -> None:
    there.says(1, "Sent", "text")
    assert isinstance(CONNECTOR.settle(client(there), side(), QUESTION, NOW), Unsure)
    assert isinstance(CONNECTOR.settle(client(there), side(), QUESTION, NOW + timedelta(minutes=6)), Retry)
    there.now, there.lost = NOW, 1
    assert isinstance(send(there, QUESTION), Unsure)
    found = CONNECTOR.settle(client(there), side(), QUESTION, NOW)
    assert isinstance(found, Sent)
    assert found.evidence == "read_back"


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (httpx.Response(429, headers={"retry-after": "30"}), Retry, ""),
        (httpx.Response(403, json={"message": "Module missing"}), Refused, "permission_lost"),
        (httpx.Response(400, json={"message": f"Bad {APP['api_secret']}"}), Refused, ""),
        (httpx.Response(404, json={"message": "gone"}), Refused, ""),
        (httpx.Response(503), Retry, ""),
    ],
)
def test_each_refusal_has_its_outcome(
    there: TrustpilotSide, answer: httpx.Response, kind: type, state: str
) -> None:
    there.says(1, "Sent", "text")
    there.next = [lambda request: answer]
    told = send(there)
    assert isinstance(told, kind)
    assert getattr(told, "account_state", "") == state
    assert APP["api_secret"] not in repr(told)
    if answer.status_code == 429:
        assert isinstance(told, Retry)
        assert told.at == NOW + timedelta(seconds=30)


# The key --------------------------------------------------------------------------------------------------------


def test_one_token_serves_long_and_is_renewed_when_it_is_refused(there: TrustpilotSide) -> None:
    polled(there)
    polled(there)
    assert there.given == 1
    there.alive.clear()
    polled(there)
    assert there.given == 2


def test_a_key_that_is_taken_back_is_told_where_it_shows(there: TrustpilotSide) -> None:
    there.says(1, "Sent", "text")
    there.is_closed = True
    told = send(there)
    assert isinstance(told, Refused)
    assert told.account_state == "token_revoked"
    with pytest.raises(Trouble) as trouble:
        polled(there)
    assert trouble.value.account_state == "token_revoked"
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(client(there), side(), NOW)
    assert failed.value.is_permanent


def test_connecting_finds_the_business_by_its_domain(there: TrustpilotSide) -> None:
    found = CONNECTOR.connect(client(there), side(native=""), NOW)
    assert (found.native, found.handle, found.name) == (UNIT, "nordbanan.example", "Nordbanan")
    assert found.notes == ()
    with pytest.raises(ConnectFailed, match=r"else\.example"):
        CONNECTOR.connect(client(there), side(settings={"domain": "else.example"}), NOW)
    unreachable = side(app=APP | {"hook_url": "http://localhost/hooks/trustpilot/e/"})
    assert CONNECTOR.connect(client(there), unreachable, NOW).notes

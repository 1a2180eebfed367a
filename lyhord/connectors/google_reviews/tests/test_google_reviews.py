"""Reviews read, answered and settled against Google's side."""

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
    Denied,
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
)
from lyhord.connectors._google import tokens
from lyhord.connectors._google.tests.oauth import refusal
from lyhord.connectors.google_reviews import CONNECTOR, connecting
from lyhord.connectors.google_reviews.tests.fake import PLACE, SUBSCRIPTION, GoogleSide, note, side

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FIXTURES = Path(__file__).parents[1] / "fixtures"
ROOT = Path(__file__).parents[4]
DATA = (
    Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "google-business"
)
REPLY = Outgoing(
    verb="reply", key="k1", text="Tack, vi ser på det. /Maja", item=f"{PLACE}/reviews/r1", made_at=NOW
)
OURS = f"{PLACE}/reviews/r1/reply"
WITH_NOTES = {"subscription": SUBSCRIPTION}


@pytest.fixture
def there() -> Iterator[GoogleSide]:
    tokens.TOKENS.forget()
    network = GoogleSide(NOW - timedelta(hours=1))
    yield network
    assert network.faults == []


def client(there: GoogleSide) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(there.answer))


def events(arrivals: list[Arrival]) -> list[Event]:
    found = []
    for told in arrivals:
        for item in CONNECTOR.parse(told.raw, told.headers, told.url, told.method) if told.raw else []:
            assert isinstance(item, Event), item
            found.append(item)
    return found


def polled(there: GoogleSide, cursor: str = "", **fields: Any) -> tuple[list[Event], str]:
    arrivals = list(CONNECTOR.poll(client(there), side(**fields), cursor, NOW))
    return events(arrivals), arrivals[-1].cursor if arrivals else cursor


def send(there: GoogleSide, outgoing: Outgoing = REPLY) -> Any:
    return CONNECTOR.send(client(there), side(), outgoing, NOW)


# Reading --------------------------------------------------------------------------------------------------------


def test_stars_and_words_come_as_a_post_and_a_rating_alone_has_no_words(there: GoogleSide) -> None:
    there.says("TWO", "Sent igen")
    there.says("FIVE", None)
    found, cursor = polled(there)
    assert [(event.text, event.title, event.extra["rating"]) for event in found] == [
        ("Sent igen", "★★☆☆☆", 2), ("", "★★★★★", 5),
    ]  # fmt: skip
    assert {event.account for event in found} == {PLACE}
    assert polled(there, cursor)[0] == []


@pytest.mark.parametrize(
    ("comment", "text", "translation"),
    [
        ("(Translated by Google) Late again\n\n(Original)\nSent igen", "Sent igen", "Late again"),
        ("Sent igen\n\n(Translated by Google)\nLate again", "Sent igen", "Late again"),
        ("(Translated by Google) Late again", "Late again", None),
        ("Sent igen", "Sent igen", None),
    ],
)
def test_what_was_written_is_kept_and_not_googles_translation(
    there: GoogleSide, comment: str, text: str, translation: str | None
) -> None:
    there.says("ONE", comment)
    (event,), _cursor = polled(there)
    assert event.text == text
    assert event.extra.get("translation") == translation


def test_an_updated_review_comes_again_as_an_edit(there: GoogleSide) -> None:
    first = there.says("ONE", "Uselt")
    there.says("FIVE", "Bra")
    _found, cursor = polled(there)
    there.changes(first, "De ringde upp, bra")
    found, cursor = polled(there, cursor)
    edits = [event for event in found if event.kind == "edited"]
    assert [(event.item, event.text) for event in edits] == [(first, "De ringde upp, bra")]
    assert polled(there, cursor)[0] == []


def test_two_reviews_of_one_name_are_two_people(there: GoogleSide) -> None:
    there.says("ONE", "a", who="A Google User")
    there.says("TWO", "b", who="A Google User")
    found, _cursor = polled(there)
    assert len({event.author.native for event in found if event.author}) == 2


def test_our_answer_comes_as_our_own_and_its_change_too(there: GoogleSide) -> None:
    name = there.says("ONE", "Uselt")
    there.answers(name, "Förlåt")
    found, cursor = polled(there)
    own = [event for event in found if event.is_own]
    assert [(event.kind, event.item, event.parent) for event in own] == [("created", OURS, name)]
    there.answers(name, "Förlåt oss", reviewReplyState="REJECTED", policyViolation="Contact details")
    found, _cursor = polled(there, cursor)
    assert ("edited", "Förlåt oss") in {(event.kind, event.text) for event in found}
    refused = [event for event in found if event.kind == "delivered"]
    assert [(event.ok, event.text, event.item) for event in refused] == [(False, "Contact details", OURS)]


def test_several_pages_are_read_until_what_is_known(there: GoogleSide) -> None:
    there.page_size = 2
    there.says("ONE", "först")
    _found, cursor = polled(there)
    names = {there.says("ONE", f"nr {number}") for number in range(5)}
    found, _cursor = polled(there, cursor)
    assert names <= {event.item for event in found}


def test_a_note_brings_what_the_list_misses_and_is_done_with_after_it_was_kept(there: GoogleSide) -> None:
    name = there.says("ONE", "glömd")
    there.missed.add(name)
    there.tells(name)
    there.tells("accounts/9/locations/9/reviews/x")
    arrivals = CONNECTOR.poll(client(there), side(settings=WITH_NOTES), "", NOW)
    kept = []
    for told in arrivals:
        kept.append(told)
        assert there.notes
    assert [event.item for event in events(kept)] == [name]
    assert there.notes == {}
    assert not any("locations/9" in path for _method, path in there.calls)


def test_a_deletion_is_only_what_google_says_of_the_review_itself(there: GoogleSide) -> None:
    name = there.says("ONE", "kvar")
    there.missed.add(name)
    assert isinstance(CONNECTOR.fetch(client(there), side(), name, NOW), Found)
    del there.rows[name]
    assert isinstance(CONNECTOR.fetch(client(there), side(), name, NOW), Gone)


def test_backfill_reads_back_to_the_day_wanted(there: GoogleSide) -> None:
    there.page_size = 1
    names = {there.says("ONE", f"nr {number}") for number in range(4)}
    found = events(list(CONNECTOR.backfill(client(there), side(), "", NOW - timedelta(days=7))))
    assert {event.item for event in found} == names


# Notes and other bytes ------------------------------------------------------------------------------------------


def test_a_pushed_note_is_kept_and_names_its_review() -> None:
    raw = (FIXTURES / "pubsub-new-review.json").read_bytes()
    (item,) = CONNECTOR.parse(raw, {}, "", "POST")
    assert isinstance(item, Unsupported)
    assert item.item == "accounts/111/locations/222/reviews/AbFvOq1"
    for data in ("", "!!", "bnVsbA=="):
        (item,) = CONNECTOR.parse(json.dumps({"message": {"data": data}}).encode(), {}, "", "POST")
        assert isinstance(item, Unreadable)
    other = {"message": {"data": note("x", "VOICE_OF_MERCHANT_UPDATED")}}
    (item,) = CONNECTOR.parse(json.dumps(other).encode(), {}, "", "POST")
    assert isinstance(item, Unsupported)
    assert "VOICE_OF_MERCHANT" in item.why


def test_every_file_that_was_collected_is_read_or_told() -> None:
    for path in sorted(DATA.glob("authored-from-docs/*.json")):
        assert all(
            isinstance(item, Event | Unsupported)
            for item in CONNECTOR.parse(path.read_bytes(), {}, "", "POST")
        )


def test_only_who_knows_the_address_with_its_secret_is_let_in() -> None:
    secrets = {"hook_secret": "hemligt"}
    right = Request("POST", "https://us.example/hooks/google_reviews/e/?token=hemligt", {}, b"{}")
    assert CONNECTOR.verify(right, secrets)
    for number in range(len("hemligt")):
        wrong = "hemligt"[:number] + "x" + "hemligt"[number + 1 :]
        assert not CONNECTOR.verify(replace(right, url=right.url.replace("hemligt", wrong)), secrets)
    assert not CONNECTOR.verify(replace(right, method="GET"), secrets)
    assert not CONNECTOR.verify(replace(right, url=right.url + "&token=hemligt"), secrets)


def test_one_bad_review_does_not_spoil_its_page() -> None:
    good = {
        "name": f"{PLACE}/reviews/a",
        "reviewer": {},
        "starRating": "ONE",
        "createTime": "2026-11-01T10:00:00Z",
    }
    bad = [
        {},
        {**good, "name": "x"},
        {**good, "createTime": 7},
        {**good, "comment": 7},
        {**good, "reviewer": None},
        5,
    ]
    items = CONNECTOR.parse(json.dumps({"reviews": [*bad, good]}).encode(), {}, "", "GET")
    assert [type(item) for item in items] == [Event, *[Unreadable] * len(bad)]


# Answering ------------------------------------------------------------------------------------------------------


def test_a_review_is_answered_once_and_the_answer_can_be_changed_and_taken_back(there: GoogleSide) -> None:
    name = there.says("ONE", "Uselt")
    assert send(there) == Sent(OURS)
    again = send(there)
    assert isinstance(again, Sent)
    assert again.evidence == "read_back"
    other = send(there, replace(REPLY, key="k2", text="Något annat"))
    assert isinstance(other, Refused)
    assert other.code == "answered"
    assert there.rows[name]["reviewReply"]["comment"] == REPLY.text
    assert isinstance(send(there, replace(REPLY, verb="edit", item=OURS, text="Rättat")), Sent)
    assert there.rows[name]["reviewReply"]["comment"] == "Rättat"
    assert isinstance(send(there, replace(REPLY, verb="delete", item=OURS)), Sent)
    assert "reviewReply" not in there.rows[name]


def test_the_review_itself_is_not_ours_to_delete(there: GoogleSide) -> None:
    name = there.says("ONE", "Uselt")
    assert isinstance(send(there, replace(REPLY, verb="delete", item=name)), Refused)
    assert name in there.rows
    assert there.calls == []


def test_the_length_is_counted_in_bytes(there: GoogleSide) -> None:
    there.says("ONE", "Uselt")
    told = send(there, replace(REPLY, text="å" * 2_049))
    assert isinstance(told, Refused)
    assert "4098 bytes" in told.why
    assert isinstance(send(there, replace(REPLY, text="å" * 2_048)), Sent)


def test_a_lost_answer_is_settled_by_looking(there: GoogleSide) -> None:
    there.says("ONE", "Uselt")
    there.lost = 1
    assert isinstance(send(there), Retry)
    found = CONNECTOR.settle(client(there), side(), REPLY, NOW)
    assert isinstance(found, Sent)
    assert found.evidence == "read_back"
    del there.rows[str(REPLY.item)]["reviewReply"]
    assert isinstance(CONNECTOR.settle(client(there), side(), REPLY, NOW), Retry)


@pytest.mark.parametrize(
    ("answer", "kind", "state"),
    [
        (refusal(429, "rateLimitExceeded", "RESOURCE_EXHAUSTED"), Retry, ""),
        (refusal(403, "insufficientPermissions", "PERMISSION_DENIED"), Refused, "permission_lost"),
        (refusal(400, "badRequest", "INVALID_ARGUMENT"), Refused, ""),
        (refusal(503, "backendError", "UNAVAILABLE"), Retry, ""),
    ],
)
def test_each_refusal_of_google_has_its_outcome(
    there: GoogleSide, answer: httpx.Response, kind: type, state: str
) -> None:
    there.says("ONE", "Uselt")
    there.next = [lambda request: answer]
    told = send(there)
    assert isinstance(told, kind)
    assert getattr(told, "account_state", "") == state
    assert "reviewReply" not in there.rows[str(REPLY.item)]


def test_there_is_no_private_way() -> None:
    told = CONNECTOR.can_reply(side(), replace(REPLY, visibility="private"), NOW, NOW)
    assert isinstance(told, Denied)


# Connecting -----------------------------------------------------------------------------------------------------


def test_the_only_location_is_found_and_of_several_one_must_be_named(there: GoogleSide) -> None:
    found = CONNECTOR.connect(client(there), side(native=""), NOW)
    assert (found.native, found.name) == (PLACE, "Nordbanan Uppsala")
    there.places.append(("locations/333", "Nordbanan Gävle"))
    with pytest.raises(ConnectFailed, match="Gävle"):
        CONNECTOR.connect(client(there), side(native=""), NOW)
    named = side(native="", settings={"location": "accounts/111/locations/222"})
    assert CONNECTOR.connect(client(there), named, NOW).native == PLACE
    with pytest.raises(ConnectFailed, match="accounts/111"):
        CONNECTOR.connect(client(there), side(native="", settings={"location": "Uppsala"}), NOW)


def test_a_topic_that_google_does_not_tell_of_is_noted(there: GoogleSide) -> None:
    account = side(settings=WITH_NOTES)
    assert CONNECTOR.connect(client(there), account, NOW).notes == ()
    there.setting = {"pubsubTopic": "projects/p/topics/t", "notificationTypes": ["GOOGLE_UPDATE"]}
    assert CONNECTOR.connect(client(there), account, NOW).notes
    there.grants.more = {"scope": connecting.SCOPE}
    with pytest.raises(ConnectFailed, match="pubsub"):
        CONNECTOR.connect(client(there), account, NOW)


def test_a_revoked_access_is_told_where_it_shows(there: GoogleSide) -> None:
    there.says("ONE", "Uselt")
    there.grants.is_revoked = True
    told = send(there)
    assert isinstance(told, Refused)
    assert told.account_state == "token_revoked"
    with pytest.raises(Trouble) as trouble:
        polled(there)
    assert trouble.value.account_state == "token_revoked"

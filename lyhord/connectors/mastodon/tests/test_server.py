"""Against mastodon_mock: the customer writes with Mastodon.py, we read and answer with the connector."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Thread
from uuid import uuid4

import pytest

from lyhord.channels.contract import (
    Arrival,
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
from lyhord.connectors.mastodon import CONNECTOR
from lyhord.connectors.mastodon.tests import serving
from lyhord.connectors.mastodon.tests.serving import Running

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving.server(Path(tmp_path_factory.mktemp("mastodon"))) as found:
        yield found


@pytest.fixture
def stream(running: Running) -> Iterator["Queue[Event]"]:
    """Events of our stream as they come; it is open when the test begins and ends with it."""
    queue: Queue[Event] = Queue()
    opened: Queue[bool] = Queue()
    over: list[bool] = []

    def listen() -> None:
        for arrival in CONNECTOR.stream(running.listener, running.account, ""):
            opened.put(True)
            for event in events_of(arrival):
                queue.put(event)
            if over:
                return

    thread = Thread(target=listen, daemon=True)
    thread.start()
    opened.get(timeout=10)
    yield queue
    over.append(True)
    thread.join(10)
    assert not thread.is_alive()


def events_of(*arrivals: Arrival) -> list[Event]:
    return [
        item
        for arrival in arrivals
        if arrival.raw
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method)
        if isinstance(item, Event)
    ]


def polled(running: Running, cursor: str = "") -> tuple[list[Event], str]:
    arrivals = list(CONNECTOR.poll(running.http, running.account, cursor, datetime.now(UTC)))
    return events_of(*arrivals), arrivals[-1].cursor if arrivals else cursor


def reply(running: Running, event: Event, text: str, **more: object) -> Outgoing:
    assert event.author is not None
    values = {
        "verb": "reply",
        "key": str(uuid4()),
        "text": text,
        "item": event.item,
        "person": event.author.native,
        "person_handle": event.author.handle,
        "visibility": event.visibility,
        "item_visibility": event.visibility,
        "made_at": datetime.now(UTC),
        **more,
    }
    return Outgoing(**values)  # type: ignore[arg-type]


def asked(running: Running, text: str, name: str = "alice", visibility: str = "public") -> Event:
    """A customer writes; the event by which we learn of it."""
    status = running.customer(name).status_post(text, visibility=visibility)
    found = CONNECTOR.fetch(running.http, running.account, str(status["id"]), datetime.now(UTC))
    assert isinstance(found, Found)
    return events_of(*found.arrivals)[-1]


def test_connecting_learns_who_we_are_and_what_the_server_takes(running: Running) -> None:
    told = CONNECTOR.connect(running.http, running.account, datetime.now(UTC))
    assert told.native.isdigit()
    assert told.handle.startswith("brand@")
    assert told.state["max_characters"] == 500
    assert told.state["streams"] is True


def test_a_mention_comes_by_stream_and_by_poll_under_one_key(
    running: Running, stream: "Queue[Event]"
) -> None:
    _events, cursor = polled(running)
    status = running.customer().status_post("@brand is the 8.14 on time? @kari asks too")
    told = stream.get(timeout=10)
    asked_for, later = polled(running, cursor)
    assert (told.kind, told.item, told.visibility) == ("created", str(status["id"]), "public")
    assert told.text == "@brand is the 8.14 on time? @kari asks too"
    assert told.is_spoken_to
    assert not told.is_own
    assert [event.key for event in asked_for] == [told.key]
    assert set(told.extra["roles"].values()) == {"us", "named"}
    assert polled(running, later) == ([], later)


def test_a_direct_message_is_private_and_its_answer_is_seen_by_nobody_else(
    running: Running, stream: "Queue[Event]"
) -> None:
    status = running.customer().status_post("@brand my ticket is 4711", visibility="direct")
    told = stream.get(timeout=10)
    assert (told.item, told.visibility) == (str(status["id"]), "private")
    answer = CONNECTOR.send(
        running.http, running.account, reply(running, told, "We look into it /Maja"), datetime.now(UTC)
    )
    assert isinstance(answer, Sent)
    sent = running.customer().status(answer.native)
    assert sent["visibility"] == "direct"
    assert [mention["acct"] for mention in sent["mentions"]] == ["alice"]
    assert answer.native not in {str(each["id"]) for each in running.customer("kari").timeline_public()}


def test_an_answer_stands_below_the_post_and_comes_back_as_our_own(
    running: Running, stream: "Queue[Event]"
) -> None:
    event = asked(running, "@brand where do I change trains?")
    answer = CONNECTOR.send(
        running.http, running.account, reply(running, event, "In Tranby. /Maja"), datetime.now(UTC)
    )
    assert isinstance(answer, Sent)
    context = running.customer().status_context(event.item)
    assert [str(each["id"]) for each in context["descendants"]] == [answer.native]
    assert "@alice In Tranby. /Maja" in context["descendants"][0]["content"]
    echo = next(told for told in iter(lambda: stream.get(timeout=10), None) if told.item == answer.native)
    assert echo.is_own
    assert echo.parent == event.item


def test_the_same_key_gives_the_same_post_and_never_a_second(running: Running) -> None:
    event = asked(running, "@brand is there coffee on board?")
    outgoing = reply(running, event, "Yes, in carriage 3. /Olle")
    first = CONNECTOR.send(running.http, running.account, outgoing, datetime.now(UTC))
    second = CONNECTOR.send(running.http, running.account, outgoing, datetime.now(UTC))
    assert isinstance(first, Sent)
    assert isinstance(second, Sent)
    assert first.native == second.native
    assert len(running.customer().status_context(event.item)["descendants"]) == 1


def test_a_lost_answer_is_unsure_and_settled_by_reading_back(running: Running) -> None:
    event = asked(running, "@brand can I bring my cello?")
    outgoing = reply(running, event, "Yes, on a seat of its own. /Olle")
    running.fault({"type": "malformed"}, "/api/v1/statuses")
    assert isinstance(CONNECTOR.send(running.http, running.account, outgoing, datetime.now(UTC)), Unsure)
    assert isinstance(CONNECTOR.settle(running.http, running.account, outgoing, datetime.now(UTC)), Retry)
    sent = CONNECTOR.send(running.http, running.account, outgoing, datetime.now(UTC))
    settled = CONNECTOR.settle(running.http, running.account, outgoing, datetime.now(UTC))
    assert isinstance(sent, Sent)
    assert isinstance(settled, Sent)
    assert (settled.native, settled.evidence) == (sent.native, "read_back")


def test_a_server_that_hangs_up_leaves_us_unsure(running: Running) -> None:
    event = asked(running, "@brand hello?")
    running.fault({"type": "timeout", "delay_ms": 30000}, "/api/v1/statuses")
    answer = CONNECTOR.send(
        running.http, running.account, reply(running, event, "Hello! /Maja"), datetime.now(UTC)
    )
    assert isinstance(answer, Unsure)


def test_too_many_requests_wait_as_long_as_the_server_says(running: Running) -> None:
    event = asked(running, "@brand is the lift working?")
    now = datetime.now(UTC)
    headers = {"X-RateLimit-Reset": (now + timedelta(seconds=90)).isoformat(), "Retry-After": ""}
    running.fault({"type": "status", "status": 429, "headers": headers}, "/api/v1/statuses")
    answer = CONNECTOR.send(running.http, running.account, reply(running, event, "It is. /Maja"), now)
    assert isinstance(answer, Retry)
    assert answer.at == now + timedelta(seconds=90)
    assert running.customer().status_context(event.item)["descendants"] == []


def test_reading_too_often_waits_as_well(running: Running) -> None:
    running.fault({"type": "ratelimit"}, "/api/v1/notifications", method="GET")
    with pytest.raises(Trouble) as caught:
        polled(running)
    assert caught.value.at is not None


def test_what_is_too_long_is_refused_before_it_leaves_and_says_by_how_much(running: Running) -> None:
    event = asked(running, "@brand tell me everything")
    outgoing = reply(running, event, "x" * 501)
    answer = CONNECTOR.send(running.http, running.account, outgoing, datetime.now(UTC))
    assert isinstance(answer, Refused)
    assert "Shorten it by 8." in answer.why  # "@alice " counts too
    assert running.customer().status_context(event.item)["descendants"] == []


def test_a_limit_that_the_server_lowered_meanwhile_is_its_own_word(running: Running) -> None:
    event = asked(running, "@brand and now?")
    running.fault(
        {"type": "status", "status": 422, "body": {"error": "Validation failed: Text is too long"}},
        "/api/v1/statuses",
    )
    answer = CONNECTOR.send(
        running.http, running.account, reply(running, event, "Now. /Maja"), datetime.now(UTC)
    )
    assert isinstance(answer, Refused)
    assert "too long" in answer.why


def test_an_edit_is_seen_when_we_look_again(running: Running) -> None:
    event = asked(running, "@brand the train is lat")
    running.customer().status_update(event.item, "@brand the train is late")
    found = CONNECTOR.fetch(running.http, running.account, str(event.item), datetime.now(UTC))
    assert isinstance(found, Found)
    edit = next(told for told in events_of(*found.arrivals) if told.kind == "edited")
    assert edit.text == "@brand the train is late"
    assert edit.key.startswith(f"edited:{event.item}:")


def test_a_deletion_is_known_by_looking_at_the_post_itself(running: Running) -> None:
    event = asked(running, "@brand my phone is 070-1234567")
    assert isinstance(
        CONNECTOR.fetch(running.http, running.account, str(event.item), datetime.now(UTC)), Found
    )
    running.customer().status_delete(event.item)
    assert isinstance(
        CONNECTOR.fetch(running.http, running.account, str(event.item), datetime.now(UTC)), Gone
    )


def test_an_edit_and_a_deletion_of_our_own_come_by_stream(running: Running, stream: "Queue[Event]") -> None:
    brand = running.customer("brand")
    status = brand.status_post("Delays near Tranby")
    brand.status_update(status["id"], "Delays near Tranby, buses from 12")
    brand.status_delete(status["id"])
    told = [stream.get(timeout=10) for _each in range(3)]
    assert [event.kind for event in told] == ["created", "edited", "deleted"]
    assert told[1].text == "Delays near Tranby, buses from 12"
    assert {event.item for event in told} == {str(status["id"])}


def test_the_talk_of_those_whom_we_follow_is_not_even_stored(running: Running) -> None:
    brand, kari = running.customer("brand"), running.customer("kari")
    brand.account_follow(kari.me()["id"])
    arrivals = CONNECTOR.stream(running.listener, running.account, "")
    assert next(arrivals).raw == b""
    kari.status_post("What a match!")
    kari.status_post("@brand will there be a late train?")
    raw = next(arrival.raw for arrival in arrivals if arrival.raw)
    brand.account_unfollow(kari.me()["id"])
    assert b"late train" in raw
    assert b"match" not in raw


def test_a_conversation_is_one_thread_named_by_its_first_post(running: Running) -> None:
    alice, kari = running.customer(), running.customer("kari")
    first = alice.status_post("@brand is it cold in Norrsjö?")
    second = kari.status_post("@alice always", in_reply_to_id=first["id"])
    third = alice.status_post("@brand @kari thought so", in_reply_to_id=second["id"])
    found = CONNECTOR.fetch(running.http, running.account, str(third["id"]), datetime.now(UTC))
    assert isinstance(found, Found)
    told = {event.item: event for event in events_of(*found.arrivals)}
    assert {event.thread for event in told.values()} == {str(first["id"])}
    assert not told[str(second["id"])].is_spoken_to
    assert told[str(third["id"])].is_spoken_to


@pytest.mark.parametrize(("verb", "shown"), [("like", True), ("unlike", False)])
def test_a_like_stands_on_the_post(running: Running, verb: str, shown: bool) -> None:
    event = asked(running, f"@brand what a ride! {verb}")
    now = datetime.now(UTC)
    for each in ("like", verb):
        outgoing = Outgoing(verb=each, key=str(uuid4()), item=event.item)  # type: ignore[arg-type]
        assert isinstance(CONNECTOR.send(running.http, running.account, outgoing, now), Sent)
    assert bool(running.customer("brand").status(event.item)["favourited"]) is shown


def test_our_own_answer_can_be_edited_and_deleted_but_not_what_others_wrote(running: Running) -> None:
    event = asked(running, "@brand when?")
    now = datetime.now(UTC)
    sent = CONNECTOR.send(running.http, running.account, reply(running, event, "At nine. /Maja"), now)
    assert isinstance(sent, Sent)
    edit = Outgoing(verb="edit", key=str(uuid4()), item=sent.native, text="@alice At ten. /Maja")
    assert isinstance(CONNECTOR.send(running.http, running.account, edit, now), Sent)
    assert "At ten" in running.customer().status(sent.native)["content"]
    theirs = Outgoing(verb="delete", key=str(uuid4()), item=event.item)
    assert isinstance(CONNECTOR.send(running.http, running.account, theirs, now), Refused)
    ours = Outgoing(verb="delete", key=str(uuid4()), item=sent.native)
    assert isinstance(CONNECTOR.send(running.http, running.account, ours, now), Sent)
    assert running.customer().status_context(event.item)["descendants"] == []


def test_blocking_and_reporting_reach_the_server(running: Running) -> None:
    event = asked(running, "@brand buy my pills", name="kari")
    assert event.author is not None
    now, brand = datetime.now(UTC), running.customer("brand")
    for verb, blocked in (("report", False), ("block", True), ("unblock", False)):
        outgoing = Outgoing(
            verb=verb,  # type: ignore[arg-type]
            key=str(uuid4()),
            item=event.item,
            person=event.author.native,
            reason="Advertising",
        )
        assert isinstance(CONNECTOR.send(running.http, running.account, outgoing, now), Sent)
        assert brand.account_relationships(event.author.native)[0]["blocking"] is blocked

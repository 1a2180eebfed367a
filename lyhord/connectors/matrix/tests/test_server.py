"""Against Synapse: customers write by plain HTTP, we read and answer with the connector."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from lyhord.channels.contract import (
    Arrival,
    ConnectFailed,
    Event,
    File,
    Found,
    Gone,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Trouble,
)
from lyhord.connectors.matrix import CONNECTOR
from lyhord.connectors.matrix.client import V3, quoted
from lyhord.connectors.matrix.tests import serving
from lyhord.connectors.matrix.tests.serving import Running, Somebody

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(
        not serving.python(), reason="Synapse is not installed; LYHORD_TEST_SYNAPSE may name a Python with it"
    ),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving.server(Path(tmp_path_factory.mktemp("synapse"))) as found:
        yield found


@pytest.fixture(scope="module")
def alice(running: Running) -> Somebody:
    return running.somebody("alice")


@pytest.fixture(scope="module")
def mallory(running: Running) -> Somebody:
    return running.somebody("mallory")


def heard(running: Running, cursor: str = "", least: int = 1) -> tuple[list[Event], str]:
    """What the stream tells until so many events have come, and where the next one goes on."""
    found: list[Event] = []
    answers = 0
    for arrival in CONNECTOR.stream(running.http, running.account, cursor):
        found += events_of(arrival)
        if arrival.cursor != cursor:
            cursor, answers = arrival.cursor, answers + 1
            if len(found) >= least or answers > 5:
                break
    return found, cursor


def events_of(arrival: Arrival) -> list[Event]:
    if not arrival.raw:
        return []
    items = CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, arrival.method)
    return [item for item in items if isinstance(item, Event)]


def entered(running: Running, person: Somebody, **more: object) -> tuple[str, str]:
    """A room that we were asked into and entered, and the mark after that."""
    room = person.room(running.account.native, **more)
    _events, cursor = heard(running, least=0)
    _events, cursor = heard(running, cursor, least=0)
    return room, cursor


def reply(event: Event, text: str, **more: object) -> Outgoing:
    assert event.author is not None
    values = {
        "verb": "reply",
        "key": str(uuid4()),
        "text": text,
        "item": event.item,
        "thread": event.thread,
        "person": event.author.native,
        "person_handle": event.author.handle,
        "visibility": event.visibility,
        "item_visibility": event.visibility,
        "made_at": datetime.now(UTC),
        "facts": event.extra,
        **more,
    }
    return Outgoing(**values)  # type: ignore[arg-type]


def done(running: Running, outgoing: Outgoing) -> object:
    return CONNECTOR.send(running.http, running.account, outgoing, datetime.now(UTC))


def test_connecting_learns_who_we_are_and_a_wrong_token_is_told(running: Running) -> None:
    told = CONNECTOR.connect(running.http, running.account, datetime.now(UTC))
    assert told.native == "@brand:localhost"
    assert told.state["file_bytes"] > 1_000_000
    wrong = replace(running.account, secrets={"access_token": "syt_of_nobody"})
    with pytest.raises(ConnectFailed, match="refuses the access token"):
        CONNECTOR.connect(running.http, wrong, datetime.now(UTC))
    with pytest.raises(Trouble) as problem:
        list(CONNECTOR.stream(running.http, wrong, ""))
    assert problem.value.account_state == "token_revoked"


def test_a_talk_with_one_person_from_invitation_to_removal(running: Running, alice: Somebody) -> None:
    room, cursor = entered(running, alice, is_direct=True, preset="trusted_private_chat")
    item = alice.says(room, "My order 4711 has not arrived")
    [asked], cursor = heard(running, cursor)
    assert (asked.item, asked.text, asked.visibility) == (item, "My order 4711 has not arrived", "private")
    assert asked.author is not None
    assert asked.author.name == "alice"

    answer = reply(asked, "We look into it. /Maja")
    first, again = done(running, answer), done(running, answer)
    assert isinstance(first, Sent)
    assert again == first  # the same transaction id is the same message
    assert [part["content"]["body"] for part in alice.sees(room) if part["sender"] == "@brand:localhost"] == [
        answer.text
    ]
    [echo], cursor = heard(running, cursor)
    assert echo.is_own
    assert echo.item == first.native

    new = {"m.new_content": {"msgtype": "m.text", "body": "Order 4712, sorry"}}
    alice.says(
        room, "* Order 4712, sorry", **new, **{"m.relates_to": {"rel_type": "m.replace", "event_id": item}}
    )
    [edited], cursor = heard(running, cursor)
    assert (edited.kind, edited.item, edited.text) == ("edited", item, "Order 4712, sorry")

    relation = {"rel_type": "m.annotation", "event_id": first.native, "key": "🙏"}
    sign = alice.puts(room, "m.reaction", {"m.relates_to": relation})
    [reaction], cursor = heard(running, cursor)
    assert (reaction.kind, reaction.item, reaction.text) == ("reaction", first.native, "🙏")
    assert sign

    alice.removes(room, item)
    [removed], cursor = heard(running, cursor)
    assert (removed.kind, removed.item) == ("deleted", item)
    assert isinstance(
        CONNECTOR.look(running.http, running.account, item, asked.extra, datetime.now(UTC)), Gone
    )


def test_a_lost_answer_is_found_by_its_transaction_id(running: Running, alice: Somebody) -> None:
    room, cursor = entered(running, alice, is_direct=True)
    alice.says(room, "Hello?")
    [asked], _cursor = heard(running, cursor)
    answer, never = reply(asked, "Hello!"), reply(asked, "Hello!")
    sent = done(running, answer)
    assert isinstance(sent, Sent)
    now = datetime.now(UTC)
    found = CONNECTOR.settle(running.http, running.account, answer, now)
    assert isinstance(found, Sent)
    assert (found.native, found.evidence) == (sent.native, "read_back")
    assert isinstance(CONNECTOR.settle(running.http, running.account, never, now), Retry)
    late = now + timedelta(hours=2)
    assert isinstance(CONNECTOR.settle(running.http, running.account, never, late), Retry)


def test_a_public_room_its_threads_and_its_moderation(
    running: Running, alice: Somebody, mallory: Somebody
) -> None:
    room, cursor = entered(running, alice, preset="public_chat")
    mallory.joins(room)
    root = alice.says(room, "Is the 8.14 on time?")
    [asked], cursor = heard(running, cursor)
    assert asked.visibility == "public"
    mallory.says(
        room,
        "* no",
        **{
            "m.new_content": {"msgtype": "m.text", "body": "I am stupid"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": root},
        },
    )
    within = alice.says(room, "and the 8.24?", **{"m.relates_to": {"rel_type": "m.thread", "event_id": root}})
    [threaded], cursor = heard(running, cursor)  # nobody edits what another person wrote
    assert (threaded.parent, threaded.extra["thread_root"]) == (root, root)
    assert isinstance(done(running, reply(threaded, "Both are.")), Sent)
    relation = alice.sees(room)[0]["content"]["m.relates_to"]
    assert (relation["rel_type"], relation["event_id"]) == ("m.thread", root)
    assert relation["m.in_reply_to"]["event_id"] == within

    bad = mallory.says(room, "Nordbanan stinks")
    found, cursor = heard(running, cursor, least=2)
    [shouted] = [event for event in found if event.item == bad]
    refused = done(running, reply(shouted, "", verb="delete", reason="abuse"))
    assert isinstance(refused, Refused)
    assert refused.code == "M_FORBIDDEN"
    levels = alice.call("GET", f"{V3}/rooms/{quoted(room)}/state/m.room.power_levels/")
    levels["users"][running.account.native] = 50
    alice.call("PUT", f"{V3}/rooms/{quoted(room)}/state/m.room.power_levels/", json=levels)
    assert isinstance(done(running, reply(shouted, "", verb="report", reason="abuse")), Sent)
    assert isinstance(done(running, reply(shouted, "", verb="delete", reason="abuse")), Sent)
    assert all(part["event_id"] != bad or not part["content"] for part in alice.sees(room))
    assert isinstance(done(running, reply(shouted, "", verb="block")), Sent)
    with pytest.raises(Exception, match="403"):
        mallory.says(room, "again")
    assert isinstance(done(running, reply(shouted, "", verb="unblock")), Sent)
    assert isinstance(done(running, reply(asked, "", verb="like")), Sent)
    assert isinstance(done(running, reply(asked, "", verb="like")), Sent)  # a second one is the first
    assert isinstance(done(running, reply(asked, "", verb="unlike")), Sent)


def test_from_public_to_private_there_is_one_room_for_one_person(running: Running, alice: Somebody) -> None:
    kari = running.somebody("kari")
    room, cursor = entered(running, kari, preset="public_chat")
    kari.says(room, "My number is 070-1234567")
    [asked], cursor = heard(running, cursor)
    first = reply(asked, "Let us go on here.", visibility="private")
    sent = done(running, first)
    assert isinstance(sent, Sent)
    assert done(running, first) == sent
    assert isinstance(done(running, reply(asked, "Are you there?", visibility="private")), Sent)
    [invited] = kari.invitations()
    assert invited != room
    kari.joins(invited)
    assert [part["content"]["body"] for part in kari.sees(invited)][::-1] == [
        "Let us go on here.",
        "Are you there?",
    ]
    assert len(kari.sees(room)) == 1
    found = CONNECTOR.settle(running.http, running.account, first, datetime.now(UTC))
    assert isinstance(found, Sent)
    assert found.native == sent.native


def test_files_go_and_come(running: Running, alice: Somebody) -> None:
    room, cursor = entered(running, alice, is_direct=True)
    alice.says(room, "Where do I find it?")
    [asked], cursor = heard(running, cursor)
    map_ = File("map.png", "image/png", b"\x89PNG of a test", "The map")
    assert isinstance(done(running, reply(asked, "Here.", files=(map_,))), Sent)
    events, cursor = heard(running, cursor, least=2)
    [media] = [media for event in events for media in event.media]
    assert (media.kind, media.name) == ("picture", "map.png")
    assert CONNECTOR.file(running.http, running.account, media.url, datetime.now(UTC)) == map_.content
    gone = "ask:mxc://localhost/nothing"
    assert CONNECTOR.file(running.http, running.account, gone, datetime.now(UTC)) is None


def test_what_was_said_while_nobody_listened_is_read_whole(running: Running, alice: Somebody) -> None:
    room, cursor = entered(running, alice, is_direct=True)
    wanted = [f"word {number}" for number in range(130)]
    for word in wanted:
        alice.says(room, word)
    found, _cursor = heard(running, cursor, least=130)
    assert {event.text for event in found if event.thread == room} == set(wanted)
    assert len({event.key for event in found}) == len(found)

    past: list[Event] = []
    for arrival in CONNECTOR.backfill(
        running.http, running.account, "", datetime.now(UTC) - timedelta(days=1)
    ):
        past += events_of(arrival)
    assert set(wanted) <= {event.text for event in past if event.thread == room}


def test_an_edit_is_found_when_the_message_is_looked_at_again(running: Running, alice: Somebody) -> None:
    room, cursor = entered(running, alice, is_direct=True)
    alice.says(room, "Hello")
    [asked], cursor = heard(running, cursor)
    sent = done(running, reply(asked, "We lok into it."))
    assert isinstance(sent, Sent)
    assert isinstance(done(running, reply(asked, "We look into it.", verb="edit", item=sent.native)), Sent)
    assert sent.native is not None
    found = CONNECTOR.fetch(running.http, running.account, sent.native, datetime.now(UTC))
    assert isinstance(found, Found)
    items = [
        item
        for arrival in found.arrivals
        for item in CONNECTOR.parse(arrival.raw, arrival.headers, arrival.url, "GET")
    ]
    newest = items[-1]
    assert isinstance(newest, Event)
    assert (newest.kind, newest.item, newest.text) == ("edited", sent.native, "We look into it.")

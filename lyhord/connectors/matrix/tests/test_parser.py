"""What a homeserver says, told as events."""

import json
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.matrix import CONNECTOR

ROOM = "!help:nordbanan.example"
US = "@kund:nordbanan.example"
ALICE, MALLORY = "@alice:else.example", "@mallory:else.example"


def message(body: str, ident: str = "$1", sender: str = ALICE, /, **content: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message",
        "event_id": ident,
        "room_id": ROOM,
        "sender": sender,
        "origin_server_ts": 1_795_291_529_809,
        "content": {"msgtype": "m.text", "body": body, **content},
    }


def parsed(*parts: Any, mentions_only: bool = False, **room: Any) -> list[Item]:
    headers = {
        "x-account": US,
        "x-rooms": json.dumps({ROOM: room}),
        "x-mentions-only": "1" if mentions_only else "",
    }
    return CONNECTOR.parse(json.dumps({"events": parts}).encode(), headers, "/transactions/1", "PUT")


def event(*parts: Any, **more: Any) -> Event:
    found = parsed(*parts, **more)[-1]
    assert isinstance(found, Event)
    return found


def edit(body: str, of: str, sender: str = ALICE) -> dict[str, Any]:
    new = {"m.new_content": {"msgtype": "m.text", "body": body}}
    return message(
        f"* {body}", "$2", sender, **new, **{"m.relates_to": {"rel_type": "m.replace", "event_id": of}}
    )


def test_a_message_becomes_a_post_with_its_place_and_author() -> None:
    found = event(message("Where is my tram?"), names={ALICE: "Alice"})
    assert (found.kind, found.key, found.item, found.thread) == ("created", "created:$1", "$1", ROOM)
    assert found.author is not None
    assert (found.author.native, found.author.handle, found.author.name) == (
        ALICE,
        "alice:else.example",
        "Alice",
    )
    assert (found.visibility, found.is_own, found.text) == ("private", False, "Where is my tram?")
    assert found.link == "https://matrix.to/#/!help:nordbanan.example/$1?via=nordbanan.example"
    assert found.at is not None
    assert found.at.isoformat() == "2026-11-21T20:05:29.809000+00:00"


def test_what_we_wrote_ourselves_is_our_own() -> None:
    assert event(message("We look", "$1", US)).is_own


def test_an_edit_brings_the_new_words_of_the_same_post() -> None:
    found = event(edit("Where is my bus?", "$1"), senders={"$1": ALICE})
    assert (found.kind, found.item, found.text) == ("edited", "$1", "Where is my bus?")
    assert found.key == "edited:$2"


def test_nobody_edits_what_another_person_wrote() -> None:
    [item] = parsed(edit("I am stupid", "$1", MALLORY), senders={"$1": ALICE})
    assert isinstance(item, Unsupported)
    # Nor when the original comes in the same batch.
    found = parsed(message("Where is my tram?"), edit("I am stupid", "$1", MALLORY))
    assert [type(item) for item in found] == [Event, Unsupported]


@pytest.mark.parametrize("within", [True, False], ids=["room version 11", "before"])
def test_a_removal_names_what_is_gone(within: bool) -> None:
    part = {"type": "m.room.redaction", "event_id": "$3", "room_id": ROOM, "sender": ALICE, "content": {}}
    part |= {"content": {"redacts": "$1"}} if within else {"redacts": "$1"}
    found = event(part)
    assert (found.kind, found.item, found.key) == ("deleted", "$1", "deleted:$1")


def test_a_reaction_and_taking_it_back() -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$1", "key": "👍"}
    part = {
        "type": "m.reaction",
        "event_id": "$4",
        "room_id": ROOM,
        "sender": ALICE,
        "content": {"m.relates_to": relation},
    }
    found = event(part)
    assert (found.kind, found.item, found.text) == ("reaction", "$1", "👍")
    back = {
        "type": "m.room.redaction",
        "event_id": "$5",
        "room_id": ROOM,
        "sender": ALICE,
        "redacts": "$4",
        "content": {},
    }
    for taken in (event(part, back), event(back, reactions={"$4": "$1"})):
        assert (taken.kind, taken.item, taken.text) == ("reaction", "$1", "")


def test_an_answer_knows_its_parent_and_repeats_nothing() -> None:
    relation: Any = {"m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
    found = event(message(f"> <{US}> We look\n> into it\n\nThank you", "$6", **relation))
    assert (found.parent, found.text) == ("$1", "Thank you")
    assert event(message("> a quotation of her own", "$7")).text == "> a quotation of her own"


def test_in_a_public_room_only_what_names_us_speaks_to_us_if_so_wished() -> None:
    mention: Any = {"m.mentions": {"user_ids": [US]}}
    named = message("Hello", **mention)
    relation: Any = {"m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}
    answer = message("And now?", **relation)
    told: dict[str, Any] = {"public": True, "names": {US: "Nordbanan"}, "senders": {"$0": US}}
    for part, is_to_us in (
        (named, True),
        (answer, True),
        (message("Hello Nordbanan"), True),
        (message("Hello Mallory"), False),
    ):
        assert event(part, mentions_only=True, **told).is_spoken_to is is_to_us
        assert event(part, **told).is_spoken_to
    assert event(message("Hello Mallory"), mentions_only=True).is_spoken_to  # in private everything is


def test_who_may_read_a_room_decides_whether_it_is_public() -> None:
    rules = {"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "public"}}
    timeline = {"events": [{**message("Hello"), "room_id": None}]}
    joined = {ROOM: {"state": {"events": [rules]}, "timeline": timeline}}
    raw = json.dumps({"next_batch": "s1", "rooms": {"join": joined}}).encode()
    [item] = CONNECTOR.parse(raw, {}, "/_matrix/client/v3/sync", "GET")
    assert isinstance(item, Event)
    assert (item.visibility, item.thread) == ("public", ROOM)


def test_files_are_asked_for_and_their_words_kept() -> None:
    found = event(
        message("The tram at Korsvägen", msgtype="m.image", filename="tram.png", url="mxc://else.example/Ab1")
    )
    [media] = found.media
    assert (media.url, media.kind, media.name) == ("ask:mxc://else.example/Ab1", "picture", "tram.png")
    assert found.text == "The tram at Korsvägen"
    assert event(message("x", msgtype="m.image", url="http://169.254.169.254/")).media == ()


def test_a_new_name_is_told_and_a_visit_is_not() -> None:
    part = {
        "type": "m.room.member",
        "event_id": "$8",
        "room_id": ROOM,
        "sender": ALICE,
        "state_key": ALICE,
        "content": {"membership": "join", "displayname": "Alice B"},
        "unsigned": {"prev_content": {"membership": "join", "displayname": "Alice"}},
    }
    found = event(part)
    assert found.kind == "author_changed"
    assert found.author is not None
    assert found.author.name == "Alice B"
    [item] = parsed({**part, "unsigned": {}})
    assert isinstance(item, Unsupported)


def test_one_bad_event_does_not_spoil_the_others() -> None:
    found = parsed(
        7, {"type": "m.room.message", "content": 5}, {**message("x"), "event_id": None}, message("Good", "$9")
    )
    assert [type(item) for item in found] == [Unreadable, Unreadable, Unreadable, Event]

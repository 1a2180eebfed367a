"""Answers of a real Synapse and samples that others collected: each becomes posts, is left out for a reason, or is refused."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.matrix import CONNECTOR

ROOT = Path(__file__).parents[4]
COLLECTED = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "matrix"
# Beside the code lies a part of them; the whole collection is read where it is there.
DATA = COLLECTED if COLLECTED.is_dir() else Path(__file__).parents[1] / "fixtures"

Recording = tuple[bytes, str, str]
# Others' samples are read where the whole collection is, and lie not beside the code.
whole = pytest.mark.skipif(not COLLECTED.is_dir(), reason="the collection of recordings is not here")


def recordings() -> Iterator[tuple[str, Recording]]:
    for path in sorted(DATA.glob("recorded-*/*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told, list):
            for number, each in enumerate(told):
                yield f"{path.stem}:{number}", (json.dumps(each["body"]).encode(), each["path"], "PUT")
        else:
            request = told["request"]
            raw = json.dumps(told["response"]["body"]).encode()
            yield path.stem, (raw, request["path"], request["method"])
    for path in sorted(DATA.glob("event-samples/**/*")):
        if path.suffix in {".json", ".txt"}:
            yield f"{path.parent.name}/{path.stem}", (path.read_bytes(), "/_matrix/client/v3/sync", "GET")


RECORDINGS = dict(recordings())


def parsed(recording: Recording, account: str = "@brand:localhost") -> list[Item]:
    raw, url, method = recording
    return CONNECTOR.parse(raw, {"x-account": account}, url, method)


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_recording_is_read_or_left_out_with_a_reason(name: str) -> None:
    try:
        found = parsed(RECORDINGS[name])
    except Unreadable as problem:
        assert problem.why
        assert name.endswith("http_503")
        return
    assert found
    for item in found:
        assert not isinstance(item, Unreadable), item
        assert item.key if isinstance(item, Event) else item.why


def messages_in(value: Any) -> Iterator[dict[str, Any]]:
    """Messages in `value` that stand; what an event quotes in `unsigned` is none of its own."""
    if isinstance(value, dict):
        if value.get("type") in {"m.room.message", "m.sticker"} and value.get("content"):
            yield value
        for name, part in value.items():
            if name != "unsigned":
                yield from messages_in(part)
    if isinstance(value, list):
        for part in value:
            yield from messages_in(part)


@pytest.mark.parametrize("name", RECORDINGS)
def test_no_recorded_message_is_missed(name: str) -> None:
    raw = RECORDINGS[name][0]
    if not raw.startswith((b"{", b"[")):
        return
    told = {item.key for item in parsed(RECORDINGS[name]) if isinstance(item, Event)}
    for message in messages_in(json.loads(raw)):
        ident = message["event_id"]
        assert {f"created:{ident}", f"edited:{ident}"} & told


def events_of(name: str) -> list[Event]:
    return [item for item in parsed(RECORDINGS[name]) if isinstance(item, Event)]


def test_a_sync_of_synapse_tells_the_whole_talk() -> None:
    found = events_of("15-brand-sync-incremental")
    kinds = [event.kind for event in found]
    assert {"created", "edited", "deleted"} <= set(kinds)
    assert all(event.thread == "!Zpw1xzDokLfeUAWUBWDtGM23AIGTS8_t3mcyBHplUko" for event in found)
    own = [event for event in found if event.is_own]
    assert {event.author.native for event in own if event.author} == {"@brand:localhost"}
    threaded = next(event for event in own if event.text == "in thread")
    assert threaded.parent == threaded.extra["thread_root"] == "$JeszL6-8A5dwVJlHOnRwMivixrJLyxx0I4u25pnaYnk"
    picture = next(event for event in found if event.media)
    assert picture.media[0].url == "ask:mxc://localhost/PwhkqBliEWhRLjTralGfNZAi"
    assert (picture.media[0].kind, picture.text) == ("picture", "")


def test_a_transaction_sent_three_times_is_told_alike() -> None:
    tries = [name for name in RECORDINGS if name.startswith("appservice-transactions")]
    told = {name: [repr(item) for item in parsed(RECORDINGS[name])] for name in tries}
    assert told["appservice-transactions:0"] == told["appservice-transactions:1"]
    assert any(isinstance(item, Event) for name in tries for item in parsed(RECORDINGS[name]))


def test_what_was_removed_leaves_nothing_but_that_it_is_gone() -> None:
    [event] = events_of("17-get-redacted-event")
    assert (event.kind, event.item, event.text) == (
        "deleted",
        "$JeszL6-8A5dwVJlHOnRwMivixrJLyxx0I4u25pnaYnk",
        "",
    )
    assert event.at is not None


@whole
def test_what_is_encrypted_is_said_to_be() -> None:
    [item] = parsed(RECORDINGS["events/megolm"])
    assert isinstance(item, Unsupported)
    assert "encrypted" in item.why
    [picture] = events_of("events/room_encrypted_image")
    assert (picture.media, picture.text) == ((), "orange_cat.jpg")


@whole
def test_a_receipt_tells_who_read_how_far() -> None:
    [event] = events_of("events/receipt")
    assert (event.kind, event.item) == ("read", "$152037280074GZeOm:localhost")
    assert event.author is not None
    assert event.author.native == "@bob:example.com"


@whole
def test_a_page_backwards_is_told_oldest_first() -> None:
    assert [event.text for event in events_of("event-samples/room_messages")] == [
        "the world is big",
        "hello world",
    ]

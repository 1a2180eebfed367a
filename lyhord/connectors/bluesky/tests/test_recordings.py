"""Answers and frames of real servers: each is read, or refused with a reason, whole or damaged. Nothing is made up for them."""

import base64
import copy
import json
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable
from lyhord.connectors.bluesky import CONNECTOR

ROOT = Path(__file__).parents[4]
COLLECTED = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "bluesky"
OWN = Path(__file__).parents[1] / "fixtures"

Exchange = tuple[bytes, dict[str, str], str, str]


def exchanges() -> Iterator[tuple[str, Exchange]]:
    for path in sorted([*OWN.glob("recorded-*/*.json"), *COLLECTED.glob("recorded-*/*.json")]):
        told = json.loads(path.read_text(encoding="utf-8"))
        body = told["response"]["body"]
        raw = body if isinstance(body, str) else json.dumps(body)
        request = told["request"]
        yield (
            f"{path.parent.name}/{path.stem}",
            (raw.encode(), told["response"]["headers"], request["path"], request["method"]),
        )
    for path in sorted(COLLECTED.glob("sdk-test-data/*.json")):
        yield path.stem, (path.read_bytes(), {}, "", "GET")


def frames() -> Iterator[tuple[str, bytes]]:
    for path in sorted([*OWN.glob("*/frames.ndjson"), *COLLECTED.glob("*/frames.ndjson")]):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            yield f"{path.parent.name}:{number}", base64.b64decode(json.loads(line)["frame_b64"])


EXCHANGES, FRAMES = list(exchanges()), list(frames())


def parsed(raw: bytes, headers: dict[str, str] | None = None) -> list[Item]:
    try:
        return CONNECTOR.parse(raw, headers or {}, "", "GET")
    except Unreadable as problem:
        return [problem]


def named(name: str, headers: dict[str, str] | None = None) -> list[Item]:
    exchange = next(told for title, told in EXCHANGES if title == f"recorded-devnet/{name}")
    return parsed(exchange[0], headers)


def is_sound(item: Item) -> bool:
    if not isinstance(item, Event):
        return bool(item.why)
    item.text.encode()
    in_utc = item.at is None or item.at.utcoffset() == timedelta(0)
    is_named = bool(item.item) or item.kind in {"author_changed", "erasure", "account"}
    return bool(item.key) and in_utc and is_named and "\x00" not in item.text


@pytest.mark.parametrize("exchange", [pytest.param(told, id=name) for name, told in EXCHANGES])
def test_every_recorded_answer_is_read_or_refused_with_a_reason(exchange: Exchange) -> None:
    found = CONNECTOR.parse(*exchange) if exchange[0] else parsed(b"")
    assert found
    assert all(is_sound(item) for item in found)
    assert not exchange[0] or not any(isinstance(item, Unreadable) for item in found)


@pytest.mark.parametrize("raw", [pytest.param(raw, id=name) for name, raw in FRAMES])
def test_every_recorded_frame_is_read_or_refused_with_a_reason(raw: bytes) -> None:
    found = CONNECTOR.parse(raw, {}, "", "GET")
    assert found
    assert all(is_sound(item) and not isinstance(item, Unreadable) for item in found)


def posts_in(value: Any) -> Iterator[Any]:
    """Every post that an answer shows, but those that are only quoted."""
    if isinstance(value, dict):
        uri, record = value.get("uri"), value.get("record") or value.get("value")
        if isinstance(record, dict) and record.get("$type") == "app.bsky.feed.post" and "author" in value:
            yield uri
        for name, part in value.items():
            if name not in {"embed", "record"}:
                yield from posts_in(part)
    if isinstance(value, list):
        for part in value:
            yield from posts_in(part)


def test_no_recorded_post_is_missed() -> None:
    shown = 0
    for name, exchange in EXCHANGES:
        if not exchange[0] or "author-feed" in name:  # a repost tells nothing new
            continue
        known = set(posts_in(json.loads(exchange[0])))
        told = {item.item for item in CONNECTOR.parse(*exchange) if isinstance(item, Event)}
        assert known - told == set(), name
        shown += len(known)
    assert shown > 10


def test_a_thread_is_told_from_its_beginning() -> None:
    events = [item for item in named("11-thread") if isinstance(item, Event)]
    assert len(events) == 3
    assert [event.parent for event in events] == [None, events[0].item, events[1].item]
    assert {event.thread for event in events} == {events[0].item}
    ours = events[1]
    assert [medium.alt for medium in ours.media] == ["Vår skylt"]
    assert ours.extra["links"] == ["https://nordbanan.example/oppet"]
    assert not ours.is_own
    told = list(named("11-thread", {"x-account": ours.author.native if ours.author else ""}))
    assert [item.is_own for item in told if isinstance(item, Event)] == [False, True, False]
    flat = [item.key for item in named("15-thread-v2") if isinstance(item, Event)]
    assert flat == [event.key for event in events]


def test_a_quote_brings_the_words_that_it_quotes() -> None:
    (event,) = [item for item in named("14-quotes") if isinstance(item, Event)]
    assert event.extra["quotes"]["text"] == "Vi har öppet till 20 i kväll."
    assert event.thread == event.item


def test_notifications_are_told_oldest_first_and_each_for_what_it_is() -> None:
    found = named("07-list-notifications-all")
    events = [item for item in found if isinstance(item, Event)]
    assert sorted(event.kind for event in events) == ["created"] * 3 + ["reaction"] * 2
    assert [event.at for event in events if event.at] == sorted(event.at for event in events if event.at)
    assert {event.text for event in events if event.kind == "reaction"} == {"♥", "↻"}
    assert [item.why for item in found if not isinstance(item, Event)] == [
        "Bluesky's notification 'follow' is not one that we use."
    ]


def test_a_block_and_a_missing_post_are_no_deletion() -> None:
    for name in ("18-thread-blocked", "19-thread-not-found", "20-get-record-not-found"):
        assert not any(isinstance(item, Event) for item in named(name)), name


def test_the_stream_tells_an_edit_and_a_deletion() -> None:
    events = [item for _name, raw in FRAMES for item in parsed(raw) if isinstance(item, Event)]
    kinds = {event.kind for event in events}
    assert {"created", "edited", "deleted", "reaction", "author_changed"} <= kinds
    edit = next(event for event in events if event.kind == "edited" and "lördag" in event.text)
    polled = named(
        "17-list-notifications-after-edit", {"x-account": "did:plc:us", "x-edited": edit.item or ""}
    )
    assert edit.key in {item.key for item in polled if isinstance(item, Event)}


# Damaged ------------------------------------------------------------------------------------------------------

ODD: list[Any] = [
    None,
    7,
    -1.5,
    True,
    "",
    "x",
    "\ud83d",
    "\x00",
    [],
    {},
    [None],
    {"$link": 5},
    "at://x/y/z",
    10**30,
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from places(value[key])


def test_drift_of_the_shape_is_read_or_refused_and_never_raises() -> None:
    """R10: 200 changes of each recorded answer."""
    chance = random.Random(7)
    changed = 0
    for name, exchange in EXCHANGES:
        if exchange[0][:1] != b"{":
            continue
        whole = json.loads(exchange[0])
        for _each in range(200):
            document = copy.deepcopy(whole)
            holder, key = chance.choice(list(places(document)))
            if chance.random() < 0.3:
                del holder[key]
            else:
                holder[key] = chance.choice(ODD)
            found = parsed(json.dumps(document, ensure_ascii=True).encode(), {"x-account": "did:plc:us"})
            assert all(is_sound(item) for item in found), name
            changed += 1
    assert changed > 3000


def test_damaged_frames_are_refused_or_read() -> None:
    chance = random.Random(7)
    for _name, raw in FRAMES:
        for _each in range(60):
            broken = bytearray(raw)
            for _flip in range(chance.randint(1, 4)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            if chance.random() < 0.3:
                del broken[chance.randrange(len(broken)) :]
            assert all(is_sound(item) for item in parsed(bytes(broken)))

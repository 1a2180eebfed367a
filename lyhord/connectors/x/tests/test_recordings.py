"""Answers of X's API that others recorded: each post and message is read, all else left out with a reason."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.x import CONNECTOR
from lyhord.connectors.x.tests import spec

FIXTURES = Path(__file__).parents[1] / "fixtures"
DATA = spec.DATA if spec.DATA.is_dir() else FIXTURES


def unpacked(body: Any) -> bytes:
    raw = body if isinstance(body, bytes) else str(body or "").encode()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def recordings() -> Iterator[tuple[str, bytes]]:
    for path in sorted(DATA.glob("**/*.json")):
        if path.parent.name != "spec":
            yield path.stem, path.read_bytes()
    for path in sorted(DATA.glob("cassettes-tweepy/*.yaml")):
        for number, told in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]):
            raw = unpacked(told["response"]["body"].get("string", ""))
            if raw:
                yield f"{path.stem}:{number}", raw


RECORDINGS = dict(recordings())


def read(raw: bytes) -> list[Item]:
    return CONNECTOR.parse(raw, {}, "/2/", "GET")


def posts_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"id", "text"} <= set(value) and "event_type" not in value:
            yield value
        for part in value.values():
            yield from posts_in(part)
    if isinstance(value, list):
        for part in value:
            yield from posts_in(part)


@pytest.mark.parametrize("name", sorted(RECORDINGS))
def test_every_recording_is_read_and_no_post_of_it_is_missed(name: str) -> None:
    raw = RECORDINGS[name]
    told = json.loads(raw)
    if "data" not in told and "meta" not in told and "errors" not in told:
        with pytest.raises(Unreadable):  # of the older API, which we do not ask
            read(raw)
        return
    found = read(raw)
    assert not [item for item in found if isinstance(item, Unreadable)]
    assert all(item.why for item in found if isinstance(item, Unsupported))
    known = {
        ident for item in found for ident in (item.item, *(item.aliases if isinstance(item, Event) else ()))
    }
    where = {"data": told.get("data"), "beside": (told.get("includes") or {}).get("tweets")}
    assert {post["id"] for post in posts_in(where)} <= known
    for event in (item for item in found if isinstance(item, Event)):
        assert (event.key and event.link) or event.visibility == "private"


def test_a_recorded_message_is_private_and_stands_in_its_talk() -> None:
    (event,) = read((FIXTURES / "events_by_conversation.json").read_bytes())
    assert isinstance(event, Event)
    assert (event.visibility, event.thread, event.item) == (
        "private",
        "dm:1585094756761149440",
        "dm:1585321444547837956",
    )
    assert event.author is not None and event.author.native == "906948460078698496" and event.at is not None

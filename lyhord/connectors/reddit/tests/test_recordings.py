"""Answers of the real Reddit, recorded by others: each is read, or refused with a reason. Nothing is made up for them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item
from lyhord.connectors.reddit import CONNECTOR

ROOT = Path(__file__).parents[4]
DATA = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "reddit"
Exchange = tuple[bytes, str, str]


def recorded() -> Iterator[tuple[str, Exchange]]:
    for path in sorted(DATA.glob("cassettes/*.json")):
        document = json.loads(path.read_bytes())
        for number, told in enumerate(document.get("http_interactions") or document["interactions"]):
            request = told["request"]
            raw = (told["response"]["body"].get("string") or "").encode()
            yield f"{path.stem}:{number}", (raw, request["uri"], request["method"])


RECORDINGS = list(recorded())


def parsed(exchange: Exchange) -> list[Item]:
    return CONNECTOR.parse(exchange[0], {"x-account-name": "Lil_SpazBot"}, exchange[1], exchange[2])


def named(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every comment, post and message anywhere in an answer."""
    if isinstance(value, dict):
        if value.get("kind") in {"t1", "t3", "t4"}:
            yield value["data"]["name"], value["data"]
        for part in value.values():
            yield from named(part)
    if isinstance(value, list):
        for part in value:
            yield from named(part)


@pytest.mark.parametrize("exchange", [pytest.param(told, id=name) for name, told in RECORDINGS])
def test_every_recorded_answer_is_read_and_no_word_is_missed(exchange: Exchange) -> None:
    items = parsed(exchange)
    assert items
    assert all(item.why for item in items if not isinstance(item, Event))
    events = [item for item in items if isinstance(item, Event)]
    there = dict(named(json.loads(exchange[0]))) if exchange[0].strip() else {}
    assert set(there) <= {event.item for event in events}
    for event in events:
        part = there.get(event.item or "")
        if part is None or event.kind not in {"created", "edited"}:
            continue
        assert event.author is not None
        assert event.author.handle == part["author"]
        assert event.at is not None
        assert event.text
        assert event.visibility == ("private" if str(event.item).startswith("t4_") else "public")


def of(name: str, number: int) -> list[Event]:
    exchange = dict(RECORDINGS)[f"{name}:{number}"]
    return [item for item in parsed(exchange) if isinstance(item, Event)]


needs_recordings = pytest.mark.skipif(not RECORDINGS, reason="the recordings are not here")


@needs_recordings
def test_a_talk_in_messages_is_one_thread() -> None:
    found = of("TestMessage.test_parent__from_inbox_listing", 2)
    assert {event.thread for event in found} == {"t4_30ru7t9"}
    assert [(event.item, event.parent, event.is_own) for event in found] == [
        ("t4_30ru7t9", None, False),
        ("t4_30rugdg", "t4_30ru7t9", True),
        ("t4_30rw8tw", "t4_30rugdg", False),
    ]


@needs_recordings
def test_an_answer_in_the_inbox_knows_its_post_by_the_address() -> None:
    first = next(event for event in of("TestInbox.test_mark_read", 1) if event.item == "t1_mynkj7r")
    assert (first.thread, first.parent) == ("t3_1j7g9uj", "t3_1j7g9uj")
    assert first.author is not None
    assert (first.author.native, first.author.aliases) == ("t2_3ebyblla", ("u/lil_spazbot",))


@needs_recordings
def test_what_was_deleted_is_told_as_deleted() -> None:
    assert [
        (event.kind, event.item, event.text) for event in of("TestComment.test_refresh__deleted_comment", 1)
    ] == [("deleted", "t1_d7ltvl0", "")]


@needs_recordings
def test_modmail_keeps_notes_apart_and_knows_people_by_the_same_name() -> None:
    found = of("TestModmailConversation.test_reply__internal", 1)
    assert [(event.item, event.text, event.is_own) for event in found] == [
        ("modmail:1mahha:2bjn0i", "testing", True)
    ]
    assert found[0].author is not None
    assert found[0].author.native == "t2_75u2lqkb"


@needs_recordings
def test_an_edit_counts_once_for_its_time() -> None:
    keys = [
        event.key
        for event in of("TestSubredditModeration.test_modqueue__only_comments", 1)
        if event.kind == "edited"
    ]
    assert "edited:t1_da2g5y6:1479367868" in keys

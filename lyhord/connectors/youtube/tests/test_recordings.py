"""Answers of the live service, recorded by others: each is read, told as one we do not use, or refused with a reason."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.connectors.youtube import CONNECTOR

ROOT = Path(__file__).parents[4]
COLLECTED = Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "youtube"
# Beside the code lies a part of them; the whole collection is read where it is there.
DATA = COLLECTED / "responses" if COLLECTED.is_dir() else Path(__file__).parents[1] / "fixtures"
RECORDINGS = sorted(path for path in DATA.rglob("*.json"))
NO_RESOURCE = {
    "access_token.json",
    "error_response.json",
    "comment_snippet.json",
    "comment_thread_snippet.json",
}


def parsed(path: Path) -> list[Item]:
    return CONNECTOR.parse(path.read_bytes(), {}, "", "GET")


def comments_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every whole comment of a document, however deep."""
    if isinstance(value, dict):
        if value.get("kind") == "youtube#comment":
            yield value
        for part in value.values():
            yield from comments_in(part)
    if isinstance(value, list):
        for part in value:
            yield from comments_in(part)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_every_recorded_answer_is_read_or_refused_with_a_reason(path: Path) -> None:
    wanted = list(comments_in(json.loads(path.read_bytes())))
    try:
        found = parsed(path)
    except Unreadable as problem:
        assert problem.why
        assert not wanted
        assert path.name in NO_RESOURCE
        return
    if not wanted:
        assert all(isinstance(item, Unsupported | Unreadable) and item.why for item in found)
        return
    posts = {item.item: item for item in found if isinstance(item, Event) and item.kind == "created"}
    assert set(posts) == {each["id"] for each in wanted}
    assert not any(isinstance(item, Unreadable) for item in found)
    for each in wanted:
        told, post = each["snippet"], posts[each["id"]]
        assert post.text.split() == told["textOriginal"].split()
        assert post.author is not None
        assert post.author.native == told["authorChannelId"]["value"]
        assert post.parent == told.get("parentId")
        assert post.thread == (told.get("parentId") or each["id"])
        assert post.at is not None
        assert post.at.isoformat()[:19] == told["publishedAt"][:19]


def test_the_recordings_are_there() -> None:
    assert len(RECORDINGS) >= 3
    assert sum(1 for path in RECORDINGS for _each in comments_in(json.loads(path.read_bytes()))) >= 5

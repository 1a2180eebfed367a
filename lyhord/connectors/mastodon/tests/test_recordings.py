"""Answers of real servers, recorded by others: each is read, or refused with a reason. Nothing is made up for them."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lyhord.channels.contract import Event, Item, Unreadable
from lyhord.connectors.mastodon import CONNECTOR

ROOT = Path(__file__).parents[4]
COLLECTED = (
    Path(os.environ.get("LYHORD_TEST_DATA", ROOT.parent / "shared" / "data")) / "channels" / "mastodon"
)
# Beside the code lies a part of them; the whole collection is read where it is there.
DATA = COLLECTED if COLLECTED.is_dir() else Path(__file__).parents[1] / "fixtures"

Exchange = tuple[bytes, dict[str, str], str, str]


def own_recordings() -> Iterator[tuple[str, Exchange]]:
    for path in sorted(DATA.glob("recorded-*/*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        body = told["response"]["body"]
        raw = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        headers = {name.lower(): value for name, value in told["response"]["headers"].items()}
        yield (
            f"{path.parent.name}/{path.stem}",
            (raw.encode(), headers, told["request"]["path"], told["request"]["method"]),
        )


def cassettes() -> Iterator[tuple[str, Exchange]]:
    for path in sorted(DATA.glob("cassettes/*.yaml")):
        for number, told in enumerate(yaml.safe_load(path.read_text(encoding="utf-8"))["interactions"]):
            body = told["response"]["body"].get("string", "")
            raw = body if isinstance(body, bytes) else body.encode()
            headers = {name.lower(): values[0] for name, values in told["response"]["headers"].items()}
            yield f"{path.stem}:{number}", (raw, headers, told["request"]["uri"], told["request"]["method"])


RECORDINGS = [*own_recordings(), *cassettes()]


def parsed(exchange: Exchange) -> list[Item]:
    return CONNECTOR.parse(*exchange)


@pytest.mark.parametrize("exchange", [pytest.param(told, id=name) for name, told in RECORDINGS])
def test_every_recorded_answer_is_read_or_refused_with_a_reason(exchange: Exchange) -> None:
    try:
        found = parsed(exchange)
    except Unreadable as problem:
        assert problem.why
        assert not exchange[0].strip().startswith((b"{", b"["))
        return
    for item in found:
        if isinstance(item, Event):
            assert item.key
            assert item.item
            assert "<p>" not in item.text
        else:
            assert item.why


def statuses_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"id", "content", "account", "visibility"} <= set(value):
            yield value
            return
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from statuses_in(part)


@pytest.mark.parametrize("server", ["recorded-mastodon-mock", "recorded-snac", "recorded-takahe"])
def test_no_recorded_post_is_missed(server: str) -> None:
    for name, exchange in own_recordings():
        if not name.startswith(server) or name.endswith("01-instance"):
            continue
        try:
            posts = list(statuses_in(json.loads(exchange[0])))
        except ValueError:
            continue
        told = {item.item for item in parsed(exchange) if isinstance(item, Event)}
        known = {str(post["id"]) for post in posts if not post.get("reblog")}
        assert known - told == set(), name


def test_private_words_of_the_relatives_stay_private() -> None:
    """snac2 calls a direct message `private`, Takahe and Mastodon `direct`."""
    for name, exchange in own_recordings():
        if "13-brand-reply-direct" in name:
            found = [item for item in parsed(exchange) if isinstance(item, Event)]
            assert [item.visibility for item in found] == ["private"], name
            assert found[0].is_own

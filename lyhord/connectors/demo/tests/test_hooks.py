"""Bytes that come by the hook of the demo network: signed or not, whole or broken."""

import json
from collections.abc import Iterator
from typing import Any

from lyhord.channels.contract import Answer, Event, Request, Unreadable, Unsupported
from lyhord.connectors.demo import CONNECTOR, hooks
from lyhord.connectors.demo.parser import parse

KIM = {"id": "person:kim", "handle": "kim", "name": "Kim Lagerlund"}
SECRET = {"hook_secret": "between-us"}


def request(body: bytes, **headers: str) -> Request:
    return Request("POST", "https://us.example/hooks/demo/x/", headers, body)


def test_a_hook_is_the_networks_own_only_with_its_signature() -> None:
    body = b'{"id": "e1"}'
    good = hooks.signature(body, SECRET["hook_secret"])
    assert CONNECTOR.verify(request(body, **{"x-demo-signature": good}), SECRET)
    assert not CONNECTOR.verify(request(body + b" ", **{"x-demo-signature": good}), SECRET)
    assert not CONNECTOR.verify(request(body, **{"x-demo-signature": good}), {"hook_secret": "another"})
    assert not CONNECTOR.verify(request(body, **{"x-demo-signature": "ö"}), SECRET)
    assert not CONNECTOR.verify(request(body), SECRET)


def test_the_challenge_is_answered_to_who_can_prove_the_secret() -> None:
    proof = hooks.signature(b"42", SECRET["hook_secret"])
    good = Request("GET", f"https://us.example/hooks/demo/x/?challenge=42&proof={proof}", {}, b"")
    bad = Request("GET", "https://us.example/hooks/demo/x/?challenge=42&proof=1", {}, b"")
    assert CONNECTOR.verify(good, SECRET)
    assert not CONNECTOR.verify(bad, SECRET)
    assert CONNECTOR.answer(good, SECRET) == Answer(200, b"42")


def test_who_asks_to_be_forgotten_gets_a_code_and_others_the_plain_answer() -> None:
    told = CONNECTOR.answer(
        request(b'{"id": "e1", "kind": "erasure", "author": {"id": "person:kim"}}'), SECRET
    )
    assert told is not None
    assert len(json.loads(told.body)["confirmation_code"]) == 16
    assert CONNECTOR.answer(request(b'{"id": "e1", "kind": "created", "item": "p1"}'), SECRET) is None
    assert CONNECTOR.answer(request(b"nonsense"), SECRET) is None


def test_a_bad_one_stands_in_its_place_in_the_batch() -> None:
    batch = [
        {"id": "e1", "item": "p1"},
        7,
        {"id": "e2", "item": "p2", "kind": "invented"},
        {"id": "e3"},
        {"id": "e4", "item": "p4"},
    ]
    found = parse(json.dumps(batch).encode())
    assert [type(item) for item in found] == [Event, Unreadable, Unsupported, Unreadable, Event]
    assert parse(b'{"id": "e1", "item": "p1"}') == found[:1]


ODD = [None, True, 7, 1.5, "", "\x00", [], {}, [None], {"id": 1}, "2026-13-40"]
WHOLE = {
    "id": "e1",
    "kind": "created",
    "item": "p1",
    "author": {**KIM, "followers": 3, "aliases": ["x"]},
    "at": "2026-11-21T12:00:00Z",
    "text": "Hello",
    "media": [{"url": "https://x.example/a.png", "kind": "picture"}],
    "mentions": [KIM],
    "aliases": ["p1b"],
}


def twisted(value: Any) -> Iterator[Any]:
    yield from ODD
    if isinstance(value, dict):
        for name in value:
            yield from ({**value, name: part} for part in twisted(value[name]))
    if isinstance(value, list):
        yield from ([part] for each in value for part in twisted(each))


def test_no_odd_part_anywhere_is_more_than_unreadable() -> None:
    for document in twisted(WHOLE):
        found = parse(json.dumps([document]).encode())
        assert all(isinstance(item, Event | Unsupported | Unreadable) for item in found)

"""Whatever comes to the hook door is refused with a reason, read, or put aside with its bytes kept (R64, R65)."""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone

from lyhord.channels.actions import connect, secrets_of
from lyhord.channels.models import Account, App
from lyhord.channels.tests.corpus import hostile
from lyhord.connectors.demo import hooks
from lyhord.intake import steps
from lyhord.intake.door import MOST_BYTES, Door, in_front_of
from lyhord.intake.models import Envelope, Post, Refusal
from lyhord.staff.models import Brand, User
from tests.security import corpus

pytestmark = pytest.mark.django_db(transaction=True)

USUAL: dict[str, Any] = {
    "kind": "created",
    "account": "nordbanan",
    "author": {"id": "a", "handle": "a", "name": "a"},
}
FIELDS = (
    "id",
    "item",
    "thread",
    "parent",
    "text",
    "title",
    "link",
    "lang",
    "visibility",
    "at",
    "kind",
    "account",
)


@pytest.fixture
def door() -> Iterator[Door]:
    door = in_front_of(lambda environ, start: [b"django"])
    yield door
    door.writer.stop()


@pytest.fixture
def account(transactional_db: None, now: datetime, administrator: User) -> Account:
    return connect("demo", Brand.objects.create(name="Nordbanan"), [], "Norr", {}, administrator, now)


def brought(door: Door, body: bytes, **environ: Any) -> tuple[int, bytes]:
    """What the network hears, that signs what it brings."""
    heard: list[int] = []
    app = App.objects.get()
    proof = hooks.signature(body, secrets_of(app)["hook_secret"])
    usual = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/hooks/demo/{app.endpoint}/",
        "CONTENT_LENGTH": str(len(body)),
        f"HTTP_{hooks.SIGNATURE.upper().replace('-', '_')}": proof,
        "wsgi.input": io.BytesIO(body),
    }
    answer = b"".join(door(usual | environ, lambda status, headers: heard.append(int(status[:3]))))
    return heard[0], answer


def settled(bodies: Sequence[bytes]) -> dict[bytes, Envelope]:
    """The worker reads until nothing waits. What was kept, by its bytes."""
    while steps.read_envelopes(timezone.now()):  # the door reads the clock too
        pass
    rows = list(Envelope.objects.all())
    assert {row.state for row in rows} <= {Envelope.DONE, Envelope.QUARANTINED}
    kept = {bytes(row.raw): row for row in rows}
    assert set(kept) == set(bodies)
    for row in rows:
        assert bool(row.problem) == (row.state == Envelope.QUARANTINED), row.raw[:80]
    return kept


def test_every_json_of_the_suite_is_taken_or_put_aside(door: Door, account: Account) -> None:
    paths = sorted(corpus.folder("json-parsing").rglob("*.json"))
    bodies = {path.name: path.read_bytes() for path in paths}
    told = {name: brought(door, body) for name, body in bodies.items()}
    assert set(told.values()) == {(200, b"ok")}
    kept = settled(list(bodies.values()))
    for name, body in bodies.items():
        if name.startswith("n_"):  # what is no JSON
            assert kept[body].state == Envelope.QUARANTINED and "JSON" in kept[body].problem, name
    assert Post.objects.count() == 0


def test_words_of_any_kind_in_any_field_are_kept(door: Door, account: Account) -> None:
    bodies = []
    for number, text in enumerate([*corpus.PLAIN, *corpus.some(corpus.oddities(), 80)]):
        spare = {"id": f"x{number}", "item": f"x{number}", "text": "x"}
        told = USUAL | spare | {FIELDS[number % len(FIELDS)]: text}
        author = {"id": text, "handle": text, "name": text, "profile": text, "avatar": text, "lang": text}
        bodies += [
            told,
            USUAL | {"id": f"y{number}", "item": text or "y", "text": text, "title": text, "author": author},
        ]
    raw = [json.dumps(told).encode() for told in bodies] + list(dict.fromkeys(hostile()))
    assert {brought(door, body)[0] for body in raw} == {200}
    settled(list(dict.fromkeys(raw)))
    for post in Post.objects.all():
        shown = post.text + post.name + post.handle + post.title + post.native
        assert not any(ord(sign) < 9 or 0xD800 <= ord(sign) < 0xE000 for sign in shown)
    assert not any("javascript:" in post.link.lower() for post in Post.objects.all())


def test_half_characters_and_zeros_end_alike_on_both_databases(door: Door, account: Account) -> None:
    zero = json.dumps(USUAL | {"id": "1", "item": "1", "text": "a\x00b", "title": "\x00"}).encode()
    half = json.dumps(USUAL | {"id": "2", "item": "2", "text": "a\ud800b"}).encode()
    late = json.dumps(USUAL | {"id": "3", "item": "3", "text": "whole"}).encode()
    broken = b'{"kind":"created","id":"4","item":"4","text":"\xed\xa0\x80\xff"}'
    bodies = [zero, half, late, broken]
    assert [brought(door, body) for body in bodies] == [(200, b"ok")] * 4
    kept = settled(bodies)
    assert [kept[body].state for body in bodies] == ["done", "quarantined", "done", "quarantined"]
    assert sorted(Post.objects.values_list("text", flat=True)) == ["ab", "whole"]
    assert "a" not in kept[half].problem.split(":")[-1].split()  # a reason never repeats what was said


def test_one_bad_event_does_not_spoil_its_batch(door: Door, account: Account) -> None:
    events: list[Any] = [
        USUAL | {"id": f"e{number}", "item": f"e{number}", "text": "Fine"} for number in range(5)
    ]
    events[1:1] = [None, 7, "x", [], {"kind": []}, {"kind": "created", "id": 7}, {"kind": "\u202e"}]
    body = json.dumps(events).encode()
    assert brought(door, body) == (200, b"ok")
    kept = settled([body])
    assert Post.objects.filter(text="Fine").count() == 5
    assert kept[body].state == Envelope.QUARANTINED
    assert Refusal.objects.filter(envelope=kept[body]).count() == 7


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("-1", 400), ("1e3", 400), ("0x10", 400), ("3, 3", 400), (" ", 400), ("99", 400), (str(MOST_BYTES + 1), 413),
        ("9" * 100, 413), ("²", 400), ("+3", 400), ("3", 200), ("", 401), ("0", 401),
    ],
)  # fmt: skip
def test_a_length_that_lies_is_refused_with_a_reason(
    door: Door, account: Account, length: str, status: int
) -> None:
    told, answer = brought(door, b"[1]", CONTENT_LENGTH=length)
    assert (told, bool(answer)) == (status, True)
    assert Envelope.objects.count() == (status == 200)


def test_no_address_no_method_and_no_header_makes_a_fault(door: Door, account: Account) -> None:
    for text in [*corpus.PLAIN, *corpus.some(corpus.oddities(), 40)]:
        latin = text.encode("utf-8", "surrogatepass")[:2_000].decode("latin-1")  # as WSGI gives bytes
        strange = [
            {"PATH_INFO": f"/hooks/{latin}/{account.app.endpoint}/"},
            {"PATH_INFO": f"/hooks/demo/{latin}/"},
            {"REQUEST_METHOD": latin or "X"},
            {"QUERY_STRING": quote(latin), "HTTP_X_STRANGE": latin, "CONTENT_TYPE": latin},
            {"QUERY_STRING": latin, f"HTTP_{hooks.SIGNATURE.upper().replace('-', '_')}": latin},
        ]
        heard = [brought(door, text.encode("utf-8", "replace"), **environ) for environ in strange]
        assert {status for status, _ in heard} <= {200, 401, 404, 405}, (text[:60], heard)
        assert all(answer for _, answer in heard)

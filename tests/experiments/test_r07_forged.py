"""R07: nobody but the network can write to our inbox: what is forged is refused, kept nowhere and never parsed."""

import gzip
import hmac
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from lyhord.channels.contract import Connector
from lyhord.intake.models import Envelope
from lyhord.staff.models import Brand
from tests.experiments.hooked import HOOKED, Headers, Hooked
from tests.experiments.receiving import OTHER, SECRET, Desk, desk_of, with_hooks

pytestmark = pytest.mark.django_db(transaction=True)
every = pytest.mark.parametrize("hooked", HOOKED, ids=lambda hooked: hooked.name)
Forged = tuple[str, bytes, Headers, dict[str, Any]]  # what was done to it, body, headers, more of the request


@pytest.fixture
def desk(transactional_db: None, hooked: Hooked) -> Iterator[Desk]:
    made = desk_of(hooked, Brand.objects.create(name="Norrtåg"), timezone.now())
    yield made
    made.door.writer.stop()


@pytest.fixture(autouse=True)
def parsed(monkeypatch: pytest.MonkeyPatch, hooked: Hooked) -> list[bytes]:
    """The bytes that a parser of ours ever saw."""
    seen: list[bytes] = []
    kind: type[Connector] = type(hooked.connector)
    parse = kind.parse

    def watched(self: Connector, raw: bytes, *rest: Any) -> Any:
        seen.append(raw)
        return parse(self, raw, *rest)

    monkeypatch.setattr(kind, "parse", watched)
    return seen


def long(hooked: Hooked) -> bytes:
    """A message whose body is some 4 000 bits, spaces and letters beyond ASCII in it."""
    told = json.dumps(hooked.message("å1", timezone.now()), ensure_ascii=False, indent=1).encode()
    return told + b" " * max(0, 500 - len(told))


def flipped(raw: bytes, bit: int) -> bytes:
    """One bit the other way."""
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def proofs(desk: Desk, body: bytes) -> Iterator[Forged]:
    """Proofs that are none, over the body as it is."""
    name, right = desk.hooked.proof, desk.signed(body)
    proof = right[name]
    wrong = {
        "empty": "",
        "blank": " ",
        "doubled": f"{proof},{proof}",
        "doubled without a comma": proof * 2,
        "truncated": proof[:-1],
        "half": proof[: len(proof) // 2],
        "longer": proof + "0",
        "other case": proof.swapcase(),
        "zeros": "0" * len(proof),
        "named": f"sha256={proof}",
        "none": "none",
        "half characters": "\udcff" * 8,
        "other secret": desk.signed(body, OTHER)[name],
        "empty secret": desk.signed(body, "")[name],
        "of another body": desk.signed(body + b"x")[name] if desk.hooked.signs_body else "x",
    }
    for how, value in wrong.items():
        yield how, body, right | {name: value}, {}
    missing = {key: value for key, value in right.items() if key != name}
    yield "missing", body, missing, {}
    yield "SHA-1 only", body, missing | {"x-hub-signature": "sha1=" + sha1(body)}, {}
    yield "in the address", body, missing, {"QUERY_STRING": f"{name}={proof}&secret={proof}"}
    for bit in range(len(proof.encode()) * 8):
        changed = flipped(proof.encode(), bit).decode("latin-1")
        # A letter's case is no matter in hexadecimal for nobody: all these differ, and all are refused.
        yield f"bit {bit} of the proof", body, right | {name: changed}, {}


def sha1(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, "sha1").hexdigest()


def bodies(desk: Desk, body: bytes, bits: int) -> Iterator[Forged]:
    """Other bodies under the right proof of one."""
    right = desk.signed(body)
    document = json.loads(body)
    again = {
        "re-serialised": json.dumps(document, separators=(",", ":")).encode(),
        "sorted": json.dumps(document, sort_keys=True).encode(),
        "gzip": gzip.compress(body),
        "BOM": b"\xef\xbb\xbf" + body,
        "UTF-16": body.decode().encode("utf-16"),
        "cut": body[:-1],
        "nothing": b"",
        "newline": body + b"\n",
        "twice": body + body,
    }
    for how, raw in again.items():
        more = {"HTTP_CONTENT_ENCODING": "gzip"} if how == "gzip" else {}
        yield how, raw, right, more
    yield "chunked", body + b"!", right, {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    yield "shorter by its length", body, right, {"CONTENT_LENGTH": str(len(body) - 1)}
    places = list(range(len(body) * 8))
    for bit in places if bits >= len(places) else random.Random(7).sample(places, bits):
        yield f"bit {bit} of the body", flipped(body, bit), right, {}


def accepted(desk: Desk, forged: Iterator[Forged]) -> tuple[list[str], int]:
    """Those that were not refused, and how many there were."""
    tried, through = 0, []
    for how, body, headers, more in forged:
        tried += 1
        if desk.bring(body, headers, **more).status != 401:
            through.append(how)
    return through, tried


@every
def test_no_false_proof_is_taken(desk: Desk, parsed: list[bytes]) -> None:
    through, tried = accepted(desk, proofs(desk, long(desk.hooked)))
    assert through == []
    assert tried > 200
    assert parsed == []
    assert not Envelope.objects.exists()


@pytest.mark.parametrize(
    "hooked", [each for each in HOOKED if each.signs_body], ids=lambda hooked: hooked.name
)
@pytest.mark.parametrize("bits", [400, pytest.param(10**9, marks=pytest.mark.whole)])
def test_no_other_body_is_taken_under_a_proof(desk: Desk, parsed: list[bytes], bits: int) -> None:
    """Telegram signs no body: it sends our own secret back over TLS, so there the proof is all that can be forged."""
    body = long(desk.hooked)
    assert len(body) * 8 >= 4_000
    through, tried = accepted(desk, bodies(desk, body, bits))
    assert through == []
    assert tried >= min(bits, 4_000)
    assert parsed == []
    assert not Envelope.objects.exists()
    print(f"{tried} forged")


@every
def test_the_right_one_is_taken_however_it_is_carried(desk: Desk) -> None:
    """Else the tests above would refuse everything and prove nothing."""
    body = long(desk.hooked)
    assert desk.bring(body).status in {200, 202}
    chunked = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    assert desk.bring(body + b" ", None, **chunked).status in {200, 202}
    assert Envelope.objects.count() == 2


@every
def test_an_account_that_is_still_being_set_up_takes_nothing(hooked: Hooked, transactional_db: None) -> None:
    bare = desk_of(hooked, Brand.objects.create(name="Norrtåg"), timezone.now(), secret="")
    body = long(hooked)
    for secret in (SECRET, "", "None"):
        assert bare.bring(body, bare.signed(body, secret)).status == 401
    assert not Envelope.objects.exists()


@every
def test_proofs_are_compared_in_constant_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Any, Any]] = []
    plain = hmac.compare_digest

    def watched(left: Any, right: Any) -> bool:
        compared.append((left, right))
        return plain(left, right)

    monkeypatch.setattr(hmac, "compare_digest", watched)
    body = long(desk.hooked)
    proof = desk.signed(body)[desk.hooked.proof]
    assert desk.bring(body, desk.signed(body) | {desk.hooked.proof: proof[:-1]}).status == 401
    assert any(proof[:-1].encode() in pair for pair in compared)


@pytest.mark.parametrize("hooked", HOOKED[:1], ids=["all"])
def test_every_connector_with_hooks_is_tried(hooked: Hooked) -> None:
    assert {each.name for each in HOOKED} == with_hooks()


@every
def test_the_saboteur_who_lets_everybody_in_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LYHORD_TESTING", "1")
    monkeypatch.setenv("LYHORD_SABOTAGE", "signature")
    through, tried = accepted(desk, proofs(desk, long(desk.hooked)))
    assert len(through) == tried
    assert Envelope.objects.exists()

"""Who wrote a mail. The cases of the collection, and what must never make anybody anyone."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lyhord.channels.contract import AccountSide, Event, Outgoing, Unsupported
from lyhord.connectors.email import composing, identity, mime, tokens
from lyhord.connectors.email.tests import serving
from lyhord.connectors.email.tests.data import HOSTILE, OURS, event, raw, read

KIM, EVE = "mail:kim@customer.example", "mail:eve@evil.example"
SERVER = "mx.our.example"
KEY = "7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11"
PATH = HOSTILE / "own-identity-spoof" / "cases.json"
# Cases about logging in, widgets and links are those of staff and portal.
MAILS = [each for each in json.loads(PATH.read_bytes()) if "from" in each["case"]] if PATH.exists() else []
ACCOUNT: AccountSide = serving.settings(1, 2, address="help@our.example")


def forged(key: str) -> str:
    """An id as ours are, with a signature that somebody made up."""
    return f"<{key}.{'0' * 32}@our.example>"


def of_case(case: dict[str, Any]) -> bytes:
    told = case["from"]
    lines = [f"From: {each}" for each in ([told] if isinstance(told, str) else told)]
    lines += case.get("auth_header", [])
    if "auth" in case:
        results = "; ".join(f"{name}={result}" for name, result in case["auth"].items())
        lines.append(f"Authentication-Results: {SERVER}; {results}")
    for name in ("reply_to", "cc"):
        if name in case:
            lines.append(f"{name.replace('_', '-').title()}: {case[name]}")
    if "in_reply_to" in case:
        answered = case["in_reply_to"] if "<" in case["in_reply_to"] else forged(KEY)
        lines.append(f"In-Reply-To: {answered}")
    lines += [
        f"To: {case.get('to', 'help@our.example')}",
        "Subject: x",
        "Message-ID: <m@x.example>",
        "",
        "words",
    ]
    return "\r\n".join(lines).encode()


def told(ident: str) -> Event | Unsupported:
    found = read(
        of_case(next(each["case"] for each in MAILS if each["id"] == ident)), OURS | {"x-authserv": SERVER}
    )
    assert isinstance(found, Event | Unsupported)
    return found


def native(ident: str) -> str:
    found = told(ident)
    assert isinstance(found, Event)
    assert found.author is not None
    return found.author.native


needs_cases = pytest.mark.skipif(not MAILS, reason="the collected cases are not here")


@needs_cases
def test_every_mail_of_the_collection_is_looked_at() -> None:
    assert {each["id"] for each in MAILS} == {
        f"spoof-{number:03}" for number in (1, 4, 5, 6, 7, 8, 9, 11, 14, 15, 16, 18, 20, 21)
    }  # fmt: skip


@needs_cases
def test_an_address_of_ours_from_outside_is_held() -> None:
    assert isinstance(told("spoof-021"), Unsupported)
    # spoof-001 names an agent of ours, who is no customer's case either: only his own mailbox would be one.
    found = told("spoof-001")
    assert isinstance(found, Event)
    assert (found.parent, found.thread) == (None, found.item)
    assert not found.is_own


@needs_cases
@pytest.mark.parametrize("ident", ["spoof-004", "spoof-005"])
def test_a_guessed_id_or_address_joins_no_case(ident: str) -> None:
    found = told(ident)
    assert isinstance(found, Event)
    assert found.author is not None
    assert found.author.native == EVE
    assert found.author.aliases == ()
    # An id that was never ours finds no post, so the mail stays by itself.
    assert found.thread in {None, found.item}


@needs_cases
@pytest.mark.parametrize("ident", ["spoof-006", "spoof-007", "spoof-011"])
def test_without_exactly_one_sender_it_is_nobody(ident: str) -> None:
    assert native(ident).startswith("unverified:")
    assert "@" not in native(ident)


@needs_cases
@pytest.mark.parametrize(
    ("ident", "who"),
    [
        ("spoof-008", EVE),
        ("spoof-009", EVE),
        ("spoof-014", KIM),
        ("spoof-015", "mail:kim@cust\u043emer.example"),
        ("spoof-016", KIM),
        ("spoof-018", "mail:k.i.m@gmail.com"),
    ],
)
def test_the_address_alone_says_who_it_is(ident: str, who: str) -> None:
    assert native(ident) == who


@needs_cases
def test_only_the_topmost_word_of_our_own_server_counts() -> None:
    assert native("spoof-020") == "unverified:kim@customer.example"


@needs_cases
def test_what_looks_odd_is_told_to_the_person_who_answers() -> None:
    for ident, says in (
        ("spoof-014", "eve@evil.example"),
        ("spoof-015", "look like others"),
        ("spoof-008", "came from eve"),
    ):
        found = told(ident)
        assert isinstance(found, Event)
        assert any(says in note for note in found.extra["notes"]), ident


@pytest.mark.parametrize(
    ("header", "standing"),
    [
        ("mx.our.example; dmarc=pass", "confirmed"),
        ("mx.our.example 1; spf=fail; dmarc=pass header.from=customer.example", "confirmed"),
        ("MX.our.example; dkim=pass header.d=customer.example", "confirmed"),
        ("mx.our.example; dkim=pass header.d=evil.example", "claimed"),
        ("mx.our.example; dkim=pass header.d=er.example", "claimed"),
        ("mx.our.example; spf=pass smtp.mailfrom=kim@customer.example", "claimed"),
        ("mx.our.example; dmarc=fail (dmarc=pass)", "failed"),
        ("mx.evil.example; dmarc=pass", "claimed"),
        ("evil (mx.our.example); dmarc=pass", "claimed"),
        ("mx.our.example.evil.example; dmarc=pass", "claimed"),
        ("mx.our.example; none", "claimed"),
    ],
)
def test_a_sender_is_confirmed_by_our_server_and_nobody_else(header: str, standing: str) -> None:
    mail, _notes = mime.read(raw(authentication_results=header))
    assert identity.who(mail, "<m>", SERVER).standing == standing
    assert identity.who(mail, "<m>", "").standing == "claimed"


def test_a_mail_with_no_one_sender_cannot_be_answered() -> None:
    found = event(raw(from_="kim@customer.example, eve@evil.example"))
    assert found.author is not None
    assert identity.address_of(found.author.native) == ""
    assert identity.address_of("unverified:kim@customer.example") == "kim@customer.example"


# Ids and addresses of ours --------------------------------------------------------------------------------------


def test_our_ids_are_signed_for_this_account() -> None:
    ours = tokens.message_id(ACCOUNT, KEY)
    assert tokens.is_own(ACCOUNT, ours)
    assert tokens.key_of(ours) == KEY
    assert not tokens.is_own(replace(ACCOUNT, app={"hook_secret": "another"}), ours)
    assert not tokens.is_own(ACCOUNT, ours.replace(KEY[0], "8", 1))
    nobody = replace(ACCOUNT, app={})
    assert not tokens.is_own(nobody, tokens.message_id(nobody, KEY))


def test_an_id_of_ours_with_a_wrong_signature_is_no_parent() -> None:
    ours = tokens.message_id(ACCOUNT, KEY)
    for told, parent in ((ours, ours), (forged(KEY), None)):
        letter = raw(in_reply_to=told, references=told)
        found = event(letter, OURS | {"x-own": " ".join(tokens.own_ids(ACCOUNT, letter))})
        assert found.parent == parent


def test_nobody_takes_an_id_of_ours_for_a_mail_of_his_own() -> None:
    """Else it would be dropped as the echo of ours, and never be read."""
    ours = tokens.message_id(ACCOUNT, KEY)
    letter = raw(message_id=ours, from_="eve@evil.example")
    found = event(letter, OURS | {"x-own": ours})
    assert found.item != ours
    assert not found.is_own


def test_the_address_of_a_case_is_good_for_it_and_for_nobody_who_guesses() -> None:
    address = tokens.case_address(ACCOUNT, "<t@x>", KIM)
    found = tokens.case_of(ACCOUNT, address)
    assert found == tokens.token(ACCOUNT, "<t@x>", KIM)
    assert tokens.case_of(ACCOUNT, address.upper()) == found
    assert found != tokens.token(ACCOUNT, "<t@x>", EVE)
    assert found != tokens.token(ACCOUNT, "<u@x>", KIM)
    assert len(address.partition("@")[0]) <= 64
    for place in (10, 25, 40):
        sign = "a" if address[place] != "a" else "b"
        assert tokens.case_of(ACCOUNT, address[:place] + sign + address[place + 1 :]) == ""
    assert tokens.case_of(ACCOUNT, address.replace("our.example", "evil.example")) == ""


def test_a_name_too_long_for_it_gets_no_address_of_a_case() -> None:
    outgoing = Outgoing(verb="reply", key=KEY, text="x", person=KIM, item="<t@x>", thread="<t@x>")
    long = serving.settings(1, 2, address=f"{'k' * 40}@our.example")
    assert tokens.case_address(long, "<t@x>", KIM) == ""
    assert "Reply-To" not in composing.compose(long, outgoing, datetime(2026, 3, 2, tzinfo=UTC))

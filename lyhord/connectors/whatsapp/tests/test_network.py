"""Sending, connecting and files against WhatsApp's side: calls and answers are checked against Meta's own description."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    Allowed,
    ConnectFailed,
    Denied,
    File,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Trouble,
    Unsure,
)
from lyhord.connectors.whatsapp import CONNECTOR, connecting, errors, hooks
from lyhord.connectors.whatsapp.tests import spec
from lyhord.connectors.whatsapp.tests.server import BUSINESS, NUMBER, TOKEN, Network, serving

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "7d0c0f4e-5a4b-4b0e-9df5-1c62a1f0aa11"
KARI = "SE.13491208655302741918"
TEMPLATES = {
    "order_update": {
        "sv": {"text": "Hej {{1}}, ärende {{2}}", "values": 2},
        "en_US": {"text": "Hi", "values": 0},
    }
}
REPLY = Outgoing(
    verb="reply", key=KEY, text="Vi ser på det. /Maja", item="wamid.A1", thread=KARI, person=KARI,
    visibility="private", item_visibility="private", made_at=NOW,
)  # fmt: skip


@pytest.fixture
def network() -> Iterator[Network]:
    with serving() as there:
        yield there
        assert there.faults == []


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5) as client:
        yield client


def side(network: Network, **fields: Any) -> AccountSide:
    settings = {"server": network.base, "number": NUMBER, "business": BUSINESS, **fields.pop("settings", {})}
    usual: dict[str, Any] = {
        "id": 1, "native": NUMBER, "handle": "+46701234567", "settings": settings, "secrets": {"token": TOKEN},
        "app": {"hook_url": "https://kund.example/hooks/whatsapp/e1/"}, "allow_hosts": frozenset({network.base}),
        "state": {"templates": TEMPLATES},
    }  # fmt: skip
    return AccountSide(**{**usual, **fields})


# Sending ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({}, {"recipient": KARI, "recipient_type": "individual"}),
        ({"facts": {"number": "46701112233", "of": KARI}}, {"to": "46701112233", "recipient_type": "individual"}),
        ({"facts": {"number": "46709999999", "of": "SE.someoneelse"}}, {"recipient": KARI, "recipient_type": "individual"}),
        ({"person": "46701112233", "thread": "46701112233"}, {"to": "46701112233", "recipient_type": "individual"}),
        ({"thread": "group:Y2FwaQ"}, {"to": "Y2FwaQ", "recipient_type": "group"}),
    ],
)  # fmt: skip
def test_an_answer_goes_by_number_where_it_was_shown_else_by_id(
    network: Network, http: httpx.Client, fields: dict[str, Any], address: dict[str, str]
) -> None:
    assert CONNECTOR.send(http, side(network), replace(REPLY, **fields), NOW) == Sent("wamid.1")
    assert network.called("/messages") == [
        {
            "messaging_product": "whatsapp", **address, "type": "text", "biz_opaque_callback_data": KEY,
            "text": {"body": REPLY.text, "preview_url": False}, "context": {"message_id": "wamid.A1"},
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content_type", "kind", "part"),
    [
        ("image/png", "image", {"id": "7001", "caption": REPLY.text}),
        ("application/pdf", "document", {"id": "7001", "caption": REPLY.text, "filename": "a.bin"}),
        ("video/mp4", "video", {"id": "7001", "caption": REPLY.text}),
    ],
)  # fmt: skip
def test_a_file_is_brought_first_and_then_named(
    network: Network, http: httpx.Client, content_type: str, kind: str, part: dict[str, str]
) -> None:
    outgoing = replace(REPLY, files=(File("a.bin", content_type, b"bytes"),))
    assert isinstance(CONNECTOR.send(http, side(network), outgoing, NOW), Sent)
    (call,) = network.called("/messages")
    assert (call["type"], call[kind]) == (kind, part)


def test_a_lost_answer_while_the_file_was_brought_sent_no_message(
    network: Network, http: httpx.Client
) -> None:
    network.next = [None]
    outgoing = replace(REPLY, files=(File("a.png", "image/png", b"x"),))
    assert isinstance(CONNECTOR.send(http, side(network), outgoing, NOW), Retry)
    assert network.called("/messages") == []


@pytest.mark.parametrize(
    ("lang", "values", "code"),
    [("sv", ("Kari", "77"), "sv"), ("en", (), "en_US"), ("fi", ("Kari", "77"), "sv")],
)
def test_a_template_goes_in_the_customer_s_language(
    network: Network, http: httpx.Client, lang: str, values: tuple[str, ...], code: str
) -> None:
    outgoing = replace(REPLY, template="order_update", template_values=values, lang=lang)
    assert isinstance(CONNECTOR.send(http, side(network), outgoing, NOW), Sent)
    (call,) = network.called("/messages")
    assert call["template"]["language"]["code"] == code
    told = [each["text"] for part in call["template"].get("components", []) for each in part["parameters"]]
    assert told == list(values)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"template": "unknown"}, "no approved template"),
        ({"template": "order_update", "lang": "sv"}, "needs 2 values"),
        ({"text": " "}, "words or a file"),
        ({"text": "x" * 4097}, "Shorten it by 1"),
        ({"text": "x" * 1025, "files": (File("a.png", "image/png", b"x"),)}, "Shorten it by 1"),
        ({"files": (File("a.gif", "image/gif", b"x"),)}, "image/gif"),
        ({"files": (File("a.png", "image/png", b"x"),) * 2}, "one file"),
        ({"files": (File("a.ogg", "audio/ogg", b"x"),)}, "beside a sound"),
        ({"visibility": "public"}, "private"),
        ({"person": "nonsense", "thread": None}, "the person"),
        ({"verb": "edit"}, "neither changed"),
        ({"verb": "delete"}, "neither changed"),
        ({"verb": "hide"}, "cannot"),
    ],
)  # fmt: skip
def test_what_cannot_leave_is_refused_before_it_does(
    network: Network, http: httpx.Client, fields: dict[str, Any], why: str
) -> None:
    outcome = CONNECTOR.send(http, side(network), replace(REPLY, **fields), NOW)
    assert isinstance(outcome, Refused) and why in outcome.why
    assert network.calls == []


@pytest.mark.parametrize(
    ("verb", "person", "method", "content"),
    [
        ("like", KARI, "POST", {"type": "reaction", "reaction": {"message_id": "wamid.A1", "emoji": "👍"}}),
        ("unlike", KARI, "POST", {"type": "reaction", "reaction": {"message_id": "wamid.A1", "emoji": ""}}),
        ("block", KARI, "POST", {"block_users": [{"user_id": KARI}]}),
        ("unblock", "46701112233", "DELETE", {"block_users": [{"user": "46701112233"}]}),
    ],
)  # fmt: skip
def test_what_else_we_do(
    network: Network, http: httpx.Client, verb: Any, person: str, method: str, content: Any
) -> None:
    assert CONNECTOR.send(http, side(network), replace(REPLY, verb=verb, person=person), NOW) == Sent()
    ((used, _, told),) = network.calls
    assert used == method
    assert {name: told[name] for name in content} == content


def test_what_we_answered_is_marked_as_read_where_the_account_says_so(
    network: Network, http: httpx.Client
) -> None:
    account = side(network, settings={"marks_read": True})
    assert isinstance(CONNECTOR.send(http, account, REPLY, NOW), Sent)
    assert network.called("/messages")[1] == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.A1",
    }


# What came of it ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (401, 190, Refused(errors.REVOKED, "190", "token_revoked")),
        (403, 10, Refused(errors.LACKING, "10", "permission_lost")),
        (403, 299, Refused(errors.LACKING, "299", "permission_lost")),
        (403, 131031, Refused(errors.LOCKED, "131031", "disabled")),
        (400, 131047, Refused(errors.CLOSED, "131047")),
        (400, 131026, Refused(errors.UNREACHABLE, "131026")),
        (400, 132001, Refused(errors.NO_TEMPLATE, "132001")),
        (429, 130429, Retry(errors.BUSY, NOW + timedelta(seconds=1))),
        (400, 131056, Retry(errors.BUSY, NOW + timedelta(seconds=6))),
        (500, 131016, Retry(errors.KNOWN[131016].why, NOW + timedelta(seconds=60))),
        (400, 100, Refused("WhatsApp refuses it: told in detail", "100")),
    ],
)  # fmt: skip
def test_errors_are_decided_by_code(
    network: Network, http: httpx.Client, status: int, code: int, outcome: Any
) -> None:
    network.says(status, code, details="told in detail")
    assert CONNECTOR.send(http, side(network), REPLY, NOW) == outcome
    assert len(network.calls) == 1


def test_meta_s_word_on_when_access_comes_back_counts_in_minutes(
    network: Network, http: httpx.Client
) -> None:
    usage = '{"1":[{"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":7}]}'
    network.says(400, 80007, x_business_use_case_usage=usage)
    assert CONNECTOR.send(http, side(network), REPLY, NOW) == Retry(errors.BUSY, NOW + timedelta(minutes=7))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (None, Unsure),
        ((500, b"<html>", {}), Unsure),
        ((200, b"{}", {}), Unsure),
        ((200, b'{"messages":[{}]}', {}), Unsure),
    ],
)
def test_a_lost_answer_is_unsure_and_never_sent_again(
    network: Network, http: httpx.Client, answer: Any, kind: type
) -> None:
    network.next = [answer]
    assert isinstance(CONNECTOR.send(http, side(network), REPLY, NOW), kind)
    assert isinstance(CONNECTOR.settle(http, side(network), REPLY, NOW), Unsure)
    assert len(network.calls) == 1
    network.next = [answer]
    assert isinstance(CONNECTOR.send(http, side(network), replace(REPLY, verb="like"), NOW), Retry | Sent)


def test_a_block_that_blocked_nobody_is_no_block(network: Network, http: httpx.Client) -> None:
    told = b'{"messaging_product":"whatsapp","block_users":{"failed_users":[{"input":"1"}]}}'
    network.next = [(200, told, {})]
    assert isinstance(CONNECTOR.send(http, side(network), replace(REPLY, verb="block"), NOW), Refused)


# Before it ------------------------------------------------------------------------------------------------------


def test_we_may_answer_for_24_hours_and_then_by_template(network: Network) -> None:
    account = side(network, settings={"service_price": "0,03", "template_price": "0.07", "currency": "SEK"})
    allowed = CONNECTOR.can_reply(account, REPLY, NOW - timedelta(hours=23), NOW)
    assert isinstance(allowed, Allowed) and allowed.price is not None
    assert (allowed.until, allowed.price.amount, allowed.price.currency) == (
        NOW + timedelta(hours=1),
        0.03,
        "SEK",
    )
    late = CONNECTOR.can_reply(account, REPLY, NOW - timedelta(hours=24), NOW)
    assert late == Denied(errors.CLOSED, instead=("template",))
    named = CONNECTOR.can_reply(account, replace(REPLY, template="order_update"), None, NOW)
    assert isinstance(named, Allowed) and named.price is not None and named.price.amount == 0.07
    assert CONNECTOR.can_reply(replace(account, state={}), REPLY, None, NOW) != Allowed()
    assert isinstance(CONNECTOR.can_reply(account, replace(REPLY, visibility="public"), NOW, NOW), Denied)


def test_connecting_learns_the_templates_and_asks_for_the_news(network: Network, http: httpx.Client) -> None:
    head = {"type": "HEADER", "format": "IMAGE"}
    code = {
        "type": "BUTTONS",
        "buttons": [{"type": "URL", "text": "Se", "url": "https://kund.example/{{1}}"}],
    }
    network.templates += [
        {**network.templates[0], "name": "coded", "components": [{"type": "BODY", "text": "x"}, code]},
        {**network.templates[0], "name": "rejected", "status": "REJECTED"},
        {**network.templates[0], "name": "pictured", "components": [head, {"type": "BODY", "text": "x"}]},
    ]
    found = CONNECTOR.connect(http, side(network), NOW)
    assert (found.native, found.handle, found.name, found.is_verified) == (
        NUMBER,
        "+46701234567",
        "Nordbanan",
        True,
    )
    assert found.state["templates"] == {
        "order_update": {
            "sv": {
                "text": "Hej {{1}}, ärende {{2}} är löst.", "values": 2, "holes": ["1", "2"], "category": "UTILITY",
            }
        }
    }  # fmt: skip
    assert found.notes == ()
    assert ("POST", f"/v23.0/{BUSINESS}/subscribed_apps", None) in network.calls


def test_what_people_choose_from_is_told_as_the_customer_sees_it(
    network: Network, http: httpx.Client
) -> None:
    network.templates = [
        {
            "name": "order_ready", "language": "sv", "status": "APPROVED", "category": "UTILITY",
            "components": [
                {"type": "HEADER", "format": "TEXT", "text": "Nordbanan"},
                {"type": "BODY", "text": "Hej {{first_name}}, ärende {{case_number}} är klart, {{first_name}}."},
                {"type": "FOOTER", "text": "Svara inte hit"},
                {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Tack"}]},
            ],
        }
    ]  # fmt: skip
    state = CONNECTOR.connect(http, side(network), NOW).state
    account = side(network, state=state)
    (told,) = CONNECTOR.templates(account)
    assert (told.language, told.category, told.holes) == ("sv", "utility", ("first_name", "case_number"))
    seen = "Nordbanan\nHej Kari, ärende 77 är klart, Kari.\nSvara inte hit"
    assert told.filled(("Kari", "77")) == seen
    outgoing = replace(REPLY, text=seen, template="order_ready/sv", template_values=("Kari", "77"))
    assert isinstance(CONNECTOR.send(http, account, outgoing, NOW), Sent)
    (part,) = network.called("/messages")[0]["template"]["components"]
    assert [(one["parameter_name"], one["text"]) for one in part["parameters"]] == [
        ("first_name", "Kari"), ("case_number", "77"),
    ]  # fmt: skip


def test_a_language_that_is_named_is_the_one_that_goes(network: Network, http: httpx.Client) -> None:
    both = {"hi": {"en_GB": {"text": "Hi", "values": 0}, "en_US": {"text": "Hey", "values": 0}}}
    account = side(network, state={"templates": both})
    assert [one.language for one in CONNECTOR.templates(account)] == ["en_GB", "en_US"]
    assert isinstance(CONNECTOR.send(http, account, replace(REPLY, template="hi/en_US"), NOW), Sent)
    assert network.called("/messages")[0]["template"]["language"]["code"] == "en_US"
    assert isinstance(CONNECTOR.send(http, account, replace(REPLY, template="hi/sv"), NOW), Refused)


def test_what_will_bite_later_is_told_at_each_check(network: Network, http: httpx.Client) -> None:
    network.quality, network.templates = "RED", []
    found = CONNECTOR.connect(http, replace(side(network), app={"hook_url": "http://localhost/"}), NOW)
    assert set(found.notes) == {connecting.RED, connecting.NO_TEMPLATES, connecting.NOT_OPEN}


def test_a_dead_token_says_so(network: Network, http: httpx.Client) -> None:
    network.token = "another"
    with pytest.raises(ConnectFailed, match="access token"):
        CONNECTOR.connect(http, side(network), NOW)
    told = CONNECTOR.send(http, side(network), REPLY, NOW)
    assert isinstance(told, Refused) and told.account_state == "token_revoked"


def test_the_long_numbers_are_asked_for(network: Network, http: httpx.Client) -> None:
    for field in ("number", "business"):
        with pytest.raises(ConnectFailed, match="long number"):
            CONNECTOR.connect(http, side(network, settings={field: "+46 70"}), NOW)
    assert network.calls == []


# The hook -------------------------------------------------------------------------------------------------------

SECRETS = {"app_secret": "s3cret", "verify_token": "ett-långt-ord", "hook_secret": "h"}


@pytest.mark.parametrize(
    ("query", "is_right"),
    [
        ("hub.mode=subscribe&hub.verify_token=ett-l%C3%A5ngt-ord&hub.challenge=115", True),
        ("hub.mode=subscribe&hub.verify_token=h&hub.challenge=115", False),
        ("hub.mode=subscribe&hub.verify_token=&hub.challenge=115", False),
        ("hub.verify_token=ett-l%C3%A5ngt-ord&hub.challenge=115", False),
    ],
)
def test_meta_s_challenge_comes_back_to_who_knows_the_token(query: str, is_right: bool) -> None:
    request = Request("GET", f"https://kund.example/hooks/whatsapp/e1/?{query}", {}, b"")
    assert CONNECTOR.verify(request, SECRETS) is is_right
    answer = CONNECTOR.answer(request, SECRETS)
    assert answer is not None and (answer.status, answer.body) == (200, b"115")
    assert not CONNECTOR.verify(request, {"hook_secret": "h"})


def test_a_signature_that_is_wrong_in_any_place_is_refused() -> None:
    body = b'{"object":"whatsapp_business_account","entry":[]}'
    right = hooks.signature(body, "s3cret")
    assert CONNECTOR.verify(Request("POST", "https://x/", {hooks.SIGNATURE: right}, body), SECRETS)
    for place in range(len(right)):
        wrong = right[:place] + ("0" if right[place] != "0" else "1") + right[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", "https://x/", {hooks.SIGNATURE: wrong}, body), SECRETS)
    for place in range(len(body)):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not CONNECTOR.verify(Request("POST", "https://x/", {hooks.SIGNATURE: right}, changed), SECRETS)


# Files ----------------------------------------------------------------------------------------------------------


def test_a_file_is_fetched_by_its_number_with_our_token(network: Network, http: httpx.Client) -> None:
    network.files["65463453"] = b"\xff\xd8"
    assert CONNECTOR.file(http, side(network), "ask:65463453", NOW) == b"\xff\xd8"
    network.says(400, 100, "no such thing")
    assert CONNECTOR.file(http, side(network), "ask:1", NOW) is None
    network.says(401, 190)
    with pytest.raises(Trouble) as problem:
        CONNECTOR.file(http, side(network), "ask:65463453", NOW)
    assert problem.value.account_state == "token_revoked"


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/", "https://lookaside.fbsbx.com.evil.example/x", "file:///etc/passwd", 7],
)
def test_a_file_elsewhere_is_not_asked_for(network: Network, http: httpx.Client, address: Any) -> None:
    network.next = [(200, json.dumps({"url": address}).encode(), {})]
    assert CONNECTOR.file(http, side(network), "ask:65463453", NOW) is None
    assert CONNECTOR.file(http, side(network), "ask:../x", NOW) is None
    assert len(network.calls) == 1


def test_the_checker_itself_finds_faults() -> None:
    if spec.document() is None:
        pytest.skip("The description is not here.")
    path, right = (
        f"/v23.0/{NUMBER}/messages",
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "1",
            "type": "text",
            "text": {"body": "x"},
        },
    )

    def check(content: Any) -> list[str]:
        return spec.faults_of_call("POST", path, {}, content, "application/json")

    assert check(right) == []
    assert check({**right, "txt": 1}) == ["message text has no field txt"]
    assert check({**right, "text": {"body": 1}}) == ["message text.text.body is no string"]
    assert check({name: value for name, value in right.items() if name != "to"}) == ["message text lacks to"]
    assert spec.faults_of_call("POST", "/v23.0/1/nothing", {}, {}, "application/json") != []
    assert spec.faults_of_call("GET", f"/v23.0/{NUMBER}", {"x": "1"}, None, "") != []

"""The interface for any system: who may write, what is understood, and what becomes of what goes out."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import (
    AccountSide,
    ConnectFailed,
    Denied,
    Event,
    File,
    Outgoing,
    Refused,
    Request,
    Retry,
    Sent,
    Unreadable,
    Unsupported,
    Unsure,
)
from lyhord.connectors.api import CONNECTOR, Api, signing

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the one of Standard Webhooks' own example
AT = 1614265330
BODY = b'{"test": 2432232314}'
FIXTURE = (Path(__file__).parents[1] / "fixtures" / "message.json").read_bytes()
URL = "https://bridge.example/lyhord"
SETTINGS: dict[str, Any] = {"url": URL, "reply_in": "both", "length": 500, "unit": "codepoints"}
REPLY = Outgoing(verb="reply", key="k1", text="We look into it.", item="m1", thread="t1", person="u7",
                 person_handle="kari", lang="nb", made_at=NOW)  # fmt: skip


# Who may write ------------------------------------------------------------------------------------------------


def test_the_signature_is_that_of_the_specification_s_example() -> None:
    told = signing.headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", AT, BODY)
    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def verified(monkeypatch: pytest.MonkeyPatch, *, now: float = AT, body: bytes = BODY, method: str = "POST",
             secrets: dict[str, str] | None = None, **changed: str) -> bool:  # fmt: skip
    monkeypatch.setattr(Api, "clock", staticmethod(lambda: now))
    headers = signing.headers(SECRET, "m1", AT, BODY)
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    request = Request(method, "https://us.example/hooks/api/e/", headers, body)
    return CONNECTOR.verify(request, {"secret": SECRET} if secrets is None else secrets)


@pytest.mark.parametrize("now", [AT - 300, AT, AT + 300])
def test_who_knows_the_secret_may_write(monkeypatch: pytest.MonkeyPatch, now: float) -> None:
    assert verified(monkeypatch, now=now)
    right = signing.headers(SECRET, "m1", AT, BODY)["webhook-signature"]
    assert verified(monkeypatch, now=now, webhook_signature=f"v1,AAAA v1a,x {right}"), "while secrets change"


@pytest.mark.parametrize(
    "changed",
    [
        {"now": AT + 301},
        {"now": AT - 301},
        {"body": BODY + b" "},
        {"method": "GET"},
        {"webhook_id": "m2"},
        {"webhook_id": ""},
        {"webhook_timestamp": str(AT + 1)},
        {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "9" * 30},
        {"webhook_timestamp": "²"},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,"},
        {"webhook_signature": "é\udc80"},
        {"secrets": {}},
        {"secrets": {"secret": ""}},
        {"secrets": {"secret": "whsec_!!"}},
        {"secrets": {"secret": SECRET[:-1] + "x"}},
    ],
)
def test_nobody_else_may(monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]) -> None:
    assert not verified(monkeypatch, **changed)


def test_every_bit_of_the_body_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    for place in range(len(BODY) * 8):
        flipped = bytearray(BODY)
        flipped[place // 8] ^= 1 << place % 8
        assert not verified(monkeypatch, body=bytes(flipped))


@pytest.mark.parametrize(
    ("takes", "given", "is_right"),
    [("True", f"Bearer {SECRET}", True), ("", f"Bearer {SECRET}", False), ("True", "Bearer x", False),
     ("True", SECRET, False), ("True", "Bearer", False)],
)  # fmt: skip
def test_the_bare_secret_counts_only_where_that_was_allowed(
    monkeypatch: pytest.MonkeyPatch, takes: str, given: str, is_right: bool
) -> None:
    secrets = {"secret": SECRET, "takes_bearer": takes}
    assert verified(monkeypatch, webhook_signature="", authorization=given, secrets=secrets) is is_right


# What is understood -------------------------------------------------------------------------------------------


def parsed(*events: Any) -> list[Any]:
    return list(CONNECTOR.parse(json.dumps(events).encode(), {}, "", "POST"))


def made(**data: Any) -> dict[str, Any]:
    return {"type": "message.created", "data": {"id": "m1", "text": "Hi", "author": {"id": "u7"}, **data}}


def test_a_message_is_told_with_all_that_the_schema_has() -> None:
    (event,) = CONNECTOR.parse(FIXTURE, {}, "", "POST")
    assert isinstance(event, Event) and event.author is not None
    assert (event.key, event.item, event.thread, event.parent) == ("created:m1", "m1", "t1", "m0")
    assert (event.text, event.visibility, event.lang, event.at) == ("Where is my train?", "public", "nb", NOW)
    assert (event.author.native, event.author.name, event.media[0].kind) == ("u7", "Kari", "picture")


def test_what_is_not_said_to_be_public_is_private() -> None:
    (event,) = parsed(made())
    assert (event.visibility, event.thread, event.is_own, event.is_spoken_to) == (
        "private",
        "m1",
        False,
        True,
    )
    assert parsed(made(parent="m0"))[0].thread is None, "intake knows the parent's"
    assert parsed(made(id=7, html="<p>a &amp; b</p>", text=None))[0].text == "a & b"


@pytest.mark.parametrize(
    ("kind", "data", "told"),
    [
        ("message.edited", {"id": "m1", "text": "Ho"}, "edited"),
        ("message.deleted", {"id": "m1"}, "deleted"),
        ("message.hidden", {"id": "m1"}, "hidden"),
        ("message.shown", {"id": "m1"}, "shown"),
        ("message.read", {"id": "m1"}, "read"),
        ("message.delivered", {"id": "m1"}, "delivered"),
        ("message.failed", {"id": "m1", "why": "No such person"}, "delivered"),
        ("reaction.set", {"id": "m1", "sign": "👍", "author": {"id": "u7"}}, "reaction"),
        ("author.changed", {"author": {"id": "u7", "name": "Kari N"}}, "author_changed"),
        ("author.erased", {"author": {"id": "u7"}}, "erasure"),
    ],
)
def test_each_type_is_an_event(kind: str, data: dict[str, Any], told: str) -> None:
    (event,) = parsed({"type": kind, "timestamp": "2026-11-21T12:00:00Z", "data": data})
    assert (event.kind, event.at, event.ok) == (told, NOW, kind != "message.failed")
    assert event.key and (event.item == data.get("id"))
    assert parsed({"type": kind, "timestamp": "2026-11-21T12:00:00Z", "data": data})[0].key == event.key


def test_each_version_of_an_edit_has_a_key_of_its_own() -> None:
    keys = {
        parsed({"type": "message.edited", "data": {"id": "m1", "text": text}})[0].key
        for text in ("a", "b", "a")
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (7, "must be an object"),
        ({}, "type is missing"),
        ({"type": "message.created", "data": []}, "data must be an object"),
        (made(id=None), "id is missing"),
        (made(id=1.5), "id must be text or a whole number"),
        (made(text=""), "text is missing"),
        (made(text=7), "text must be text"),
        (made(author=None), "author must be an object"),
        (made(author={}), "author.id is missing"),
        (made(author={"id": "1", "followers": -1}), "author.followers"),
        (made(visibility="friends"), 'visibility must be "public" or "private"'),
        (made(at="yesterday"), "at must be a time"),
        (made(attachments={}), "attachments must be a list"),
        (made(attachments=[{"url": "file:///etc/passwd"}]), "must be a web address"),
        (made(attachments=[{"url": "https://a.example", "kind": "x"}]), "kind must be one of"),
        (made(is_own="yes"), "is_own must be true or false"),
        (made(mentions=[{"name": "x"}]), "mentions[].id is missing"),
    ],
)
def test_a_refusal_names_the_field_and_the_others_go_on(event: Any, why: str) -> None:
    bad, good = parsed(event, made())
    assert isinstance(bad, Unreadable) and why in bad.why
    assert isinstance(good, Event)


def test_what_we_do_not_know_is_left_out() -> None:
    (item,) = parsed({"type": "invoice.paid", "data": {}})
    assert isinstance(item, Unsupported)


@pytest.mark.parametrize(
    ("body", "status", "accepted", "why"),
    [
        (FIXTURE, 202, 1, ""),
        (json.dumps([made(), made(id=None)]).encode(), 202, 1, "message.created: id is missing."),
        (json.dumps([made(id=None)]).encode(), 422, 0, "id is missing"),
        (b"{", 422, 0, "Not JSON"),
        (b"[]", 422, 0, "Neither an event"),
        (json.dumps([made()] * 1001).encode(), 422, 0, "at most 1000"),
    ],
)
def test_the_answer_says_at_once_what_was_understood(
    body: bytes, status: int, accepted: int, why: str
) -> None:
    answer = CONNECTOR.answer(Request("POST", "/", {}, body), {"secret": SECRET})
    assert answer is not None and answer.status == status
    told = json.loads(answer.body)
    assert told["accepted"] == accepted
    assert why in "".join(each["why"] for each in told["refused"])
    assert bool(told["refused"]) is bool(why)


# What goes out ------------------------------------------------------------------------------------------------


class Bridge(httpx.Client):
    """The other side: writes down what came, and answers what the test says."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response] | httpx.Response) -> None:
        self.seen: list[httpx.Request] = []

        def give(request: httpx.Request) -> httpx.Response:
            self.seen.append(request)
            return answer(request) if callable(answer) else answer

        super().__init__(transport=httpx.MockTransport(give))


def breaking(problem: Exception) -> Callable[[httpx.Request], httpx.Response]:
    def give(request: httpx.Request) -> httpx.Response:
        raise problem

    return give


def side(**settings: Any) -> AccountSide:
    app = {"secret": SECRET, "hook_url": "https://us.example/hooks/api/e1/"}
    return AccountSide(id=1, native="n", handle="", settings={**SETTINGS, **settings}, secrets={}, app=app)


def test_an_answer_goes_out_signed_under_its_key_and_is_the_same_at_each_attempt() -> None:
    bridge = Bridge(httpx.Response(200, json={"id": "m2", "link": "https://net.example/m2"}))
    files = (File("a.txt", "text/plain", b"hi", "note"),)
    for minute in (0, 5):
        sent = CONNECTOR.send(bridge, side(), replace(REPLY, files=files), NOW + timedelta(minutes=minute))
        assert sent == Sent("m2", "https://net.example/m2")
    first, second = bridge.seen
    assert first.content == second.content
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "k1"
    for request, minute in ((first, 0), (second, 5)):
        assert signing.is_signed(
            SECRET, request.headers, request.content, (NOW + timedelta(minutes=minute)).timestamp()
        )
    assert json.loads(first.content) == {
        "type": "reply.wanted", "timestamp": NOW.isoformat(),
        "data": {
            "key": "k1", "text": "We look into it.", "visibility": "public", "message": "m1", "thread": "t1",
            "author": "u7", "author_handle": "kari", "lang": "nb",
            "attachments": [{"name": "a.txt", "content_type": "text/plain", "alt": "note", "base64": "aGk="}],
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "verb", "honours", "outcome", "words"),
    [
        (httpx.Response(204), "reply", False, Sent, ""),
        (httpx.Response(202, json={}), "reply", False, Sent, ""),
        (httpx.Response(409, json={"id": "m2"}), "reply", False, Sent, ""),
        (httpx.Response(200, text="<html>"), "reply", False, Unsure, "cannot be read"),
        (httpx.Response(200, text="<html>"), "like", False, Sent, ""),
        (
            httpx.Response(422, json={"error": "No <b>such</b> person"}),
            "reply",
            False,
            Refused,
            "No such person",
        ),
        (httpx.Response(400, json={"error": f"bad {SECRET}"}), "reply", False, Refused, "bad …"),
        (httpx.Response(404), "reply", False, Refused, "404"),
        (
            httpx.Response(301, headers={"location": "http://169.254.169.254/"}),
            "reply",
            False,
            Refused,
            "leads on",
        ),
        (httpx.Response(429), "reply", False, Retry, "429"),
        (httpx.Response(503), "reply", False, Retry, "503"),
        (httpx.Response(500), "reply", False, Retry, "500"),
        (httpx.Response(504), "reply", False, Unsure, "lost"),
        (httpx.Response(504), "reply", True, Retry, "504"),
        (httpx.Response(504), "like", False, Retry, "504"),
        (breaking(httpx.ConnectError("x")), "reply", False, Retry, "cannot be reached"),
        (breaking(httpx.ReadTimeout("x")), "reply", False, Unsure, "no answer"),
        (breaking(httpx.ReadTimeout("x")), "reply", True, Unsure, "no answer"),
        (breaking(httpx.ReadTimeout("x")), "like", False, Retry, "no answer"),
    ],
)
def test_what_an_answer_means(answer: Any, verb: Any, honours: bool, outcome: type, words: str) -> None:
    bridge = Bridge(answer)
    found = CONNECTOR.send(bridge, side(honours_key=honours, can_like=True), replace(REPLY, verb=verb), NOW)
    assert isinstance(found, outcome)
    assert words in getattr(found, "why", "") and SECRET not in repr(found)
    assert len(bridge.seen) == 1


@pytest.mark.parametrize(("status", "state"), [(401, "token_revoked"), (410, "disabled"), (403, "")])
def test_what_stops_the_account(status: int, state: str) -> None:
    refused = CONNECTOR.send(Bridge(httpx.Response(status)), side(), REPLY, NOW)
    assert isinstance(refused, Refused) and refused.account_state == state


def test_the_other_side_is_given_the_time_that_it_wants() -> None:
    busy = Bridge(httpx.Response(429, headers={"retry-after": "90"}))
    retry = CONNECTOR.send(busy, side(), REPLY, NOW)
    assert isinstance(retry, Retry) and retry.at == NOW + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx.Response(200, json={"id": "m2"}), Sent),
        (httpx.Response(404, json={}), Retry),
        (httpx.Response(404, text="<html>nginx</html>"), Unsure),
        (httpx.Response(500), Unsure),
        (breaking(httpx.ReadTimeout("x")), Unsure),
    ],
)
def test_what_was_lost_is_asked_for_where_that_can_be(answer: Any, outcome: type) -> None:
    bridge = Bridge(answer)
    account = side(settle_url="https://bridge.example/done?v=1")
    assert isinstance(CONNECTOR.settle(bridge, account, REPLY, NOW), outcome)
    (request,) = bridge.seen
    assert request.method == "GET" and request.url.params["key"] == "k1"
    assert signing.is_signed(SECRET, request.headers, b"", NOW.timestamp())


@pytest.mark.parametrize(("honours", "outcome"), [(True, Retry), (False, Unsure)])
def test_else_it_is_sent_again_only_where_that_is_safe(honours: bool, outcome: type) -> None:
    bridge = Bridge(httpx.Response(200))
    assert isinstance(CONNECTOR.settle(bridge, side(honours_key=honours), REPLY, NOW), outcome)
    assert bridge.seen == []


# What the form says -------------------------------------------------------------------------------------------


def test_the_form_says_what_it_can() -> None:
    account = side(can_hide=True, can_post=True, length=280, unit="utf16", reply_in="private")
    can = CONNECTOR.abilities(account)
    assert can.verbs == {"reply", "hide", "unhide", "post"} and can.can_start
    assert set(can.reply) == {"private"}
    assert (can.reply["private"].limit, can.reply["private"].unit, can.idempotency) == (280, "utf16", "none")
    bridge = Bridge(httpx.Response(200, json={}))
    private = replace(REPLY, visibility="private")
    assert isinstance(CONNECTOR.send(bridge, account, replace(private, verb="delete"), NOW), Refused)
    assert isinstance(CONNECTOR.send(bridge, account, REPLY, NOW), Refused), "public"
    assert isinstance(CONNECTOR.send(bridge, account, replace(private, text="😀" * 141), NOW), Refused)
    assert bridge.seen == []
    assert isinstance(CONNECTOR.send(bridge, account, replace(private, text="😀" * 140), NOW), Sent)


def test_without_an_address_it_only_receives() -> None:
    account = side(url="")
    can = CONNECTOR.abilities(account)
    assert (can.verbs, dict(can.reply), can.receive) == (frozenset(), {}, ("hook",))
    told = CONNECTOR.can_reply(account, REPLY, NOW, NOW)
    assert isinstance(told, Denied) and told.instead == ("link",)
    assert "only receives" in CONNECTOR.connect(Bridge(httpx.Response(500)), account, NOW).notes[0]


def test_what_came_in_private_is_not_answered_in_public() -> None:
    bridge = Bridge(httpx.Response(200, json={}))
    public = replace(REPLY, item_visibility="private")
    assert isinstance(CONNECTOR.can_reply(side(), public, NOW, NOW), Denied)
    assert isinstance(CONNECTOR.send(bridge, side(), public, NOW), Refused)
    assert bridge.seen == []


@pytest.mark.parametrize(("status", "is_permanent"), [(401, True), (404, True), (503, False), (500, False)])
def test_a_bridge_that_does_not_answer_its_ping_is_not_connected(status: int, is_permanent: bool) -> None:
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(Bridge(httpx.Response(status)), side(), NOW)
    assert failed.value.is_permanent is is_permanent


@pytest.mark.parametrize(
    "secret", ["", "short", "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "whsec_AAAAAAAAAAAAAAAAAAAA"]
)
def test_a_secret_that_is_none_is_refused(secret: str) -> None:
    account = replace(side(), app={"secret": secret, "hook_url": "x"})
    with pytest.raises(ConnectFailed, match="openssl rand"):
        CONNECTOR.connect(Bridge(httpx.Response(200, json={})), account, NOW)


def test_only_the_servers_of_the_form_are_spoken_with() -> None:
    account = side(settle_url="https://other.example:8443/x?y=1")
    assert CONNECTOR.hosts(account) == ("https://bridge.example", "https://other.example:8443")

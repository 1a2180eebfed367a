"""Who may bring news, the handshake, and the two callbacks about people. The vectors were made by others."""

import hashlib
import hmac
import json
from pathlib import Path

import pytest

from lyhord.channels.contract import Event, Request, Unreadable
from lyhord.connectors._meta import hooks, parser

VECTORS = Path(__file__).parents[2] / "facebook" / "fixtures" / "security-vectors"
HOOK = "https://kund.example/hooks/facebook/e1/"
SECRETS = {"app_secret": "key", "hook_secret": "meatyhamhock"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
SIGNED = json.loads((VECTORS / "signed_request.json").read_bytes())["signed_request"]


def test_a_body_is_taken_only_with_the_apps_own_mark_in_every_place() -> None:
    body = b'{"object":"page","entry":[]}'
    mark = "sha256=" + hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert hooks.verify(Request("POST", HOOK, {"x-hub-signature-256": mark}, body), SECRETS)
    for place in range(len(mark)):
        wrong = mark[:place] + ("0" if mark[place] != "0" else "1") + mark[place + 1 :]
        assert not hooks.verify(Request("POST", HOOK, {"x-hub-signature-256": wrong}, body), SECRETS)
    for place in range(len(body)):
        other = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert not hooks.verify(Request("POST", HOOK, {"x-hub-signature-256": mark}, other), SECRETS)
    assert not hooks.verify(Request("POST", HOOK, {"x-hub-signature-256": mark}, body), {})
    assert not hooks.verify(Request("POST", HOOK, {"x-hub-signature": mark}, body), SECRETS)


def test_the_handshake_gives_the_challenge_back_to_who_knows_the_token() -> None:
    told = json.loads((VECTORS / "hub_challenge.json").read_bytes())
    query = "&".join(f"{name}={value}" for name, value in told["query"].items())
    answer = hooks.answer(Request("GET", f"{HOOK}?{query}", {}, b""), {"hook_secret": told["verify_token"]})
    assert answer is not None
    assert (answer.status, answer.body.decode()) == (told["expect_status"], told["expect_body"])
    for secrets in ({"hook_secret": "another"}, {"hook_secret": "meatyhamhocké"}):
        refused = hooks.answer(Request("GET", f"{HOOK}?{query}", {}, b""), secrets)
        assert refused is not None
        assert (refused.status, b"1158201444" in refused.body) == (403, False)
    assert hooks.answer(Request("GET", f"{HOOK}?{query}", {}, b""), {}) is None
    assert hooks.answer(Request("GET", HOOK, {}, b""), SECRETS) is None


def test_one_who_wants_to_be_forgotten_is_told_a_code_and_where_to_ask() -> None:
    request = Request("POST", HOOK, FORM, f"signed_request={SIGNED}".encode())
    assert hooks.verify(request, SECRETS)
    answer = hooks.answer(request, SECRETS)
    assert answer is not None
    told = json.loads(answer.body)
    assert answer == hooks.answer(request, SECRETS)
    page = hooks.answer(Request("GET", told["url"], {}, b""), SECRETS)
    assert page is not None
    assert told["confirmation_code"] in page.body.decode()
    (event,) = parser.parse(request.body, FORM, HOOK, "facebook")
    assert isinstance(event, Event)
    assert (event.kind, event.author and event.author.native) == ("erasure", "0")
    assert event.extra["code"] == told["confirmation_code"]


def test_a_signed_request_is_taken_only_as_the_app_signed_it_in_every_place() -> None:
    for place in range(len(SIGNED)):
        wrong = SIGNED[:place] + ("A" if SIGNED[place] != "A" else "B") + SIGNED[place + 1 :]
        request = Request("POST", HOOK, FORM, f"signed_request={wrong}".encode())
        assert not hooks.verify(request, SECRETS), place
        assert hooks.answer(request, SECRETS) is None
    assert not hooks.verify(
        Request("POST", HOOK, FORM, f"signed_request={SIGNED}".encode()), {"app_secret": ""}
    )


def test_deauthorising_is_news_of_the_account_and_no_erasure() -> None:
    request = Request("POST", f"{HOOK}?deauthorize", FORM, f"signed_request={SIGNED}".encode())
    assert hooks.verify(request, SECRETS)
    assert hooks.answer(request, SECRETS) is None
    (event,) = parser.parse(request.body, FORM, request.url, "facebook")
    assert isinstance(event, Event)
    assert (event.kind, event.text, event.ok) == ("account", "permission_lost", False)


@pytest.mark.parametrize("body", ["signed_request=x", "signed_request=x.eyJ1IjowfQ", "signed_request=.W10"])
def test_a_signed_request_of_nobody_is_not_understood(body: str) -> None:
    with pytest.raises(Unreadable):
        parser.parse(body.encode(), FORM, HOOK, "facebook")

"""Tokens and errors, as all of Google's networks have them."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, Refused, Retry, Unsure
from lyhord.connectors._google import errors, tokens
from lyhord.connectors._google.client import Api, Lost, NotSent, Told
from lyhord.connectors._google.tests.oauth import APP, REFRESH, Grants, refusal
from lyhord.connectors._google.tokens import NoToken

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SIDE = AccountSide(1, "n", "h", {}, {"refresh_token": REFRESH}, app=APP)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    tokens.TOKENS.forget()
    yield
    tokens.TOKENS.forget()


def api(grants: Grants, account: AccountSide = SIDE) -> Api:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "oauth2.googleapis.com":
            return grants.answer(request)
        return httpx.Response(200, json={"ok": True}) if grants.takes(request) else refusal(401, "authError")

    return Api(httpx.Client(transport=httpx.MockTransport(answer)), account, "https://x.googleapis.com")


def test_one_token_serves_many_calls() -> None:
    grants = Grants()
    for _ in range(3):
        assert api(grants).ask("GET", "/v1/x").body == {"ok": True}
    assert grants.given == 1


def test_a_token_that_google_took_back_is_renewed_once_and_the_call_made_again() -> None:
    grants = Grants()
    api(grants).ask("GET", "/v1/x")
    grants.alive.clear()
    assert api(grants).ask("GET", "/v1/x").is_good
    assert grants.given == 2


def test_a_token_is_renewed_before_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    grants = Grants()
    api(grants).ask("GET", "/v1/x")
    begun = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: begun + 3_500)
    api(grants).ask("GET", "/v1/x")
    assert grants.given == 2


def test_a_revoked_grant_is_for_a_person_and_a_broken_server_is_not() -> None:
    grants = Grants()
    grants.is_revoked = True
    with pytest.raises(NoToken) as told:
        api(grants).ask("GET", "/v1/x")
    assert told.value.is_final
    assert REFRESH not in str(told.value)
    broken = Api(
        httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(503))), SIDE, "https://x"
    )
    with pytest.raises(NoToken) as told:
        broken.ask("GET", "/v1/x")
    assert not told.value.is_final


def test_without_credentials_nothing_is_asked() -> None:
    grants = Grants()
    with pytest.raises(NoToken) as told:
        api(grants, replace(SIDE, secrets={})).ask("GET", "/v1/x")
    assert told.value.is_final
    assert grants.given == 0


def test_the_end_of_a_grant_that_is_only_tried_out_is_told() -> None:
    grants = Grants()
    grants.more = {"refresh_token_expires_in": 604_799, "scope": "a b"}
    found = tokens.TOKENS.current(api(grants).http, SIDE)
    assert found.ends == 604_799
    assert found.scopes == {"a", "b"}
    assert "access" not in repr(found)


def test_what_never_left_and_what_was_lost_are_told_apart() -> None:
    def raising(problem: Exception) -> Api:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.host == "oauth2.googleapis.com":
                return httpx.Response(200, json={"access_token": "a"})
            raise problem

        return Api(httpx.Client(transport=httpx.MockTransport(answer)), SIDE, "https://x.googleapis.com")

    with pytest.raises(NotSent):
        raising(httpx.ConnectError("no")).ask("GET", "/v1/x")
    with pytest.raises(Lost):
        raising(httpx.ReadTimeout("slow")).ask("GET", "/v1/x")


def body(reason: str = "", status: str = "", detail: str = "") -> dict[str, Any]:
    error: dict[str, Any] = {"message": "Said."}
    error |= {"errors": [{"reason": reason}]} if reason else {}
    error |= {"status": status} if status else {}
    error |= (
        {"details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": detail}]}
        if detail
        else {}
    )
    return {"error": error}


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (403, body("quotaExceeded"), "wait"),
        (403, body("rateLimitExceeded"), "wait"),
        (429, body(status="RESOURCE_EXHAUSTED", detail="RATE_LIMIT_EXCEEDED"), "wait"),
        (401, body("authError"), "token"),
        (403, body("insufficientPermissions"), "permission"),
        (403, body(status="PERMISSION_DENIED", detail="SERVICE_DISABLED"), "permission"),
        (403, body(status="PERMISSION_DENIED", detail="ACCESS_TOKEN_SCOPE_INSUFFICIENT"), "permission"),
        (403, body("authenticatedUserAccountSuspended"), "disabled"),
        (404, body("commentNotFound"), "gone"),
        (403, body(status="PERMISSION_DENIED"), "refused"),
        (400, {"error": "no object"}, "refused"),
        (400, [1], "refused"),
        (503, {}, "broken"),
    ],
)
def test_both_dialects_are_understood(status: int, told: Any, kind: str) -> None:
    found = errors.problem(status, told, {}, NOW, "Said.")
    assert found.kind == kind
    assert found.why
    is_state = kind in {"token", "permission", "disabled"}
    assert bool(errors.trouble(found).account_state) is is_state


def test_a_used_up_day_lasts_until_midnight_in_california() -> None:
    found = errors.problem(403, body("quotaExceeded"), {"retry-after": "5"}, NOW, "")
    assert found.at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    summer = datetime(2026, 7, 1, 6, 59, tzinfo=UTC)  # 23:59 there
    assert errors.midnight(summer) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    long_day = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)  # 25 hours
    assert errors.midnight(long_day) == long_day + timedelta(days=1)


def test_a_hint_of_google_comes_before_ours() -> None:
    assert errors.problem(429, {}, {"retry-after": "7"}, NOW, "").at == NOW + timedelta(seconds=7)
    assert errors.problem(429, {}, {"retry-after": "soon"}, NOW, "").at == NOW + errors.USUAL_WAIT


def test_what_breaks_over_a_reply_is_unsure_and_over_the_rest_tried_again() -> None:
    broken = errors.problem(500, {}, {}, NOW, "")
    assert isinstance(errors.outcome(broken, is_once=True), Unsure)
    assert isinstance(errors.outcome(broken, is_once=False), Retry)
    revoked = errors.outcome(errors.problem(401, {}, {}, NOW, ""), is_once=True)
    assert isinstance(revoked, Refused)
    assert revoked.account_state == "token_revoked"


def test_what_google_says_holds_none_of_our_secrets() -> None:
    there = api(Grants())
    raw = json.dumps({"error": {"message": f"Bad {REFRESH} and {APP['client_secret']}"}}).encode()
    assert REFRESH not in there.problem(Told(400, raw, {}), NOW).why
    assert APP["client_secret"] not in there.problem(Told(400, raw, {}), NOW).why

"""Access tokens: renewed before they end, once for all who ask, and never told to anybody."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import AccountSide, ConnectFailed, Outgoing, Refused, Retry, Trouble, Unsure
from lyhord.connectors.email import CONNECTOR, connecting, oauth
from lyhord.connectors.email.client import BadServer, NotLetIn, NotReached

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PLACE = "https://login.microsoftonline.com/tenant/oauth2/v2.0/token"
ACCOUNT = AccountSide(
    id=1,
    native="help@brand.example",
    handle="help@brand.example",
    settings={
        "address": "help@brand.example", "token_url": PLACE, "client_id": "app-1", "imap_host": "imap.brand.example",
        "imap_port": 993, "imap_security": "tls", "smtp_host": "smtp.brand.example", "smtp_port": 465, "smtp_security": "tls",
    },
    secrets={"oauth_refresh": "refresh-0", "client_secret": "app-secret"},
    app={"hook_secret": "s" * 40},
)  # fmt: skip
OUTGOING = Outgoing(
    verb="reply", key="k", text="Hej", visibility="private", person="mail:kim@customer.example"
)


@dataclass
class Server:
    """Gives tokens as Microsoft does: a new refresh token with each."""

    status: int = 200
    body: Any = None
    lives: Any = 3599
    rotates: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == PLACE
        self.asked.append(dict(httpx.QueryParams(request.content.decode())))
        n = len(self.asked)
        usual = {"access_token": f"access-{n}", "expires_in": self.lives} | (
            {"refresh_token": f"refresh-{n}"} if self.rotates else {}
        )
        body = usual if self.body is None else self.body
        if isinstance(body, Exception):
            raise body
        return httpx.Response(self.status, **({"text": body} if isinstance(body, str) else {"json": body}))


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    oauth.TOKENS.forget()
    yield
    oauth.TOKENS.forget()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def http(server: Server) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(server))


def test_a_token_is_asked_for_once_and_serves_until_it_ends(
    http: httpx.Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oauth.entered(http, ACCOUNT).secrets["oauth_token"] == "access-1"
    assert oauth.entered(http, ACCOUNT).secrets["oauth_token"] == "access-1"
    assert server.asked == [
        {"grant_type": "refresh_token", "refresh_token": "refresh-0", "client_id": "app-1", "client_secret": "app-secret"}
    ]  # fmt: skip
    begun = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: begun + 3_500)  # within the two minutes before its end
    assert oauth.entered(http, ACCOUNT).secrets["oauth_token"] == "access-2"
    assert server.asked[1]["refresh_token"] == "refresh-1"  # the newest one


def test_a_server_that_keeps_the_refresh_token_is_asked_with_it_again(
    http: httpx.Client, server: Server
) -> None:
    server.rotates, server.lives = False, "0"
    oauth.entered(http, ACCOUNT)
    oauth.entered(http, ACCOUNT)
    assert [one["refresh_token"] for one in server.asked] == ["refresh-0", "refresh-0"]


def test_many_at_once_ask_once(http: httpx.Client, server: Server) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(oauth.entered(http, ACCOUNT).secrets["oauth_token"]))
        for _number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == {"access-1"} and len(server.asked) == 1


def test_a_new_refresh_token_by_a_person_is_a_new_session(http: httpx.Client, server: Server) -> None:
    oauth.entered(http, ACCOUNT)
    oauth.entered(http, oauth.with_refresh(ACCOUNT, "given-by-hand"))
    assert server.asked[1]["refresh_token"] == "given-by-hand"


@pytest.mark.parametrize("missing", ["token_url", "oauth_refresh"])
def test_without_either_the_account_is_as_it_was(http: httpx.Client, server: Server, missing: str) -> None:
    side = replace(
        ACCOUNT,
        settings={**ACCOUNT.settings} | ({"token_url": ""} if missing == "token_url" else {}),
        secrets={} if missing == "oauth_refresh" else ACCOUNT.secrets,
    )
    assert oauth.entered(http, side) is side and not server.asked
    assert CONNECTOR.hosts(side) == ()


def test_only_the_server_of_the_tokens_is_reached_by_http() -> None:
    assert CONNECTOR.hosts(ACCOUNT) == ("https://login.microsoftonline.com",)
    assert CONNECTOR.hosts(
        replace(ACCOUNT, settings={**ACCOUNT.settings, "token_url": "a.example/token"})
    ) == ("a.example",)


@pytest.mark.parametrize(
    ("status", "body", "kind", "is_final"),
    [
        (
            400,
            {"error": "invalid_grant", "error_description": "AADSTS700082: It ended.\nTrace: 1"},
            NotLetIn,
            True,
        ),
        (401, {"error": "invalid_client"}, NotLetIn, True),
        (400, {"error": "temporarily_unavailable"}, NotLetIn, False),
        (429, {"error": "invalid_grant"}, NotLetIn, False),
        (503, "<html>down</html>", NotLetIn, False),
        (200, {"access_token": ""}, NotLetIn, False),
        (200, {"access_token": {"a": 1}}, NotLetIn, False),
        (200, ["x"], NotLetIn, False),
        (200, "no json", NotLetIn, False),
        (200, httpx.ConnectError("refresh-0 app-secret"), NotReached, None),
    ],
)
def test_what_goes_wrong_is_told_without_secrets(
    http: httpx.Client, server: Server, status: int, body: Any, kind: type[Exception], is_final: bool | None
) -> None:
    server.status, server.body = status, body
    with pytest.raises(kind) as found:
        oauth.entered(http, ACCOUNT)
    assert "app-secret" not in str(found.value) and "refresh-0" not in str(found.value)
    assert "Trace" not in str(found.value)
    assert getattr(found.value, "is_final", None) is is_final


def test_without_the_id_of_the_registration_it_says_so(http: httpx.Client) -> None:
    with pytest.raises(BadServer, match="app registration"):
        oauth.entered(http, replace(ACCOUNT, settings={**ACCOUNT.settings, "client_id": ""}))


@pytest.mark.parametrize("lives", [None, "soon", -5, True])
def test_a_token_whose_life_is_not_told_lives_as_usual(
    http: httpx.Client, server: Server, lives: Any
) -> None:
    server.lives = lives
    oauth.entered(http, ACCOUNT)
    oauth.entered(http, ACCOUNT)
    assert len(server.asked) in {1, 2}


def test_reading_sending_and_settling_say_who_must_act(http: httpx.Client, server: Server) -> None:
    server.status, server.body = 400, {"error": "invalid_grant"}
    with pytest.raises(Trouble) as found:
        list(CONNECTOR.poll(http, ACCOUNT, "", NOW))
    assert found.value.account_state == "token_revoked"
    outcome = CONNECTOR.send(http, ACCOUNT, OUTGOING, NOW)
    assert isinstance(outcome, Refused) and outcome.account_state == "token_revoked"
    assert isinstance(CONNECTOR.settle(http, ACCOUNT, OUTGOING, NOW), Unsure)
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(http, ACCOUNT, NOW)
    assert failed.value.is_permanent
    server.status, server.body = 503, "down"
    with pytest.raises(Trouble) as found:
        list(CONNECTOR.poll(http, ACCOUNT, "", NOW))
    assert found.value.account_state == ""
    assert isinstance(CONNECTOR.send(http, ACCOUNT, OUTGOING, NOW), Retry)
    with pytest.raises(ConnectFailed) as failed:
        CONNECTOR.connect(http, ACCOUNT, NOW)
    assert not failed.value.is_permanent


def test_connecting_renews_and_hands_back_what_is_to_be_kept(
    http: httpx.Client, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def tried(account: AccountSide) -> dict[str, Any]:
        seen.append(account.secrets["oauth_token"])
        return {"idle": True, "sent": "Sent"}

    monkeypatch.setattr(connecting, "tried_imap", tried)
    monkeypatch.setattr(connecting, "tried_smtp", tried)
    oauth.entered(http, ACCOUNT)
    told = CONNECTOR.connect(http, ACCOUNT, NOW)
    assert told.secrets == {"oauth_token": "access-2", "oauth_refresh": "refresh-2"}
    assert seen == ["access-2", "access-2"]
    # With what was kept, the next call of this process asks for nothing more.
    kept = replace(ACCOUNT, secrets={**ACCOUNT.secrets, **told.secrets})
    assert oauth.entered(http, kept).secrets["oauth_token"] == "access-2" and len(server.asked) == 2


def test_a_token_that_the_mail_server_ended_early_is_renewed_and_no_person_is_called(
    http: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    side = oauth.entered(http, ACCOUNT)
    assert not oauth.TOKENS.refused("access-1")  # fresh and refused: a person must look
    begun = time.monotonic()
    side = oauth.entered(http, ACCOUNT)
    monkeypatch.setattr(time, "monotonic", lambda: begun + 600)
    assert oauth.TOKENS.refused(side.secrets["oauth_token"])
    assert oauth.entered(http, ACCOUNT).secrets["oauth_token"] == "access-3"
    assert not oauth.TOKENS.refused("a password")


def test_the_library_shows_no_token(http: httpx.Client) -> None:
    oauth.entered(http, ACCOUNT)
    assert "access" not in repr(oauth.TOKENS.known)

"""HTTP with Reddit: access tokens that last an hour, one call, what came back, and what it means when nothing did."""

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, shorten

API, LOGIN = "https://oauth.reddit.com", "https://www.reddit.com"
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
USUAL_WAIT = timedelta(seconds=60)
EARLY = 120  # seconds before its end that a token is renewed
FEW = 5  # calls left in Reddit's ten minutes: then we wait for the next ones
REVOKED = N_(
    "Reddit refuses our login. It was revoked, or the password has changed; connect the account again."
)


class NotSent(LyhordError):
    """The request did not reach Reddit."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


class NoToken(LyhordError):
    """Reddit gives us no access token: a person must act."""


@dataclass(frozen=True)
class Told:
    """What Reddit answered. Errors: {message, error}, or with status 200 {json: {errors: [[code, words, field]]}}."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Any:
        try:
            return jsons.read(self.raw)
        except BadJson:
            return None

    @property
    def document(self) -> Mapping[str, Any]:
        body = self.body
        return body if isinstance(body, Mapping) else {}

    @property
    def inner(self) -> Mapping[str, Any]:
        found = self.document.get("json")
        return found if isinstance(found, Mapping) else {}

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Codes with Reddit's words, as they come with a status of 200."""
        listed = self.inner.get("errors")
        rows = [row for row in listed if isinstance(row, list) and row] if isinstance(listed, list) else []
        return [(str(row[0]), shorten(clean(str(row[1])), 200) if len(row) > 1 else "") for row in rows]

    @property
    def said(self) -> str:
        document = self.document
        told = document.get("explanation") or document.get("reason") or document.get("message")
        return shorten(clean(told), 200) if isinstance(told, str) else ""

    @property
    def reset(self) -> str:
        return self.headers.get("x-ratelimit-reset", "") or self.headers.get("retry-after", "")

    def wait_until(self, now: datetime) -> datetime:
        return backoff.from_seconds(self.reset, now) or now + USUAL_WAIT

    @property
    def pause(self) -> timedelta | None:
        """How long to wait with the next reading, where few calls are left."""
        left, seconds = (
            backoff.number(self.headers.get("x-ratelimit-remaining", "")),
            backoff.number(self.reset),
        )
        if left is None or seconds is None or left >= FEW or seconds <= 0:
            return None
        return timedelta(seconds=min(seconds, 600))


class Tokens:
    """Access tokens by login, in memory: each process asks for its own, and Reddit allows many."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, float]] = {}
        self.lock = threading.Lock()

    def get(self, login: str) -> str:
        with self.lock:
            token, until = self.held.get(login, ("", 0.0))
            return token if until > time.monotonic() else ""

    def put(self, login: str, token: str, seconds: float) -> None:
        with self.lock:
            self.held[login] = token, time.monotonic() + max(seconds - EARLY, 30)

    def drop(self, login: str) -> None:
        with self.lock:
            self.held.pop(login, None)


TOKENS = Tokens()


class Reddit:
    """Reddit as an account of ours; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.settings = {name: str(value or "").strip() for name, value in account.settings.items()}
        self.secrets = account.secrets
        self.username = account.handle or self.settings.get("username", "")
        content = [
            self.settings.get("client_id", ""),
            *(f"{name}={self.secrets[name]}" for name in sorted(self.secrets)),
        ]
        self.login = hashlib.sha256("\n".join(content).encode()).hexdigest()
        self.scope = ""

    def ask(self, method: str, path: str, **content: Any) -> Told:
        """Raises NotSent, Lost or NoToken, and nothing else for what a network does. A token that ended is renewed once."""
        token = TOKENS.get(self.login) or self.renewed()
        told = self.call(method, API + path, {"Authorization": f"Bearer {token}"}, **content)
        if told.status == 401:
            TOKENS.drop(self.login)
            told = self.call(method, API + path, {"Authorization": f"Bearer {self.renewed()}"}, **content)
        return told

    def renewed(self) -> str:
        """A new access token. What goes wrong here has done nothing, so it is NotSent."""
        refresh = self.secrets.get("refresh_token", "")
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        if not refresh:
            form = {
                "grant_type": "password",
                "username": self.settings.get("username", ""),
                "password": self.secrets.get("password", ""),
            }
        auth = (self.settings.get("client_id", ""), self.secrets.get("client_secret", ""))
        try:
            told = self.call("POST", LOGIN + "/api/v1/access_token", {}, data=form, auth=auth)
        except Lost as problem:
            raise NotSent(str(problem)) from None
        token, seconds = told.document.get("access_token"), told.document.get("expires_in")
        if told.is_good and isinstance(token, str) and token.isascii() and token.isprintable() and token:
            self.scope = str(told.document.get("scope") or "")
            TOKENS.put(self.login, token, float(seconds) if isinstance(seconds, int | float) else 3600)
            return token
        # A wrong password is a 200 with {"error": "invalid_grant"}, a revoked token a 400 (docs: OAuth2; read 2026-11-22).
        if told.status in {400, 401, 403} or "error" in told.document:
            raise NoToken(REVOKED)
        raise NotSent(f"Reddit gives no access token now ({told.status}).")

    def call(self, method: str, address: str, headers: dict[str, str], **content: Any) -> Told:
        name = self.username.encode("ascii", "ignore").decode() or "unknown"
        agent = {"User-Agent": f"web:lyhord:0.1 (by /u/{name})", "Accept": "application/json"}
        try:
            answer = self.http.request(method, address, headers={**agent, **headers}, **content)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"Reddit cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"Reddit gave no answer ({type(problem).__name__}).") from None

    def look(self, path: str, params: Mapping[str, Any] | None = None) -> Told:
        """Any answer. Raises Trouble when there is none."""
        try:
            return self.ask("GET", path, params={**(params or {}), "raw_json": 1})
        except NoToken as problem:
            raise Trouble(str(problem), account_state="token_revoked") from None
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None

    def read(self, path: str, now: datetime | None, params: Mapping[str, Any] | None = None) -> Told:
        """An answer that is good. Raises Trouble."""
        told = self.look(path, params)
        if not told.is_good:
            raise refused(told, now)
        return told


def refused(told: Told, now: datetime | None) -> Trouble:
    """Why reading failed, and what helps."""
    if told.status == 401:
        return Trouble(REVOKED, account_state="token_revoked")
    if told.status == 429:
        return Trouble(N_("Reddit asks us to wait."), at=told.wait_until(now) if now else None)
    if told.status == 403:
        return Trouble(
            f"Reddit forbids it: {told.said or 'no reason given'}", account_state="permission_lost"
        )
    return Trouble(f"Reddit answered with {told.status}: {told.said or 'no reason given'}")

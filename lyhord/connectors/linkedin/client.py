"""HTTP with LinkedIn's versioned REST API: tokens, one call, what came back, and what it means when nothing did."""

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, shorten

API, LOGIN = "https://api.linkedin.com", "https://www.linkedin.com"
VERSION = (
    "202610"  # each is served for about a year; an ended one answers 426 (docs: Versioning; read 2026-11-22)
)
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
EARLY = 3600  # seconds before its end that a token is renewed
REVOKED = N_("LinkedIn refuses our access. An administrator of the page must connect the account again.")
ENDED = N_("LinkedIn no longer serves the version of its interface that we speak. Update lyhord.")


class NotSent(LyhordError):
    """The request did not reach LinkedIn."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


class NoToken(LyhordError):
    """LinkedIn gives us no access token: a person must act."""


@dataclass(frozen=True)
class Told:
    """What LinkedIn answered. Errors are {status, serviceErrorCode, code, message}; a new thing's id stands in a header."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Mapping[str, Any]:
        try:
            found = jsons.read(self.raw)
        except BadJson:
            return {}
        return found if isinstance(found, Mapping) else {}

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def said(self) -> str:
        told = self.body.get("message")
        return shorten(clean(told), 200) if isinstance(told, str) else ""

    @property
    def made(self) -> str:
        return clean(self.headers.get("x-restli-id", "") or self.headers.get("x-linkedin-id", ""))

    def wait_until(self, now: datetime) -> datetime:
        """Limits are of the day and end at midnight UTC (docs: Rate limiting; read 2026-11-22)."""
        midnight = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC) + timedelta(days=1)
        return backoff.from_retry_after(self.headers.get("retry-after", ""), now) or midnight


class Tokens:
    """Access tokens by login, in memory; LinkedIn's last sixty days."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, float]] = {}
        self.lock = threading.Lock()

    def get(self, login: str) -> str:
        with self.lock:
            token, until = self.held.get(login, ("", 0.0))
            return token if until > time.monotonic() else ""

    def put(self, login: str, token: str, seconds: float) -> None:
        with self.lock:
            self.held[login] = token, time.monotonic() + max(seconds - EARLY, 60)

    def drop(self, login: str) -> None:
        with self.lock:
            self.held.pop(login, None)


TOKENS = Tokens()


class LinkedIn:
    """LinkedIn as our page; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.app, self.secrets = account.app, account.secrets
        names = (
            self.app.get("client_id", ""),
            *(f"{name}={value}" for name, value in sorted(self.secrets.items())),
        )
        self.login = hashlib.sha256("\n".join(names).encode()).hexdigest()

    def token(self) -> str:
        """Raises NotSent or NoToken."""
        if not self.secrets.get("refresh_token"):
            if given := self.secrets.get("access_token", ""):
                return given
            raise NoToken(REVOKED)
        return TOKENS.get(self.login) or self.renewed()

    def renewed(self) -> str:
        """A new access token. What goes wrong here has done nothing, so it is NotSent."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self.secrets.get("refresh_token", ""),
            "client_id": self.app.get("client_id", ""),
            "client_secret": self.app.get("client_secret", ""),
        }
        if not form["refresh_token"]:
            raise NoToken(REVOKED)
        try:
            told = self.call("POST", LOGIN + "/oauth/v2/accessToken", {}, data=form)
        except Lost as problem:
            raise NotSent(str(problem)) from None
        token, seconds = told.body.get("access_token"), told.body.get("expires_in")
        if told.is_good and isinstance(token, str) and token and token.isascii() and token.isprintable():
            TOKENS.put(self.login, token, float(seconds) if isinstance(seconds, int | float) else 3600)
            return token
        if told.status in {400, 401, 403}:
            raise NoToken(REVOKED)
        raise NotSent(f"LinkedIn gives no access token now ({told.status}).")

    def ask(self, method: str, path: str, **content: Any) -> Told:
        """Raises NotSent, Lost or NoToken, and nothing else for what a network does. A token that ended is renewed once."""
        told = self.call(method, API + path, self.headers(self.token()), **content)
        if told.status == 401 and self.secrets.get("refresh_token"):
            TOKENS.drop(self.login)
            told = self.call(method, API + path, self.headers(self.renewed()), **content)
        return told

    def headers(self, token: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {token}",
            "LinkedIn-Version": VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def call(self, method: str, address: str, headers: dict[str, str], **content: Any) -> Told:
        try:
            answer = self.http.request(
                method, address, headers={"Accept": "application/json", **headers}, **content
            )
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"LinkedIn cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"LinkedIn gave no answer ({type(problem).__name__}).") from None

    def look(self, path: str) -> Told:
        """Any answer. Raises Trouble when there is none."""
        try:
            return self.ask("GET", path)
        except NoToken as problem:
            raise Trouble(str(problem), account_state="token_revoked") from None
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None

    def read(self, path: str, now: datetime | None) -> Told:
        """An answer that is good. Raises Trouble."""
        told = self.look(path)
        if not told.is_good:
            raise refused(told, now)
        return told


def coded(urn: str) -> str:
    """A URN as a part of a path: all of it is encoded (docs: Restli protocol 2.0.0)."""
    return quote(urn, safe="")


def refused(told: Told, now: datetime | None) -> Trouble:
    """Why reading failed, and what helps."""
    if told.status == 401:
        return Trouble(REVOKED, account_state="token_revoked")
    if told.status == 426:
        return Trouble(ENDED)
    if told.status == 429:
        return Trouble(N_("LinkedIn's limit for today is used up."), at=told.wait_until(now) if now else None)
    if told.status == 403:
        return Trouble(
            f"LinkedIn forbids it: {told.said or 'no reason given'}", account_state="permission_lost"
        )
    return Trouble(f"LinkedIn answered with {told.status}: {told.said or 'no reason given'}")

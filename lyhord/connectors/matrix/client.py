"""HTTP with a Matrix homeserver: one call, what came back, and what it means when nothing did."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, shorten

V3 = "/_matrix/client/v3"
USUAL_WAIT = timedelta(seconds=5)
# The request was not written, so nothing can have been done.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
UNSAFE = re.compile(r"[^A-Za-z0-9_.~-]")  # in a part of a path
DEAD_TOKEN = frozenset({"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"})
CLOSED = frozenset({"M_USER_DEACTIVATED", "M_USER_SUSPENDED", "M_USER_LOCKED"})
REVOKED = N_("The homeserver refuses our access token. Log in again and connect the account anew.")


class NotSent(LyhordError):
    """The request did not reach the server."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What the server answered; an error is {errcode, error} with more beside it."""

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
    def code(self) -> str:
        found = self.body.get("errcode")
        return shorten(clean(found), 60) if isinstance(found, str) else ""

    @property
    def said(self) -> str:
        found = self.body.get("error")
        return shorten(clean(found), 200) if isinstance(found, str) else ""

    @property
    def is_token_dead(self) -> bool:
        return self.status == 401 or self.code in DEAD_TOKEN

    def wait_until(self, now: datetime) -> datetime | None:
        """`retry_after_ms` in the body; since v1.10 of the specification the header Retry-After takes its place."""
        milliseconds = self.body.get("retry_after_ms")
        if isinstance(milliseconds, int | float) and not isinstance(milliseconds, bool):
            return backoff.from_milliseconds(str(milliseconds), now)
        return backoff.from_retry_after(self.headers.get("retry-after", "").strip(), now)


class Server:
    """The homeserver of an account. Raises BadAddress when its name is none."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.token = account.secrets.get("access_token", "")
        self.base = base_url(account)

    @property
    def host(self) -> str:
        return self.base.partition("://")[2]

    def ask(self, method: str, path: str, *, with_token: bool = True, **content: Any) -> Told:
        """Raises NotSent or Lost, and nothing else for what a network does."""
        headers = {"Accept": "application/json"} | dict(content.pop("headers", {}))
        if with_token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            answer = self.http.request(method, self.base + path, headers=headers, **content)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"The server {self.host} cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as problem:
            raise Lost(f"The server {self.host} gave no answer ({type(problem).__name__}).") from None

    def read(self, path: str, now: datetime | None, **content: Any) -> Told:
        """A good answer to a question. Raises Trouble."""
        told = self.look(path, **content)
        if not told.is_good:
            raise refused(told, now, self.token)
        return told

    def look(self, path: str, **content: Any) -> Told:
        """An answer, good or not. Raises Trouble when there is none."""
        try:
            return self.ask("GET", path, **content)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None


def server_of(http: httpx.Client, account: AccountSide) -> Server:
    """Raises Trouble."""
    try:
        return Server(http, account)
    except BadAddress as problem:
        raise Trouble(str(problem)) from None


def base_url(account: AccountSide) -> str:
    """https always, except for a host that the operator allowed by name. Raises BadAddress."""
    told = str(account.settings.get("server") or "").strip().lower()
    place = (told.partition("://")[2] or told).strip("/")
    return server_url(f"http://{place}" if place in account.allow_hosts else place, account.allow_hosts)


def hidden(said: str, token: str) -> str:
    return said.replace(token, "…") if token else said


def refused(told: Told, now: datetime | None, token: str) -> Trouble:
    """Why reading failed, and what helps."""
    if told.status == 429:
        at = (told.wait_until(now) or now + USUAL_WAIT) if now else None
        return Trouble(N_("The homeserver asks us to wait."), at=at)
    if told.is_token_dead:
        return Trouble(REVOKED, account_state="token_revoked")
    if told.code in CLOSED:
        return Trouble(N_("The homeserver has closed or suspended our account."), account_state="disabled")
    said = hidden(told.said, token) or told.code
    return Trouble(f"The homeserver answered with {told.status}: {said or 'no reason given'}")


def quoted(part: str) -> str:
    """One part of a path; room and event ids hold signs that would end it."""
    found = UNSAFE.sub(
        lambda sign: "".join(f"%{byte:02X}" for byte in sign.group().encode("utf-8", "replace")), part
    )
    return found if found.strip(".") else found.replace(".", "%2E")

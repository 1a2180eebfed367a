"""HTTP with a Discourse server: one call, what came back, and what it means when nothing did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide, File, Trouble
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, plain, shorten

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
USUAL_WAIT = timedelta(seconds=60)  # an admin key may ask 60 times a minute unless the site says otherwise
REVOKED = N_(
    "The forum refuses our API key. Make a new one in its administration and connect the account again."
)


class NotSent(LyhordError):
    """The request did not reach the server."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What the server answered. Errors are {errors: [...], error_type, extras: {wait_seconds}}."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Mapping[str, Any]:
        """The object of the answer, empty if it is none."""
        try:
            found = jsons.read(self.raw)
        except BadJson:
            return {}
        return found if isinstance(found, Mapping) else {}

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def error(self) -> str:
        """The forum's own words for what went wrong, short and without markup."""
        listed = self.body.get("errors")
        said = " ".join(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else ""
        return shorten(clean(plain(said)), 200)

    @property
    def kind(self) -> str:
        found = self.body.get("error_type")
        return found if isinstance(found, str) else ""

    @property
    def is_token_dead(self) -> bool:
        # A wrong key is a 403 like any other; only its words tell (source: application_controller, read 2026-11-22).
        said = self.error.lower()
        return self.status == 401 or (self.status == 403 and "api" in said and "invalid" in said)

    def wait_until(self, now: datetime) -> datetime:
        extras = self.body.get("extras")
        seconds = extras.get("wait_seconds") if isinstance(extras, Mapping) else None
        at = backoff.from_seconds(str(seconds), now) if isinstance(seconds, int | float) else None
        return at or backoff.from_retry_after(self.headers.get("retry-after", ""), now) or now + USUAL_WAIT


class Forum:
    """The forum of an account; the http client belongs to the caller. Raises BadAddress when it is made."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.key = account.secrets.get("api_key", "")
        self.username = str(account.settings.get("username") or "")
        self.base = base_url(account)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Told:
        """Raises NotSent or Lost, and nothing else for what a network does."""
        return self.call(method, path, params=params, json=body)

    def upload(self, file: File) -> Told:
        content = {"upload_type": "composer", "synchronous": "true"}
        files = {"file": (file.name, file.content, file.content_type)}
        return self.call("POST", "/uploads.json", data=content, files=files)

    def call(self, method: str, path: str, **content: Any) -> Told:
        try:
            answer = self.http.request(method, self.base + path, headers=self.headers, **content)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"The forum {self.host} cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"The forum {self.host} gave no answer ({type(problem).__name__}).") from None

    def read(self, path: str, now: datetime | None, params: Mapping[str, Any] | None = None) -> Told:
        """An answer that is good. Raises Trouble."""
        told = self.look(path, params)
        if not told.is_good:
            raise refused(told, self.key, now)
        return told

    def look(self, path: str, params: Mapping[str, Any] | None = None) -> Told:
        """Any answer. Raises Trouble when there is none."""
        try:
            return self.ask("GET", path, params=params)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None

    @property
    def headers(self) -> dict[str, str]:
        name = self.username.encode("ascii", "ignore").decode()
        return {"Accept": "application/json", "Api-Key": self.key, "Api-Username": name}

    @property
    def host(self) -> str:
        return self.base.partition("://")[2]


def base_url(account: AccountSide) -> str:
    """https always, except for a host that the operator allowed by name. Raises BadAddress."""
    place = str(account.settings.get("server") or "").strip().lower()
    place = (place.partition("://")[2] or place).partition("/")[0]
    return server_url(f"http://{place}" if place in account.allow_hosts else place, account.allow_hosts)


def forum_of(http: httpx.Client, account: AccountSide) -> Forum:
    """Raises Trouble."""
    try:
        return Forum(http, account)
    except BadAddress as problem:
        raise Trouble(str(problem)) from None


def hidden(said: str, key: str) -> str:
    return said.replace(key, "…") if key else said


def refused(told: Told, key: str, now: datetime | None) -> Trouble:
    """Why reading failed, and what helps."""
    if told.is_token_dead:
        return Trouble(REVOKED, account_state="token_revoked")
    if told.status == 429:
        return Trouble(N_("The forum asks us to wait."), at=told.wait_until(now) if now else None)
    said = hidden(told.error, key) or "no reason given"
    if told.status == 403:
        return Trouble(f"The forum forbids it: {said}", account_state="permission_lost")
    return Trouble(f"The forum answered with {told.status}: {said}")

"""HTTP with Meta's Graph API: one call, what came back, and what it means when nothing did."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.connectors.whatsapp import errors
from lyhord.connectors.whatsapp.errors import Meaning
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, shorten

SERVER = "https://graph.facebook.com"
FILES = "https://lookaside.fbsbx.com"  # where the bytes of a file lie (seen in webhooks recorded by others)
VERSION = "v23.0"
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
NUMBER = re.compile(r"\d{1,40}")
USUAL_WAIT = timedelta(seconds=30)
AGAIN = frozenset({429, 502, 503, 504})


class NotSent(LyhordError):
    """The request did not reach Meta."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What Meta answered: the thing asked for, or {error: {message, code, error_data: {details}}}."""

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
        return self.status == 200 and bool(self.body) and "error" not in self.body

    @property
    def error(self) -> Mapping[str, Any]:
        told = self.body.get("error")
        return told if isinstance(told, Mapping) else {}

    @property
    def code(self) -> int | None:
        told = self.error.get("code")
        return told if type(told) is int else None

    @property
    def meaning(self) -> Meaning | None:
        """By Meta's code; without one by the HTTP status."""
        if self.code is not None and self.code in errors.KNOWN:
            return errors.KNOWN[self.code]
        if self.status == 401:
            return Meaning(errors.REVOKED, "token_revoked")
        if self.status == 429:
            return Meaning(errors.BUSY, wait=USUAL_WAIT)
        return None

    @property
    def said(self) -> str:
        """Meta's own words: the details where there are any, since titles will go."""
        data = self.error.get("error_data")
        details = data.get("details") if isinstance(data, Mapping) else None
        told = details or self.error.get("message")
        return shorten(clean(told), 200) if isinstance(told, str) else ""

    def wait_until(self, now: datetime) -> datetime:
        """Meta's own word on when access comes back, in minutes; else the fixed wait of the code."""
        meaning = self.meaning
        hinted = backoff.from_retry_after(self.headers.get("retry-after", ""), now) or self.usage(now)
        return hinted or now + (meaning.wait if meaning and meaning.wait else USUAL_WAIT)

    def usage(self, now: datetime) -> datetime | None:
        """X-Business-Use-Case-Usage: {id: [{type, estimated_time_to_regain_access}]}."""
        try:
            told = jsons.read(self.headers.get("x-business-use-case-usage", "").encode())
        except BadJson:
            return None
        lists = told.values() if isinstance(told, Mapping) else ()
        waits = [
            each.get("estimated_time_to_regain_access")
            for listed in lists if isinstance(listed, list)
            for each in listed if isinstance(each, Mapping)
        ]  # fmt: skip
        longest = max((wait for wait in waits if type(wait) is int and wait > 0), default=0)
        return backoff.from_minutes(str(longest), now) if longest else None


class Cloud:
    """The Cloud API for one number; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.token = account.secrets.get("token", "")
        self.number = str(account.settings.get("number") or "").strip()
        self.business = str(account.settings.get("business") or "").strip()
        self.base = base_url(account)

    def ask(self, method: str, path: str, **how: Any) -> Told:
        """One call. Raises NotSent or Lost, and nothing else for what a network does."""
        return self.call(method, f"{self.base}/{VERSION}/{path}", **how)

    def call(self, method: str, address: str, **how: Any) -> Told:
        headers = {"Authorization": f"Bearer {self.token}"}
        try:
            answer = self.http.request(method, address, headers=headers, **how)
            return Told(answer.status_code, answer.content, answer.headers)
        except (*NEVER_LEFT, UnicodeError) as problem:
            raise NotSent(f"WhatsApp cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"WhatsApp gave no answer ({type(problem).__name__}).") from None

    def read(self, path: str, now: datetime, **params: str) -> Told:
        """An answer that is good. Raises Trouble."""
        try:
            told = self.ask("GET", path, params=params)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None
        if not told.is_good:
            raise refused(told, now, self.token)
        return told

    def content_of(self, address: str) -> bytes | None:
        """The bytes of a file by the address that Meta told; None if they are not there. Raises Trouble."""
        place = urlsplit(address)
        if f"{place.scheme}://{place.netloc}" not in {FILES, self.base}:
            return None
        try:
            told = self.call("GET", address)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None
        if told.status in AGAIN:
            raise Trouble(f"WhatsApp does not give the file now ({told.status}).")
        return told.raw if told.status == 200 else None


def base_url(account: AccountSide) -> str:
    """Meta's own, or a server of ours to rehearse with. Raises BadAddress."""
    told = str(account.settings.get("server") or "").strip()
    if not told:
        return SERVER
    place = (told.partition("://")[2] or told).strip("/").lower()
    return server_url(f"http://{place}" if place in account.allow_hosts else place, account.allow_hosts)


def cloud_of(http: httpx.Client, account: AccountSide) -> Cloud:
    """Raises Trouble."""
    try:
        return Cloud(http, account)
    except BadAddress as problem:
        raise Trouble(str(problem)) from None


def hidden(said: str, token: str) -> str:
    return said.replace(token, "…") if token else said


def refused(told: Told, now: datetime, token: str) -> Trouble:
    """Why reading failed, and what helps."""
    meaning = told.meaning
    if meaning is not None:
        return Trouble(
            meaning.why, at=told.wait_until(now) if meaning.wait else None, account_state=meaning.state
        )
    said = hidden(told.said, token)
    return Trouble(f"WhatsApp answered with {told.code or told.status}: {said or N_('no reason given')}")

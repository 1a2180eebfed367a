"""HTTP with the system behind an account: one signed call, and what came back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide
from lyhord.connectors.api import signing
from lyhord.lib import jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import clean, plain, shorten

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NotSent(LyhordError):
    """The request did not reach the system."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def body(self) -> Mapping[str, Any] | None:
        """The JSON object of the answer; {} where it has no body, None if it is something else."""
        if not self.raw.strip():
            return {}
        try:
            found = jsons.read(self.raw)
        except BadJson:
            return None
        return found if isinstance(found, Mapping) else None

    def text(self, name: str) -> str:
        """A text or number of the answer."""
        value = (self.body or {}).get(name)
        is_one = isinstance(value, str | int) and not isinstance(value, bool)
        return clean(str(value)).strip() if is_one else ""

    def said(self, secret: str) -> str:
        """The system's own words for what went wrong, short, without markup and without our secret."""
        told = (self.body or {}).get("error")
        if not isinstance(told, str):
            return ""
        return shorten(clean(plain(told.replace(secret, "…") if secret else told)), 200)


class System:
    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.url = str(account.settings.get("url") or "")
        self.settle_url = str(account.settings.get("settle_url") or "")
        self.secret = account.app.get("secret", "")

    @property
    def host(self) -> str:
        return place(self.url)

    def post(self, ident: str, told: Mapping[str, Any], now: datetime) -> Told:
        """Raises NotSent or Lost, and nothing else for what the other side does."""
        body = json.dumps(told, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
        headers = {"content-type": "application/json", "accept": "application/json"}
        return self.call("POST", self.url, ident, body, headers, now)

    def ask(self, ident: str, now: datetime) -> Told:
        headers = {"accept": "application/json"}
        return self.call(
            "GET", str(httpx.URL(self.settle_url, params={"key": ident})), ident, b"", headers, now
        )

    def call(
        self, method: str, url: str, ident: str, body: bytes, headers: dict[str, str], now: datetime
    ) -> Told:
        headers |= signing.headers(self.secret, ident, int(now.timestamp()), body)
        try:
            answer = self.http.request(method, url, content=body or None, headers=headers)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"{place(url)} cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"{place(url)} gave no answer ({type(problem).__name__}).") from None


def place(url: str) -> str:
    """The server of an address, for words and for the hosts that we speak with."""
    return (url.partition("://")[2] or url).partition("/")[0].partition("?")[0]


def hosts(account: AccountSide) -> tuple[str, ...]:
    found = []
    for name in ("url", "settle_url"):
        told = str(account.settings.get(name) or "")
        if told:
            origin = f"{told.partition('://')[0]}://{place(told)}" if "://" in told else place(told)
            try:
                found.append(server_url(origin, account.allow_hosts))
            except BadAddress:
                found.append(origin)  # refused, with the reason, where the client is made
    return tuple(dict.fromkeys(found))

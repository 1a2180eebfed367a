"""HTTP with X's API v2: calls signed as our account (OAuth 1.0a, RFC 5849), and what an answer means.

OAuth 1.0a and not 2.0: its tokens end only when they are revoked, those of 2.0 after two hours.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, shorten

SERVER = "https://api.x.com"
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
USUAL_WAIT = timedelta(minutes=15)  # X counts most limits in quarters of an hour
REVOKED = N_(
    "X refuses the account's token. Make new keys and tokens in the developer portal, and connect again."
)
LACKING = N_("X does not let this app do it: it lacks a permission, or has not been admitted to the API.")
UNPAID = N_("X asks for money: the app has no credits left. Buy some in the developer console.")
CAPPED = N_("The app has used what X gives in a month.")
BUSY = N_("X asks us to wait.")


class NotSent(LyhordError):
    """The request did not reach X."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What X answered: {data}, {errors: [{type, title, detail}]}, both, or a problem document."""

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
    def data(self) -> Any:
        return self.body.get("data")

    @property
    def is_good(self) -> bool:
        """A page may be empty; errors beside data are a partial answer."""
        return self.status in {200, 201} and (
            "data" in self.body or ("meta" in self.body and not self.problems)
        )

    @property
    def problems(self) -> list[Mapping[str, Any]]:
        told = self.body.get("errors")
        listed = [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []
        return listed or ([self.body] if "title" in self.body or "detail" in self.body else [])

    @property
    def kind(self) -> str:
        """The end of the problem's address: resource-not-found, usage-capped, client-forbidden..."""
        told = next((each.get("type") for each in self.problems if isinstance(each.get("type"), str)), "")
        return str(told).rsplit("/", 1)[-1]

    @property
    def said(self) -> str:
        for each in self.problems:
            words = each.get("detail") or each.get("message") or each.get("title")
            if isinstance(words, str):
                return shorten(clean(words), 200)
        return ""

    def wait_until(self, now: datetime) -> datetime:
        hinted = backoff.from_epoch(self.headers.get("x-rate-limit-reset", ""), now)
        return (
            hinted or backoff.from_retry_after(self.headers.get("retry-after", ""), now) or now + USUAL_WAIT
        )


class Site:
    """X for one account; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide, now: datetime) -> None:
        self.http = http
        self.now = now
        self.ours = account.native
        self.base = base_url(account)
        self.app = (account.app.get("consumer_key", ""), account.app.get("consumer_secret", ""))
        self.token = (account.secrets.get("access_token", ""), account.secrets.get("access_secret", ""))
        self.bearer = account.app.get("bearer", "")

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        as_app: bool = False,
        **how: Any,
    ) -> Told:
        """One call. Raises NotSent or Lost, and nothing else for what a network does."""
        address = f"{self.base}{path}"
        query = dict(params or {})
        try:
            auth = f"Bearer {self.bearer}" if as_app else self.signed(method, address, query)
            answer = self.http.request(method, address, params=query, headers={"Authorization": auth}, **how)
            return Told(answer.status_code, answer.content, answer.headers)
        except (*NEVER_LEFT, UnicodeError) as problem:
            raise NotSent(f"X cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"X gave no answer ({type(problem).__name__}).") from None

    def signed(self, method: str, address: str, query: Mapping[str, str]) -> str:
        fields = {
            "oauth_consumer_key": self.app[0],
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": f"{self.now.timestamp():.0f}",
            "oauth_token": self.token[0],
            "oauth_version": "1.0",
        }
        fields["oauth_signature"] = signature(
            method, address, {**query, **fields}, self.app[1], self.token[1]
        )
        return "OAuth " + ", ".join(f'{name}="{escaped(value)}"' for name, value in sorted(fields.items()))

    def read(self, path: str, params: Mapping[str, str], *, as_app: bool = False) -> Told:
        """An answer that is good. Raises Trouble."""
        try:
            told = self.ask("GET", path, params=params, as_app=as_app)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None
        if not told.is_good:
            raise refused(told, self.now)
        return told


def escaped(text: str) -> str:
    return quote(text, safe="~")


def signature(
    method: str, address: str, fields: Mapping[str, str], app_secret: str, token_secret: str
) -> str:
    """RFC 5849, 3.4: the fields of the query and of OAuth; a body of JSON or of parts is not signed."""
    pairs = sorted((escaped(name), escaped(value)) for name, value in fields.items())
    base = "&".join(
        (method.upper(), escaped(address), escaped("&".join(f"{name}={value}" for name, value in pairs)))
    )
    key = f"{escaped(app_secret)}&{escaped(token_secret)}"
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def base_url(account: AccountSide) -> str:
    """X's own, or a server of ours to rehearse with. Raises BadAddress."""
    told = str(account.settings.get("server") or "").strip()
    if not told:
        return SERVER
    place = (told.partition("://")[2] or told).strip("/").lower()
    return server_url(f"http://{place}" if place in account.allow_hosts else place, account.allow_hosts)


def site_of(http: httpx.Client, account: AccountSide, now: datetime) -> Site:
    """Raises Trouble."""
    try:
        return Site(http, account, now)
    except BadAddress as problem:
        raise Trouble(str(problem)) from None


def refused(told: Told, now: datetime) -> Trouble:
    """Why reading failed, and what helps."""
    if told.status == 401:
        return Trouble(REVOKED, account_state="token_revoked")
    if told.kind == "client-forbidden":
        return Trouble(LACKING, account_state="permission_lost")
    if told.status == 402:
        return Trouble(UNPAID)
    if told.kind == "usage-capped":
        return Trouble(CAPPED)
    if told.status == 429:
        return Trouble(BUSY, at=told.wait_until(now))
    # X's own words may repeat what we sent, keys too; those of a status say enough.
    return Trouble(f"X answered with {told.status}{f' ({told.kind[:60]})' if told.kind else ''}.")

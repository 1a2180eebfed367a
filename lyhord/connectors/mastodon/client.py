"""HTTP with a Mastodon server: one call, what came back, and what it means when nothing did."""

from collections.abc import Iterator, Mapping
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

USUAL_WAIT = timedelta(seconds=60)
# Mastodon's stream sends ":thump" every 15 seconds (docs: Streaming; read 2026-11).
STREAM_TIMEOUT = httpx.Timeout(20, read=60)
MOST_IN_A_RECORD = 2_000_000
# The request was not written, so nothing can have been done.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class BadServer(LyhordError):
    """The name of the server is not one."""


class NotSent(LyhordError):
    """The request did not reach the server."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What the server answered."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Any:
        """The JSON of the answer, None if it is none."""
        try:
            return jsons.read(self.raw)
        except BadJson:
            return None

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def error(self) -> str:
        """The server's own words for what went wrong, short and without markup."""
        body = self.body
        said = body.get("error") if isinstance(body, Mapping) else None
        return shorten(clean(plain(said)), 200) if isinstance(said, str) else ""


class Server:
    """The server of an account. Makes absolute addresses; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.token = account.secrets.get("access_token", "")
        self.base = base_url(str(account.settings.get("server", "")), account.allow_hosts)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str = "",
        with_token: bool = True,
    ) -> Told:
        """Raises NotSent or Lost, and nothing else for what a network does."""
        headers = self.headers(with_token) | ({"Idempotency-Key": key} if key else {})
        return self.call(method, path, headers, params=params, json=body)

    def upload(self, file: File) -> Told:
        """With its description. Servers that know only the older door (Mastodon before 3.1.3, some others) say 404."""
        for door in ("/api/v2/media", "/api/v1/media"):
            files = {"file": (file.name, file.content, file.content_type)}
            told = self.call("POST", door, self.headers(), files=files, data={"description": file.alt})
            if told.status != 404:
                break
        return told

    def call(self, method: str, path: str, headers: dict[str, str], **content: Any) -> Told:
        try:
            answer = self.http.request(method, self.base + path, headers=headers, **content)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"The server {self.host} cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"The server {self.host} gave no answer ({type(problem).__name__}).") from None

    def headers(self, with_token: bool = True) -> dict[str, str]:
        accept = {"Accept": "application/json"}
        return accept | {"Authorization": f"Bearer {self.token}"} if with_token else accept

    @property
    def host(self) -> str:
        return self.base.partition("://")[2]

    def stream(self, base: str) -> Iterator[bytes]:
        """Records of the event stream as they come, each with its blank line; b"" for a sign of life."""
        headers = self.headers() | {"Accept": "text/event-stream"}
        address = (base or self.base) + "/api/v1/streaming/user"
        try:
            with self.http.stream("GET", address, headers=headers, timeout=STREAM_TIMEOUT) as answer:
                if answer.status_code != 200:
                    raise refused(Told(answer.status_code, answer.read(), answer.headers), None)
                yield from split(answer.iter_bytes())
        except httpx.HTTPError as problem:
            raise Trouble(f"The stream of {self.host} ended ({type(problem).__name__}).") from None


def split(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Whole records out of bytes that are cut anywhere."""
    waiting = b""
    for piece in pieces:
        waiting = (waiting + piece).replace(b"\r\n", b"\n")
        *whole, waiting = waiting.split(b"\n\n")
        for record in whole:
            is_told = any(not line.startswith(b":") for line in record.split(b"\n") if line)
            yield record.strip(b"\n") + b"\n\n" if is_told else b""
        if len(waiting) > MOST_IN_A_RECORD:
            raise Trouble(
                f"One record of the stream has more than {MOST_IN_A_RECORD} bytes; we connect anew."
            )
        if not whole:
            yield b""


def base_url(server: str, allow_hosts: frozenset[str]) -> str:
    """https always, except for a host that the operator allowed by name (a test server, one in the own network).

    People write the address of their profile, too; only its server counts. Raises BadServer.
    """
    place = server.strip().lower()
    place = (place.partition("://")[2] or place).partition("/")[0].rpartition("@")[2]
    try:
        return server_url(f"http://{place}" if place in allow_hosts else place, allow_hosts)
    except BadAddress as problem:
        raise BadServer(f"{problem} Give the server's name alone, such as mastodon.example.") from None


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server takes us again. Mastodon gives an ISO time, others seconds since 1970 (both recorded)."""
    hints = (headers.get("retry-after", ""), headers.get("x-ratelimit-reset", ""))
    return next((at for hint in hints if hint and (at := backoff.from_any(hint.strip(), now))), None)


def refused(told: Told, now: datetime | None) -> Trouble:
    """Why reading failed, and what helps."""
    if told.status == 429:
        at = wait_until(told.headers, now) or now + USUAL_WAIT if now else None
        return Trouble(N_("The server asks us to wait."), at=at)
    if is_token_dead(told):
        return Trouble(
            N_("The server refuses our access token. Connect the account again."),
            account_state="token_revoked",
        )
    if told.status == 403:
        return Trouble(
            f"The server forbids it: {told.error or 'no reason given'}", account_state=forbidden(told)
        )
    return Trouble(f"The server answered with {told.status}: {told.error or 'no reason given'}")


def is_token_dead(told: Told) -> bool:
    # snac2 2.75 answers a wrong token with 422 and no body at all.
    return told.status == 401 or (told.status == 422 and not told.raw.strip())


def forbidden(told: Told) -> str:
    """What a 403 says of our account: its own words tell a missing scope from a closed account."""
    said = told.error.lower()
    if "scope" in said:
        return "permission_lost"
    return "disabled" if any(word in said for word in ("disabled", "suspended")) else ""

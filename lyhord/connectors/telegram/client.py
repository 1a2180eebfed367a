"""HTTP with Telegram's Bot API: one call, what came back, and what it means when nothing did.

The bot's token stands in the path of each address (docs: Making requests), so no address may reach an error or a log.
"""

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

SERVER = "https://api.telegram.org"
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
UNSAFE = re.compile(r"[^A-Za-z0-9_:-]")
FILE_PATH = re.compile(r"[\w-]+(?:/[\w.-]+)+")
USUAL_WAIT = timedelta(seconds=5)
REVOKED = N_("Telegram refuses the bot's token. Ask @BotFather for it and connect the account again.")


class NotSent(LyhordError):
    """The request did not reach Telegram."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What Telegram answered: {ok, result} or {ok, error_code, description, parameters}."""

    status: int
    raw: bytes

    @property
    def body(self) -> Mapping[str, Any]:
        try:
            found = jsons.read(self.raw)
        except BadJson:
            return {}
        return found if isinstance(found, Mapping) else {}

    @property
    def is_good(self) -> bool:
        return self.status == 200 and self.body.get("ok") is True

    @property
    def result(self) -> Any:
        return self.body.get("result")

    @property
    def code(self) -> int:
        told = self.body.get("error_code")
        return told if type(told) is int else self.status

    @property
    def said(self) -> str:
        """Telegram's own words, as in "Forbidden: bot was blocked by the user"."""
        told = self.body.get("description")
        return shorten(clean(told), 200) if isinstance(told, str) else ""

    def parameter(self, name: str) -> int | None:
        told = self.body.get("parameters")
        value = told.get(name) if isinstance(told, Mapping) else None
        return value if type(value) is int else None

    @property
    def is_token_dead(self) -> bool:
        # 401 for a token that was revoked, 404 for one that never was; there is no other 404 (recorded by others).
        return self.code in {401, 404}

    def wait_until(self, now: datetime) -> datetime:
        seconds = self.parameter("retry_after")
        at = backoff.from_seconds(str(seconds), now) if seconds is not None else None
        return at or now + USUAL_WAIT


class Bot:
    """The bot of an account; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.token = account.secrets.get("token", "")
        self.base = base_url(account)

    def ask(self, method: str, content: Mapping[str, Any] | None = None, **how: Any) -> Told:
        """One method of the API. Raises NotSent or Lost, and nothing else for what a network does."""
        address = f"{self.base}/bot{quoted(self.token)}/{method}"
        if "files" not in how:
            how["json"] = dict(content or {})
        try:
            answer = self.http.post(address, **how)
            return Told(answer.status_code, answer.content)
        except NEVER_LEFT as problem:
            raise NotSent(f"Telegram cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"Telegram gave no answer ({type(problem).__name__}).") from None

    def read(self, method: str, content: Mapping[str, Any] | None, now: datetime | None, **how: Any) -> Told:
        """An answer that is good. Raises Trouble."""
        try:
            told = self.ask(method, content, **how)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None
        if not told.is_good:
            raise refused(told, self.token, now)
        return told

    def content_of(self, path: str) -> bytes | None:
        """The bytes of a file by the path that getFile told; None if they are not there. Raises Trouble."""
        if not FILE_PATH.fullmatch(path) or ".." in path:
            return None  # a server of our own may tell a path on its disk, which is not ours to open
        try:
            answer = self.http.get(f"{self.base}/file/bot{quoted(self.token)}/{path}")
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Trouble(f"Telegram did not give the file ({type(problem).__name__}).") from None
        if answer.status_code in {429, 500, 502, 503, 504}:
            raise Trouble(f"Telegram does not give the file now ({answer.status_code}).")
        return answer.content if answer.status_code == 200 else None


def base_url(account: AccountSide) -> str:
    """Telegram's own, or a Bot API server that the operator runs. Raises BadAddress."""
    told = str(account.settings.get("server") or "").strip()
    if not told:
        return SERVER
    place = (told.partition("://")[2] or told).strip("/").lower()
    return server_url(f"http://{place}" if place in account.allow_hosts else place, account.allow_hosts)


def bot_of(http: httpx.Client, account: AccountSide) -> Bot:
    """Raises Trouble."""
    try:
        return Bot(http, account)
    except BadAddress as problem:
        raise Trouble(str(problem)) from None


def quoted(token: str) -> str:
    return UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found.group().encode()), token)


def hidden(said: str, token: str) -> str:
    return said.replace(token, "…") if token else said


def refused(told: Told, token: str, now: datetime | None) -> Trouble:
    """Why reading failed, and what helps."""
    if told.is_token_dead:
        return Trouble(REVOKED, account_state="token_revoked")
    if told.code == 429:
        return Trouble(N_("Telegram asks us to wait."), at=told.wait_until(now) if now else None)
    if told.code == 409:
        return Trouble(
            N_(
                "Another program reads this bot's messages. Only one may; stop the other, or make a bot for us."
            )
        )
    said = hidden(told.said, token)
    return Trouble(f"Telegram answered with {told.code}: {said or 'no reason given'}")

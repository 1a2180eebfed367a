"""HTTP with the AT protocol's servers: one call, what came back, and what it means when nothing did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.connectors.bluesky.sessions import SESSIONS, Session
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, plain, shorten

SERVICE = "bsky.social"
USUAL_WAIT = timedelta(seconds=60)
CHAT = "did:web:api.bsky.chat#bsky_chat"  # the service of direct messages (docs.bsky.app; read 2026-11)
# The request was not written, so nothing can have been done.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
CLOSED = {"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated"}
DEAD = {"ExpiredToken", "InvalidToken", "AuthMissing"}


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
    def body(self) -> Mapping[str, Any]:
        """The JSON object of the answer, an empty one if there is none."""
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
        """The name of the error, as the protocol has it."""
        code = self.body.get("error")
        return code[:60] if isinstance(code, str) and code.isalnum() else ""

    @property
    def error(self) -> str:
        """The server's own words for what went wrong, short and without markup."""
        said = self.body.get("message")
        return shorten(clean(plain(said)), 200) if isinstance(said, str) else self.code

    @property
    def is_session_dead(self) -> bool:
        # "Bad token scope" and "Bad token method" speak of what the password may do, not of its age (PDS 0.5; ran).
        if self.status == 401:
            return self.code not in CLOSED
        return self.status == 400 and self.code in DEAD and not self.error.startswith("Bad token")


class LoginFailed(LyhordError):
    """There is no session, and the call was not made; `told` is why."""

    def __init__(self, why: str, told: Told) -> None:
        super().__init__(why)
        self.told = told


class Service:
    """The server of an account, with its session. The http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.account = account
        self.entry = base_url(str(account.settings.get("service") or SERVICE), account.allow_hosts)
        self.base = home(account) or self.entry
        self.identifier = account.native or str(account.settings.get("handle", "")).strip().lstrip("@")
        self.password = account.secrets.get("app_password", "")

    def get(self, method: str, proxy: str = "", **params: Any) -> Told:
        return self.ask("GET", method, params=params, proxy=proxy)

    def post(self, method: str, body: Mapping[str, Any], proxy: str = "") -> Told:
        return self.ask("POST", method, json=dict(body), proxy=proxy)

    def upload(self, content: bytes, content_type: str) -> Told:
        return self.ask(
            "POST", "com.atproto.repo.uploadBlob", content=content, headers={"Content-Type": content_type}
        )

    def ask(
        self,
        verb: str,
        method: str,
        *,
        proxy: str = "",
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Told:
        """With our session, which is renewed if it ended. Raises NotSent, Lost or LoginFailed."""
        more = {**(headers or {}), **({"atproto-proxy": proxy} if proxy else {})}
        session = SESSIONS.current(self)
        told = self.call(self.base, verb, method, session.access, more, **content)
        if told.is_session_dead:
            # Refused before anything was done, so the same once more is safe.
            session = SESSIONS.renewed(self, session)
            told = self.call(self.base, verb, method, session.access, more, **content)
        return told

    def call(
        self,
        base: str,
        verb: str,
        method: str,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        **content: Any,
    ) -> Told:
        """Raises NotSent or Lost, and nothing else for what a network does."""
        sent = {"Accept": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        return self.fetched(verb, f"{base}/xrpc/{method}", sent, **content)

    def document(self, address: str) -> Told:
        """What lies at an address, asked for as nobody in particular."""
        return self.fetched("GET", address, {"Accept": "application/json"})

    def fetched(self, verb: str, address: str, headers: dict[str, str], **content: Any) -> Told:
        host = address.partition("://")[2].partition("/")[0]
        try:
            answer = self.http.request(verb, address, headers=headers, **content)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"The server {host} cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as problem:
            raise Lost(f"The server {host} gave no answer ({type(problem).__name__}).") from None

    @property
    def host(self) -> str:
        return self.entry.partition("://")[2]

    def log_in(self) -> Session:
        """By the app password. Raises NotSent, Lost or LoginFailed."""
        asked = {"identifier": self.identifier, "password": self.password}
        return self.opened(self.call(self.entry, "POST", "com.atproto.server.createSession", json=asked))

    def refresh(self, session: Session) -> Session:
        return self.opened(
            self.call(self.entry, "POST", "com.atproto.server.refreshSession", session.refresh)
        )

    def opened(self, told: Told) -> Session:
        access, refresh = told.body.get("accessJwt"), told.body.get("refreshJwt")
        if told.is_good and isinstance(access, str) and isinstance(refresh, str):
            return Session(access, refresh, told.body)
        if told.is_good:
            raise LoginFailed(N_("The server answers, but not as one of Bluesky does. Check its name."), told)
        raise LoginFailed(no_entry(told, self), told)

    def hushed(self, said: str) -> str:
        """A server's words without anything that must not be shown."""
        session = SESSIONS.known.get(SESSIONS.key(self))
        newest = (session.access, session.refresh) if session else ()
        for secret in (*self.account.secrets.values(), *newest):
            said = said.replace(secret, "…") if secret else said
        return said


def home(account: AccountSide) -> str:
    """Where the account's repository lies, as its document named it; "" where that is not known or not fit."""
    try:
        return base_url(str(account.state.get("pds") or ""), account.allow_hosts)
    except BadServer:
        return ""


def base_url(server: str, allow_hosts: frozenset[str]) -> str:
    """https always, except for a host that the operator allowed by name (a test server). Raises BadServer."""
    scheme, _sign, rest = server.strip().lower().rpartition("://")
    place = rest.partition("/")[0]
    try:
        if scheme in {"", "http"} and place in allow_hosts:
            return server_url(f"http://{place}", allow_hosts)
        return server_url(f"https://{place}" if scheme != "http" else f"http://{place}", allow_hosts)
    except BadAddress as problem:
        raise BadServer(f"{problem} Give the server's name alone, such as bsky.social.") from None


def no_entry(told: Told, service: Service) -> str:
    """Why we could not log in, in words that help."""
    if told.status == 429:
        return N_("The server asks us to wait before the next log-in.")
    if told.code == "AuthFactorTokenRequired":
        return N_(
            "This is the account's own password. Make an app password in Bluesky's settings and use that."
        )
    if told.code in CLOSED:
        return N_("Bluesky has closed or deactivated this account.")
    if told.status == 401 or (told.status == 400 and told.code in {"InvalidRequest", *DEAD}):
        return N_(
            "The server refuses the handle or the app password. Make a new app password and renew it here."
        )
    return f"The server answered with {told.status}: {service.hushed(told.error) or 'no reason given'}"


def state_of(told: Told) -> str:
    """What a refused log-in says of our account."""
    if told.code in CLOSED:
        return "disabled"
    if told.status == 401 or told.code in {"AuthFactorTokenRequired", *DEAD}:
        return "token_revoked"
    return ""


def wait_until(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the server takes us again: seconds left, or seconds since 1970 (both recorded)."""
    hints = (headers.get("retry-after", ""), headers.get("ratelimit-reset", ""))
    return next((at for hint in hints if hint and (at := backoff.from_any(hint.strip(), now))), None)


def refused(told: Told, service: Service, now: datetime) -> Trouble:
    """Why reading failed, and what helps."""
    if told.status == 429:
        return Trouble(
            N_("The server asks us to wait."), at=wait_until(told.headers, now) or now + USUAL_WAIT
        )
    if told.code in CLOSED:
        return Trouble(N_("Bluesky has closed or deactivated this account."), account_state="disabled")
    if told.is_session_dead:
        why = N_("The server refuses our session. Renew the app password.")
        return Trouble(why, account_state="token_revoked")
    at = wait_until(told.headers, now) if told.status == 503 else None
    said = service.hushed(told.error) or "no reason given"
    return Trouble(f"The server answered with {told.status}: {said}", at=at)


def shut_out(problem: LoginFailed, now: datetime) -> Trouble:
    """A log-in that failed, as reading tells it."""
    at = None
    if problem.told.status in {429, 503}:
        at = wait_until(problem.told.headers, now) or now + USUAL_WAIT
    return Trouble(str(problem), at=at, account_state=state_of(problem.told))

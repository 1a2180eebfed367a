"""HTTP with Trustpilot: a token for a hundred hours, one call, and what its refusals mean.

Sources: developers.trustpilot.com, "Client credentials" and "Rate limiting best practices"; read 2026-11-22. How errors look is
not written there: bodies with `message`, and those of the gateway before it (`fault.faultstring`), are both understood.
"""

import base64
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from lyhord.channels.contract import AccountSide, Trouble
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, plain, shorten

BASE = "https://api.trustpilot.com"
TOKEN = f"{BASE}/v1/oauth/oauth-business-users-for-applications/accesstoken"
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
USUAL_WAIT = timedelta(minutes=5)  # the advised limits are 833 calls in five minutes and 10 000 an hour
EARLY, USUAL_LIFE, LONGEST = 300.0, 3_600.0, 360_000.0  # seconds
MOST = 1_000
State = Literal["", "token_revoked", "permission_lost", "disabled"]


class NotSent(LyhordError):
    """The request did not reach Trustpilot."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


class NoToken(LyhordError):
    """No access token is to be had. `is_final`: not before a person acts."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        super().__init__(why)
        self.is_final = is_final


@dataclass(frozen=True)
class Told:
    """What Trustpilot answered."""

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


class Api:
    """Calls in the name of an account. The http client belongs to the caller."""

    known: OrderedDict[str, tuple[str, float]] = OrderedDict()  # key -> token, until when (monotonic)
    lock = threading.Lock()

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.account = account
        self.key, self.secret = (
            account.app.get("api_key", "").strip(),
            account.app.get("api_secret", "").strip(),
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Told:
        """Raises NotSent, Lost or NoToken. A token that is refused is renewed once: a 401 has done nothing."""
        for is_last in (False, True):
            headers = {
                "Authorization": f"Bearer {self.token()}",
                "apikey": self.key,
                "Accept": "application/json",
            }
            try:
                answer = self.http.request(method, BASE + path, headers=headers, params=params, json=body)
            except NEVER_LEFT as problem:
                raise NotSent(f"Trustpilot cannot be reached ({type(problem).__name__}).") from None
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
                raise Lost(f"Trustpilot gave no answer ({type(problem).__name__}).") from None
            if answer.status_code != 401 or is_last:
                break
            self.forget()
        return Told(answer.status_code, answer.content, answer.headers)

    def token(self) -> str:
        """Each process keeps its own; Trustpilot asks to use one as long as it lives."""
        mark = hashlib.sha256(f"{self.key}\n{self.secret}".encode("utf-8", "surrogatepass")).hexdigest()
        with self.lock:
            access, until = self.known.get(mark, ("", 0.0))
        if access and time.monotonic() < until:
            return access
        begun = time.monotonic()
        access, lives = self.new_token()
        with self.lock:
            self.known[mark] = access, begun + max(lives - EARLY, lives / 2)
            while len(self.known) > MOST:
                self.known.popitem(last=False)
        return access

    def new_token(self) -> tuple[str, float]:
        if not self.key or not self.secret:
            raise NoToken(N_("The API key and the API secret are both needed."), is_final=True)
        basic = base64.b64encode(f"{self.key}:{self.secret}".encode("utf-8", "replace")).decode()
        headers = {"Authorization": f"Basic {basic}", "Accept": "application/json"}
        try:
            answer = self.http.post(TOKEN, data={"grant_type": "client_credentials"}, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            why = f"Trustpilot gave no access token ({type(problem).__name__})."
            raise NoToken(why, is_final=False) from None
        body = Told(answer.status_code, answer.content, answer.headers).body
        access, lives = body.get("access_token"), str(body.get("expires_in") or "")
        if answer.status_code in {400, 401, 403}:
            raise NoToken(
                N_("Trustpilot refuses the API key or its secret. Paste both again."), is_final=True
            )
        if answer.status_code != 200 or not isinstance(access, str) or not access:
            raise NoToken(f"Trustpilot gives no access token: {answer.status_code}.", is_final=False)
        # Told as text: "359999" seconds.
        seconds = float(lives) if lives.isascii() and lives.isdecimal() and len(lives) < 10 else USUAL_LIFE
        return access, min(seconds, LONGEST)

    @classmethod
    def forget(cls) -> None:
        with cls.lock:
            cls.known.clear()

    def told(self, path: str, **params: Any) -> Told:
        """Any answer. Raises Trouble when there is none."""
        try:
            return self.ask("GET", path, params=params)
        except NoToken as problem:
            raise Trouble(str(problem), account_state="token_revoked" if problem.is_final else "") from None
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None

    def read(self, path: str, now: datetime, **params: Any) -> Told:
        """A good answer. Raises Trouble."""
        told = self.told(path, **params)
        if not told.is_good:
            raise self.trouble(told, now)
        return told

    def trouble(self, told: Told, now: datetime) -> Trouble:
        if told.status == 429:
            return Trouble(N_("Trustpilot asks us to wait."), at=wait_until(told, now))
        return Trouble(self.why(told), account_state=state_of(told.status))

    def why(self, told: Told) -> str:
        """What is wrong, in words without our secrets."""
        if told.status == 401:
            return N_("Trustpilot refuses our access. Paste the API key and its secret again.")
        body = told.body
        fault = body.get("fault")
        said = fault.get("faultstring") if isinstance(fault, Mapping) else body.get("message")
        words = shorten(clean(plain(said)), 200) if isinstance(said, str) else ""
        for secret in (*self.account.app.values(), *self.account.secrets.values()):
            words = words.replace(secret, "…") if secret else words
        if told.status == 403:
            return f"Trustpilot does not allow it with this plan or key: {words or 'no reason given'}"
        return f"Trustpilot answered with {told.status}: {words or 'no reason given'}"


def state_of(status: int) -> State:
    states: dict[int, State] = {401: "token_revoked", 403: "permission_lost"}
    return states.get(status, "")


def wait_until(told: Told, now: datetime) -> datetime:
    hint = told.headers.get("retry-after", "")
    return (backoff.from_retry_after(hint, now) if hint else None) or now + USUAL_WAIT

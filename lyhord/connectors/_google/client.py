"""HTTP with one of Google's interfaces: one call with a token that is good now, and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide, Outcome, Refused, Retry, Trouble
from lyhord.connectors._google import errors
from lyhord.connectors._google.errors import Problem
from lyhord.connectors._google.tokens import TOKENS, NoToken, body_of
from lyhord.lib.errors import LyhordError

# The request was not written, so nothing can have been done.
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


class NotSent(LyhordError):
    """The request did not reach Google."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What Google answered."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Mapping[str, Any]:
        """The JSON object of the answer; empty if it is none."""
        return body_of(self.raw)

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def listed(self, name: str) -> list[Mapping[str, Any]]:
        found = self.body.get(name)
        return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []

    def text(self, name: str) -> str:
        found = self.body.get(name)
        return found if isinstance(found, str) else ""


class Api:
    """Calls in the name of an account. The http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide, base: str) -> None:
        self.http = http
        self.account = account
        self.base = base

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Told:
        """Raises NotSent, Lost or NoToken. A token that is refused is renewed once: a 401 has done nothing."""
        token = TOKENS.current(self.http, self.account)
        told = self.call(method, path, token.access, params, body)
        if told.status != 401:
            return told
        TOKENS.refused(token.access)
        return self.call(method, path, TOKENS.current(self.http, self.account).access, params, body)

    def call(
        self,
        method: str,
        path: str,
        access: str,
        params: Mapping[str, Any] | None,
        body: Mapping[str, Any] | None,
    ) -> Told:
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        url = path if path.startswith("https://") else self.base + path
        try:
            answer = self.http.request(method, url, headers=headers, params=params, json=body)
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"Google cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
            raise Lost(f"Google gave no answer ({type(problem).__name__}).") from None

    def read(self, path: str, now: datetime, **params: Any) -> Told:
        """A good answer. Raises Trouble."""
        told = self.told(path, **params)
        if not told.is_good:
            raise errors.trouble(self.problem(told, now))
        return told

    def told(self, path: str, **params: Any) -> Told:
        """Any answer. Raises Trouble when there is none."""
        try:
            return self.ask("GET", path, params=params)
        except NoToken as problem:
            raise Trouble(str(problem), account_state="token_revoked" if problem.is_final else "") from None
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None

    def problem(self, told: Told, now: datetime) -> Problem:
        said = errors.message(told.body)
        for secret in (*self.account.secrets.values(), *self.account.app.values()):
            said = said.replace(secret, "…") if secret else said
        return errors.problem(told.status, told.body, told.headers, now, said)


def without_token(problem: NoToken) -> Outcome:
    """What sending came to when there is no access token: nothing left us."""
    return Refused(str(problem), "token", "token_revoked") if problem.is_final else Retry(str(problem))

"""Access tokens of Google: they live an hour, and the refresh token brings the next one.

Source: "Using OAuth 2.0 for Web Server Applications", developers.google.com; read 2026-11-22. The refresh token itself
stays the same. It ends when the person takes the access back, after six months without use, and after seven days while
the consent screen is in testing; then the answer names `refresh_token_expires_in`.
"""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from lyhord.channels.contract import AccountSide
from lyhord.lib import jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_

HOST = "https://oauth2.googleapis.com"
PLACE = f"{HOST}/token"
EARLY = 120.0  # seconds before its end a token is renewed
USUAL = 3_000.0  # seconds that one lives if the answer does not say
LONGEST = 86_400.0
MOST = 1_000
# The grant or our registration has ended: a person must act.
FINAL = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "deleted_client"}
)
CODE = re.compile(r"[a-z_]{1,60}")


class NoToken(LyhordError):
    """There is no access token to be had. `is_final`: not before a person acts."""

    def __init__(self, why: str, *, is_final: bool) -> None:
        super().__init__(why)
        self.is_final = is_final


@dataclass(frozen=True)
class Token:
    access: str
    made: float  # time.monotonic()
    lives: float  # seconds
    ends: float | None = None  # seconds until the refresh token itself ends; None: it is not bounded
    scopes: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return "Token(…)"

    def is_good(self, at: float) -> bool:
        return at < self.made + max(self.lives - EARLY, self.lives / 2)


class Tokens:
    """The newest token of each account, one renewal at a time."""

    def __init__(self) -> None:
        self.known: OrderedDict[str, Token] = OrderedDict()
        self.lock = threading.Lock()
        self.turns: dict[str, threading.Lock] = {}

    def current(self, http: httpx.Client, account: AccountSide) -> Token:
        """Raises NoToken."""
        key = key_of(account)
        with self.turn(key):
            found = self.known.get(key)
            if found is not None and found.is_good(time.monotonic()):
                return found
            return self.keep(key, asked(http, account))

    def renewed(self, http: httpx.Client, account: AccountSide) -> Token:
        """A new one in any case: `connect` wants to know whether it can still be had. Raises NoToken."""
        key = key_of(account)
        with self.turn(key):
            return self.keep(key, asked(http, account))

    def refused(self, access: str) -> None:
        """The network does not take this token; the next call asks for another."""
        with self.lock:
            for key, token in self.known.items():
                if token.access == access:
                    self.known[key] = replace(token, lives=0.0)

    def keep(self, key: str, token: Token) -> Token:
        with self.lock:
            self.known[key] = token
            self.known.move_to_end(key)
            while len(self.known) > MOST:
                self.turns.pop(self.known.popitem(last=False)[0], None)
        return token

    def forget(self) -> None:
        with self.lock:
            self.known.clear()

    def turn(self, key: str) -> threading.Lock:
        with self.lock:
            return self.turns.setdefault(key, threading.Lock())


TOKENS = Tokens()


def key_of(account: AccountSide) -> str:
    """Another refresh token, put in by a person, is another session."""
    parts = (account.app.get("client_id", ""), account.secrets.get("refresh_token", ""))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def asked(http: httpx.Client, account: AccountSide) -> Token:
    form = {
        "grant_type": "refresh_token",
        "refresh_token": account.secrets.get("refresh_token", "").strip(),
        "client_id": account.app.get("client_id", "").strip(),
        "client_secret": account.app.get("client_secret", "").strip(),
    }
    if not all(form.values()):
        raise NoToken(
            N_("The client id, the client secret and the refresh token are all needed."), is_final=True
        )
    begun = time.monotonic()
    try:
        answer = http.post(PLACE, data=form, headers={"Accept": "application/json"})
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
        why = f"Google's server for access tokens gave no answer ({type(problem).__name__})."
        raise NoToken(why, is_final=False) from None
    body = body_of(answer.content)
    access = body.get("access_token")
    if answer.status_code != 200 or not isinstance(access, str) or not access:
        raise refusal(answer.status_code, body)
    scopes = body.get("scope")
    return Token(
        access,
        begun,
        min(number(body.get("expires_in")) or USUAL, LONGEST),
        number(body.get("refresh_token_expires_in")),
        frozenset(scopes.split()) if isinstance(scopes, str) else frozenset(),
    )


def refusal(status: int, body: Mapping[str, Any]) -> NoToken:
    told = body.get("error")
    code = told if isinstance(told, str) and CODE.fullmatch(told) else ""
    if code == "invalid_grant":
        why = N_(
            "Google takes the refresh token no more: it was revoked, or has ended. Give access again and connect anew."
        )
        return NoToken(why, is_final=True)
    is_final = code in FINAL and status in {400, 401, 403}
    return NoToken(f"Google gives no access token: {code or status}.", is_final=is_final)


def body_of(raw: bytes) -> Mapping[str, Any]:
    try:
        found = jsons.read(raw)
    except BadJson:
        return {}
    return found if isinstance(found, Mapping) else {}


def number(value: Any) -> float | None:
    """Seconds, told as a number or as digits; None if it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal():
        return None
    return float(value) if len(str(value)) < 12 and float(value) > 0 else None

"""Access tokens: they live about an hour, and a refresh token brings the next one (RFC 6749, section 6).

The same for Microsoft (identity platform v2.0; read 2026-11) and Google (OAuth 2.0; read 2026-11). `connect`, which the
worker calls every six hours, keeps the newest refresh token with the account's secrets; between those each process keeps
its access token in memory.
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
from lyhord.connectors.email.client import BadServer, NotLetIn, NotReached, told
from lyhord.lib.text import N_, clean, shorten

EARLY = 120.0  # seconds before its end a token is renewed
USUAL = 3_000.0  # seconds that one lives whose server does not say
FRESH = 60.0  # a token younger than this that is refused will be refused again
MOST = 1_000
# The grant itself has ended, or our registration: a person must act. What else a server says may pass.
FINAL = frozenset(
    {"invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "interaction_required", "unsupported_grant_type"}
)  # fmt: skip

CODE = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True)
class Token:
    access: str
    refresh: str
    made: float  # time.monotonic()
    lives: float  # seconds

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
        key = key_of(account)
        with self.turn(key):
            found = self.known.get(key)
            if found is not None and found.is_good(time.monotonic()):
                return found
            return self.keep(key, asked(http, account, found.refresh if found else ""))

    def renewed(self, http: httpx.Client, account: AccountSide) -> Token:
        """A new one in any case: `connect` wants to know whether it can still be had."""
        key = key_of(account)
        with self.turn(key):
            found = self.known.get(key)
            made = asked(http, account, found.refresh if found else "")
            # From now on the account is known by the newest refresh token, too.
            self.keep(key_of(with_refresh(account, made.refresh)), made)
            return self.keep(key, made)

    def refused(self, access: str) -> bool:
        """The mail server does not take this token. Whether another try with a new one makes sense."""
        with self.lock:
            old = [key for key, token in self.known.items() if token.access == access]
            age = min((time.monotonic() - self.known[key].made for key in old), default=0.0)
            for key in old:
                self.known[key] = replace(self.known[key], lives=0.0)
        return bool(old) and age > FRESH

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


def place(account: AccountSide) -> str:
    return str(account.settings.get("token_url") or "").strip()


def is_renewed(account: AccountSide) -> bool:
    """Whether this account's tokens are ours to renew."""
    return bool(place(account) and account.secrets.get("oauth_refresh"))


def host(account: AccountSide) -> tuple[str, ...]:
    """The server that gives tokens, as `Connector.hosts` names it."""
    if not is_renewed(account):
        return ()
    scheme, _sign, rest = place(account).partition("://")
    return (f"{scheme}://{rest.partition('/')[0]}",) if rest else (scheme.partition("/")[0],)


def entered(http: httpx.Client, account: AccountSide) -> AccountSide:
    """The account with a token that is good now. Raises BadServer, NotLetIn or NotReached."""
    if not is_renewed(account):
        return account
    return with_token(account, TOKENS.current(http, account))


def with_token(account: AccountSide, token: Token) -> AccountSide:
    return replace(account, secrets={**account.secrets, "oauth_token": token.access})


def with_refresh(account: AccountSide, refresh: str) -> AccountSide:
    return replace(account, secrets={**account.secrets, "oauth_refresh": refresh})


def key_of(account: AccountSide) -> str:
    """Another refresh token, put in by a person, is another session."""
    parts = (
        place(account),
        str(account.settings.get("client_id") or ""),
        account.secrets.get("oauth_refresh", ""),
    )
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def asked(http: httpx.Client, account: AccountSide, newest: str) -> Token:
    """A new access token. `newest`: the refresh token that came with the last one, where the server changes them."""
    refresh = newest or account.secrets.get("oauth_refresh", "").strip()
    client_id = str(account.settings.get("client_id") or "").strip()
    if not client_id:
        raise BadServer(N_("The id of the app registration is needed to renew the access token."))
    form = {"grant_type": "refresh_token", "refresh_token": refresh, "client_id": client_id}
    if secret := account.secrets.get("client_secret", "").strip():
        form["client_secret"] = secret
    begun = time.monotonic()
    try:
        answer = http.post(place(account), data=form, headers={"Accept": "application/json"})
    except httpx.HTTPError as problem:
        raise NotReached(
            f"The server that renews access tokens cannot be reached: {told(problem, account)}"
        ) from None
    body = body_of(answer)
    access = body.get("access_token")
    if answer.status_code != 200 or not isinstance(access, str) or not access:
        raise refusal(answer.status_code, body, account)
    lives, next_one = body.get("expires_in"), body.get("refresh_token")
    # Microsoft tells the seconds as a number, others as text.
    seconds = float(lives) if isinstance(lives, (int, str)) and str(lives).isdecimal() else USUAL
    return Token(
        access, next_one if isinstance(next_one, str) and next_one else refresh, begun, min(seconds, 86_400.0)
    )


def body_of(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def refusal(status: int, body: Mapping[str, Any], account: AccountSide) -> NotLetIn:
    code = body.get("error")
    code = code if isinstance(code, str) and CODE.fullmatch(code) else ""
    said = body.get("error_description")
    # Microsoft writes several lines; the first says what is wrong, the others are for its own support.
    words = shorten(clean(said).partition("\n")[0], 200) if isinstance(said, str) else ""
    for secret in account.secrets.values():
        words = words.replace(secret, "…") if secret else words
    why = f"The access token cannot be renewed: {code or status}. {words}".strip()
    return NotLetIn(why, is_final=status == 401 or (status in {400, 403} and code in FINAL))

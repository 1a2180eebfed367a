"""HTTP with Meta's Graph API: one call, what came back, and what it means when nothing did.

Docs read 2026-11-22: Graph API overview, Handling errors, Rate limits, Securing requests (appsecret_proof).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from lyhord.channels.contract import AccountSide, Outcome, Refused, Retry, Trouble, Unsure
from lyhord.lib import backoff, jsons
from lyhord.lib.errors import LyhordError
from lyhord.lib.http import BadAddress, server_url
from lyhord.lib.jsons import BadJson
from lyhord.lib.text import N_, clean, shorten

VERSION = "v26.0"  # released 2026-07-29; a version lives about two years
FACEBOOK, INSTAGRAM = "https://graph.facebook.com", "https://graph.instagram.com"
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
USUAL_WAIT = timedelta(minutes=5)
NEAR = 95  # per cent of a limit: from here on we wait by ourselves
State = Literal["", "token_revoked", "permission_lost", "disabled"]

# Meta tells what went wrong by the code in the body and not by the HTTP status.
THROTTLED = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006, 80007})
TEMPORARY = frozenset({1, 2, 1200})
TOKEN = frozenset({102, 190, 463, 467})
PERMISSION = frozenset({3, 10, 230, *range(200, 230), *range(231, 300)})
WINDOW = frozenset({2018278, 2018065, 2534022, 2018108})
REVOKED = N_("Meta refuses our access token. Make a new one and connect the account again.")
SUBCODES = {
    **dict.fromkeys(WINDOW, N_("The time in which we may answer in private is over. The customer must write first.")),
    2018001: N_("There is no such person any more, or she does not take messages from us."),
    2018034: N_("There is no such person any more, or she does not take messages from us."),
    2018109: N_("A file is too large for Meta."),
    1545041: N_("The person cannot be written to just now: she left, or does not take messages from us."),
    2534001: N_("The person does not take messages from us."),
    2534014: N_("There is no such person any more, or she does not take messages from us."),
    2018300: N_("Another app answers this conversation. Take it over there first."),
    2534025: N_("This comment was answered in private before, or is older than seven days."),
    10900: N_("This comment was answered in private before."),
    33: N_("There is no such post or person any more, or we may not see it."),
}  # fmt: skip
CODES = {
    551: N_("The person cannot be written to just now: she left, or does not take messages from us."),
    10900: N_("This comment was answered in private before."),
    10901: N_("The post is too old for a private answer."),
    368: N_("Meta has blocked this for breaking its rules. Look at the support inbox of the page."),
    506: N_("Meta takes the same words only once. Change them a little."),
    803: N_("There is no such post or person any more, or we may not see it."),
    1705: N_("Meta did not take the post."),
}


class NotSent(LyhordError):
    """The request did not reach Meta."""


class Lost(LyhordError):
    """The request left; what became of it we do not know."""


@dataclass(frozen=True)
class Told:
    """What Meta answered."""

    status: int
    raw: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> Mapping[str, Any]:
        try:
            found = jsons.read(self.raw)
        except BadJson:
            return {}
        return found if isinstance(found, Mapping) else {}

    @property
    def error(self) -> Mapping[str, Any]:
        found = self.body.get("error")
        return found if isinstance(found, Mapping) else {}

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300 and not self.body.get("error")

    @property
    def code(self) -> int:
        return number(self.error.get("code"))

    @property
    def subcode(self) -> int:
        return number(self.error.get("error_subcode"))

    @property
    def said(self) -> str:
        told = self.error.get("error_user_msg") or self.error.get("message")
        return shorten(clean(told), 200) if isinstance(told, str) else ""

    @property
    def is_throttled(self) -> bool:
        return self.status == 429 or self.code in THROTTLED

    @property
    def is_missing(self) -> bool:
        """Of this very object: 100/33 is for both "gone" and "not for you", so a second look decides (`reader`)."""
        return self.subcode == 33 or self.code == 803 or (self.status == 404 and not self.code)


def number(told: Any) -> int:
    return (
        told
        if type(told) is int
        else int(told)
        if isinstance(told, str) and told.isdecimal() and len(told) < 12
        else 0
    )


class Graph:
    """The Graph API for one account; the http client belongs to the caller."""

    def __init__(self, http: httpx.Client, account: AccountSide) -> None:
        self.http = http
        self.token = account.secrets.get("token", "")
        self.secret = account.app.get("app_secret", "")
        self.app = account.app.get("app_id", "")
        self.base = f"{base_url(account)}/{VERSION}"

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Told:
        return self.ask("GET", path, params)

    def ask(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        *,
        as_app: bool = False,
        **content: Any,
    ) -> Told:
        """The token goes in a header, since addresses end up in logs. Raises NotSent or Lost."""
        token = f"{self.app}|{self.secret}" if as_app else self.token
        proof = (
            hmac.new(self.secret.encode(), token.encode(), hashlib.sha256).hexdigest() if self.secret else ""
        )
        query = {**(params or {}), **({"appsecret_proof": proof} if proof and not as_app else {})}
        if body is not None:
            content["json"] = dict(body)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            answer = self.http.request(
                method, f"{self.base}/{path}", params=query, headers=headers, **content
            )
            return Told(answer.status_code, answer.content, answer.headers)
        except NEVER_LEFT as problem:
            raise NotSent(f"Meta cannot be reached ({type(problem).__name__}).") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, UnicodeError) as problem:
            raise Lost(f"Meta gave no answer ({type(problem).__name__}).") from None

    def read(self, path: str, params: Mapping[str, Any] | None, now: datetime) -> Told:
        """An answer that is good. Raises Trouble."""
        try:
            told = self.get(path, params)
        except (NotSent, Lost) as problem:
            raise Trouble(str(problem)) from None
        if not told.is_good:
            raise self.trouble(told, now)
        return told

    def bare(self, said: str) -> str:
        """Meta's words without what nobody may read."""
        for secret in (self.token, self.secret):
            said = said.replace(secret, "…") if secret else said
        return said

    def trouble(self, told: Told, now: datetime) -> Trouble:
        """Why reading failed, and what helps."""
        if told.is_throttled:
            return Trouble(N_("Meta asks us to wait."), at=wait_until(told, now))
        if told.code in TOKEN or told.status == 401:
            return Trouble(REVOKED, account_state="token_revoked")
        said = self.bare(told.said) or N_("no reason given")
        if told.code in PERMISSION:
            return Trouble(f"Meta does not allow it: {said}", account_state="permission_lost")
        return Trouble(f"Meta answered with {told.code or told.status}: {said}")

    def failed(self, told: Told, now: datetime, *, is_repeatable: bool) -> Outcome:
        """What an answer that is not good means for what we wanted done."""
        if told.is_throttled:
            return Retry(N_("Meta asks us to wait."), wait_until(told, now))
        if told.code in TEMPORARY or (not told.code and (told.status >= 500 or 200 <= told.status < 300)):
            # Code 1 came for messages that had been delivered (docs: Common error codes, 1-1357046).
            why = f"Meta's answer tells of a breakdown ({told.code or told.status})."
            return Retry(why) if is_repeatable else Unsure(why)
        return self.refused(told)

    def refused(self, told: Told) -> Refused:
        code = f"{told.code or told.status}" + (f"/{told.subcode}" if told.subcode else "")
        if told.code in TOKEN or told.status == 401:
            return Refused(REVOKED, code, "token_revoked")
        why = SUBCODES.get(told.subcode) or CODES.get(told.code)
        if why:
            return Refused(why, code)
        said = self.bare(told.said) or N_("no reason given")
        if told.code in PERMISSION:
            return Refused(f"Meta does not allow it: {said}", code, "permission_lost")
        return Refused(f"Meta refuses it: {said}", code)


def base_url(account: AccountSide) -> str:
    """Meta's own, or a fake of it that the operator allowed by name. Raises BadAddress."""
    told = str(account.settings.get("server") or "").strip()
    if not told:
        return INSTAGRAM if account.settings.get("login") == "instagram" else FACEBOOK
    place = (told.partition("://")[2] or told).strip("/").lower()
    return server_url(f"http://{place}" if place in account.allow_hosts else place, account.allow_hosts)


def graph_of(http: httpx.Client, account: AccountSide) -> Graph:
    """Raises Trouble."""
    try:
        return Graph(http, account)
    except BadAddress as problem:
        raise Trouble(str(problem)) from None


# Limits -------------------------------------------------------------------------------------------------------------


def usages(headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """X-Business-Use-Case-Usage {id: [{...}]}, X-App-Usage and X-Page-Usage {...}: per cent of what is allowed."""
    found: list[Mapping[str, Any]] = []
    for name in ("x-business-use-case-usage", "x-app-usage", "x-page-usage"):
        try:
            told = jsons.read(headers.get(name, "").encode()) if headers.get(name) else {}
        except BadJson:
            continue
        parts = [told, *(told.values() if isinstance(told, Mapping) else [])]
        for part in parts:
            found += [
                each for each in (part if isinstance(part, list) else [part]) if isinstance(each, Mapping)
            ]
    return found


def wait_until(told: Told, now: datetime) -> datetime:
    minutes = [number(each.get("estimated_time_to_regain_access")) for each in usages(told.headers)]
    at = backoff.from_minutes(str(max(minutes, default=0)), now)
    return at or backoff.from_any(str(told.headers.get("retry-after", "")), now) or now + USUAL_WAIT


def wait_near(told: Told, now: datetime) -> timedelta | None:
    """Before Meta says no we wait by ourselves: what was used up is told with each answer."""
    parts = ("call_count", "total_cputime", "total_time")
    used = max((number(each.get(part)) for each in usages(told.headers) for part in parts), default=0)
    return max(wait_until(told, now) - now, USUAL_WAIT) if used >= NEAR else None

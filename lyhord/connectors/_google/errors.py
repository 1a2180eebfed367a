"""Google's errors and what helps against each. Pure.

Two dialects in one body (`error.errors[].reason` of the older interfaces, `error.status` and `error.details[].reason` of
the newer). Sources: "YouTube Data API - Errors" and "Errors" in Google's AIP-193, developers.google.com and
google.aip.dev; read 2026-11-22.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from lyhord.channels.contract import Outcome, Refused, Retry, Trouble, Unsure
from lyhord.lib import backoff
from lyhord.lib.text import N_, clean, plain, shorten

Kind = Literal["wait", "token", "permission", "disabled", "gone", "broken", "refused"]
State = Literal["", "token_revoked", "permission_lost", "disabled"]
STATES: Mapping[Kind, State] = {
    "token": "token_revoked",
    "permission": "permission_lost",
    "disabled": "disabled",
}
PACIFIC = ZoneInfo("America/Los_Angeles")  # daily quotas begin anew at midnight there
USUAL_WAIT = timedelta(seconds=60)
REASON = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,60}")
DAILY = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
RATE = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "uploadLimitExceeded"}
)  # fmt: skip
SCOPE = frozenset(
    {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "accessNotConfigured", "SERVICE_DISABLED",
     "keyInvalid", "API_KEY_INVALID", "accountDelegationForbidden", "CONSUMER_INVALID"}
)  # fmt: skip
CLOSED = frozenset(
    {"authenticatedUserAccountClosed", "authenticatedUserAccountSuspended", "authenticatedUserNotChannel",
     "accountClosed", "accountSuspended", "accountTerminated", "channelClosed", "channelSuspended", "USER_PROJECT_DENIED"}
)  # fmt: skip
TOKEN = frozenset({"authError", "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED", "invalidCredentials"})


@dataclass(frozen=True)
class Problem:
    """Why a call was not carried out. `at`: not before; `code`: Google's own word for it."""

    kind: Kind
    why: str
    code: str = ""
    at: datetime | None = None


def reasons(body: Any) -> list[str]:
    """Google's words for what is wrong, the most exact first."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return []
    parts = [*listed(error.get("details")), *listed(error.get("errors"))]
    found = [each.get("reason") for each in parts if isinstance(each, Mapping)]
    return [
        word for word in (*found, error.get("status")) if isinstance(word, str) and REASON.fullmatch(word)
    ]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def message(body: Any) -> str:
    error = body.get("error") if isinstance(body, Mapping) else None
    said = error.get("message") if isinstance(error, Mapping) else None
    return shorten(clean(plain(said)), 200) if isinstance(said, str) else ""


def problem(status: int, body: Any, headers: Mapping[str, str], now: datetime, said: str) -> Problem:
    """`said` is Google's message without our secrets."""
    told = reasons(body)
    code = next(iter(told), str(status))
    words = set(told)
    if words & DAILY:
        return Problem(
            "wait", N_("The quota of the day is used up; Google gives a new one at midnight Pacific time."),
            code, midnight(now),
        )  # fmt: skip
    if status == 429 or words & RATE:
        return Problem("wait", N_("Google asks us to wait."), code, hint(headers, now) or now + USUAL_WAIT)
    if status == 401 or words & TOKEN:
        return Problem("token", N_("Google refuses our access. Connect the account again."), code)
    if words & CLOSED:
        return Problem("disabled", f"Google has closed this account to us: {said or code}", code)
    if words & SCOPE:
        return Problem("permission", f"Our access does not reach so far: {said or code}", code)
    if status in {404, 410}:
        return Problem("gone", N_("There is no such item any more, or we may not see it."), code)
    if status >= 500:
        return Problem("broken", f"Google broke down over it ({status}).", code, hint(headers, now))
    return Problem("refused", f"Google refuses it: {said or code}", code)


def hint(headers: Mapping[str, str], now: datetime) -> datetime | None:
    told = headers.get("retry-after", "")
    return backoff.from_retry_after(told, now) if told else None


def midnight(now: datetime) -> datetime:
    """The next one in California, a day away at most even on the long day of autumn. UTC."""
    there = now.astimezone(PACIFIC)
    next_day = datetime.combine(there.date() + timedelta(days=1), time(), PACIFIC).astimezone(UTC)
    return min(next_day, now + timedelta(days=1))


def trouble(problem: Problem) -> Trouble:
    """Why reading failed."""
    return Trouble(problem.why, at=problem.at, account_state=STATES.get(problem.kind, ""))


def outcome(problem: Problem, *, is_once: bool) -> Outcome:
    """What sending came to. `is_once`: a second one would be a second one."""
    if problem.kind == "wait":
        return Retry(problem.why, problem.at)
    if problem.kind == "broken":
        return Unsure(problem.why) if is_once else Retry(problem.why, problem.at)
    return Refused(problem.why, problem.code, STATES.get(problem.kind, ""))

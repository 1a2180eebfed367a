"""Asking for a feed: conditions, redirects, and what an answer means. The only file here that speaks HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from lyhord.channels.contract import Trouble
from lyhord.lib import backoff
from lyhord.lib.safefetch import FetchRefused, walk
from lyhord.lib.text import N_

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, text/html;q=0.5, */*;q=0.1"
)
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})")
LONGEST_WAIT = timedelta(days=1)
USUAL_WAIT = timedelta(minutes=15)
BUSY = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True)
class Told:
    """What lies at the address."""

    raw: bytes
    headers: Mapping[str, str]
    url: str
    permanent: str  # where it lies from now on
    is_unchanged: bool = False


def ask(
    http: httpx.Client, url: str, allow: frozenset[str], now: datetime, *, etag: str = "", modified: str = ""
) -> Told:
    """Raises Trouble."""
    headers = {"Accept": ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    try:
        walked = walk(http, url, allow, headers)
    except FetchRefused as problem:
        raise Trouble(str(problem)) from None
    except httpx.TimeoutException:
        raise Trouble(N_("The feed did not answer in time.")) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
        raise Trouble(why_not(problem)) from None
    answer = walked.response
    if answer.status_code == 304:
        return Told(b"", answer.headers, walked.url, walked.permanent, is_unchanged=True)
    if answer.status_code != 200:
        raise refusal(answer.status_code, answer.headers, now)
    return Told(answer.content, answer.headers, walked.url, walked.permanent)


def why_not(problem: Exception) -> str:
    """Our own refusals say what and what to do; a library's error only its kind."""
    said = str(problem)
    return (
        said
        if "private network" in said or "bytes" in said
        else f"The feed cannot be reached ({type(problem).__name__})."
    )


def refusal(status: int, headers: Mapping[str, str], now: datetime) -> Trouble:
    if status == 410:
        # RFC 9110, 15.5.11: gone for good, so asking again is rude.
        return Trouble(N_("The feed is gone for good (410). Retire the account."), account_state="disabled")
    if status in {401, 402, 403, 407}:
        return Trouble(f"The feed may not be read ({status}). Only feeds that everybody may read are taken.")
    if status == 404:
        return Trouble(N_("There is no feed at this address (404)."))
    if status in BUSY:
        at = (
            backoff.from_retry_after(headers.get("retry-after", ""), now)
            if "retry-after" in headers
            else None
        )
        return Trouble(f"The feed's server asks us to wait ({status}).", at=at or now + USUAL_WAIT)
    return Trouble(f"The feed's server answered with {status}.")


def wait(headers: Mapping[str, str], ttl: int | None, now: datetime) -> timedelta | None:
    """When to ask again, as the feed wishes: its ttl, Cache-Control, or Retry-After; at most a day."""
    wishes = [timedelta(minutes=ttl)] if ttl else []
    cache = headers.get("cache-control", "").lower()
    aged = MAX_AGE.search(cache)
    if aged and "no-cache" not in cache and "no-store" not in cache:
        wishes.append(timedelta(seconds=int(aged[1])))
    at = backoff.from_retry_after(headers.get("retry-after", ""), now) if "retry-after" in headers else None
    if at:
        wishes.append(at - now)
    longest = max(wishes, default=timedelta(0))
    return min(longest, LONGEST_WAIT) if longest > USUAL_WAIT else None

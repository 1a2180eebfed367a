"""When to try again: what the network asks for first, else a growing wait with chance in it."""

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

Dialect = Callable[[str, datetime], datetime | None]

BASE_SECONDS = 2.0
CAP_SECONDS = 3600.0
HINT_CAP_SECONDS = 86_400.0  # a network that says "in ten years" is asked again tomorrow
# Numbers above this are moments (seconds since 1970), below it waits. It is 2001 as a moment, 31 years as a wait.
EPOCH_FROM = 1_000_000_000


def retry_at(now: datetime, attempts: int, hint_seconds: float | None, rng: random.Random) -> datetime:
    """The moment of the next try after `attempts` that failed. Never before the hint, at most a day away.

    Without a hint: full jitter, any moment within 2, 4, 8 ... 3600 seconds. With one: up to a tenth later, so
    that all who wait do not come back at once.
    """
    if hint_seconds is not None and math.isfinite(hint_seconds) and hint_seconds > 0:
        hint = min(hint_seconds, HINT_CAP_SECONDS)
        return now + timedelta(seconds=hint + rng.uniform(0, min(hint * 0.1, 30.0)))
    ceiling = min(CAP_SECONDS, BASE_SECONDS * 2 ** min(max(attempts, 1) - 1, 20))
    return now + timedelta(seconds=max(rng.uniform(0, ceiling), 0.5))


def seconds_until(moment: datetime | None, now: datetime) -> float | None:
    """A parsed hint as `retry_at` takes it."""
    return None if moment is None else (moment - now).total_seconds()


def from_iso(text: str, now: datetime) -> datetime | None:
    """Mastodon's X-RateLimit-Reset: 2026-11-21T21:40:00.123456Z"""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return capped(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)


def from_epoch(text: str, now: datetime) -> datetime | None:
    """X's x-rate-limit-reset and Bluesky's ratelimit-reset: seconds since 1970."""
    seconds = number(text)
    return None if seconds is None else moment_of(lambda: datetime.fromtimestamp(seconds, UTC), now)


def from_seconds(text: str, now: datetime) -> datetime | None:
    """Reddit's X-Ratelimit-Reset (`974.0`), Telegram's retry_after, Discourse's wait_seconds: seconds left."""
    seconds = number(text)
    return None if seconds is None else moment_of(lambda: now + timedelta(seconds=seconds), now)


def from_milliseconds(text: str, now: datetime) -> datetime | None:
    """Matrix's retry_after_ms."""
    milliseconds = number(text)
    return None if milliseconds is None else from_seconds(str(milliseconds / 1000), now)


def from_minutes(text: str, now: datetime) -> datetime | None:
    """Meta's estimated_time_to_regain_access."""
    minutes = number(text)
    return None if minutes is None else from_seconds(str(minutes * 60), now)


def from_retry_after(text: str, now: datetime) -> datetime | None:
    """The standard Retry-After: whole seconds or an HTTP date."""
    if number(text) is not None:
        return from_seconds(text, now)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return capped(moment if moment.tzinfo else moment.replace(tzinfo=UTC), now)


def from_any(text: str, now: datetime) -> datetime | None:
    """A hint whose dialect is not known: ISO time, HTTP date, seconds since 1970, or seconds left."""
    seconds = number(text)
    if seconds is None:
        return from_iso(text, now) or from_retry_after(text, now)
    return from_epoch(text, now) if seconds > EPOCH_FROM else from_seconds(text, now)


def number(text: str) -> float | None:
    if len(text) > 40:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def moment_of(reckon: Callable[[], datetime], now: datetime) -> datetime | None:
    try:
        return capped(reckon(), now)
    except (OverflowError, ValueError, OSError):
        return now + timedelta(seconds=HINT_CAP_SECONDS)


def capped(moment: datetime, now: datetime) -> datetime | None:
    """None for a moment that is not to come: 0 and -1 say nothing, so our own waits apply."""
    if moment <= now:
        return None
    return min(moment, now + timedelta(seconds=HINT_CAP_SECONDS))


DIALECTS: tuple[Dialect, ...] = (
    from_iso,
    from_epoch,
    from_seconds,
    from_milliseconds,
    from_minutes,
    from_retry_after,
    from_any,
)

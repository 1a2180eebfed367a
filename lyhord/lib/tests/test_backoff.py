import random
from datetime import UTC, datetime, timedelta

import pytest

from lyhord.lib import backoff

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def waits(attempts: int, hint: float | None = None) -> list[float]:
    return [
        (backoff.retry_at(NOW, attempts, hint, random.Random(seed)) - NOW).total_seconds()
        for seed in range(200)
    ]


@pytest.mark.parametrize(("attempts", "most"), [(0, 2), (1, 2), (2, 4), (5, 32), (12, 3600), (10_000, 3600)])
def test_without_a_hint_any_moment_up_to_a_growing_limit_is_as_likely(attempts: int, most: float) -> None:
    found = waits(attempts)
    assert min(found) >= 0.5
    assert max(found) <= most
    assert max(found) > most * 0.8
    assert sum(found) / len(found) == pytest.approx(most / 2, rel=0.25)


def test_a_hint_is_never_undercut_and_the_crowd_is_spread() -> None:
    found = waits(1, 100.0)
    assert min(found) >= 100
    assert max(found) <= 110
    assert len(set(found)) > 100


def test_a_hint_of_years_is_asked_again_tomorrow() -> None:
    assert max(waits(1, 3e8)) <= 86_400 + 30


@pytest.mark.parametrize("hint", [0.0, -1.0, float("nan"), float("inf")])
def test_a_hint_that_says_nothing_leaves_our_own_wait(hint: float) -> None:
    assert waits(3, hint) == waits(3)


@pytest.mark.parametrize(
    ("parse", "text", "seconds"),
    [
        (backoff.from_iso, "2026-11-21T12:05:00.123456Z", 300.123456),
        (backoff.from_iso, "2026-11-21T13:05:00+01:00", 300),
        (backoff.from_iso, "2026-11-21T12:00:09", 9),
        (backoff.from_epoch, str(int(NOW.timestamp()) + 900), 900),
        (backoff.from_seconds, "974.0", 974),
        (backoff.from_milliseconds, "1500", 1.5),
        (backoff.from_minutes, "5", 300),
        (backoff.from_retry_after, "120", 120),
        (backoff.from_retry_after, "Sat, 21 Nov 2026 12:02:00 GMT", 120),
        (backoff.from_any, "60", 60),
        (backoff.from_any, str(int(NOW.timestamp()) + 60), 60),
        (backoff.from_any, "2026-11-21T12:01:00Z", 60),
        (backoff.from_any, "Sat, 21 Nov 2026 12:01:00 GMT", 60),
    ],
)
def test_each_dialect_is_understood(parse: backoff.Dialect, text: str, seconds: float) -> None:
    assert parse(text, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("parse", backoff.DIALECTS)
@pytest.mark.parametrize(
    "text", ["0", "-1", "", "soon", "nan", "inf", "-1e400", "2020-01-01T00:00:00Z", "9" * 5000]
)
def test_what_says_nothing_is_no_hint(parse: backoff.Dialect, text: str) -> None:
    assert parse(text, NOW) is None


@pytest.mark.parametrize(
    "text", ["315360000", "1e300", "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT", "99999999999"]
)
def test_ten_years_are_a_day(text: str) -> None:
    assert backoff.from_any(text, NOW) == NOW + DAY


def test_a_parsed_moment_becomes_seconds_for_the_next_try() -> None:
    assert backoff.seconds_until(NOW + DAY, NOW) == 86_400
    assert backoff.seconds_until(None, NOW) is None

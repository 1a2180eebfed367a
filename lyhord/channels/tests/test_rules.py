"""CH-17: an account with one admin, an expired token or an unverified name is warned of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lyhord.channels.rules import Facts, warnings

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FINE = Facts(
    state="active",
    admins=2,
    is_verified=True,
    expires_at=NOW + DAY * 60,
    last_success_at=NOW - timedelta(seconds=40),
)


def names(facts: Facts) -> list[str]:
    return [warning.name for warning in warnings(facts, NOW)]


def test_nothing_is_said_of_an_account_that_is_fine() -> None:
    assert names(FINE) == []


def test_what_a_network_does_not_tell_is_no_fault() -> None:
    assert names(Facts(state="active")) == []


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"admins": 1}, ["one_admin"]),
        ({"is_verified": False}, ["unverified"]),
        ({"has_owner": False}, ["no_owner"]),
        ({"expires_at": NOW}, ["expired"]),
        ({"expires_at": NOW - DAY}, ["expired"]),
        ({"expires_at": NOW + DAY * 14}, ["expires"]),
        ({"expires_at": NOW + DAY * 15}, []),
        ({"failures": 2}, []),
        ({"failures": 3}, ["failing"]),
        ({"last_success_at": NOW - timedelta(minutes=16)}, ["silent"]),
        ({"last_success_at": NOW - timedelta(minutes=16), "is_asked": False}, []),
        ({"state": "paused", "failures": 9, "last_success_at": NOW - DAY}, []),
        ({"state": "broken"}, ["broken"]),
        ({"heard": 495, "unknown": 5}, []),
        ({"heard": 494, "unknown": 6}, ["unknown"]),
        ({"heard": 3, "unknown": 4}, []),
        ({"missed": 8}, ["quiet"]),
        ({"state": "retired", "admins": 1, "expires_at": NOW}, []),
        ({"admins": 1, "expires_at": NOW - DAY}, ["expired", "one_admin"]),
    ],
)
def test_each_risk_has_its_warning(fields: dict[str, object], told: list[str]) -> None:
    assert names(replace(FINE, **fields)) == told  # type: ignore[arg-type]


def test_the_days_left_are_told() -> None:
    (warning,) = warnings(replace(FINE, expires_at=NOW + DAY * 5), NOW)
    assert warning.why % warning.values == "The token expires in 5 days. Renew it in time."

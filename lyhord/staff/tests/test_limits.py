"""How often something may be tried, and from where."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from pytest_django import Settings

from lyhord.staff import limits
from lyhord.staff.models import Bucket

FIVE = limits.Limit("test", 5, timedelta(minutes=5))


@pytest.mark.django_db
def test_a_bucket_gives_its_size_and_refills_with_time(now: datetime) -> None:
    assert [limits.take(FIVE, "x", now) for _ in range(6)] == [True] * 5 + [False]
    assert limits.take(FIVE, "y", now)
    assert not limits.take(FIVE, "x", now + timedelta(seconds=59))
    assert limits.take(FIVE, "x", now + timedelta(seconds=60))
    assert not limits.take(FIVE, "x", now + timedelta(seconds=60))


@pytest.mark.django_db
def test_what_is_given_back_can_be_taken_again_and_no_more(now: datetime) -> None:
    for _ in range(5):
        limits.take(FIVE, "x", now)
    for _ in range(9):
        limits.give_back(FIVE, "x", now)
    assert [limits.take(FIVE, "x", now) for _ in range(6)] == [True] * 5 + [False]


@pytest.mark.django_db
def test_the_database_does_not_hold_what_was_tried_and_forgets_full_buckets(now: datetime) -> None:
    limits.take(FIVE, "somebody@example.com", now)
    assert "somebody" not in Bucket.objects.get().key
    assert limits.forget_full(now) == 0
    assert limits.forget_full(now + timedelta(minutes=2)) == 1


@pytest.mark.django_db(transaction=True)
def test_tries_at_once_take_no_more_than_there_is(now: datetime) -> None:
    outcomes = []

    def attempt() -> None:
        try:
            for _ in range(4):
                outcomes.append(limits.take(FIVE, "x", now))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(True) <= 5


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "203.0.113.1", "192.0.2.9"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 10.0.0.2", "203.0.113.1"),
        (2, "203.0.113.1", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "nonsense", "192.0.2.9"),
        (1, "[2001:db8::1]", "2001:db8::1"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(
    hops: int, forwarded: str, address: str, settings: Settings
) -> None:
    settings.LYHORD_TRUSTED_PROXIES = hops
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.9", headers={"X-Forwarded-For": forwarded})
    assert limits.address_of(request) == address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.9", "192.0.2.0/24"),
        ("2001:db8:1:2::9", "2001:db8:1::/48"),
        ("", "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_network_is_what_one_owner_has(address: str, network: str) -> None:
    assert limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network

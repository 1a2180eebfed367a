"""Numbers are given once, whoever asks at the same time."""

import threading
from datetime import datetime

import pytest
from django.db import connection

from lyhord.intake import tickets
from lyhord.intake.tests import makes
from lyhord.staff.models import Brand


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_once() -> None:
    given: list[int] = []

    def ask() -> None:
        given.extend(tickets.next_number() for _ in range(10))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(tickets.FIRST + 1, tickets.FIRST + 41))


def test_a_ticket_has_a_number_and_a_secret_of_its_own(brand: Brand, now: datetime) -> None:
    account = makes.make_account(brand, now)
    first, second = tickets.open_ticket(account, now), tickets.open_ticket(account, now)
    assert second.number == first.number + 1 and first.token != second.token
    assert len(first.token) >= 22 and first.thread == f"ticket:{first.number}"
    assert tickets.open_ticket(account, now, token=first.token) == first

"""R22: a network that counts sending and reading together is left alone by both, for as long as it asked."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from lyhord.channels import contract
from lyhord.channels.models import Account, App
from lyhord.channels.tests.fakes import Paper
from lyhord.intake import sources
from lyhord.intake.models import Source
from lyhord.outbox import steps
from lyhord.outbox.models import Hold
from lyhord.outbox.tests.conftest import Queue

MINUTE = timedelta(minutes=1)


@pytest.fixture
def beside(account: Account, now: datetime) -> dict[str, Account]:
    """Three accounts that are read: the one that sends, another page of the same app, and one of another app."""
    page = {"brand": account.brand, "connector": "paper", "made_at": now}
    other_app = App.objects.create(connector="paper", name="Other", endpoint="other", made_at=now)
    found = {
        "own": account,
        "same app": Account.objects.create(app=account.app, name="Page 2", native="page2", **page),
        "other app": Account.objects.create(app=other_app, name="Page 3", native="page3", **page),
    }
    for one in found.values():
        Source.objects.update_or_create(account=one, way="poll", defaults={"due_at": now, "is_on": True})
    return found


def read(beside: dict[str, Account], now: datetime) -> set[str]:
    """Whose news are asked for at that moment."""
    due = {account for account, _source in sources.due_sources(now)}
    return {name for name, account in beside.items() if account.pk in due}


def put_off(queue: Queue, paper: Paper, now: datetime, limits: Any, at: datetime | None) -> None:
    paper.can = replace(paper.can, limits=limits)
    paper.answers = [lambda paper, outgoing: contract.Retry("Too fast.", at=at)]
    steps.send(queue().pk, now)


@pytest.mark.parametrize(
    ("limits", "still_read", "held"),
    [
        ("sending", {"own", "same app", "other app"}, {"own"}),
        ("account", {"same app", "other app"}, {"own"}),
        ("app", {"other app"}, {"own", "same app"}),
    ],
)
def test_who_is_counted_together_waits_together(
    queue: Queue, paper: Paper, beside: dict[str, Account], now: datetime, limits: str, still_read: set[str], held: set[str]
) -> None:  # fmt: skip
    put_off(queue, paper, now, limits, now + 10 * MINUTE)
    assert read(beside, now + 9 * MINUTE) == still_read
    assert set(Hold.objects.values_list("lane", flat=True)) == {f"a{beside[name].pk}" for name in held}
    assert read(beside, now + 10 * MINUTE) == set(beside)


def test_a_failure_without_the_networks_word_holds_no_reading_back(
    queue: Queue, paper: Paper, beside: dict[str, Account], now: datetime
) -> None:
    put_off(queue, paper, now, "app", None)
    assert read(beside, now) == set(beside)
    assert not Hold.objects.exists()


def test_a_later_wait_of_the_reader_itself_stays(
    queue: Queue, paper: Paper, beside: dict[str, Account], now: datetime
) -> None:
    Source.objects.filter(account=beside["own"]).update(due_at=now + 30 * MINUTE)
    put_off(queue, paper, now, "app", now + 10 * MINUTE)
    assert read(beside, now + 20 * MINUTE) == {"same app", "other app"}


def test_an_open_stream_is_not_cut_off(
    queue: Queue, paper: Paper, beside: dict[str, Account], now: datetime
) -> None:
    held = Source.objects.create(account=beside["own"], way="stream", due_at=now + MINUTE, held_by="worker 1")
    broken = Source.objects.create(account=beside["same app"], way="stream", due_at=now)
    put_off(queue, paper, now, "app", now + 10 * MINUTE)
    held.refresh_from_db()
    broken.refresh_from_db()
    assert (held.due_at, broken.due_at) == (now + MINUTE, now + 10 * MINUTE)

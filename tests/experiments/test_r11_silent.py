"""R11: when a network stops telling us, we notice before customers do, ask it for what we missed, and show the gap."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from lyhord.channels import queries, rhythm
from lyhord.channels.actions import connect
from lyhord.channels.models import Account, Cause, Gap, Heard
from lyhord.connectors.demo import network
from lyhord.connectors.demo.network import Network
from lyhord.intake.models import Post
from lyhord.staff.models import Brand, User
from tests.experiments.receiving import walk

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
EVERY = 2  # minutes between posts
ALARM = 15  # minutes


@pytest.fixture
def account(brand: Brand, administrator: User, now: datetime, settings: Settings) -> Account:
    """A page with four weeks behind it, in which a post came every two minutes."""
    settings.LYHORD_SMTP_URL = "smtp://mail.example"
    made = connect("demo", brand, [], "Norr", {}, administrator, now - timedelta(days=28))
    end = rhythm.hour_of(now)
    hours = (end - timedelta(hours=back) for back in range(27 * 24))
    Heard.objects.bulk_create(Heard(account=made, hour=hour, posts=60 // EVERY) for hour in hours)
    return made


class Day:
    """Minutes pass: customers write, and the worker walks, asking the network as it does."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.network: Network = network.at(folder)
        self.now = now
        self.written: list[str] = []

    def minutes(self, count: int) -> None:
        for _ in range(0, count, EVERY):
            self.now += MINUTE * EVERY
            self.write()
            walk(self.now)

    def until(self, is_so: Any, most: int = 90) -> int:
        """Minutes until it is so; `most` if it never came."""
        for passed in range(0, most, EVERY):
            if is_so():
                return passed
            self.minutes(EVERY)
        return most

    def write(self) -> None:
        author = {"id": f"who{len(self.written)}", "handle": "aino", "name": "Aino"}
        told = {"kind": "created", "at": self.now.isoformat(), "text": "Where is it?", "author": author}
        self.written.append(self.network.happen(told)["item"])

    def missing(self) -> set[str]:
        return set(self.written) - set(Post.objects.values_list("native", flat=True))


@pytest.fixture
def day(data_folder: Path, now: datetime, account: Account) -> Day:
    made = Day(data_folder, now)
    made.minutes(10)
    assert len(made.written) == 5
    assert made.missing() == set()
    return made


def gap() -> Gap | None:
    return Gap.objects.filter(cause=Cause.QUIET).first()


def test_a_silent_network_is_noticed_asked_and_shown(day: Day, account: Account, administrator: User) -> None:
    day.network.forget_us()
    passed = day.until(gap)
    assert passed <= ALARM
    found = gap()
    assert found is not None
    assert [administrator.email] in [each.to for each in mail.outbox]
    assert day.until(lambda: not day.missing(), 10) < 10  # subscribed anew, and asked for what was missed
    assert day.network.state.is_told
    assert day.until(lambda: Gap.objects.filter(ended_at=None).count() == 0, 20) < 20
    day.minutes(6)
    found.refresh_from_db()
    assert found.begun_at is not None and found.ended_at is not None and found.filled_at is not None
    assert found.found is not None and found.found >= passed // EVERY
    assert queries.gaps_of(account) == [found]
    assert day.missing() == set()
    assert Post.objects.count() == len(day.written)


def test_while_it_stays_silent_the_gap_stays_open(day: Day, account: Account, administrator: User) -> None:
    """What is asked for and comes does not mean that it tells us again by itself."""
    day.network.forget_us(for_good=True)
    assert day.until(gap) <= ALARM
    day.minutes(20)
    assert Gap.objects.filter(ended_at=None).count() == 1
    assert queries.in_trouble(administrator) == [account]
    assert len([each for each in mail.outbox if each.to == [administrator.email]]) == 1


def test_no_alarm_while_it_speaks(day: Day) -> None:
    day.minutes(40)
    assert gap() is None
    assert mail.outbox == []


def test_the_saboteur_who_never_looks_is_caught(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rhythm, "is_gap", lambda *_: False)
    day.network.forget_us()
    assert day.until(gap, 24) == 24
    assert len(day.missing()) == 12


def test_the_saboteur_who_does_not_ask_for_what_was_missed_is_caught(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lyhord.intake.sources.gaps.ask", lambda gap, now: False)
    day.network.forget_us()
    passed = day.until(gap)
    day.minutes(8)
    assert len(day.missing()) >= passed // EVERY

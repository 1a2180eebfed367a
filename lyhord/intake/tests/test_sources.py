"""Reading accounts: nothing is skipped, nothing is read twice, and trouble stays with the account that has it."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from lyhord.channels.contract import Arrival, Found, Gone, Hidden, Trouble
from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.intake import sources, steps
from lyhord.intake.models import Envelope, Post, Source, Wanted
from lyhord.intake.sources import polling, streaming
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, raw_of, said
from lyhord.staff import mandates
from lyhord.staff.models import AuditEvent, Brand, User


@pytest.fixture
def network() -> Iterator[Telling]:
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def account(brand: Brand, now: datetime, network: Telling) -> Account:
    return makes.make_account(brand, now)


def make_source(account: Account, now: datetime, way: str = "poll") -> Source:
    return Source.objects.create(account=account, way=way, due_at=now)


def arrival(number: int, **fields: Any) -> Arrival:
    return Arrival(raw=raw_of(said(str(number))), cursor=str(number), url=f"/{number}", **fields)


def test_an_active_account_gets_its_sources(account: Account, now: datetime) -> None:
    paused = makes.make_account(account.brand, now, state="paused")
    assert steps.ensure_sources(now) == 2
    assert steps.ensure_sources(now) == 0
    assert not Source.objects.filter(account=paused).exists()
    assert len(sources.due_sources(now)) == len(sources.due_streams(now)) == 1


def test_a_poll_saves_what_came_with_its_cursor(account: Account, now: datetime, network: Telling) -> None:
    source = make_source(account, now)
    network.arrivals = [arrival(1), arrival(2, wait=timedelta(minutes=7))]
    assert sources.poll(source.pk, now) == 2
    source.refresh_from_db()
    assert (source.cursor, source.due_at, source.attempts) == ("2", now + timedelta(minutes=7), 0)
    assert network.cursors == [""]
    assert Envelope.objects.filter(account=account).count() == 2
    account.refresh_from_db()
    assert account.last_success_at == now
    assert steps.read_envelopes(now) == 2 and Post.objects.count() == 2


def test_a_source_is_read_by_one_at_a_time(account: Account, now: datetime, network: Telling) -> None:
    source = make_source(account, now)
    network.arrivals = [arrival(1)]
    sources.poll(source.pk, now)
    network.arrivals = [arrival(2)]
    assert sources.poll(source.pk, now) == 0
    assert Envelope.objects.count() == 1


def test_trouble_in_the_middle_keeps_what_came_before(
    account: Account, now: datetime, network: Telling
) -> None:
    source = make_source(account, now)
    network.arrivals = [arrival(1), Trouble("Slow down.", at=now + timedelta(minutes=9))]
    assert sources.poll(source.pk, now) == 1
    source.refresh_from_db()
    account.refresh_from_db()
    assert source.cursor == "1" and source.problem == account.last_problem == "Slow down."
    assert source.due_at is not None and source.due_at >= now + timedelta(minutes=9)
    assert (account.state, account.failures) == ("active", 1)


def test_a_revoked_token_stops_the_account(account: Account, now: datetime, network: Telling) -> None:
    source = make_source(account, now)
    network.arrivals = [Trouble("The token is no longer valid.", account_state="token_revoked")]
    sources.poll(source.pk, now)
    account.refresh_from_db()
    assert (account.state, account.state_why) == ("broken", "The token is no longer valid.")
    assert sources.due_sources(now + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "problem", [httpx.ReadTimeout("slow"), httpx.ConnectError("gone"), ValueError("odd")]
)
def test_any_failure_is_told_and_tried_again_later(
    account: Account, now: datetime, network: Telling, problem: Exception
) -> None:
    source = make_source(account, now)
    network.arrivals = [problem]
    sources.poll(source.pk, now)
    source.refresh_from_db()
    assert source.problem and source.due_at is not None and source.due_at > now
    assert sources.due_sources(source.due_at) == [(account.pk, source.pk)]


def test_a_reader_that_was_overtaken_stops(account: Account, now: datetime) -> None:
    source = make_source(account, now)
    slow = Source.objects.get(pk=source.pk)
    polling.keep(source, arrival(1), now)
    with pytest.raises(sources.Overtaken):
        polling.keep(slow, arrival(2), now)
    assert Source.objects.get().cursor == "1"


def test_what_failed_between_arrival_and_cursor_comes_again(
    account: Account, now: datetime, network: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = make_source(account, now)
    network.arrivals = [arrival(1)]

    def fail(name: str) -> None:
        raise RuntimeError(name)

    with monkeypatch.context() as patch:
        patch.setattr(polling, "failpoint", fail)
        sources.poll(source.pk, now)
    assert not Envelope.objects.exists() and Source.objects.get().cursor == ""
    network.arrivals = [arrival(1)]
    assert sources.poll(source.pk, now + timedelta(hours=2)) == 1


def test_a_backfill_ends(account: Account, administrator: User, now: datetime, network: Telling) -> None:
    source = sources.start_backfill(account, now - timedelta(days=7), administrator, now)
    network.arrivals = [arrival(1)]
    assert sources.poll(source.pk, now) == 1
    source.refresh_from_db()
    assert (source.is_on, source.due_at) == (False, None)
    assert AuditEvent.objects.filter(verb="account.backfilled").exists()


def test_a_backfill_needs_the_mandate(account: Account, make_user: MakeUser, now: datetime) -> None:
    with pytest.raises(mandates.NotYours):
        sources.start_backfill(account, now, make_user("agent"), now)
    assert not Source.objects.exists()


class Ticking:
    """A clock that goes on by ten seconds each time it is read."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=10)
        return self.now


def test_a_stream_closes_the_gap_first_and_is_released(
    account: Account, now: datetime, network: Telling
) -> None:
    make_source(account, now + timedelta(hours=1))
    source = make_source(account, now, "stream")
    network.arrivals = [arrival(1)]
    network.streamed = [Arrival(raw=b"", cursor=""), arrival(2), arrival(3)]
    assert sources.stream(source.pk, threading.Event(), "w1", Ticking(now)) == 2
    source.refresh_from_db()
    assert (source.held_by, source.cursor, source.attempts) == ("", "3", 0)
    assert Envelope.objects.count() == 3 and network.streamed == []


def test_a_stream_stops_when_asked(account: Account, now: datetime, network: Telling) -> None:
    source = make_source(account, now, "stream")
    network.streamed = [arrival(1), arrival(2)]
    stop = threading.Event()
    stop.set()
    sources.stream(source.pk, stop, "w1", Ticking(now))
    assert Envelope.objects.count() == 1 and len(network.streamed) == 1


def test_a_stream_that_another_worker_took_ends(account: Account, now: datetime) -> None:
    source = make_source(account, now, "stream")
    Source.objects.update(held_by="w2")
    assert not streaming.renewed(source, "w1", now)
    assert streaming.renewed(source, "w2", now)


def test_a_stream_that_fails_waits(account: Account, now: datetime, network: Telling) -> None:
    source = make_source(account, now, "stream")
    network.streamed = [httpx.ReadTimeout("silent")]
    sources.stream(source.pk, threading.Event(), "w1", Ticking(now))
    source.refresh_from_db()
    assert source.held_by == "" and source.problem
    assert sources.due_streams(now) == []


def fetch_all(now: datetime) -> int:
    return sum(sources.fetch_ancestors(wish, now) for _account, wish in sources.due_ancestors(now))


# What is missing --------------------------------------------------------------------------------------------------


def test_missing_ancestors_are_asked_for_and_joined(
    account: Account, now: datetime, network: Telling
) -> None:
    makes.take(account, said("2", parent="1"), now=now)
    later = now + timedelta(minutes=1)
    network.fetched["2"] = Found((Arrival(raw_of(said("1", is_spoken_to=False)), "", url="/2/context"),))
    assert sources.due_ancestors(now) == []
    assert fetch_all(later) == 1
    steps.read_envelopes(later)
    assert set(Post.objects.values_list("thread__native", flat=True)) == {"1"}
    assert not Wanted.objects.exists()


def test_only_the_network_can_say_that_something_is_gone(
    account: Account, now: datetime, network: Telling
) -> None:
    makes.take(account, said("2", parent="1"), said("3", parent="1"), now=now)
    later = now + timedelta(minutes=1)
    network.fetched = {"2": Gone(), "3": Hidden("Followers only.")}
    assert fetch_all(later) == 2
    assert dict(Post.objects.values_list("native", "deleted_at")) == {"2": later, "3": None}
    assert fetch_all(later + timedelta(days=1)) == 0


def test_trouble_while_asking_waits(account: Account, now: datetime, network: Telling) -> None:
    makes.take(account, said("2", parent="1"), now=now)
    network.fetched["2"] = Trouble("Later.", at=now + timedelta(hours=1))
    fetch_all(now + timedelta(minutes=1))
    wish = Wanted.objects.get()
    assert wish.due_at is not None and wish.due_at >= now + timedelta(hours=1)
    assert Post.objects.get().deleted_at is None

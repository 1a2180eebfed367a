"""R11, R25: what was missed is asked for while nothing comes and once more afterwards, and what that gave is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from lyhord.channels import rhythm
from lyhord.channels.contract import Abilities, Arrival
from lyhord.channels.models import Account, Cause, Gap, Heard
from lyhord.intake import sources, steps
from lyhord.intake.models import Post, Source
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, raw_of, said
from lyhord.staff.models import Brand

MINUTE = timedelta(minutes=1)


@pytest.fixture
def network() -> Iterator[Telling]:
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def account(brand: Brand, now: datetime, network: Telling) -> Account:
    return makes.make_account(brand, now)


@pytest.fixture
def gap(account: Account, now: datetime) -> Gap:
    return Gap.objects.create(
        account=account, cause=Cause.QUIET, begun_at=now - MINUTE * 40, noticed_at=now, usual=9
    )


def arrival(number: int, at: datetime) -> Arrival:
    return Arrival(raw=raw_of(said(str(number), at=at)), cursor=str(number), url=f"/{number}")


def backfill_of(account: Account) -> Source:
    return Source.objects.get(account=account, way="backfill")


def test_what_was_missed_is_fetched_and_counted(
    gap: Gap, account: Account, network: Telling, now: datetime
) -> None:
    assert sources.fill_gaps(now) == 1
    source = backfill_of(account)
    assert source.since is not None and source.since <= gap.begun_at
    network.arrivals = [arrival(1, now - MINUTE * 30), arrival(2, now - MINUTE * 20)]
    assert sources.poll(source.pk, now) == 2
    assert steps.read_envelopes(now + MINUTE) == 2
    assert sources.fill_gaps(now + MINUTE) == 0  # it lasts: once is enough for now
    Gap.objects.update(ended_at=now + MINUTE * 5)
    assert sources.fill_gaps(now + MINUTE * 6) == 1  # and once more, up to its end
    source.refresh_from_db()
    assert source.is_on
    network.arrivals = [arrival(2, now - MINUTE * 20), arrival(3, now + MINUTE * 4)]
    sources.poll(source.pk, now + MINUTE * 6)
    steps.read_envelopes(now + MINUTE * 7)
    assert sources.fill_gaps(now + MINUTE * 8) == 1
    gap.refresh_from_db()
    assert (gap.found, gap.filled_at) == (3, now + MINUTE * 8)
    assert Post.objects.count() == 3
    assert sources.fill_gaps(now + MINUTE * 9) == 0


def test_a_network_that_gives_nothing_older_is_told_so(
    gap: Gap, account: Account, network: Telling, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Abilities(receive=("hook",), verbs=frozenset(), signals=frozenset(), reply={})
    monkeypatch.setattr(type(network), "abilities", lambda self, account: nothing)
    assert sources.fill_gaps(now) == 0
    Gap.objects.update(ended_at=now + MINUTE)
    assert sources.fill_gaps(now + MINUTE * 2) == 1
    gap.refresh_from_db()
    assert (gap.found, gap.filled_at) == (None, now + MINUTE * 2)
    assert not Source.objects.filter(way="backfill").exists()


def test_a_backfill_that_reaches_further_back_goes_on(gap: Gap, account: Account, now: datetime) -> None:
    long_ago = now - timedelta(days=30)
    Source.objects.create(account=account, way="backfill", since=long_ago, due_at=now)
    assert sources.fill_gaps(now) == 1
    assert backfill_of(account).since == long_ago


def test_a_backfill_that_never_ends_does_not_hold_the_gap_for_ever(
    gap: Gap, account: Account, now: datetime
) -> None:
    Gap.objects.update(ended_at=now - MINUTE)
    sources.fill_gaps(now)
    assert sources.fill_gaps(now + timedelta(hours=23)) == 0
    assert sources.fill_gaps(now + timedelta(hours=25)) == 1
    gap.refresh_from_db()
    assert gap.found == 0


def test_posts_of_others_are_counted_by_the_hour_once(
    account: Account, network: Telling, now: datetime
) -> None:
    source = Source.objects.create(account=account, way="poll", due_at=now)
    old = arrival(9, now - timedelta(days=3))  # what a backfill brings
    network.arrivals = [arrival(1, now), arrival(2, now), old]
    sources.poll(source.pk, now)
    steps.read_envelopes(now + MINUTE)
    Post.objects.filter(native="2").update(is_own=True)
    assert [sources.count_heard(now + MINUTE), sources.count_heard(now + MINUTE)] == [3, 0]
    assert list(Heard.objects.values_list("hour", "posts")) == [(rhythm.hour_of(now + MINUTE), 1)]
    account.refresh_from_db()
    assert account.last_item_at == now + MINUTE


def test_what_is_not_understood_is_counted_and_warned_of(
    account: Account, network: Telling, now: datetime
) -> None:
    bad = {"unreadable": "No such kind."}
    network.arrivals = [Arrival(raw=raw_of(*[bad] * 6, said("1")), cursor="1", url="/1")]
    source = Source.objects.create(account=account, way="poll", due_at=now)
    sources.poll(source.pk, now)
    steps.read_envelopes(now)
    assert [sources.count_unknown(now), sources.count_unknown(now)] == [6, 0]
    sources.count_heard(now)
    assert list(Heard.objects.values_list("posts", "unknown")) == [(1, 6)]

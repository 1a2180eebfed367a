"""Reading envelopes: poison stops nothing and is shown, not searched for in a log."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from lyhord.channels.contract import Item
from lyhord.channels.models import Account
from lyhord.conftest import MakeUser
from lyhord.intake import actions, queries, steps
from lyhord.intake.actions import taking
from lyhord.intake.models import Envelope, Post, Refusal
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, envelope_for, raw_of, said
from lyhord.lib import work
from lyhord.staff import mandates
from lyhord.staff.models import AuditEvent, Brand, User


@pytest.fixture
def network() -> Iterator[Telling]:
    with makes.telling() as connector:
        yield connector


@pytest.fixture
def account(brand: Brand, now: datetime, network: Telling) -> Account:
    return makes.make_account(brand, now)


def test_the_same_bytes_from_the_same_place_are_one_envelope(account: Account, now: datetime) -> None:
    first = envelope_for(account, b"1", now)
    envelope_for(account, b"1", now)  # the first waits still
    other = envelope_for(account, b"1", now, url="/other")
    steps.read_envelopes(now)
    assert set(Envelope.objects.values_list("pk", flat=True)) == {first.pk, other.pk}
    for state in (Envelope.DONE, Envelope.QUARANTINED):
        Envelope.objects.update(state=state, due_at=None)
        assert actions.receive(account.app, account, b"1", {}, first.url, "GET", now) is None


def test_what_waits_is_read_and_done(account: Account, now: datetime) -> None:
    for number in range(5):
        envelope_for(account, raw_of(said(str(number))), now)
    assert steps.read_envelopes(now) == 5
    assert steps.read_envelopes(now) == 0
    assert set(Envelope.objects.values_list("state", "due_at")) == {(Envelope.DONE, None)}
    assert Post.objects.count() == 5


def test_what_is_not_understood_goes_to_quarantine_with_its_bytes(account: Account, now: datetime) -> None:
    envelope = envelope_for(account, b"\xff{", now)
    good = envelope_for(account, raw_of(said()), now)
    steps.read_envelopes(now)
    envelope.refresh_from_db()
    assert (envelope.state, envelope.problem, bytes(envelope.raw)) == (
        Envelope.QUARANTINED,
        "Not JSON.",
        b"\xff{",
    )
    assert Refusal.objects.get().envelope == envelope
    assert Post.objects.get().envelope_id == good.pk


def test_a_parser_that_fails_is_tried_five_times(account: Account, now: datetime, network: Telling) -> None:
    envelope = envelope_for(account, b"boom", now)
    for attempt in range(8):
        steps.read_envelopes(now + timedelta(hours=attempt))
    envelope.refresh_from_db()
    assert network.parsed == work.TRIES
    assert envelope.state == Envelope.QUARANTINED
    assert "RuntimeError" in envelope.problem and bytes(envelope.raw) == b"boom"


def test_what_ended_the_worker_is_set_aside_and_its_neighbours_are_not(
    account: Account, now: datetime, network: Telling
) -> None:
    deadly = envelope_for(account, b"deadly", now)
    for number in range(3):
        envelope_for(account, raw_of(said(str(number))), now)

    class Killed(BaseException):
        pass

    told = network.parse

    def parse(raw: bytes, *rest: object) -> object:
        if raw == b"deadly":
            raise Killed
        return told(raw, {}, "", "")

    network.parse = parse  # type: ignore[method-assign, assignment]
    for minute in range(0, 20, 2):
        try:
            steps.read_envelopes(now + timedelta(minutes=minute))
        except Killed:
            continue
    deadly.refresh_from_db()
    assert deadly.state == Envelope.QUARANTINED
    assert Post.objects.count() == 3


def test_one_envelope_that_cannot_be_kept_does_not_spoil_the_others(account: Account, now: datetime) -> None:
    for number in range(10):
        title: object = 17 if number == 4 else "ok"
        envelope_for(account, raw_of(said(str(number), title=title)), now)
    steps.read_envelopes(now)
    assert Post.objects.count() == 9
    assert Envelope.objects.get(state=Envelope.QUARANTINED).refusals.get().item == "4"


def test_a_worker_killed_in_the_middle_leaves_all_or_nothing(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope_for(account, raw_of(said("1"), said("2")), now)

    class Killed(BaseException):
        pass

    def killing(at: str) -> Callable[[str], None]:
        def kill(name: str) -> None:
            if name == at:
                raise Killed

        return kill

    for point in ("intake.take.before_store", "intake.take.after_store"):
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(taking, "failpoint", killing(point))
            steps.read_envelopes(now)
        assert not Post.objects.exists()
        now += work.LEASE + timedelta(seconds=2)
    assert steps.read_envelopes(now) == 1
    assert Post.objects.count() == 2


def test_envelopes_of_two_workers_do_not_meet(account: Account, now: datetime) -> None:
    for number in range(6):
        envelope_for(account, raw_of(said(str(number))), now)
    waiting = Envelope.objects.filter(state=Envelope.WAITING)
    first = work.claim_batch(waiting, now, most=4)
    second = work.claim_batch(waiting, now, most=4)
    assert {row.pk for row in first}.isdisjoint(row.pk for row in second)
    assert len(first) + len(second) == 6


def test_one_hook_serves_many_accounts(account: Account, brand: Brand, now: datetime) -> None:
    other = makes.make_account(brand, now, app=account.app, native="page2")
    raw = raw_of(said("1", account=account.native), said("2", account="page2"), said("3", account="page9"))
    actions.receive(account.app, None, raw, {}, "", "POST", now)
    steps.read_envelopes(now)
    assert dict(Post.objects.values_list("native", "account")) == {"1": account.pk, "2": other.pk}
    assert Refusal.objects.get().kind == Refusal.UNSUPPORTED
    account.app.refresh_from_db()
    assert account.app.last_hook_at == now


def test_a_batch_takes_the_same_number_of_queries_whatever_its_size(account: Account, now: datetime) -> None:
    def counted(count: int, first: int) -> int:
        for number in range(first, first + count):
            envelope_for(account, raw_of(said(str(number))), now)
        connection.force_debug_cursor = True
        before = len(connection.queries_log)
        steps.read_envelopes(now)
        connection.force_debug_cursor = False
        return len(connection.queries_log) - before

    assert counted(3, 0) == counted(150, 1_000)


# Quarantine -------------------------------------------------------------------------------------------------------


def test_one_click_tries_again_and_doubles_nothing(
    account: Account, administrator: User, now: datetime, network: Telling
) -> None:
    network_was_wrong = raw_of(said("1"), {"unreadable": "Not known."}, said("2"))
    envelope = envelope_for(account, network_was_wrong, now)
    steps.read_envelopes(now)
    told = network.parse
    network.parse = lambda raw, *rest: told(raw_of(said("1"), said("1b"), said("2")), {}, "", "")  # type: ignore[method-assign]
    assert actions.retry(envelope, administrator, now)
    assert not actions.retry(envelope, administrator, now)
    steps.read_envelopes(now)
    envelope.refresh_from_db()
    assert envelope.state == Envelope.DONE and not Refusal.objects.exists()
    assert sorted(Post.objects.values_list("native", flat=True)) == ["1", "1b", "2"]
    assert AuditEvent.objects.get(verb="envelope.retried").actor == administrator


def test_trying_again_needs_the_mandate(account: Account, make_user: MakeUser, now: datetime) -> None:
    envelope = envelope_for(account, b"bad", now)
    steps.read_envelopes(now)
    agent, senior = make_user("agent"), make_user("senior")
    with pytest.raises(mandates.NotYours):
        actions.retry(envelope, agent, now)
    assert actions.retry_all(agent, now) == 0
    assert actions.retry_all(senior, now) == 1


def test_the_quarantine_of_another_brand_is_not_seen(
    account: Account, make_user: MakeUser, now: datetime
) -> None:
    elsewhere = makes.make_account(Brand.objects.create(name="Other"), now, app=account.app, native="p2")
    for where in (account, elsewhere, None):
        actions.receive(account.app, where, b"bad", {}, f"/{where}{where and where.pk}", "POST", now)
    steps.read_envelopes(now)
    person = make_user("senior")
    seen = queries.quarantine_visible_to(person)
    assert [envelope.account for envelope in seen] == [account]


def test_an_envelope_that_is_read_without_end_is_put_off_and_the_next_is_read(
    account: Account, now: datetime, network: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "LONGEST_READ", 0.2)
    parse = network.parse

    def hanging(raw: bytes, *rest: Any) -> list[Item]:
        while raw == b"hang":
            pass
        return parse(raw, *rest)

    monkeypatch.setattr(network, "parse", hanging)
    bad = envelope_for(account, b"hang", now)
    good = envelope_for(account, raw_of(said("1")), now)
    steps.read_envelopes(now)
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, good.state) == (Envelope.WAITING, Envelope.DONE)
    assert "longer than 0.2 seconds" in bad.problem and Post.objects.count() == 1

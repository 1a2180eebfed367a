"""R13: a wrong clock, ours or the network's, makes wrong labels at most: nothing is lost, nothing doubled, nothing stuck."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from lyhord import flow, worker
from lyhord.channels.contract import Arrival
from lyhord.channels.models import Account
from lyhord.intake import actions, sources, steps
from lyhord.intake.models import Envelope, Post, Source
from lyhord.intake.tests import makes
from lyhord.intake.tests.makes import Telling, envelope_for, raw_of, said
from lyhord.lib import work
from lyhord.staff.models import Brand
from tests.experiments.hooked import HOOKED, TELLING, Hooked, named
from tests.experiments.receiving import DAY, HOUR, Desk, desk_of, steps_only

pytestmark = pytest.mark.django_db(transaction=True)
every = pytest.mark.parametrize("hooked", TELLING, ids=lambda hooked: hooked.name)
OURS = {"a day back": -DAY, "a day on": DAY, "an hour back": -HOUR}


@pytest.fixture
def desk(transactional_db: None, now: datetime, hooked: Hooked) -> Iterator[Desk]:
    made = desk_of(hooked, Brand.objects.create(name="Norrtåg"), now)
    yield made
    made.door.writer.stop()


@pytest.fixture
def account(brand: Brand, now: datetime) -> Iterator[Account]:
    with makes.telling():
        yield makes.make_account(brand, now)


# Our clock ------------------------------------------------------------------------------------------------------------


def jumped(desk: Desk, now: datetime, jump: timedelta) -> list[str]:
    """Messages come before, while and after our clock is wrong; each part is brought twice. What is lost or doubled."""
    at = [now, now + jump, now + jump + timedelta(seconds=30), now + timedelta(minutes=2)]
    bodies = [desk.hooked.body(f"{number}", now - HOUR) for number in range(4 * len(at))]
    for number, moment in enumerate(at):
        with time_machine.travel(moment, tick=False):
            for body in bodies[4 * number : 4 * number + 4] * 2:
                assert desk.bring(body).status in {200, 202}
        if number % 2:  # the others wait until the clock has jumped once more
            steps_only(moment)
    steps_only(now + timedelta(minutes=4))
    found = [] if Post.objects.count() == len(bodies) else [f"{Post.objects.count()} of {len(bodies)}"]
    waiting = Envelope.objects.exclude(state=Envelope.DONE)
    return found + [f"waits until {row.due_at}" for row in waiting]


@every
@pytest.mark.parametrize("jump", OURS.values(), ids=OURS)
def test_our_clock_may_jump_and_nothing_is_lost_doubled_or_left(
    desk: Desk, now: datetime, jump: timedelta
) -> None:
    assert jumped(desk, now, jump) == []


@pytest.mark.parametrize("hooked", HOOKED[:1], ids=lambda hooked: hooked.name)
def test_the_saboteur_who_mends_no_times_is_caught(
    desk: Desk, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "STEPS", tuple(step for step in flow.STEPS if step.run is not steps.mend_times))
    assert any("waits until" in fault for fault in jumped(desk, now, DAY))


def test_a_lease_from_a_fast_clock_does_not_hold_for_a_day(account: Account, now: datetime) -> None:
    envelope_for(account, raw_of(said("1")), now)
    work.claim_batch(Envelope.objects.all(), now + DAY)  # and that worker died
    assert steps.mend_times(now) == 1
    assert steps.read_envelopes(now) == 1
    assert Post.objects.count() == 1


def test_times_that_are_as_they_should_be_are_left_alone(account: Account, now: datetime) -> None:
    envelope_for(account, raw_of(said("1")), now)
    work.claim_batch(Envelope.objects.all(), now)
    Source.objects.create(account=account, way="poll", due_at=now + HOUR, last_at=now)
    before = list(Envelope.objects.values_list("due_at")), list(Source.objects.values_list("due_at"))
    assert steps.mend_times(now + timedelta(seconds=3)) == 0
    assert before == (
        list(Envelope.objects.values_list("due_at")),
        list(Source.objects.values_list("due_at")),
    )


def test_a_source_that_was_read_tomorrow_is_read_again_today(account: Account, now: datetime) -> None:
    source = Source.objects.create(account=account, way="poll", due_at=now)
    assert sources.poll(source.pk, now + DAY) == 0
    assert sources.due_sources(now + HOUR) == []
    steps.mend_times(now + HOUR)
    assert len(sources.due_sources(now + HOUR)) == 1


def test_the_rests_of_steps_go_by_ticks_and_not_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put back by an hour, a worker that rested by the wall clock would stand still for that hour."""
    ran: list[datetime] = []

    def step(now: datetime) -> int:
        ran.append(now)
        return 0

    ticks = iter([0.0, 1.0, 6.0])
    monkeypatch.setattr(flow, "STEPS", (flow.Step(step, timedelta(seconds=5)),))
    monkeypatch.setattr(worker, "ticks", lambda: next(ticks))
    crew = worker.Worker()
    for moment in ("2026-11-20T12:00Z", "2026-11-20T12:30Z", "2026-11-20T11:00Z"):
        monkeypatch.setattr(worker, "clock", lambda at=moment: datetime.fromisoformat(at))
        crew.walk()
    assert [at.hour for at in ran] == [12, 11]


# The network's clock --------------------------------------------------------------------------------------------------

ODD = {
    "2038": datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    "1970": datetime(1970, 1, 1, tzinfo=UTC),
    "ten years on": datetime(2036, 11, 20, tzinfo=UTC),
    "a day and a bit on": datetime(2026, 11, 21, 13, tzinfo=UTC),
    "year 1": datetime(1, 1, 1, tzinfo=UTC),
    "year 9999": datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
}


@pytest.mark.parametrize("at", ODD.values(), ids=ODD)
def test_an_absurd_time_is_a_wrong_label_at_most(account: Account, now: datetime, at: datetime) -> None:
    """Ordered with ours, all of them; told twice, and an edit after it, it is still one post with the newer words."""
    usual, odd = said("1", "Hello", at=now - HOUR), said("2", "Odd", at=at)
    edit = said("2", "Newer", kind="edited", key="edited:2", at=at)
    for number, event in enumerate((usual, odd, odd, edit)):
        actions.receive(account.app, account, raw_of(event), {}, f"/{number}", "POST", now)
    steps_only(now + timedelta(seconds=5))
    assert Post.objects.count() == 2
    post = Post.objects.get(native="2")
    assert post.text == "Newer"
    assert now - DAY <= post.at <= now + DAY
    assert not Envelope.objects.exclude(state=Envelope.DONE).exists()


@pytest.mark.parametrize(
    ("name", "date"),
    [
        (name, date)
        for name in ("telegram", "mail")
        for date in (1_790_000_000_000, 0, -1, 2**31, 2**63, 2_105_000_000)
    ],
)
def test_seconds_and_thousandths_are_not_taken_for_the_end_of_time(
    transactional_db: None, now: datetime, name: str, date: int
) -> None:
    """Telegram tells seconds; thousandths of them would be the year 58 694."""
    account = makes.make_account(
        Brand.objects.create(name="Norrtåg"), now, "telegram" if name == "telegram" else "email"
    )
    if name == "telegram":
        told = named("telegram").message("1", now)
        told["message"]["date"] = date
        raw, headers = json.dumps(told).encode(), {}
    else:
        raw = f"From: kari@example.com\r\nDate: {date}\r\nMessage-ID: <1@example.com>\r\n\r\nHello".encode()
        headers = {"x-account": "us@example.com", "x-folder": "inbox"}
    actions.receive(account.app, account, raw, headers, "", "POST", now)
    steps_only(now)
    assert Post.objects.count() == 1
    assert now - timedelta(days=10_000) < Post.objects.get().at <= now + DAY


def test_the_saboteur_who_believes_every_time_is_caught(
    account: Account, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lyhord.intake.rules.moment", lambda at, now: at or now)
    with pytest.raises(AssertionError):
        test_an_absurd_time_is_a_wrong_label_at_most(account, now, ODD["2038"])


# Signed times ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hooked", [each for each in HOOKED if each.signs_time], ids=lambda hooked: hooked.name
)
@pytest.mark.parametrize(("off", "is_taken"), [(-301, False), (-299, True), (299, True), (301, False)])
def test_a_signed_time_has_a_window_and_the_refusal_says_clock(
    desk: Desk, now: datetime, off: int, is_taken: bool
) -> None:
    body = desk.hooked.body("1", now)
    with time_machine.travel(now + timedelta(seconds=off), tick=False):
        headers = desk.signed(body)
    with time_machine.travel(now, tick=False):
        heard = desk.bring(body, headers)
        forged = desk.bring(body, desk.hooked.sign("whsec_b3RoZXI=", body, timezone.now().timestamp() + off))
    assert (heard.status in {200, 202}) is is_taken
    assert is_taken or b"clock" in heard.body
    assert forged.status == 401
    assert b"clock" not in forged.body  # a stranger learns nothing


def test_a_cursor_and_its_lease_survive_a_jump(account: Account, now: datetime) -> None:
    """A poll that began at noon by a fast clock and ended by the right one."""
    from lyhord.channels import registry

    told = registry.get(account.connector)
    assert isinstance(told, Telling)
    source = Source.objects.create(account=account, way="poll", due_at=now)
    for number, moment in enumerate((now + DAY, now, now - HOUR, now + timedelta(minutes=5))):
        told.arrivals = [Arrival(raw=raw_of(said(f"{number}")), cursor=f"{number}", url=f"/{number}")]
        steps.mend_times(moment)
        Source.objects.filter(due_at__gt=moment, last_at__lte=moment).update(due_at=moment)  # its time came
        assert sources.poll(source.pk, moment) == 1
    steps_only(now + timedelta(minutes=6))
    assert Post.objects.count() == 4

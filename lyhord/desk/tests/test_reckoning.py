"""Clocks on plain values: exact to the second, whatever happens in whatever order (SL-01, SL-03, SL-07)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.desk.reckoning import (
    BREACHED,
    FINE,
    FIRST,
    RESOLUTION,
    TOO_LATE,
    WARNED,
    Fact,
    Halt,
    Reading,
    Rule,
    Story,
    between,
    reckon,
)
from lyhord.lib.hours import Hours

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = Hours("Europe/Stockholm", (((540, 1020),),) * 5 + ((), ()))
TRAINS = Hours("Europe/Helsinki", (((420, 1320),),) * 7)
HALF = timedelta(minutes=30)
PAUSES = frozenset({"waiting", "snoozed", "department"})
MONDAY = datetime(2026, 3, 2, 9, tzinfo=STOCKHOLM)


def at(*when: int, zone: ZoneInfo = STOCKHOLM) -> datetime:
    return datetime(*when, tzinfo=zone)  # type: ignore[misc,arg-type]


def read(rule: Rule, story: Story, which: str = FIRST, now: datetime | None = None) -> Reading:
    return reckon(which, story, rule, now or story.opened_at + timedelta(days=30))


# The examples of the issue -----------------------------------------------------------------------------------------


def test_friday_afternoon_is_due_on_monday_morning() -> None:
    opened = at(2026, 11, 20, 16, 45)
    assert read(Rule(HALF, hours=OFFICE), Story(opened, "open")).due_at == at(2026, 11, 23, 9, 15)


def test_ten_to_closing_is_due_twenty_past_opening() -> None:
    helsinki = ZoneInfo("Europe/Helsinki")
    opened = at(2026, 11, 20, 21, 50, zone=helsinki)
    found = read(Rule(HALF, hours=TRAINS), Story(opened, "open"))
    assert found.due_at == at(2026, 11, 21, 7, 20, zone=helsinki)


def test_a_holiday_in_the_middle_is_not_worked() -> None:
    eve = Hours(OFFICE.zone, OFFICE.week, ((date(2026, 11, 23), ()),))
    found = read(Rule(HALF, hours=eve), Story(at(2026, 11, 20, 16, 45), "open"))
    assert found.due_at == at(2026, 11, 24, 9, 15)


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25)])
def test_a_day_on_which_clocks_change_has_its_own_length(month: int, day: int, hours: int) -> None:
    always = Hours("Europe/Stockholm", (((0, 1440),),) * 7)
    opened = at(2026, month, day)
    found = read(Rule(timedelta(hours=24), hours=always), Story(opened, "open"))
    assert found.due_at is not None
    assert found.due_at - opened.astimezone(UTC) == timedelta(hours=24)
    assert found.due_at.astimezone(STOCKHOLM).hour == (24 - hours) % 24


# Which ends, which goes on ------------------------------------------------------------------------------------------


def test_an_acknowledgement_ends_the_first_clock_alone() -> None:
    story = Story(MONDAY, "open", [Fact(MONDAY + HALF, "acknowledged")])
    assert read(Rule(HALF), story).stopped_at == MONDAY + HALF
    assert read(Rule(HALF), story, RESOLUTION).stopped_at is None


def test_an_answer_ends_the_first_and_pauses_the_other() -> None:
    story = Story(MONDAY, "waiting", [Fact(MONDAY + HALF, "ours")])
    rule = Rule(timedelta(hours=4), pauses=PAUSES)
    assert read(rule, story).stopped_at == MONDAY + HALF
    resolution = read(rule, story, RESOLUTION)
    assert (resolution.paused_at, resolution.paused_why) == (MONDAY + HALF, "waiting")
    assert (resolution.worked, resolution.due_at) == (HALF, None)


def test_an_answer_at_the_very_second_is_in_time() -> None:
    story = Story(MONDAY, "waiting", [Fact(MONDAY + HALF, "ours")])
    assert read(Rule(HALF), story).stage(MONDAY + timedelta(days=1)) == FINE
    late = Story(MONDAY, "waiting", [Fact(MONDAY + HALF + timedelta(seconds=1), "ours")])
    assert read(Rule(HALF), late).stage(MONDAY + timedelta(days=1)) == BREACHED


def test_what_is_sending_has_not_answered_yet() -> None:
    found = read(Rule(HALF, pauses=PAUSES), Story(MONDAY, "waiting", is_sending=True), RESOLUTION)
    assert found.paused_at is None and found.due_at == MONDAY + HALF


@pytest.mark.parametrize(("starts_anew", "due"), [(False, 10), (True, 11)])
def test_opened_again_goes_on_or_starts_anew(starts_anew: bool, due: int) -> None:
    hour = timedelta(hours=1)
    facts = [Fact(MONDAY + hour, "closed"), Fact(MONDAY + 9 * hour, "hers")]
    rule = Rule(2 * hour, starts_anew=starts_anew)
    assert read(rule, Story(MONDAY, "open", facts), RESOLUTION).due_at == MONDAY + due * hour


def test_what_was_taken_back_never_was() -> None:
    facts = [Fact(MONDAY + HALF, "closed"), Fact(MONDAY + HALF, "undone", "close")]
    assert read(Rule(HALF), Story(MONDAY, "open", facts), RESOLUTION).due_at == MONDAY + HALF


def test_the_stages_come_one_after_the_other() -> None:
    rule = Rule(4 * HALF, warn=HALF, too_late=8 * HALF)
    found = read(rule, Story(MONDAY, "open"))
    stages = [found.stage(MONDAY + n * HALF) for n in (0, 3, 4, 8)]
    assert stages == [FINE, WARNED, BREACHED, TOO_LATE]
    assert [found.next_at(MONDAY + n * HALF) for n in (0, 3, 4, 8)] == [
        MONDAY + 3 * HALF, MONDAY + 4 * HALF, MONDAY + 8 * HALF, None,
    ]  # fmt: skip
    assert found.stage(MONDAY + 9 * HALF, is_decided=True) == BREACHED


def test_hours_that_never_open_make_nothing_due() -> None:
    shut = Hours("Europe/Stockholm", ((),) * 7)
    assert read(Rule(HALF, hours=shut), Story(MONDAY, "open")).due_at is None


# For all courses of events ------------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 14 * 24 * 3600).map(lambda n: MONDAY + timedelta(seconds=n))
WEEKS = st.lists(
    st.lists(st.integers(0, 1440), min_size=0, max_size=4, unique=True).map(
        lambda cuts: tuple(
            (a, b) for a, b in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False) if a < b
        )
    ),
    min_size=7,
    max_size=7,
).map(tuple)
HOURS = st.one_of(
    st.none(),
    st.builds(
        Hours, st.sampled_from(["Europe/Stockholm", "Europe/Helsinki", "America/St_Johns", "UTC"]), WEEKS
    ),
)
HALTS = st.lists(
    st.builds(
        Halt,
        why=st.just("department"),
        began_at=MOMENTS,
        ended_at=MOMENTS,
    ).filter(lambda halt: halt.ended_at is not None and halt.ended_at >= halt.began_at),
    max_size=6,
)


@given(HOURS, HALTS, MOMENTS)
def test_worked_time_is_open_time_without_the_pauses(
    hours: Hours | None, halts: list[Halt], now: datetime
) -> None:
    rule = Rule(HALF, pauses=PAUSES, hours=hours)
    found = reckon(RESOLUTION, Story(MONDAY, "open", halts=halts), rule, now)
    seconds = {MONDAY, now} | {halt.began_at for halt in halts} | {halt.ended_at for halt in halts}
    cuts = sorted(moment for moment in seconds if moment is not None and MONDAY <= moment <= now)
    free = [
        between(hours, a, b)
        for a, b in pairwise(cuts)
        if not any(h.began_at <= a and b <= h.ended_at for h in halts if h.ended_at)
    ]
    assert found.worked == sum(free, timedelta(0))


@given(HOURS, HALTS, st.integers(1, 100_000), st.randoms())
def test_the_order_of_the_news_does_not_matter(
    hours: Hours | None, halts: list[Halt], seconds: int, chance: object
) -> None:
    rule = Rule(timedelta(seconds=seconds), pauses=PAUSES, hours=hours)
    facts = [
        Fact(MONDAY + timedelta(hours=n), what)
        for n, what in enumerate(["snoozed", "woke", "ours", "hers"], 1)
    ]
    told = read(rule, Story(MONDAY, "open", facts, halts), RESOLUTION)
    chance.shuffle(facts), chance.shuffle(halts)  # type: ignore[attr-defined]
    assert read(rule, Story(MONDAY, "open", facts, halts), RESOLUTION) == told


@given(HOURS, HALTS, MOMENTS, st.integers(1, 100_000))
def test_a_pause_that_ends_as_it_begins_changes_nothing(
    hours: Hours | None, halts: list[Halt], moment: datetime, seconds: int
) -> None:
    rule = Rule(timedelta(seconds=seconds), pauses=PAUSES, hours=hours)
    nothing = Halt("department", moment, moment)
    assert read(rule, Story(MONDAY, "open", halts=[*halts, nothing]), RESOLUTION) == read(
        rule, Story(MONDAY, "open", halts=halts), RESOLUTION
    )


@given(HOURS, HALTS, st.integers(1, 100_000))
def test_when_it_is_due_exactly_the_target_was_worked(
    hours: Hours | None, halts: list[Halt], seconds: int
) -> None:
    rule = Rule(timedelta(seconds=seconds), pauses=PAUSES, hours=hours)
    story = Story(MONDAY, "open", halts=halts)
    due = read(rule, story, RESOLUTION).due_at
    if due is not None:
        begun = [halt for halt in halts if halt.began_at < due]
        assert reckon(RESOLUTION, Story(MONDAY, "open", halts=begun), rule, due).worked == rule.target

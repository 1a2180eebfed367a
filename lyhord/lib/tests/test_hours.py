"""Open time, over zones, holidays and both changes of the clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lyhord.lib import hours
from lyhord.lib.hours import Hours

STOCKHOLM = "Europe/Stockholm"
OFFICE = ((9 * 60, 17 * 60),)
WEEKDAYS = Hours(STOCKHOLM, (OFFICE,) * 5 + ((),) * 2)
LATE = Hours(STOCKHOLM, (((7 * 60, 22 * 60),),) * 7)
ALL_DAY = Hours(STOCKHOLM, (((0, hours.DAY),),) * 7)


def local(year: int, month: int, day: int, hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(STOCKHOLM))


def test_friday_a_quarter_before_closing_is_due_on_monday() -> None:
    assert hours.after(WEEKDAYS, local(2026, 11, 20, 16, 45), timedelta(minutes=30)) == local(
        2026, 11, 23, 9, 15
    )


def test_ten_minutes_before_closing_is_due_next_morning() -> None:
    assert hours.after(LATE, local(2026, 11, 21, 21, 50), timedelta(minutes=30)) == local(2026, 11, 22, 7, 20)


def test_seconds_count() -> None:
    assert hours.after(WEEKDAYS, local(2026, 11, 20, 16, 59, 59), timedelta(seconds=2)) == local(
        2026, 11, 23, 9, 0, 1
    )


def test_what_ends_at_closing_is_due_at_closing() -> None:
    assert hours.after(WEEKDAYS, local(2026, 11, 20, 16, 30), timedelta(minutes=30)) == local(
        2026, 11, 20, 17, 0
    )


def test_a_holiday_is_closed_and_a_date_may_have_hours_of_its_own() -> None:
    feast = Hours(STOCKHOLM, WEEKDAYS.week, ((date(2026, 12, 24), ()), (date(2026, 12, 25), ((600, 660),))))
    assert hours.after(feast, local(2026, 12, 23, 16, 30), timedelta(hours=1)) == local(2026, 12, 25, 10, 30)


@pytest.mark.parametrize(("day", "worth"), [(29, 23), (28, 24)])
def test_the_day_when_clocks_go_forward_has_23_hours(day: int, worth: int) -> None:
    start = local(2026, 3, day, 0, 0)
    end = local(2026, 3, day + 1, 0, 0)
    assert hours.between(ALL_DAY, start, end) == timedelta(hours=worth)


def test_the_day_when_clocks_go_back_has_25_hours() -> None:
    assert hours.between(ALL_DAY, local(2026, 10, 25, 0, 0), local(2026, 10, 26, 0, 0)) == timedelta(hours=25)


def test_open_time_in_the_hour_that_comes_twice_counts_twice() -> None:
    night = Hours(STOCKHOLM, (((120, 180),),) * 7)
    assert hours.between(night, local(2026, 10, 25, 0, 0), local(2026, 10, 26, 0, 0)) == timedelta(hours=2)


def test_what_closes_within_the_hour_that_comes_twice_opens_twice() -> None:
    night = Hours(STOCKHOLM, (((60, 150),),) * 7)
    assert hours.between(night, local(2026, 10, 25, 0, 0), local(2026, 10, 26, 0, 0)) == timedelta(hours=2)


def test_open_time_in_the_hour_that_is_skipped_counts_nothing() -> None:
    night = Hours(STOCKHOLM, (((120, 180),),) * 7)
    assert hours.between(night, local(2026, 3, 29, 0, 0), local(2026, 3, 30, 0, 0)) == timedelta(0)


def test_who_never_opens_has_nothing_due() -> None:
    with pytest.raises(hours.NeverOpen):
        hours.after(Hours(STOCKHOLM, ((),) * 7), local(2026, 1, 1, 9, 0), timedelta(minutes=1))


ZONES = st.sampled_from(["Europe/Stockholm", "Europe/Helsinki", "Atlantic/Reykjavik", "Pacific/Apia", "UTC"])
MINUTES = st.lists(st.integers(0, hours.DAY), max_size=6, unique=True).map(sorted)
DAYS = MINUTES.map(lambda told: tuple(zip(told[::2], told[1::2], strict=False)))
MOMENTS = st.integers(0, 426 * 86_400).map(
    lambda told: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(seconds=told)
)
WORTH = st.integers(0, 14 * 86_400).map(lambda told: timedelta(seconds=told))


@st.composite
def any_hours(draw: st.DrawFn) -> Hours:
    week = (*(draw(DAYS) for _ in range(6)), ((480, 1200),))  # some day is open
    dates = tuple(
        sorted(draw(st.dictionaries(st.dates(date(2025, 12, 1), date(2027, 2, 1)), DAYS, max_size=5)).items())
    )
    return Hours(draw(ZONES), week, dates)


@given(any_hours(), MOMENTS, WORTH)
def test_what_is_due_lies_exactly_so_much_open_time_ahead(
    told: Hours, start: datetime, worth: timedelta
) -> None:
    due = hours.after(told, start, worth)
    assert hours.between(told, start, due) == worth


@given(any_hours(), MOMENTS, MOMENTS, MOMENTS)
def test_open_time_adds_up(told: Hours, one: datetime, two: datetime, three: datetime) -> None:
    one, two, three = sorted([one, two, three])
    assert hours.between(told, one, two) + hours.between(told, two, three) == hours.between(told, one, three)


CHANGES = st.sampled_from([datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)])


@given(any_hours(), st.one_of(MOMENTS, CHANGES), st.integers(0, 3 * 86_400))
def test_open_time_is_what_a_count_second_by_second_would_find(
    told: Hours, start: datetime, seconds: int
) -> None:
    """Against another way: each minute of the span asked by itself, on whole minutes."""
    start = start.replace(second=0, microsecond=0)
    end = start + timedelta(minutes=seconds // 60)
    zone = ZoneInfo(told.zone)
    open_minutes = 0
    at = start
    while at < end:
        here = at.astimezone(zone)
        minute = here.hour * 60 + here.minute
        open_minutes += any(opens <= minute < closes for opens, closes in told.spans(here.date()))
        at += timedelta(minutes=1)
    assert hours.between(told, start, end) == timedelta(minutes=open_minutes)


@given(any_hours(), MOMENTS, WORTH, WORTH)
def test_more_is_due_later(told: Hours, start: datetime, one: timedelta, two: timedelta) -> None:
    assert hours.after(told, start, min(one, two)) <= hours.after(told, start, max(one, two))

"""R11, IN-16: silence is judged by what usually comes at that hour of the week."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from lyhord.channels import rhythm

MONDAY = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def weeks(by_day: int, at_night: int = 0, most: int = 28) -> dict[datetime, int]:
    """So many posts an hour from 8 to 18 on working days, so many else, in the `most` days before Monday."""
    hours = [MONDAY - HOUR * back for back in range(1, most * 24 + 1)]
    return {hour: by_day if hour.weekday() < 5 and 8 <= hour.hour < 18 else at_night for hour in hours}


def test_a_channel_that_is_new_or_nearly_still_has_no_rhythm_yet() -> None:
    assert rhythm.rates({}, MONDAY) is None
    assert rhythm.rates(weeks(6, most=6), MONDAY) is None
    assert rhythm.rates({MONDAY - HOUR * 400: 1, MONDAY - HOUR: 1}, MONDAY) is None
    assert rhythm.is_gap(None, MONDAY, MONDAY + HOUR * 100) is False


def test_three_usual_gaps_without_a_word_are_an_alarm_in_working_hours() -> None:
    """Six an hour: 10 minutes is the usual gap; what is said is said within 90 minutes, within 15 at 30 an hour."""
    usual = rhythm.rates(weeks(30), MONDAY)
    noon = MONDAY + HOUR * 12
    assert not rhythm.is_gap(usual, noon, noon + timedelta(minutes=9))
    assert rhythm.is_gap(usual, noon, noon + timedelta(minutes=15))
    slow = rhythm.rates(weeks(6), MONDAY)
    assert not rhythm.is_gap(slow, noon, noon + timedelta(minutes=30))
    assert rhythm.is_gap(slow, noon, noon + timedelta(minutes=90))


def test_a_night_and_a_weekend_without_a_word_are_not() -> None:
    usual = rhythm.rates(weeks(6), MONDAY)
    friday = MONDAY - HOUR * (2 * 24 + 6)
    assert friday.weekday() == 4 and friday.hour == 18
    assert not rhythm.is_gap(usual, friday, friday + HOUR * 13)
    assert rhythm.is_gap(usual, friday, MONDAY + HOUR * 14)


def test_chance_alone_rings_seldom() -> None:
    """Poisson arrivals at two an hour over 200 days: at most one false alarm in two weeks."""
    chance = random.Random(7)
    usual = rhythm.rates(weeks(2, at_night=2), MONDAY)
    assert usual is not None
    last, alarms = MONDAY, 0
    for _ in range(2 * 24 * 200):
        gap = timedelta(hours=chance.expovariate(2.0))
        alarms += rhythm.is_gap(usual, last, last + gap)
        last += gap
    assert 0 < alarms <= 2 * 24 * 200 * 0.006


@pytest.mark.parametrize("minutes", [1, 59, 60, 61, 600, 10_080])
def test_what_is_expected_adds_up_over_the_hours(minutes: int) -> None:
    begin = MONDAY + timedelta(minutes=17)
    flat = [3.0] * rhythm.WEEK
    assert rhythm.expected(flat, begin, begin + timedelta(minutes=minutes)) == pytest.approx(3 * minutes / 60)


def test_a_silence_of_months_costs_no_more_than_one_of_a_week() -> None:
    flat = [1.0] * rhythm.WEEK
    assert rhythm.expected(flat, MONDAY - HOUR * 90_000, MONDAY) == pytest.approx(168)

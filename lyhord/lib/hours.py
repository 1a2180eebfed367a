"""Opening hours: what a span of time is worth when only open hours count, exact to the second.

Hours are told in a place's own time, so a day of 0:00 to 24:00 has 23 or 25 hours when clocks change. All times that come
in and go out are aware; what goes out is UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from lyhord.lib.errors import LyhordError

DAY = 24 * 60  # minutes
FARTHEST = timedelta(hours=15)  # that a place's clock is from UTC
LONGEST_SHUT = 400  # days in a row; more than a year of closing means nobody opens at all

Span = tuple[int, int]  # minutes after midnight, opening below closing; 1 440 is the end of the day


class NeverOpen(LyhordError):
    """No opening hour lies ahead, so nothing can be due."""


@dataclass(frozen=True)
class Hours:
    """`week`: spans of Monday to Sunday, in order, none touching another. `dates`: days that differ, closed where empty."""

    zone: str
    week: tuple[tuple[Span, ...], ...]
    dates: tuple[tuple[date, tuple[Span, ...]], ...] = ()

    def spans(self, day: date) -> tuple[Span, ...]:
        return dict_of(self.dates).get(day, self.week[day.weekday()])


@lru_cache(maxsize=256)
def dict_of(dates: tuple[tuple[date, tuple[Span, ...]], ...]) -> dict[date, tuple[Span, ...]]:
    return dict(dates)


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=8192)
def open_on(hours: Hours, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """When it is open on that day, in UTC. A local hour that is skipped is worth nothing, one that comes twice counts twice."""
    midnight = datetime.combine(day, time(), UTC)  # as if the place were at Greenwich
    found = [
        (
            max(midnight + timedelta(minutes=opens) - offset, start),
            min(midnight + timedelta(minutes=closes) - offset, end),
        )
        for start, end, offset in offsets(hours.zone, day)
        for opens, closes in hours.spans(day)
    ]
    return tuple(sorted((start, end) for start, end in found if start < end))


@lru_cache(maxsize=8192)
def offsets(zone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The place's distance from UTC around that day: from when, until when, how much. Clocks change at most once in it."""
    midnight = datetime.combine(day, time(), UTC)
    start, end = midnight - FARTHEST, midnight + timedelta(1) + FARTHEST
    first, last = offset_at(zone, start), offset_at(zone, end)
    if first == last:
        return ((start, end, first),)
    early, late = start, end
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        early, late = (middle, late) if offset_at(zone, middle) == first else (early, middle)
    return ((start, late, first), (late, end, last))


def offset_at(zone: str, at: datetime) -> timedelta:
    return at.astimezone(zone_of(zone)).utcoffset() or timedelta(0)


def openings(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open spans from `start` on, the first cut where `start` lies in it. Raises NeverOpen when none comes."""
    start = start.astimezone(UTC)
    # A span may be told of the local day before or after the one of UTC; one day of margin finds it.
    day = start.astimezone(zone_of(hours.zone)).date() - timedelta(1)
    shut = 0
    while shut < LONGEST_SHUT:
        shut += 1
        for opens, closes in open_on(hours, day):
            if closes > start:
                shut = 0
                yield max(opens, start), closes
        day += timedelta(1)
    raise NeverOpen("No opening hours lie ahead. Set at least one open day.")


def is_open(hours: Hours, at: datetime) -> bool:
    opens, _closes = next(openings(hours, at))
    return opens <= at


def after(hours: Hours, start: datetime, worth: timedelta) -> datetime:
    """When `worth` of open time has passed since `start`; of no time at all, when it is open next."""
    left = worth
    for opens, closes in openings(hours, start):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NeverOpen("No opening hours lie ahead.")  # pragma: no cover - `openings` never ends


def between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Open time between two moments; none where the end lies before the start."""
    worth = timedelta(0)
    if end <= start:
        return worth
    try:
        for opens, closes in openings(hours, start):
            if opens >= end:
                break
            worth += min(closes, end) - opens
    except NeverOpen:
        pass
    return worth

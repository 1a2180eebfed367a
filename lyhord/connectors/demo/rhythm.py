"""When people write: the rhythm of a Nordic railway's customer service, open from 7 to 22, 5000 to 7000 posts a month."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Stockholm")
MONTHLY = 6000
# Posts by the hour of the day, as shares of the busiest: two rush hours, evenings longer than mornings.
HOURS = [4, 2, 1, 1, 2, 8, 28, 78, 92, 70, 58, 55, 58, 60, 66, 84, 100, 96, 78, 64, 55, 44, 22, 10]
WEEKDAYS = [1.12, 1.05, 1.03, 1.06, 1.2, 0.78, 0.84]  # Monday first
HOURS_OF_A_MONTH = 30.4 * 24
MEAN = sum(HOURS) / 24 * sum(WEEKDAYS) / 7


def weight(at: datetime) -> float:
    """How busy a moment is, 0 to about 1.2."""
    local = at.astimezone(ZONE)
    return HOURS[local.hour] / 100 * WEEKDAYS[local.weekday()]


def hourly(at: datetime, monthly: int = MONTHLY) -> float:
    """Posts an hour to expect at that moment."""
    return weight(at) * 100 / MEAN * monthly / HOURS_OF_A_MONTH


def moments(since: datetime, until: datetime, count: int, dice: random.Random) -> list[datetime]:
    """`count` moments in between, as dense as the rhythm, in order."""
    found: list[datetime] = []
    length = (until - since).total_seconds()
    while len(found) < count:
        at = since + timedelta(seconds=dice.uniform(0, length))
        if dice.uniform(0, 1.3) < weight(at):
            found.append(at)
    return sorted(found)


def arrivals(
    since: datetime, until: datetime, dice: random.Random, monthly: int = MONTHLY
) -> Iterator[datetime]:
    """Moments one after the other as a month of `monthly` posts would bring them."""
    busiest = hourly_most(monthly)
    at = since
    while True:
        at += timedelta(hours=dice.expovariate(busiest))
        if at >= until:
            return
        if dice.random() * busiest < hourly(at, monthly):
            yield at


def hourly_most(monthly: int) -> float:
    return max(HOURS) * max(WEEKDAYS) / MEAN * monthly / HOURS_OF_A_MONTH

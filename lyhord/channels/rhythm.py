"""How much usually comes in, by hour of the week, and whether this silence is longer than that allows.

Counted rather than timed: three hours without a word are ordinary on a Sunday night and an alarm on a Monday morning.
If posts come by themselves and `expected` of them were due, the chance of none is e to the minus `expected`: at six, one
in four hundred. Three times the usual gap of a channel is reached well before.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
WEEK = 7 * 24  # hours
KEPT = timedelta(days=28)  # of what was heard
KNOWN_AFTER = timedelta(days=7)  # before that we do not know what is usual
FEWEST = 30  # posts, for the same reason
TOO_MANY = 6.0  # posts that should have come
SHORTEST = timedelta(minutes=10)  # of a silence that is told of; a network may be late

Rates = Sequence[float]  # posts an hour, for each hour of the week from Monday 00:00 UTC


def hour_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def place_of(hour: datetime) -> int:
    return hour.weekday() * 24 + hour.hour


def rates(counts: Mapping[datetime, int], now: datetime) -> Rates | None:
    """Posts an hour from what was heard in whole hours before `now` (UTC); None: too little to tell.

    Each hour is blended with its neighbours and with the same hour of other days, since four weeks give only four readings
    of it; but it never counts for more than it had itself, so that a night stays a night beside a busy evening.
    """
    end = hour_of(now)
    heard = {hour: count for hour, count in counts.items() if end - KEPT <= hour < end}
    if not heard or sum(heard.values()) < FEWEST or end - min(heard) < KNOWN_AFTER:
        return None
    hours = int((end - min(heard)) / HOUR)
    seen, posts = [0] * WEEK, [0] * WEEK
    for back in range(1, hours + 1):
        place = place_of(end - HOUR * back)
        seen[place] += 1
        posts[place] += heard.get(end - HOUR * back, 0)
    alone = [posts[place] / seen[place] if seen[place] else 0.0 for place in range(WEEK)]
    daily = [
        sum(posts[place] for place in range(hour, WEEK, 24))
        / max(1, sum(seen[place] for place in range(hour, WEEK, 24)))
        for hour in range(24)
    ]
    smooth = [sum(alone[(place + step) % WEEK] for step in (-1, 0, 1)) / 3 for place in range(WEEK)]
    return [min(alone[place], (smooth[place] + daily[place % 24]) / 2) for place in range(WEEK)]


def expected(usual: Rates, begin: datetime, end: datetime) -> float:
    """How many posts usually come between two moments (UTC). Silences of over a week count as a week."""
    begin = max(begin, end - HOUR * WEEK)
    total = 0.0
    while begin < end:
        until = min(end, hour_of(begin) + HOUR)
        total += usual[place_of(hour_of(begin))] * ((until - begin) / HOUR)
        begin = until
    return total


def is_gap(usual: Rates | None, last: datetime | None, now: datetime) -> bool:
    """Whether nothing since `last` means that something is wrong."""
    if usual is None or last is None or now - last < SHORTEST:
        return False
    return expected(usual, last, now) >= TOO_MANY

"""What YouTube counts, and how often we may ask. Pure.

Source: "YouTube Data API (v3) - Quota Calculator" (determine_quota_cost), developers.google.com; read 2026-11-22: lists
cost 1 unit a page, insert, update, delete and setModerationStatus 50; 10 000 units a day unless Google granted more.
"""

from datetime import timedelta

from lyhord.channels.contract import AccountSide, Price
from lyhord.lib.text import N_

USUAL = 10_000  # units a day
READ, WRITE = 1, 50
A_POLL = 2  # the newest comments, and those that are held
A_SWEEP = 12  # ten pages further back, and the two other queues
SWEEP_EVERY = timedelta(hours=1)
SHARE = 5  # reading takes at most one part in so many; the rest is for answers
DAY = timedelta(days=1)
SOONEST, LATEST = timedelta(seconds=60), timedelta(hours=1)
PRICE = Price(
    WRITE, N_("quota units"), N_("Of the day's quota; answers, edits and moderation cost 50 units each.")
)
READING = Price(READ, N_("quota units"), N_("Reading a page costs 1 quota unit, anything else 50."))


def daily(account: AccountSide) -> int:
    """Units a day, as the operator told."""
    told = str(account.settings.get("daily_quota") or "").strip()
    return (
        int(told) if told.isascii() and told.isdecimal() and int(told[:9]) > 0 and len(told) < 10 else USUAL
    )


def poll_every(account: AccountSide) -> timedelta:
    """So that a day's polls and sweeps take no more than their share."""
    for_polls = daily(account) / SHARE - A_SWEEP * (DAY / SWEEP_EVERY)
    if for_polls <= 0:
        return LATEST
    return max(SOONEST, min(LATEST, timedelta(seconds=round(DAY.total_seconds() * A_POLL / for_polls))))


def reading_a_day(account: AccountSide) -> int:
    """Units that reading takes in a day."""
    return round(A_POLL * (DAY / poll_every(account)) + A_SWEEP * (DAY / SWEEP_EVERY))


def writes_a_day(account: AccountSide) -> int:
    """Answers and moderation that the rest of the quota allows."""
    return max(0, (daily(account) - reading_a_day(account)) // WRITE)

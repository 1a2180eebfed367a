"""What last week would have looked like with a target: how many would have been answered and resolved in time, by account."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from lyhord.channels.models import Account
from lyhord.desk import promises
from lyhord.desk.models import Conversation, Target
from lyhord.desk.promises import Matter
from lyhord.desk.queries import hours as plans
from lyhord.desk.queries import stories
from lyhord.desk.reckoning import BREACHED, FIRST, RESOLUTION, reckon

WEEK = timedelta(days=7)
MOST = 2000  # the newest of the week


@dataclass(frozen=True)
class Kept:
    account: str
    conversations: int
    first: float | None  # share in time; None: it promises nothing, or there was none
    resolution: float | None


def last_week(target: Target, accounts: list[Account], now: datetime) -> list[Kept]:
    """`target` need not be saved. What still waits counts as kept until its time is over."""
    rows = Conversation.objects.filter(
        account__in=accounts,
        brand=target.brand_id,
        opened_at__gte=now - WEEK,
        opened_at__lte=now,
        is_spam=False,
    )
    found = [row for row in rows.order_by("-opened_at")[:MOST] if promises.fits(target, matter(row))]
    kept = plans.plan([target.brand_id], now - WEEK, now)
    told = stories.stories(found)
    counts: Counter[tuple[int, str]] = Counter()
    for row in found:
        counts[row.account_id, "all"] += 1
        for which in (FIRST, RESOLUTION):
            reading = reckon(which, told[row.pk], kept.rule(row, target, which), now)
            counts[row.account_id, which] += reading.stage(now, is_decided=True) < BREACHED
    return [line(account, counts, target) for account in accounts if counts[account.pk, "all"]]


def matter(row: Conversation) -> Matter:
    return Matter(row.account_id, row.kind, row.flow, row.is_urgent, row.needs_answer, row.is_spam)


def line(account: Account, counts: Counter[tuple[int, str]], target: Target) -> Kept:
    n = counts[account.pk, "all"]
    return Kept(
        account.name,
        n,
        counts[account.pk, FIRST] / n if target.first is not None else None,
        counts[account.pk, RESOLUTION] / n if target.resolution is not None else None,
    )

"""How much of what comes in each network brings, week by week: on whom we depend, and whether that grows (CH-43)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, IntegerField, Sum, Value, When

from lyhord.channels import queries
from lyhord.channels.models import Heard
from lyhord.staff.models import User

WEEKS = 4  # as long as `Heard` is kept
WEEK = timedelta(days=7)
STEADY = 0.05  # of all posts: a smaller change is none
FEWEST = 20  # posts in a half: a share of less says nothing of where it goes


@dataclass(frozen=True)
class Share:
    """One network among all. Shares are parts of 1."""

    connector: str
    posts: int
    share: float  # of all four weeks
    weeks: tuple[float, ...]  # the oldest first; the last one ends now
    trend: str  # up | down | steady | "": too little to tell


def shares(user: User, now: datetime) -> list[Share]:
    """Of the accounts that she sees, retired ones too; the largest first. Rehearsals do not count."""
    week = Case(
        *(
            When(hour__gt=now - WEEK * (WEEKS - n), hour__lte=now - WEEK * (WEEKS - n - 1), then=Value(n))
            for n in range(WEEKS)
        ),
        output_field=IntegerField(),
    )
    accounts = queries.accounts_visible_to(user).filter(is_rehearsal=False)
    rows = Heard.objects.filter(account__in=accounts, hour__gt=now - WEEK * WEEKS, hour__lte=now)
    counted = rows.annotate(week=week).values_list("account__connector", "week").annotate(n=Sum("posts"))
    return told((connector, week, n) for connector, week, n in counted.order_by())


def told(counted: Iterable[tuple[str, int, int]]) -> list[Share]:
    """(network, week from 0 on, posts)."""
    by_network: dict[str, list[int]] = {}
    totals = [0] * WEEKS
    for connector, week, n in counted:
        by_network.setdefault(connector, [0] * WEEKS)[week] += n
        totals[week] += n
    found = [
        Share(
            connector,
            sum(posts),
            sum(posts) / sum(totals),
            tuple(n / of if of else 0.0 for n, of in zip(posts, totals, strict=True)),
            trend(posts, totals),
        )
        for connector, posts in by_network.items()
        if sum(posts)
    ]
    return sorted(found, key=lambda share: (-share.posts, share.connector))


def trend(posts: list[int], totals: list[int]) -> str:
    """The newer half beside the older one."""
    half = WEEKS // 2
    before, after = sum(totals[:half]), sum(totals[half:])
    if min(before, after) < FEWEST:
        return ""
    moved = sum(posts[half:]) / after - sum(posts[:half]) / before
    return "up" if moved >= STEADY else "down" if moved <= -STEADY else "steady"

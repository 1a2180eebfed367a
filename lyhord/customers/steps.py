"""What the worker does here: who wrote the posts that came in."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db.models import Q

from lyhord.channels.models import Account
from lyhord.customers import actions
from lyhord.customers.actions.tying import Said
from lyhord.customers.models import Authorship, Identity
from lyhord.intake.models import Post, PostChange, Report
from lyhord.lib import work
from lyhord.web import marks

MARK = "customers.tied"
FILLED = "customers.filled"
SETTLED = timedelta(minutes=2)  # longer than any transaction that writes posts
BATCH = 500
COLUMNS = ("pk", "account", "author", "handle", "name", "author_facts", "at", "is_own")


def tie_authors(now: datetime) -> int:
    """Tie posts to their authors; how many were tied."""
    return tie_new(now) + tie_filled(now) + take_author_news(now)


def tie_new(now: datetime) -> int:
    before = marks.get(MARK)
    rows, mark = work.without_receipt(
        Post.objects.values_list(*COLUMNS),
        Authorship.objects.all(),
        link="post",
        after=before,
        settled=Q(stored_at__lt=now - SETTLED),
        most=BATCH,
    )
    if rows:
        actions.tie(said(rows), now)
    if mark > before:
        marks.put(MARK, mark)
    return len(rows)


def said(rows: Collection[tuple[Any, ...]]) -> list[Said]:
    """With one object for each account, not for each post."""
    accounts = Account.objects.in_bulk({row[1] for row in rows})
    return [Said(row[0], accounts[row[1]], *row[2:]) for row in rows]


def tie_filled(now: datetime) -> int:
    """Placeholders had nobody's name; now their posts have come."""
    after = marks.get(FILLED)
    changes = PostChange.objects.filter(pk__gt=after, what="filled").order_by("pk")[:BATCH]
    found = dict(changes.values_list("pk", "post_id"))
    if not found:
        return 0
    actions.tie(said(Post.objects.filter(pk__in=set(found.values())).values_list(*COLUMNS)), now)
    marks.put(FILLED, max(found))
    return len(found)


def take_author_news(now: datetime) -> int:
    """New handles and names that a network told of by themselves."""
    untaken = Report.objects.filter(kind="author", taken_at=None).select_related("account")
    reports = list(untaken.order_by("pk")[:BATCH])
    for report in reports:
        told = orjson.loads(report.text) if report.text else {}
        news = {name: told[name] for name in ("handle", "name", "profile", "followers") if told.get(name)}
        if isinstance(told.get("blocks_us"), bool):
            news["blocks_us"] = told["blocks_us"]
        place = {
            "brand": report.account.brand_id,
            "connector": report.account.connector,
            "native": report.person,
        }
        if news:
            Identity.objects.filter(**place).update(**news)
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(taken_at=now)
    return len(reports)

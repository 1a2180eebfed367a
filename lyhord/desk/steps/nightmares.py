"""Cases that go badly for the customer are flagged for the lead: long waits, many hands, answers off the shelf (TR-07)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from lyhord.desk.actions import changing, notifications
from lyhord.desk.actions.changing import Change
from lyhord.desk.models import IN_WORK, Conversation, Nightmare, Ownership, RoutingPolicy, Turn
from lyhord.desk.queries import leads, shelf
from lyhord.staff.models import Brand
from lyhord.web import marks

MARK = "desk.flag_nightmares"
MOST = 100
MOST_NEWS = 5_000
BACK = 500  # rows below the mark that are looked at again: one may have been committed late


def flag_nightmares(now: datetime) -> int:
    """Gives how many were flagged."""
    limits = {brand: RoutingPolicy(brand_id=brand) for brand in Brand.objects.values_list("pk", flat=True)}
    limits |= {policy.brand_id: policy for policy in RoutingPolicy.objects.all()}
    found: dict[int, dict[str, Any]] = {}
    for brand, policy in limits.items():
        for row, hours in waits(brand, policy, now):
            found.setdefault(row, {})["wait"] = hours
    for row, told in of_those_that_moved(limits).items():
        found.setdefault(row, {}).update(told)
    for pk, reasons in found.items():
        flag(pk, reasons, now)
    return len(found)


def calm(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return rows.filter(IN_WORK, nightmare=None)


def waits(brand: int, policy: RoutingPolicy, now: datetime) -> list[tuple[int, int]]:
    """(conversation, hours) of who has waited longer than the limit."""
    if not policy.nightmare_hours:
        return []
    since = now - timedelta(hours=policy.nightmare_hours)
    rows = calm(
        Conversation.objects.filter(brand=brand, waiting_since__lte=since, account__is_rehearsal=False)
    )
    told = rows.order_by("waiting_since").values_list("pk", "waiting_since")[:MOST]
    return [(pk, int((now - at).total_seconds() // 3600)) for pk, at in told if at is not None]


def of_those_that_moved(limits: dict[int, RoutingPolicy]) -> dict[int, dict[str, Any]]:
    """Of conversations that changed hands or were answered since the last look."""
    moved = news("owners", Ownership.objects.all()) | news(
        "answers", Turn.objects.filter(dispatch__isnull=False)
    )
    rows = dict(calm(Conversation.objects.filter(pk__in=moved)).values_list("pk", "brand"))
    if not rows:
        return {}
    most = {pk: limits[brand].nightmare_transfers for pk, brand in rows.items()}
    found = over(transfers(rows), most, "transfers")
    most = {pk: limits[brand].nightmare_share for pk, brand in rows.items()}
    for pk, told in over(shelf.shares(rows), most, "share").items():
        found.setdefault(pk, {}).update(told)
    return found


def news(name: str, things: QuerySet[Any]) -> set[int]:
    """Conversations of rows that came since the last look."""
    mark = marks.get(f"{MARK}.{name}")
    rows = things.filter(pk__gt=max(0, mark - BACK)).order_by("pk").values_list("pk", "conversation")
    found = list(rows[:MOST_NEWS])
    if found:
        marks.put(f"{MARK}.{name}", found[-1][0])
    return {conversation for _pk, conversation in found} if found and found[-1][0] > mark else set()


def transfers(rows: Iterable[int]) -> dict[int, int]:
    """How often each went to another person after the first."""
    counted = Ownership.objects.filter(conversation__in=list(rows)).values_list("conversation")
    return {pk: n - 1 for pk, n in counted.annotate(n=Count("pk")).order_by()}


def over(figures: dict[int, int], limits: dict[int, int], name: str) -> dict[int, dict[str, Any]]:
    return {pk: {name: n} for pk, n in figures.items() if limits[pk] and n > limits[pk]}


def flag(pk: int, reasons: dict[str, Any], now: datetime) -> None:
    changing.change(Conversation(pk=pk), flagging, "nightmare", "route", by=None, now=now, reasons=reasons)


def flagging(step: Change, *, reasons: dict[str, Any]) -> None:
    row, made = Nightmare.objects.get_or_create(
        conversation=step.conversation, defaults={"reasons": reasons, "at": step.now}
    )
    if not made:
        return
    notifications.tell_all(leads.leads_of(step.conversation.account), "other", step.conversation, step.now)
    step.tell("nightmare", **row.reasons)

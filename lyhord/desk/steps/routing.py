"""Each new conversation is routed once; what found nobody is looked at again while it waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from lyhord.desk.actions import changing
from lyhord.desk.actions import routing as giving
from lyhord.desk.matching import Facts, Router, Verdict
from lyhord.desk.models import Capacity, Conversation, Routing, RoutingPolicy, RoutingRule, Status
from lyhord.desk.queries import routing as queries
from lyhord.desk.queries.hands import Hands
from lyhord.lib import work
from lyhord.web import marks

MARK = "desk.route"
LOCK = 7_541
MOST = 200
MOST_QUEUED = 100
BACK = 1_000  # ids below the mark that are looked at again: one of them may have been committed late
AGAIN = timedelta(seconds=30)
NOTHING = Q(pk__in=[])


@dataclass
class Round:
    """What a batch needs, read once."""

    policies: dict[int, RoutingPolicy]
    now: datetime
    routers: dict[int, Router] = field(init=False)
    hands: Hands = field(init=False)
    has_topics: bool = field(init=False)
    rules: dict[int, tuple[int, str]] = field(init=False)
    versions: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.routers = queries.routers(self.policies)
        self.hands = Hands(self.policies.values())
        self.has_topics = giving.has_topics()
        rows = RoutingRule.objects.filter(brand__in=self.policies, removed_at=None)
        self.rules, self.versions, place = {}, {}, dict.fromkeys(self.policies, 0)
        for rule in rows.order_by("position", "pk"):
            place[rule.brand_id] += 1
            self.rules[rule.pk] = (place[rule.brand_id], rule.name)
            self.versions[rule.pk] = rule.version

    def verdict(self, row: Conversation, facts: Facts) -> Verdict:
        router = self.routers.get(row.brand_id)
        return router.verdict(facts) if router is not None else Verdict()


def route(now: datetime) -> int:
    """Route a batch; gives how many conversations were looked at."""
    policies = at_work()
    if not policies:
        return 0
    return fresh(policies, now) + queued(policies, now)


def at_work() -> dict[int, RoutingPolicy]:
    """Of brands that give by themselves or have a rule that is on. Mostly none, and then this is all."""
    rows = RoutingPolicy.objects.filter(
        Q(is_on=True) | Q(brand__in=RoutingRule.objects.filter(is_on=True, removed_at=None).values("brand"))
    )
    return {policy.brand_id: policy for policy in rows}


def things(policies: Iterable[RoutingPolicy]) -> QuerySet[Conversation]:
    """Those that came after the brand began to route, and not from another system, where they were given already."""
    wanted = NOTHING
    for policy in policies:
        wanted |= Q(brand=policy.brand_id, pk__gt=policy.after)
    return Conversation.objects.filter(wanted, account__is_history=False)


@transaction.atomic
def fresh(policies: dict[int, RoutingPolicy], now: datetime) -> int:
    work.in_order(LOCK)
    after = max(0, marks.get(MARK) - BACK)
    found, mark = work.without_receipt(
        things(policies.values()).values_list("pk", flat=True),
        Routing.objects.all(),
        link="conversation",
        after=after,
        settled=Q(pk__gt=0),
        most=MOST,
    )
    if found:
        receipts = [Routing(**told) for told in route_all(found, policies, now)]
        Routing.objects.bulk_create(receipts)
    marks.put(MARK, mark)
    return len(found)


def route_all(
    ids: Sequence[int], policies: dict[int, RoutingPolicy], now: datetime
) -> list[dict[str, object]]:
    """Give them in the order of their ids, each with what the ones before took; the receipts as plain columns."""
    rows = list(changing.locked(ids))
    batch = Round(policies, now)
    facts = queries.facts(rows, queries.asked_by(batch.routers.values()))
    formers = queries.formers(rows, policies)
    made = []
    for row in sorted(rows, key=urgency):
        plan = giving.planned(
            row, batch.verdict(row, facts[row.pk]), batch.hands, policies[row.brand_id],
            facts[row.pk].own_topic, formers.get(row.pk, 0), has_topics=batch.has_topics,
        )  # fmt: skip
        carry_out(row, plan, batch)
        made.append(columns(giving.receipt(row, plan, batch.versions, now)))
    return made


def urgency(row: Conversation) -> tuple[int, datetime, int]:
    """Who is most urgent and has waited longest is given first."""
    return -row.current_priority, row.waiting_since or row.last_at, row.pk


def columns(receipt: Routing) -> dict[str, object]:
    return {column.attname: getattr(receipt, column.attname) for column in Routing._meta.concrete_fields}


def carry_out(row: Conversation, plan: giving.Plan, batch: Round) -> None:
    changing.applied(
        row, giving.routing, "route", by=None, now=batch.now, plan=plan, hands=batch.hands, rules=batch.rules
    )
    hand = plan.choice.hand
    if hand is not None:
        hand.held, hand.last_given_at = hand.held + 1, batch.now
        Capacity.objects.update_or_create(user_id=hand.id, defaults={"last_given_at": batch.now})


# What found nobody ------------------------------------------------------------------------------------------------


@transaction.atomic
def queued(policies: dict[int, RoutingPolicy], now: datetime) -> int:
    """Those whose turn it is to be tried again, the most urgent first; what was settled otherwise leaves the queue."""
    due = Routing.objects.filter(state=Routing.QUEUED, retry_at__lte=now)
    if not due.exists():
        return 0
    work.in_order(LOCK)
    ids = list(due.order_by("retry_at", "pk").values_list("pk", flat=True)[:MOST_QUEUED])
    rows = [row for row in changing.locked(ids) if row.brand_id in policies]
    settled = [row.pk for row in rows if not waits_for_owner(row)]
    Routing.objects.filter(pk__in=settled).update(state=Routing.DONE, needs_owner=False, retry_at=None)
    Routing.objects.filter(pk__in=set(ids) - set(settled)).update(retry_at=now + AGAIN)
    again = [row for row in rows if waits_for_owner(row)]
    if again:
        try_again(again, policies, now)
    return len(settled)


def waits_for_owner(row: Conversation) -> bool:
    return row.assignee_id is None and not row.is_spam and row.status != Status.CLOSED


def try_again(rows: list[Conversation], policies: dict[int, RoutingPolicy], now: datetime) -> None:
    batch = Round(policies, now)
    topics = queries.own_topics_of([row.pk for row in rows])
    formers = queries.formers(rows, policies)
    receipts = Routing.objects.in_bulk([row.pk for row in rows])
    for row in sorted(rows, key=urgency):
        before = receipts[row.pk]
        verdict = Verdict(
            rules=[before.rule_id] if before.rule_id else [],
            then={name: before.wanted[name] for name in ("team", "person") if name in before.wanted},
        )
        former = before.wanted.get("former") or formers.get(row.pk, 0)
        plan = giving.planned(
            row, verdict, batch.hands, policies[row.brand_id], topics.get(row.pk, 0), former,
            has_topics=batch.has_topics,
        )  # fmt: skip
        if plan.choice.hand is not None or changed(before, plan, row):
            carry_out(row, plan, batch)
            settle(before, plan, now)
        elif not plan.is_queued:  # it is looked at again by a brand that gives nothing by itself
            settle(before, plan, now)


def changed(before: Routing, plan: giving.Plan, row: Conversation) -> bool:
    """Whether there is something new to tell of one that still has nobody."""
    return before.needs_owner != plan.needs_owner or bool(plan.team and plan.team != row.team_id)


def settle(before: Routing, plan: giving.Plan, now: datetime) -> None:
    hand = plan.choice.hand
    Routing.objects.filter(pk=before.pk).update(
        state=Routing.QUEUED if plan.is_queued else Routing.DONE,
        needs_owner=plan.needs_owner,
        why=plan.choice.why[:10],
        person=hand.id if hand is not None else F("person"),
        at=now,
        retry_at=now + AGAIN if plan.is_queued else None,
    )

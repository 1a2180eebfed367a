"""What rules are asked about: conversations told as plain facts, and the rules of a brand, compiled."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db.models import Count, Max, QuerySet

from lyhord.desk.matching import CHOICES, FLOORS, WORDS, Facts, Router, Rule
from lyhord.desk.models import Conversation, RoutingPolicy, RoutingRule, RoutingRuleVersion, Strand, Turn
from lyhord.desk.queries import hours
from lyhord.lib.hours import is_open
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User
from lyhord.triage.models import Assessment

MOST_WORDS = 5_000  # characters of a conversation's newest words


def rules_visible_to(user: User) -> QuerySet[RoutingRule]:
    return RoutingRule.objects.filter(brand__in=staff.brands_visible_to(user), removed_at=None)


def rules_of(brand: Brand) -> list[RoutingRule]:
    rows = RoutingRule.objects.filter(brand=brand, removed_at=None)
    return list(rows.select_related("by").order_by("position", "pk"))


def policy_of(brand: Brand) -> RoutingPolicy:
    """As kept, else as it would be."""
    rows = RoutingPolicy.objects.select_related("fallback_team", "fallback_person")
    return rows.filter(brand=brand).first() or RoutingPolicy(brand=brand)


def versions(rule: RoutingRule) -> list[RoutingRuleVersion]:
    return list(rule.versions.select_related("by").order_by("-pk")[:50])


def plain(rule: RoutingRule) -> Rule:
    return Rule(rule.pk, rule.when, rule.then, rule.goes_on)


def compiled(rules: Iterable[RoutingRule]) -> Router:
    return Router(plain(rule) for rule in rules)


def routers(brands: Iterable[int]) -> dict[int, Router]:
    """The rules that are on, of each brand."""
    rows = RoutingRule.objects.filter(brand__in=list(brands), is_on=True, removed_at=None)
    found: dict[int, list[RoutingRule]] = {}
    for rule in rows.order_by("position", "pk"):
        found.setdefault(rule.brand_id, []).append(rule)
    return {brand: compiled(rules) for brand, rules in found.items()}


def asked_by(routers: Iterable[Router]) -> set[str]:
    """Which conditions any rule has: what nobody asks is not read."""
    rules = [rule for router in routers for rule in router.rules]
    return {name for name in (*CHOICES, *FLOORS, WORDS) if any(rule.when.get(name) for rule in rules)}


def facts(rows: Sequence[Conversation], asked: set[str]) -> dict[int, Facts]:
    """Of conversations with their accounts; each further thing is one statement for all of them."""
    ids = [row.pk for row in rows]
    followers = followers_of(ids) if "followers_from" in asked else {}
    earlier = earlier_of(rows) if asked & {"earlier_from", "customers"} else {}
    texts = texts_of(ids) if WORDS in asked else {}
    topics = own_topics_of(ids)
    open_ones = open_when_said(rows) if "hours" in asked else {}
    found = {row.pk: told(row, followers, earlier, texts, topics) for row in rows}
    return {pk: replace(one, hours=open_ones.get(pk, "")) for pk, one in found.items()}


def open_when_said(rows: Sequence[Conversation]) -> dict[int, str]:
    """Whether we were open at her newest word; who keeps no hours is always open."""
    if not rows:
        return {}
    times = [row.last_at for row in rows]
    plan = hours.plan({row.brand_id for row in rows}, min(times), max(times))
    found = {}
    for row in rows:
        kept = plan.hours(row.brand_id, row.account_id)
        found[row.pk] = "open" if kept is None or is_open(kept, row.last_at) else "closed"
    return found


def told(
    row: Conversation,
    followers: dict[int, int],
    earlier: dict[int, int],
    texts: dict[int, str],
    topics: dict[int, int],
) -> Facts:
    return Facts(
        kind=row.kind, topic=row.topic, own_topic=topics.get(row.pk, 0), language=row.lang.partition("-")[0],
        account=row.account_id, network=row.account.connector, flow=row.flow, use=row.use, purpose=row.purpose,
        sentiment=row.sentiment, place="public" if row.is_public else "private",
        customer="known" if earlier.get(row.pk) else "new", followers=followers.get(row.pk, 0),
        priority=row.current_priority, earlier=earlier.get(row.pk, 0),
        text=texts.get(row.pk, ""),
    )  # fmt: skip


def followers_of(ids: Sequence[int]) -> dict[int, int]:
    rows = Strand.objects.filter(conversation__in=ids).values_list("conversation")
    return {pk: most or 0 for pk, most in rows.annotate(most=Max("identity__followers")).order_by()}


def earlier_of(rows: Sequence[Conversation]) -> dict[int, int]:
    """Matters that the customer had before this one."""
    customers = {row.customer_id for row in rows}
    counted = Conversation.objects.filter(customer__in=customers).values_list("customer")
    counts = dict(counted.annotate(n=Count("pk")).order_by())
    return {row.pk: counts.get(row.customer_id, 1) - 1 for row in rows}


def texts_of(ids: Sequence[int]) -> dict[int, str]:
    """Her words, the newest first, as far as rules look."""
    hers = Turn.objects.filter(conversation__in=ids, post__is_own=False, post__deleted_at=None)
    found: dict[int, str] = {}
    for pk, title, text in hers.order_by("-pk").values_list("conversation", "post__title", "post__text"):
        if len(found.get(pk, "")) < MOST_WORDS:
            found[pk] = f"{found.get(pk, '')}\n{title}\n{text}"
    return {pk: text[: MOST_WORDS * 2] for pk, text in found.items()}


def own_topics_of(ids: Sequence[int]) -> dict[int, int]:
    """The newest own topic of each."""
    rows = Assessment.objects.filter(post__turn__conversation__in=ids, own_topic__isnull=False)
    return dict(rows.order_by("post__at", "pk").values_list("post__turn__conversation", "own_topic"))


def formers(rows: Sequence[Conversation], policies: dict[int, RoutingPolicy]) -> dict[int, int]:
    """Who had the customer's last matter: conversation -> person."""
    wanted = {row.customer_id for row in rows if policies[row.brand_id].sticky_days}
    if not wanted:
        return {}
    since = min(row.last_at for row in rows) - timedelta(
        days=max(one.sticky_days for one in policies.values())
    )
    had = Conversation.objects.filter(customer__in=wanted, assignee__isnull=False, last_at__gte=since)
    last: dict[int, tuple[int, float]] = {}
    for customer, person, at in had.order_by("last_at").values_list("customer", "assignee", "last_at"):
        last[customer] = (person or 0, at.timestamp())
    found = {}
    for row in rows:
        person, when = last.get(row.customer_id, (0, 0.0))
        if person and row.last_at.timestamp() - when <= policies[row.brand_id].sticky_days * 86_400:
            found[row.pk] = person
    return found

"""What a rule would have done to the conversations of last week: counted, with samples, and nothing changed."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lyhord.channels import queries as channels
from lyhord.desk.matching import Router
from lyhord.desk.models import Conversation, RoutingRule
from lyhord.desk.queries import routing
from lyhord.staff.models import User

BACK = timedelta(days=7)
MOST = 5_000  # the newest; a trial takes a few seconds at most
BATCH = 500
SAMPLES = 8


@dataclass(frozen=True)
class Sample:
    id: int
    number: int
    subject: str
    is_other: bool  # another rule took it without this one


@dataclass
class Trial:
    """`took`: conversations that this rule would have taken part in."""

    looked_at: int = 0
    is_all: bool = True  # False: only the newest were looked at
    took: int = 0
    stopped: int = 0  # of these, those that rules behind it would not have seen
    instead: Counter[int] = field(default_factory=Counter)  # rule that takes them today (0: none) -> how many
    to: Counter[tuple[str, int]] = field(default_factory=Counter)  # ("team", 5) -> how many
    samples: list[Sample] = field(default_factory=list)


def tried(rule: RoutingRule, user: User, now: datetime) -> Trial:
    """Of the accounts that she sees. `rule` counts as on, in its place among those that are."""
    others = [one for one in routing.rules_of(rule.brand) if one.is_on and one.pk != rule.pk]
    among = sorted([*others, rule], key=lambda one: (one.position, one.pk))
    with_it, without = routing.compiled(among), routing.compiled(others)
    accounts = channels.account_ids_visible_to(user)
    rows = Conversation.objects.filter(
        brand=rule.brand, account__in=accounts, opened_at__gte=now - BACK, is_spam=False
    )
    newest = list(rows.order_by("-opened_at").values_list("pk", flat=True)[: MOST + 1])
    found = Trial(is_all=len(newest) <= MOST)
    for start in range(0, min(len(newest), MOST), BATCH):
        look(found, newest[start : start + BATCH][: MOST - start], rule, with_it, without)
    return found


def look(found: Trial, ids: list[int], rule: RoutingRule, with_it: Router, without: Router) -> None:
    rows = list(Conversation.objects.filter(pk__in=ids).select_related("account").order_by("-opened_at"))
    facts = routing.facts(rows, routing.asked_by([with_it, without]))
    for row in rows:
        found.looked_at += 1
        verdict = with_it.verdict(facts[row.pk])
        if rule.pk not in verdict.rules:
            continue
        today = without.verdict(facts[row.pk]).rules
        found.took += 1
        found.stopped += not rule.goes_on
        found.instead[today[0] if today else 0] += 1
        for name in ("team", "person", "needs_owner"):
            if name in verdict.then:
                found.to[name, int(verdict.then[name])] += 1
        if len(found.samples) < SAMPLES:
            words = row.subject or row.snippet
            found.samples.append(Sample(row.pk, row.number, words, bool(today)))

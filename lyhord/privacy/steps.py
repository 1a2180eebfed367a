"""Let go what is older than its rule says, in batches, and say what went."""

from datetime import datetime, timedelta

from django.db.models import F

from lyhord.privacy import actions
from lyhord.privacy.models import Rule
from lyhord.staff import audit

BATCH = 200


def retain(now: datetime) -> int:
    """One batch of each kind; gives how many rows went. Until none is left the worker comes again."""
    known = actions.ages()
    removed = 0
    for rule in Rule.objects.exclude(days=None).order_by("kind"):
        if rule.kind not in known or rule.days is None:
            continue
        _label, part = known[rule.kind]
        gone = part.expire(rule.kind, now - timedelta(days=rule.days), now, BATCH)
        if gone:
            Rule.objects.filter(pk=rule.pk).update(removed=F("removed") + gone, last_at=now)
            audit.record(
                "retention.removed", None, by=None, now=now, kind=rule.kind, rows=gone, days=rule.days
            )
        removed += gone
    return removed


def would_go(now: datetime) -> dict[str, int]:
    """How many rows of each kind are over their time, without touching any."""
    known = actions.ages()
    rules = Rule.objects.exclude(days=None).order_by("kind")
    return {
        rule.kind: known[rule.kind][1].aged(rule.kind, now - timedelta(days=rule.days or 0)).count()
        for rule in rules
        if rule.kind in known
    }

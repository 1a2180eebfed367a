"""What the worker does here: looks now and then whether accounts still work, and renews what can be renewed."""

from datetime import datetime, timedelta

from django.db.models import Q

from lyhord.channels import actions
from lyhord.channels.models import Account, State

EVERY = timedelta(hours=6)
SOON = timedelta(days=1)  # before a token ends it is looked at each hour
EVERY_SOON = timedelta(hours=1)


def wanted(now: datetime) -> Q:
    is_old = Q(checked_at=None) | Q(checked_at__lte=now - EVERY)
    ends_soon = Q(expires_at__lte=now + SOON, checked_at__lte=now - EVERY_SOON)
    return Q(state__in=[State.ACTIVE, State.BROKEN]) & (is_old | ends_soon)


def due_checks(now: datetime) -> list[tuple[int, int]]:
    """(account, account): one call an account."""
    rows = Account.objects.filter(wanted(now)).order_by("checked_at", "pk")
    return [(pk, pk) for pk in rows.values_list("pk", flat=True)[:100]]


def check(account_id: int, now: datetime) -> bool:
    """Ask one network. Moving `checked_at` claims it, so that one worker alone renews a token."""
    account = Account.objects.filter(wanted(now), pk=account_id).select_related("app").first()
    if account is None:
        return False
    mine = Account.objects.filter(pk=account_id, checked_at=account.checked_at).update(checked_at=now)
    return bool(mine) and actions.check(account, now)

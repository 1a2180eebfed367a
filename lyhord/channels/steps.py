"""What the worker does here: looks now and then whether accounts still work, and renews what can be renewed."""

from datetime import datetime, timedelta

from django.db.models import Q

from lyhord.channels import actions, mails, queries
from lyhord.channels.models import Account, Cause, Gap, State
from lyhord.lib import sabotage

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
    if sabotage.is_on("channels.no_single_check"):
        return actions.check(account, now)
    mine = Account.objects.filter(pk=account_id, checked_at=account.checked_at).update(checked_at=now)
    return bool(mine) and actions.check(account, now)


def watch(now: datetime) -> int:
    """Notice accounts that bring nothing, whatever the cause, and those that bring something again."""
    return actions.watch(now)


def forget_heard(now: datetime) -> int:
    return actions.forget_heard(now)


def due_alarms(now: datetime) -> list[tuple[int, int]]:
    """(0, gap): mails about gaps wait for one mail server."""
    rows = Gap.objects.filter(told_at=None, ended_at=None).exclude(cause=Cause.DOWN)
    return [(0, pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[:20]]


def tell(gap_id: int, now: datetime) -> int:
    """Write to who looks after the account, once; how many mails went."""
    mine = Gap.objects.filter(pk=gap_id, told_at=None).update(told_at=now)
    if not mine:
        return 0
    gap = Gap.objects.select_related("account__owner", "account__brand").get(pk=gap_id)
    return sum(mails.gap(person, gap) for person in queries.looks_after(gap.account))

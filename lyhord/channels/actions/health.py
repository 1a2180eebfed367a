"""What the steps learn about an account while they work with it."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from lyhord.channels.models import Account, State
from lyhord.lib.text import shorten
from lyhord.staff import audit
from lyhord.web import changes

LONGEST = 500  # graphemes of a problem; networks may answer with a whole page


def note_change(account: Account, now: datetime) -> None:
    """Tell open pages. The account has no version of its own; the moment serves as one."""
    version = int(now.timestamp() * 1000)
    changes.note("account", account.pk, version, audience=f"a{account.pk}", now=now)


@transaction.atomic
def note_success(account: Account, now: datetime) -> None:
    """The network answered. Pages are told only when that is news."""
    was_failing = Account.objects.filter(pk=account.pk, failures__gt=0).update(failures=0)
    Account.objects.filter(pk=account.pk).update(last_success_at=now)
    account.failures, account.last_success_at = 0, now
    if was_failing:
        note_change(account, now)


@transaction.atomic
def note_problem(account: Account, why: str, now: datetime, state: str = "") -> None:
    """The network failed us. With a `state` (token_revoked, permission_lost, disabled) a person must act."""
    why = shorten(why, LONGEST)
    Account.objects.filter(pk=account.pk).update(
        failures=F("failures") + 1, last_problem=why, last_problem_at=now
    )
    if state:
        mark_broken(account, why, state, now)
    account.refresh_from_db()
    note_change(account, now)


def mark_broken(account: Account, why: str, cause: str, now: datetime) -> None:
    """Only an active one: what a person paused or retired stays so."""
    changed = Account.objects.filter(pk=account.pk, state=State.ACTIVE).update(
        state=State.BROKEN, state_why=why
    )
    if changed:
        audit.record("account.broken", account, by=None, now=now, cause=cause)

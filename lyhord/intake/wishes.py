"""Asking networks for posts whose surroundings we do not know. Runs in the network pool."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Event, Found, Gone, Hidden
from lyhord.channels.models import Account
from lyhord.intake import actions, sources
from lyhord.intake.models import Wanted
from lyhord.lib import backoff, work

LEASE = timedelta(minutes=5)
MOST = 20


def fetch_ancestors(now: datetime, account_id: int | None = None) -> int:
    """Ask for what is wanted, of one account or of all; how many were asked for."""
    rows = Wanted.objects.filter(due_at__isnull=False)
    if account_id is not None:
        rows = rows.filter(account=account_id)
    wishes = work.claim(rows, now, lease=LEASE, most=MOST)
    accounts = sources.active({wish.account_id for wish in wishes})
    for wish in wishes:
        if wish.account_id in accounts:
            ask(wish, accounts[wish.account_id], now)
    return len(wishes)


def accounts_wanting(now: datetime) -> list[int]:
    """Accounts for which something is to be asked: one slot of the pool each."""
    return list(Wanted.objects.filter(due_at__lte=now).values_list("account_id", flat=True).distinct())


def ask(wish: Wanted, account: Account, now: datetime) -> None:
    try:
        with channels.http_client(account) as http:
            found = registry.get(account.connector).fetch(http, channels.side_of(account), wish.item, now)
    except Exception as problem:
        why, hint, state = sources.words(problem)
        put_off(wish, why, hint, now)
        channels.note_problem(account, why, now, state=state)
        return
    settle(wish, account, found, now)


def put_off(wish: Wanted, why: str, hint: datetime | None, now: datetime) -> None:
    seconds = backoff.seconds_until(hint, now)
    again = backoff.retry_at(now, wish.attempts, seconds, random.SystemRandom())
    due_at = again if wish.attempts < work.TRIES else None
    Wanted.objects.filter(pk=wish.pk).update(due_at=due_at, problem=why)


@transaction.atomic
def settle(wish: Wanted, account: Account, found: Found | Gone | Hidden, now: datetime) -> None:
    """Keep what the network gave. The wish stays without a time: the parent may still come by itself."""
    why = found.why if isinstance(found, Hidden) else ""
    Wanted.objects.filter(pk=wish.pk).update(due_at=None, problem=why)
    if isinstance(found, Found):
        for arrival in found.arrivals:
            sources.received(account, arrival, now)
    if isinstance(found, Gone):
        envelope = actions.receive(account.app, account, b"", {}, f"gone:{wish.item}", "FETCH", now)
        if envelope is not None:
            gone = Event(kind="deleted", key=f"gone:{wish.item}", item=wish.item, at=now)
            actions.take(envelope, [gone], now)

"""Asking networks for posts whose surroundings we do not know."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Event, Found, Gone, Hidden
from lyhord.channels.models import Account, State
from lyhord.intake import actions
from lyhord.intake.models import Wanted
from lyhord.intake.sources import polling
from lyhord.lib import backoff, work

LEASE = timedelta(minutes=5)
MOST = 50


def due_ancestors(now: datetime) -> list[tuple[int, int]]:
    """(account, wish) to be given to `fetch_ancestors`."""
    wishes = Wanted.objects.filter(due_at__lte=now, account__state=State.ACTIVE).order_by("due_at")
    return list(wishes.values_list("account", "pk")[:MOST])


def fetch_ancestors(wish_id: int, now: datetime) -> bool:
    """Ask for one item and what it hangs on; False if somebody else does."""
    rows = Wanted.objects.filter(pk=wish_id, account__state=State.ACTIVE).select_related("account__app")
    wishes = work.claim(rows, now, lease=LEASE, most=1)
    for wish in wishes:
        ask(wish, wish.account, now)
    return bool(wishes)


def ask(wish: Wanted, account: Account, now: datetime) -> None:
    try:
        with channels.http_client(account) as http:
            found = registry.get(account.connector).fetch(http, channels.side_of(account), wish.item, now)
    except Exception as problem:
        why, hint, state = polling.words(problem)
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
            polling.received(account, arrival, now)
    if isinstance(found, Gone):
        envelope = actions.receive(account.app, account, b"", {}, f"gone:{wish.item}", "FETCH", now)
        if envelope is not None:
            gone = Event(kind="deleted", key=f"gone:{wish.item}", item=wish.item, at=now)
            actions.take(envelope, [gone], now)

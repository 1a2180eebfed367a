"""Looking again at posts that somebody has open, where the network tells of no edits and deletions."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Event, Found, Gone, Hidden
from lyhord.channels.models import Account, State
from lyhord.intake import actions
from lyhord.intake.models import Look, Post
from lyhord.intake.sources import polling
from lyhord.lib import work

LEASE = timedelta(minutes=5)
AGAIN = timedelta(seconds=45)  # a post that is open is asked for no oftener
MOST = 50


@transaction.atomic
def look_again(posts: Iterable[Post], now: datetime) -> int:
    """Ask for these posts soon, where that is how edits are known. Gives how many are to be asked for."""
    wanted = [post for post in posts if post.deleted_at is None and must_look(post.account)]
    known = {look.post_id: look for look in Look.objects.filter(post__in=wanted)}
    fresh = [
        Look(post=post, account_id=post.account_id, due_at=now) for post in wanted if post.pk not in known
    ]
    Look.objects.bulk_create(fresh, ignore_conflicts=True)
    stale = Look.objects.filter(post__in=known, due_at=None, looked_at__lt=now - AGAIN)
    return len(fresh) + stale.update(due_at=now, attempts=0)


def must_look(account: Account) -> bool:
    if account.state != State.ACTIVE:
        return False
    return registry.get(account.connector).abilities(channels.side_of(account)).must_look_again


def due_looks(now: datetime) -> list[tuple[int, int]]:
    """(account, post) to be given to `look`."""
    rows = Look.objects.filter(due_at__lte=now, account__state=State.ACTIVE).order_by("due_at")
    return list(rows.values_list("account", "pk")[:MOST])


def look(post_id: int, now: datetime) -> bool:
    """Ask for one post as it stands now; False if somebody else does. What cannot be told now is asked at the next look."""
    rows = Look.objects.filter(pk=post_id, account__state=State.ACTIVE).select_related("account__app", "post")
    for row in work.claim(rows, now, lease=LEASE, most=1):
        found: Found | Gone | Hidden
        try:
            with channels.http_client(row.account) as http:
                connector = registry.get(row.account.connector)
                side = channels.side_of(row.account)
                found = connector.look(http, side, row.post.native, row.post.extra, now)
        except (
            Exception
        ) as problem:  # whatever the network does: the account's page tells it, the post stays as it was
            why, _hint, state = polling.words(problem)
            channels.note_problem(row.account, why, now, state=state)
            found = Hidden(why)
        settle(row, found, now)
        return True
    return False


@transaction.atomic
def settle(row: Look, found: Found | Gone | Hidden, now: datetime) -> None:
    Look.objects.filter(pk=row.pk).update(due_at=None, looked_at=now)
    if isinstance(found, Found):
        for arrival in found.arrivals:
            polling.received(row.account, arrival, now)
    if isinstance(found, Gone):
        native = row.post.native
        envelope = actions.receive(row.account.app, row.account, b"", {}, f"gone:{native}", "FETCH", now)
        if envelope is not None:
            actions.take(envelope, [Event(kind="deleted", key=f"gone:{native}", item=native, at=now)], now)

"""What time alone brings about."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from lyhord.customers.models import Merge
from lyhord.desk.actions import changing, status, tally
from lyhord.desk.models import Conversation, Presence, Status
from lyhord.web import changes

MOST = 200
MERGED = timedelta(days=1)  # merges are looked at for so long; after that every walk has long seen them


def wake(now: datetime) -> int:
    """Snoozed conversations whose time has come are open again."""
    due = Conversation.objects.filter(status=Status.SNOOZED, snoozed_until__lte=now).order_by("snoozed_until")
    woken = list(due[:MOST])
    for row in woken:
        changing.change(row, status.waking, "wake", "snooze", by=None, now=now)
    return len(woken)


@transaction.atomic
def forget_presence(now: datetime) -> int:
    """Who did not say that she is still here has left."""
    gone = Presence.objects.filter(until__lte=now)
    left = dict(gone.values_list("conversation", "conversation__account"))
    n = gone.delete()[0]
    at = int(now.timestamp() * 1000)
    changes.note_all(
        [("presence", conversation, at, f"a{account}") for conversation, account in sorted(left.items())],
        now=now,
    )
    return n


@transaction.atomic
def follow_merges(now: datetime) -> int:
    """Conversations go with the identity when two customers are found to be one, and back when that is undone."""
    recent = Merge.objects.filter(Q(at__gte=now - MERGED) | Q(undone_at__gte=now - MERGED))
    identities = [identity for merge in recent for identity in merge.identities]
    if not identities:
        return 0
    strayed = Conversation.objects.filter(strands__identity__in=identities).exclude(
        customer=F("strands__identity__customer")
    )
    moved = dict(strayed.values_list("pk", "strands__identity__customer"))
    for row in changing.locked(moved):
        row.customer_id = moved[row.pk]
        changing.saved(row, tally.key(row), now)
    return len(moved)

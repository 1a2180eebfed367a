"""What time alone brings about."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from lyhord.customers.models import Merge
from lyhord.desk.actions import changing, status, tally, undoing
from lyhord.desk.models import Conversation, Presence, Status, Strand
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


def forget_undo(now: datetime) -> int:
    """What nobody can take back any more holds words, and goes."""
    return undoing.forget(now)


@transaction.atomic
def follow_merges(now: datetime) -> int:
    """Conversations go with the identity when two customers are found to be one, and back when that is undone."""
    recent = Merge.objects.filter(Q(at__gte=now - MERGED) | Q(undone_at__gte=now - MERGED))
    identities = [identity for merge in recent for identity in merge.identities]
    if not identities:
        return 0
    moved = strayed(identities)
    for row in changing.locked(moved):
        row.customer_id = moved[row.pk]
        changing.saved(row, tally.key(row), now)
    return len(moved)


def strayed(identities: Collection[int]) -> dict[int, int]:
    """Conversation -> customer, of those in which nobody who takes part is their customer any more.

    A conversation may have two customers (merged for a reason): it stays with its own as long as she has a strand there.
    """
    touched = Strand.objects.filter(identity__in=identities).values("conversation")
    pairs = Strand.objects.filter(conversation__in=touched).order_by("-pk")
    belongs, there, first = {}, defaultdict(set), {}
    for pk, customer, taking_part in pairs.values_list(
        "conversation", "conversation__customer", "identity__customer"
    ):
        belongs[pk] = customer
        there[pk].add(taking_part)
        first[pk] = taking_part  # the oldest strand comes last
    return {pk: first[pk] for pk in belongs if belongs[pk] not in there[pk]}

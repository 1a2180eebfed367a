"""What the end of a channel does to those who waited there (CH-44): nobody can answer them there, so no clock runs on."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Min, OuterRef

from lyhord.channels.models import Account, State
from lyhord.desk.actions import changing
from lyhord.desk.models import Conversation, Strand, Tally
from lyhord.web import marks

MOST = 200
REASON = "platform_retired"
AT_WORK = ("open", "snoozed")  # what is closed was let go by a person before


def end_waits(now: datetime) -> int:
    """End the waiting of conversations whose account was retired, and of strands that others have there.

    A word that came before the end and is read after it begins to wait too; so the counts are looked at on each walk.
    """
    ended = 0
    for account in accounts_with_waits():
        here = Strand.objects.filter(conversation=OuterRef("pk"), ended_at=None, waiting_since__isnull=False)
        rows = Conversation.objects.filter(
            Exists(here.filter(thread__account__state=State.RETIRED)) | ~Exists(here),
            account=account, status__in=AT_WORK, waiting_since__isnull=False,
        )  # fmt: skip
        ended += end(rows.order_by("pk")[:MOST], now)
    return ended + end_in_others(now)


def accounts_with_waits() -> list[int]:
    """Of the retired ones, from the counts alone."""
    cells = Tally.objects.filter(account__state=State.RETIRED, status__in=AT_WORK, waits=True, n__gt=0)
    return sorted(set(cells.values_list("account", flat=True)))


def end_in_others(now: datetime) -> int:
    """Once for each account: strands there that belong to conversations which began elsewhere."""
    retired = Account.objects.filter(state=State.RETIRED).values_list("pk", flat=True)
    ended = 0
    for account in retired:
        if marks.get(mark(account)):
            continue
        strands = Strand.objects.filter(
            thread__account=account, ended_at=None, waiting_since__isnull=False
        ).exclude(conversation__account=account)
        ids = list(strands.order_by("conversation").values_list("conversation", flat=True).distinct()[:MOST])
        ended += end(Conversation.objects.filter(pk__in=ids), now)
        if len(ids) < MOST:
            marks.put(mark(account), 1)
    return ended


def mark(account: int) -> str:
    return f"desk.retired.{account}"


def end(rows: Iterable[Conversation], now: datetime) -> int:
    found = list(rows)
    for row in found:
        changing.change(row, ending, "end_wait", "reply", by=None, now=now)
    return len(found)


def ending(step: changing.Change) -> None:
    """No longer late, and not answered: it stays open, so that somebody finds another way to her or closes it."""
    row, since = step.conversation, step.conversation.waiting_since
    strands = Strand.objects.filter(conversation=row, ended_at=None, waiting_since__isnull=False)
    there = strands.filter(thread__account__state=State.RETIRED).select_related("thread__account")
    names = sorted({strand.thread.account.name for strand in there}) or [row.account.name]
    was = there.update(waiting_since=None)
    row.waiting_since = strands.aggregate(since=Min("waiting_since"))["since"]
    if was or row.waiting_since != since:
        step.tell(REASON, name=", ".join(names), since=since.isoformat() if since else "")

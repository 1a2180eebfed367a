"""Answers on our own pages: a dispatch handed over stands on the ticket's page at once, and word of it goes by mail."""

import random
from datetime import datetime

from lyhord.lib import backoff, work
from lyhord.outbox import actions as outbox
from lyhord.outbox.models import Dispatch, State
from lyhord.portal import actions, mails
from lyhord.portal.models import Mail

CHANCE = random.SystemRandom()


def hand_over(now: datetime) -> int:
    """Write the receipt of what was handed over to us. Gives how many."""
    waiting = list(
        Dispatch.objects.filter(state=State.HANDED_OVER, account__connector="webform")
        .select_related("account", "thread")
        .order_by("pk")[:200]
    )
    for dispatch in waiting:
        outbox.hand_over(dispatch, f"answer:{dispatch.key}", "", now)
        actions.tell_answer(dispatch, now)
    return len(waiting)


def due_mails(now: datetime) -> list[tuple[int, int]]:
    """(0, mail): all wait for one mail server, so they go one after the other."""
    rows = Mail.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return [(0, pk) for pk in rows.values_list("pk", flat=True)[:50]]


def send_mail(pk: int, now: datetime) -> None:
    """One mail, if it is still wanted. What the server does not take is tried again, later and later, five times."""
    rows = Mail.objects.filter(pk=pk).select_related("follower__ticket__account__brand", "dispatch")
    for mail in work.claim(rows, now, most=1):
        if mail.follower.stopped_at is not None:
            Mail.objects.filter(pk=pk).update(due_at=None, problem="stopped")
            continue
        try:
            mails.send(mail)
        except mails.NotSent as problem:
            again = (
                backoff.retry_at(now, mail.attempts + 4, None, CHANCE) if mail.attempts < work.TRIES else None
            )
            Mail.objects.filter(pk=pk).update(due_at=again, problem=str(problem))
        else:
            Mail.objects.filter(pk=pk).update(due_at=None, sent_at=now, problem="")

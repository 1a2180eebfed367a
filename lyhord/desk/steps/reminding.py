"""Questions that wait too long, and the mails about them."""

import random
from datetime import datetime

from django.db import transaction

from lyhord.desk import chain, request_letters
from lyhord.desk.actions import notifications, request_mails, requesting
from lyhord.desk.models import Request, RequestMail, RequestTurn
from lyhord.desk.queries.departments import chain_of
from lyhord.lib import backoff, work

MOST = 100
CHANCE = random.SystemRandom()


def remind_departments(now: datetime) -> int:
    """The next link of each chain whose time has come; each is on the record. Gives how many."""
    due = Request.objects.filter(remind_at__lte=now).order_by("remind_at", "pk")
    return sum(remind(pk, now) for pk in due.values_list("pk", flat=True)[:MOST])


@transaction.atomic
def remind(pk: int, now: datetime) -> bool:
    row = requesting.locked(Request(pk=pk))
    if row.state != Request.State.OPEN or row.remind_at is None or row.remind_at > now:
        return False
    links = chain_of(row.department)
    if row.reminders < len(links):
        link = links[row.reminders]
        to = str(link.user or link.address or row.department.name)
        RequestTurn.objects.create(request=row, kind=RequestTurn.REMINDER, name=to[:100], at=now)
        request_mails.to_link_of_chain(row, link, now)
        requesting.tell_case(row, "department_reminded", by=None, now=now)
        if link.minutes >= 0:
            notifications.tell(row.by, "request_overdue", row.conversation, now)
    row.reminders += 1
    row.remind_at = chain.next_reminder(row.answer_by, [one.minutes for one in links], row.reminders)
    row.save(update_fields=["reminders", "remind_at"])
    return True


def due_request_mails(now: datetime) -> list[tuple[int, int]]:
    """(0, mail): all wait for one mail server, so they go one after the other."""
    rows = RequestMail.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    return [(0, pk) for pk in rows.values_list("pk", flat=True)[:50]]


def send_request_mail(pk: int, now: datetime) -> None:
    """One mail. What the server does not take is tried again, later and later, five times."""
    rows = RequestMail.objects.filter(pk=pk).select_related(
        "request__department__brand", "request__conversation", "request__by", "turn", "user"
    )
    for mail in work.claim(rows, now, most=1):
        try:
            request_letters.send(mail, now)
        except request_letters.NotSent as problem:
            is_last = mail.attempts >= work.TRIES
            again = None if is_last else backoff.retry_at(now, mail.attempts + 4, None, CHANCE)
            RequestMail.objects.filter(pk=pk).update(due_at=again, problem=str(problem))
        else:
            RequestMail.objects.filter(pk=pk).update(due_at=None, sent_at=now, problem="")

"""Complaints become cases, and each case knows how far it has come."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from lyhord.desk import casework
from lyhord.desk.actions import changing, endings, followups
from lyhord.desk.models import Case, CaseMoment, Conversation, FollowUp
from lyhord.desk.queries.casefile import facts, with_facts
from lyhord.lib import bulk

MOST = 200
# Written with literals, as the partial index is: SQLite takes no partial index for a value that is bound.
WITHOUT = """
SELECT c.id FROM desk_conversation c WHERE c.use = 'complaint' AND NOT c.is_spam AND NOT (c.status = 'closed')
 AND NOT EXISTS (SELECT 1 FROM desk_case k WHERE k.conversation_id = c.id)
 AND NOT EXISTS (SELECT 1 FROM channels_account a WHERE a.id = c.account_id AND a.is_history) ORDER BY c.id LIMIT 200
"""


@transaction.atomic
def open_cases(now: datetime) -> int:
    """Each complaint that is in work is a case, unless another system held it."""
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT)
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = Conversation.objects.filter(pk__in=ids).order_by("pk")
    for row in rows:
        endings.opened(row, "judged", now)
    return len(rows)


@transaction.atomic
def follow_cases(now: datetime) -> int:
    """Cases whose conversation changed since our last look: their state, and when they came to it."""
    changed = Case.objects.filter(is_settled=False).exclude(conversation__version=F("followed"))
    cases = list(with_facts(changed).order_by("conversation")[:MOST])
    moments = []
    for case in cases:
        state = casework.state(facts(case))
        if state != case.state:
            moments.append(bulk.made(CaseMoment, case_id=case.pk, state=state, at=now))
        case.state, case.followed = state, case.conversation.version
        case.sentiment_last, case.is_settled = (
            case.conversation.sentiment,
            case.conversation.status == "closed",
        )
    if cases:
        Case.objects.bulk_update(cases, ["state", "followed", "sentiment_last", "is_settled"])
        bulk.insert(moments)
    return len(cases)


def remind(now: datetime) -> int:
    """Follow-ups whose time has come: their conversations are back in work."""
    due = FollowUp.objects.filter(done_at=None, reminded_at=None, due_at__lte=now).order_by("due_at", "pk")
    rows = list(due.select_related("user", "conversation")[:MOST])
    for row in rows:
        changing.change(
            row.conversation, followups.reminding, "remind", "handle_case", by=None, now=now, followup=row
        )
    return len(rows)

"""Who is not content and has many followers is told to the lead, once a conversation (TR-05)."""

from datetime import datetime

from lyhord.desk.actions import changing, notifications
from lyhord.desk.actions.changing import Change
from lyhord.desk.models import Conversation, Turn
from lyhord.desk.queries import leads
from lyhord.web import marks

MARK = "desk.tell_influence"
MOST = 1_000
BACK = 200  # turns below the mark that are looked at again: one may have been committed late
FLAG = "influence"  # of triage: above the number of followers that the team has set


def tell_influence(now: datetime) -> int:
    """Gives how many leads' alerts were made."""
    mark = marks.get(MARK)
    words = Turn.objects.filter(pk__gt=max(0, mark - BACK), post__isnull=False).order_by("pk")
    found = list(
        words.values_list("pk", "conversation", "post__assessment__sentiment", "post__assessment__flags")[
            :MOST
        ]
    )
    if not found or found[-1][0] <= mark:
        return 0
    bad = {conversation for _pk, conversation, mood, flags in found if mood == -1 and FLAG in (flags or ())}
    told = Turn.objects.filter(conversation__in=bad, what="influence").values("conversation")
    rows = Conversation.objects.filter(pk__in=bad, is_spam=False, account__is_rehearsal=False)
    fresh = list(rows.exclude(pk__in=told).order_by("pk"))
    for row in fresh:
        changing.change(row, telling, "influence", "route", by=None, now=now)
    marks.put(MARK, found[-1][0])
    return len(fresh)


def telling(step: Change) -> None:
    people = leads.leads_of(step.conversation.account)
    notifications.tell_all(people, "other", step.conversation, step.now)
    step.tell("influence")

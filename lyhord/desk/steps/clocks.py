"""What the worker does for the clocks: starts them, follows what happens, and tells when their time comes."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lyhord.desk.actions.clocks import reckon_all
from lyhord.desk.actions.hours import START, SWEEP
from lyhord.desk.models import Clock, Conversation, Status, Target
from lyhord.lib import work
from lyhord.web import marks
from lyhord.web.models import Change, Mark

MOST = 300
FOLLOW = "desk.follow_clocks"
SWEPT = 10**15  # the sweep has nothing left to do
# PostgreSQL gives ids before commit: so long a lower one may still come.
LATE_COMMIT = timedelta(seconds=5)

FOLLOWED = """
SELECT DISTINCT w.object_id FROM web_change w
JOIN desk_conversation c ON c.id = w.object_id
JOIN desk_clock k ON k.conversation_id = c.id AND k.which = 'resolution'
WHERE w.id > %s AND w.topic = 'conversation' AND k.version <> c.version LIMIT %s
"""


def start_clocks(now: datetime) -> int:
    """New conversations of brands that promise something."""
    brands = list(Target.objects.order_by().values_list("brand", flat=True).distinct())
    if not brands:
        return 0
    things = alive().filter(brand__in=brands).values_list("pk", flat=True)
    ids, mark = work.without_receipt(
        things,
        Clock.objects.all(),
        link="conversation",
        after=marks.get(START),
        settled=Q(pk__gt=0),
        most=MOST,
    )
    marks.put(START, mark)
    return reckon_all(ids, now)


def alive() -> QuerySet[Conversation]:
    """Nobody was promised anything in what another system held."""
    return Conversation.objects.filter(account__is_history=False)


def follow_clocks(now: datetime) -> int:
    """Conversations that changed since their clocks were reckoned."""
    if not Target.objects.exists():
        return 0
    after = marks.get(FOLLOW)
    upto = Change.objects.filter(pk__gt=after).order_by("-pk").values_list("pk", flat=True).first()
    if upto is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(FOLLOWED, [after, MOST])
        ids = [pk for (pk,) in cursor.fetchall()]
    reckon_all(ids, now)
    if len(ids) < MOST:
        marks.put(FOLLOW, settled(after, upto, now))
    return len(ids)


def settled(after: int, upto: int, now: datetime) -> int:
    if connection.vendor != "postgresql":
        return upto
    young = Change.objects.filter(pk__gt=after, at__gt=now - LATE_COMMIT)
    first = young.order_by("pk").values_list("pk", flat=True).first()
    return upto if first is None else first - 1


def tick_clocks(now: datetime) -> int:
    """Clocks that come close, pass, or pass too far by time alone."""
    due = Clock.objects.filter(next_at__lte=now).order_by("next_at")
    return reckon_all(set(due.values_list("conversation", flat=True)[:MOST]), now)


def sweep_clocks(now: datetime) -> int:
    """After hours or targets were changed: all that is not closed of brands that promise something, or did."""
    at = Mark.objects.filter(name=SWEEP).values_list("value", flat=True).first()
    if at is None or at >= SWEPT:
        return 0
    promised = Q(brand__in=list(Target.objects.order_by().values_list("brand", flat=True).distinct()))
    there = Exists(Clock.objects.filter(conversation=OuterRef("pk")))
    rows = alive().filter(promised | there, pk__gt=max(at, 0)).exclude(status=Status.CLOSED)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
    reckon_all(ids, now, is_old=True)
    # Unless they were changed again meanwhile: then it starts from the beginning.
    Mark.objects.filter(name=SWEEP, value=at).update(value=ids[-1] if len(ids) == MOST else SWEPT)
    return len(ids)


def mend_clocks(now: datetime) -> int:
    """Running clocks that are not of the newest version, whatever the reason."""
    strayed = Clock.objects.filter(stopped_at=None).exclude(version=F("conversation__version"))
    ids = set(strayed.order_by("pk").values_list("conversation", flat=True)[:MOST])
    return reckon_all(ids, now)

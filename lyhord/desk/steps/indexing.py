"""Puts our own words into the index, soon after they were written; on the first walks those from before there was one."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from lyhord.desk.actions import indexing
from lyhord.desk.models import Turn
from lyhord.intake import search
from lyhord.web import marks

MOST = 2000
# PostgreSQL gives ids before commit: what is younger is looked at again, so that none is passed by.
SETTLED = timedelta(seconds=60)


@transaction.atomic
def index_words(now: datetime) -> int:
    """Replies and notes of the next turns. Gives how many turns are done with."""
    mark = marks.get(indexing.MARK)
    turns = list(
        Turn.objects.filter(pk__gt=mark).order_by("pk").values_list("pk", "note", "dispatch", "at")[:MOST]
    )
    if not turns:
        return 0
    own = [pk for pk, note, dispatch, _at in turns if note or dispatch]
    said = Turn.objects.filter(pk__in=own).annotate(
        words=Coalesce("note__text", "dispatch__text"), told=Coalesce("dispatch__lang", "conversation__lang")
    )
    entries = said.exclude(words__in=["", "–"]).order_by("pk").values_list("pk", "words", "told")
    indexing.index(search.Entry(*entry) for entry in entries)
    done = [pk for pk, _note, _dispatch, at in turns if settled(at, now)]
    if not done:
        return 0
    marks.put(indexing.MARK, max(done))
    return len(done)


def settled(at: datetime, now: datetime) -> bool:
    return connection.vendor != "postgresql" or at <= now - SETTLED

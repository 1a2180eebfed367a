"""The index of our own words: replies and notes. Posts have theirs in intake."""

from collections.abc import Iterable

import orjson
from django.db import connection
from django.db.models import Q

from lyhord.desk.models import Turn
from lyhord.intake import search

MOST = 500
MARK = "desk.search"
RENEW = (
    "INSERT INTO desk_search (turn_id, account_id, words)"
    " SELECT t.id, c.account_id, array_to_tsvector(new.words)"
    " FROM json_to_recordset(%s::json) AS new (turn bigint, words text[]) JOIN desk_turn t ON t.id = new.turn"
    " JOIN desk_conversation c ON c.id = t.conversation_id ORDER BY t.id"
    " ON CONFLICT (turn_id) DO UPDATE SET words = excluded.words"
)


def index(entries: Iterable[search.Entry]) -> None:
    """Write or renew; `Entry.post` is the id of the turn."""
    rows = list(entries)
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = [{"turn": entry.post, "words": search.lexemes(entry)} for entry in rows]
            cursor.execute(RENEW, [orjson.dumps(told).decode()])
        else:
            statement = "INSERT OR REPLACE INTO desk_search (rowid, words, stems) VALUES (%s, %s, %s)"
            cursor.executemany(statement, [(entry.post, *search.columns(entry)) for entry in rows])


def forget(turns: Iterable[int]) -> None:
    column = "turn_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM desk_search WHERE {column} = %s", [(turn,) for turn in turns])  # noqa: S608


def forget_conversations(conversations: Iterable[int]) -> None:
    own = Q(note__isnull=False) | Q(dispatch__isnull=False)
    forget(list(Turn.objects.filter(own, conversation__in=list(conversations)).values_list("pk", flat=True)))

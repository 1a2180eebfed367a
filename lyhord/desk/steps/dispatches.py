"""What became of our words: shown on the page, and she waits again when they never reached her."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from lyhord.desk.actions import changing, tally
from lyhord.desk.actions.undoing import not_sent
from lyhord.desk.models import UNSETTLED, Conversation, Strand, Turn
from lyhord.outbox.models import State

MOST = 500
NOT_SAID = {State.REFUSED, State.UNDONE, State.DROPPED}


# The states stand in the text: of bound values SQLite cannot tell that they are those of the partial index.
NEWS = f"""
SELECT t.conversation_id, t.id FROM desk_turn t JOIN outbox_dispatch d ON d.id = t.dispatch_id
WHERE t.taken_state IN ({", ".join(f"'{state}'" for state in UNSETTLED)}) AND d.state <> t.taken_state LIMIT %s
"""  # noqa: S608 - our own words only


def take_dispatches(now: datetime) -> int:
    """Turns whose dispatch is in another state than when we last looked."""
    with connection.cursor() as cursor:
        cursor.execute(NEWS, [MOST])
        found = sorted(cursor.fetchall())
    by_conversation: dict[int, list[int]] = {}
    for conversation, turn in found:
        by_conversation.setdefault(conversation, []).append(turn)
    for conversation, turns in sorted(by_conversation.items()):
        take(conversation, turns, now)
    return len(found)


@transaction.atomic
def take(conversation: int, turns: Iterable[int], now: datetime) -> None:
    row = changing.locked([conversation]).get()
    for turn in Turn.objects.filter(pk__in=list(turns)).select_related("dispatch", "strand").order_by("pk"):
        dispatch = turn.dispatch
        if dispatch is None or dispatch.state == turn.taken_state:
            continue
        is_answer = not turn.what
        if is_answer and dispatch.state in NOT_SAID and turn.taken_state not in NOT_SAID:
            not_sent(
                row,
                turn,
                strand_of(turn),
                now=now,
                what="not_sent" if dispatch.state == State.REFUSED else "",
            )
            continue
        if is_answer and dispatch.state in {State.SENT, State.HANDED_OVER}:
            sent(row, dispatch.sent_at or now)
        Turn.objects.filter(pk=turn.pk).update(taken_state=dispatch.state)
        changing.saved(row, tally.key(row), now)


def strand_of(turn: Turn) -> Strand | None:
    """Private words to a public post have no strand of their own until their echo comes."""
    if turn.strand is not None:
        return turn.strand
    return Strand.objects.filter(conversation=turn.conversation_id, ended_at=None).order_by("-pk").first()


def sent(row: Conversation, at: datetime) -> None:
    row.first_answer_at = min(row.first_answer_at or at, at)

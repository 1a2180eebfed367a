"""What happened in conversations, as their clocks see it: read from turns, many at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from lyhord.desk.models import Conversation, Pause, Turn
from lyhord.desk.reckoning import Fact, Halt, Story
from lyhord.outbox.models import State

TOLD = ("closed", "reopened", "snoozed", "woke", "undone", "acknowledged")
NOT_SAID = (State.REFUSED, State.UNDONE, State.DROPPED)
SAID = (State.SENT, State.HANDED_OVER)
COLUMNS = (
    "conversation_id", "at", "what", "values", "post__is_own", "post__deleted_at", "dispatch__state", "dispatch__sent_at",
    "dispatch__state_at",
)  # fmt: skip


def stories(conversations: Iterable[Conversation]) -> dict[int, Story]:
    rows = {row.pk: row for row in conversations}
    facts: dict[int, list[Fact]] = {pk: [] for pk in rows}
    sending: set[int] = set()
    turns = Turn.objects.filter(Q(what="", note=None) | Q(what__in=TOLD), conversation__in=rows)
    for pk, *told in turns.order_by("pk").values_list(*COLUMNS):
        fact = fact_of(*told)
        if fact is not None:
            facts[pk].append(fact)
        elif told[5] is not None and told[5] not in NOT_SAID:
            sending.add(pk)
    halts = halts_of(rows)
    return {
        pk: Story(row.opened_at, row.status, facts[pk], halts.get(pk, ()), pk in sending)
        for pk, row in rows.items()
    }


def fact_of(
    at: datetime,
    what: str,
    values: dict[str, Any],
    is_own: bool | None,
    deleted_at: datetime | None,
    state: str | None,
    sent_at: datetime | None,
    state_at: datetime | None,
) -> Fact | None:
    if what:
        return Fact(at, what, str(values.get("verb", "")))
    if state is not None:
        return Fact(sent_at or state_at or at, "ours") if state in SAID else None
    if is_own is None or (deleted_at is not None and not is_own):
        return None  # words that she took back ask for nothing
    return Fact(at, "ours" if is_own else "hers")


def halts_of(ids: Iterable[int]) -> dict[int, list[Halt]]:
    found: dict[int, list[Halt]] = {}
    for pause in Pause.objects.filter(conversation__in=list(ids)):
        halt = Halt(pause.why, pause.began_at, pause.ended_at, pause.which)
        found.setdefault(pause.conversation_id, []).append(halt)
    return found

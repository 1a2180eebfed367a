"""Counts of conversations, kept by what each change adds and takes; never by counting."""

from collections import Counter
from collections.abc import Mapping

from django.db import connection
from django.db.models import BooleanField, Case, Count, Value, When
from django.db.models.functions import Coalesce

from lyhord.desk.models import Conversation, Tally

Key = tuple[int, int, str, bool, bool, str]  # account, assignee (0: nobody), status, waits for us, spam, flow

UPSERT = """
INSERT INTO desk_tally (account_id, assignee, status, waits, is_spam, flow, n) VALUES {rows}
ON CONFLICT (account_id, assignee, status, waits, is_spam, flow) DO UPDATE SET n = desk_tally.n + excluded.n
"""
MOST = 100  # rows a statement: SQLite may be built for 999 values


def key(conversation: Conversation) -> Key:
    return (
        conversation.account_id,
        conversation.assignee_id or 0,
        conversation.status,
        conversation.waiting_since is not None,
        conversation.is_spam,
        conversation.flow,
    )


def moved(before: Key | None, after: Key | None, into: Counter[Key]) -> None:
    """Note in `into` that one conversation went from one cell to another (None: it was not there)."""
    if before == after:
        return
    if before is not None:
        into[before] -= 1
    if after is not None:
        into[after] += 1


def recount() -> int:
    """Count all conversations anew, after an import or a restore; gives how many cells were wrong."""
    columns = ["account_id", "assignee", "status", "waits", "is_spam", "flow"]
    waits = Case(
        When(waiting_since=None, then=Value(False)), default=Value(True), output_field=BooleanField()
    )
    rows = Conversation.objects.annotate(waits=waits, owner=Coalesce("assignee_id", 0)).order_by()
    counted = rows.values_list("account_id", "owner", "status", "waits", "is_spam", "flow").annotate(
        number=Count("pk")
    )
    there: Counter[Key] = Counter(
        {(a, b, c, d, e, f): n for a, b, c, d, e, f, n in Tally.objects.values_list(*columns, "n")}
    )
    deltas: Counter[Key] = Counter({(a, int(b), c, d, e, f): n for a, b, c, d, e, f, n in counted})
    deltas.subtract(there)
    write(deltas)
    return sum(n != 0 for n in deltas.values())


def write(deltas: Mapping[Key, int]) -> set[int]:
    """Add the deltas, in the transaction of the change itself. Gives the accounts whose counts moved."""
    # In one order everywhere, so that two writers never wait for each other in a ring.
    cells = [(*cell, n) for cell, n in sorted(deltas.items()) if n]
    for start in range(0, len(cells), MOST):
        part = cells[start : start + MOST]
        rows = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(part))
        with connection.cursor() as cursor:
            cursor.execute(UPSERT.format(rows=rows), [value for cell in part for value in cell])
    return {cell[0] for cell in cells}

"""The one way in which a conversation changes: locked, permitted, counted, told, recorded, and able to be taken back."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from lyhord.desk.actions import owning, tally
from lyhord.desk.models import Conversation, Turn, Undo
from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes

# What an undo puts back. Columns not named here are never touched by it.
FIELDS = (
    "subject", "status", "assignee_id", "team_id", "is_spam", "spam_set", "flow", "priority_set", "snoozed_until",
    "snoozed_by_id", "closed_at", "closed_by_id", "waiting_since", "kind", "topic", "sentiment", "is_urgent",
    "needs_answer", "lang", "use", "purpose", "journey", "is_viewpoint",
)  # fmt: skip


@dataclass
class Change:
    """One conversation while a verb works on it."""

    conversation: Conversation
    by: User | None
    now: datetime
    what: str = ""  # of the turn that tells it; "": nothing changed
    values: dict[str, Any] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)  # of the turn too: what a person wrote about her
    undo: dict[str, Any] = field(default_factory=dict)  # what is not a column: tags

    def tell(self, what: str, **values: Any) -> None:
        self.what, self.values = what, values

    def told(self) -> dict[str, Any]:
        return {**self.values, **self.words}


Verb = Callable[..., None]  # (change, **values): alters change.conversation and tells what it did


@dataclass(frozen=True)
class Done:
    """What a verb did to each of several conversations."""

    changed: list[int]
    refused: dict[int, str]  # why, in words


def locked(ids: Iterable[int]) -> QuerySet[Conversation]:
    """The rows, ours until the transaction ends. Always in the order of their ids, so that nobody waits in a ring."""
    rows = Conversation.objects.filter(pk__in=list(ids)).order_by("pk")
    return rows.select_related("account", "brand").select_for_update(of=("self",))


@transaction.atomic
def change(
    conversation: Conversation,
    verb: Verb,
    called: str,
    mandate: str,
    *,
    by: User | None,
    now: datetime,
    **values: Any,
) -> Conversation:
    """Apply `verb` to one conversation; raises what refuses it."""
    row = locked([conversation.pk]).get()
    if by is not None:
        mandates.require(by, mandate, row.account)
    entries = [entry for entry in [applied(row, verb, called, by=by, now=now, **values)] if entry]
    remember(by, called, entries, now)
    return row


@transaction.atomic
def change_all(
    ids: Iterable[int], verb: Verb, called: str, mandate: str, *, by: User, now: datetime, **values: Any
) -> Done:
    """Apply `verb` to several; what refuses one leaves the others. Taken back in one step."""
    done, entries = Done([], {}), []
    allowed: dict[int, bool] = {}
    for row in locked(ids):
        if row.account_id not in allowed:
            allowed[row.account_id] = mandates.allows(by, mandate, row.account)
        try:
            if not allowed[row.account_id]:
                mandates.require(by, mandate, row.account)
            entry = applied(row, verb, called, by=by, now=now, **values)
        except LyhordError as problem:
            done.refused[row.pk] = str(problem)
            continue
        if entry:
            entries.append(entry)
            done.changed.append(row.pk)
    remember(by, called, entries, now)
    return done


def applied(
    row: Conversation, verb: Verb, called: str, *, by: User | None, now: datetime, **values: Any
) -> dict[str, Any] | None:
    """Let the verb work on a locked row and write what it did. None: there was nothing to do."""
    before, cell = snapshot(row), tally.key(row)
    step = Change(row, by, now)
    verb(step, **values)
    if not step.what:
        return None
    saved(row, cell, now)
    Turn.objects.create(conversation=row, at=now, what=step.what, values=step.told(), by=by)
    about: dict[str, Any] = (
        {"person": f"customer:{row.customer_id}", "private": step.words} if step.words else {}
    )
    audit.record(f"conversation.{called}", row, by=by, now=now, **about, **step.values)
    after = snapshot(row)
    fields = {column: [before[column], after[column]] for column in FIELDS if before[column] != after[column]}
    return {"conversation": row.pk, "fields": fields, **step.undo}


def saved(row: Conversation, cell: tally.Key, now: datetime) -> None:
    """Write a locked row: its version, its place in the counts, and a word to open pages."""
    row.version += 1
    row.save()
    owning.passed(row, cell[1], now)
    deltas: Counter[tally.Key] = Counter()
    tally.moved(cell, tally.key(row), deltas)
    told([row], tally.write(deltas), now)


def told(rows: Iterable[Conversation], counted: Iterable[int], now: datetime) -> None:
    """Tell open pages of changed conversations, and of accounts whose counts moved."""
    news = [("conversation", row.pk, row.version, f"a{row.account_id}") for row in rows]
    news += [("counts", account, 0, f"a{account}") for account in sorted(counted)]
    changes.note_all(news, now=now)


def snapshot(row: Conversation) -> dict[str, Any]:
    values = {column: getattr(row, column) for column in FIELDS}
    return {
        column: value.isoformat() if isinstance(value, datetime) else value
        for column, value in values.items()
    }


def remember(by: User | None, called: str, entries: list[dict[str, Any]], now: datetime) -> None:
    if by is not None and entries:
        Undo.objects.create(user=by, verb=called, before=entries, at=now)

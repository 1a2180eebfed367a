"""Taking what was read out of envelopes: many at once, and one by one where something is wrong."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from lyhord.channels.contract import Event, Item, Unreadable, Unsupported
from lyhord.channels.models import Account, App
from lyhord.intake.actions.ledger import Ledger, Told, told
from lyhord.intake.actions.store import store
from lyhord.intake.actions.tell import tell
from lyhord.intake.models import Envelope, Refusal, Seen
from lyhord.lib import bulk, sabotage
from lyhord.lib.failpoints import failpoint

NEEDS_ITEM = frozenset({"created", "edited", "deleted", "hidden", "shown", "reaction"})
AT_ONCE = 500


@dataclass
class Reading:
    """An envelope, and what its parser made of it."""

    envelope: Envelope
    items: list[Item]
    refusals: list[Refusal] = field(default_factory=list)


def take(envelope: Envelope, items: Iterable[Item], now: datetime) -> None:
    """Apply what was read in one envelope. Safe to call twice; an item that cannot be taken stands aside."""
    take_all([Reading(envelope, list(items))], now)


def take_all(readings: Sequence[Reading], now: datetime) -> None:
    """Apply a batch in one transaction. Where it fails, each envelope by itself, so that one spoils nothing else."""
    try:
        with transaction.atomic():
            take_whole(readings, now)
    except (OperationalError, InterfaceError):
        raise  # the database itself is in trouble, not what we read
    except Exception:
        for reading in readings:
            reading.refusals.clear()
            take_apart(reading, now)


def take_whole(readings: Sequence[Reading], now: datetime) -> None:
    batch = [(reading, position, item) for reading in readings for position, item in enumerate(reading.items)]
    apply(batch, now)
    finish(readings, now)


@transaction.atomic
def take_apart(reading: Reading, now: datetime) -> None:
    divide([(reading, position, item) for position, item in enumerate(reading.items)], now)
    finish([reading], now)


Placed = tuple[Reading, int, Item]


def divide(batch: list[Placed], now: datetime) -> None:
    """Halve the batch until only what cannot be taken stands alone."""
    refusals = [len(reading.refusals) for reading, _, _ in batch]
    try:
        with transaction.atomic():
            apply(batch, now)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        for (reading, _, _), before in zip(batch, refusals, strict=True):
            del reading.refusals[before:]
        if len(batch) == 1:
            refuse(batch[0], Unreadable(reason(problem), batch[0][2].item), now)
            return
        half = len(batch) // 2
        divide(batch[:half], now)
        divide(batch[half:], now)


def reason(problem: Exception) -> str:
    kind = "the database refused it" if isinstance(problem, DatabaseError) else type(problem).__name__
    return f"Understood, but it could not be kept: {kind}."


def apply(batch: Sequence[Placed], now: datetime) -> None:
    accounts = Accounts({reading.envelope.app_id for reading, _, _ in batch})
    events: list[Told] = []
    for placed in batch:
        reading, _, item = placed
        if not isinstance(item, Event):
            refuse(placed, item, now)
            continue
        account = accounts.of(reading.envelope, item)
        if account is None:
            refuse(placed, Unsupported("It is about an account that is not connected here.", item.item), now)
        elif item.kind in NEEDS_ITEM and not item.item:
            refuse(placed, Unreadable(f"An event of the kind “{item.kind}” names no item."), now)
        else:
            events.append(told(reading.envelope, account, item, now))
    apply_events(events, now)


def apply_events(events: Sequence[Told], now: datetime) -> None:
    if not events:
        return
    ledger = Ledger(events, now)
    for event in events:
        mark = event.account.pk, event.digest
        if mark not in ledger.seen or sabotage.is_on("no_ledger"):
            if mark not in ledger.seen:
                ledger.new_seen.append(bulk.made(Seen, account_id=event.account.pk, key=event.digest, at=now))
            ledger.seen.add(mark)
            tell(ledger, event)
        if event.item:
            ledger.carriers.add((event.key, event.envelope.pk))
    failpoint("intake.take.before_store")
    store(ledger)
    failpoint("intake.take.after_store")


def refuse(placed: Placed, item: "Unsupported | Unreadable", now: datetime) -> None:
    reading, position, _ = placed
    kind = Refusal.UNREADABLE if isinstance(item, Unreadable) else Refusal.UNSUPPORTED
    reading.refusals.append(
        Refusal(
            envelope=reading.envelope,
            position=position,
            kind=kind,
            item=(item.item or "")[:500],
            why=item.why,
            at=now,
        )
    )


class Accounts:
    """Which account an event is about: one hook may serve many."""

    def __init__(self, apps: set[int]) -> None:
        self.by_id: dict[int, Account] = {}
        self.by_native: dict[tuple[int, str, str], Account] = {}
        self.by_app: dict[int, list[Account]] = {app: [] for app in apps}
        for account in Account.objects.filter(app__in=apps):
            self.by_id[account.pk] = account
            self.by_native[account.app_id, account.connector, account.native] = account
            self.by_app[account.app_id].append(account)

    def of(self, envelope: Envelope, event: Event) -> Account | None:
        """The account named; else the one that asked; else the only one that the app has.

        Who wants to be forgotten says so to the app and names no account: then any of them hears it.
        """
        connector = event.connector or envelope.connector
        named = self.by_native.get((envelope.app_id, connector, event.account)) if event.account else None
        if named is not None:
            return named
        if envelope.account_id is not None:
            return self.by_id.get(envelope.account_id)
        only = self.by_app[envelope.app_id]
        is_for_any = bool(only) and event.kind == "erasure"
        return only[0] if (len(only) == 1 or is_for_any) and not event.account else None


def finish(readings: Sequence[Reading], now: datetime) -> None:
    """Close the envelopes: done, or aside with a reason if something in it was not understood."""
    envelopes = [reading.envelope for reading in readings]
    Refusal.objects.filter(
        envelope__in=[envelope for envelope in envelopes if envelope.attempts > 1]
    ).delete()
    Refusal.objects.bulk_create([refusal for reading in readings for refusal in reading.refusals], AT_ONCE)
    done = []
    for reading in readings:
        bad = [refusal for refusal in reading.refusals if refusal.kind == Refusal.UNREADABLE]
        if bad:
            set_aside(reading.envelope, summary(bad, len(reading.items)))
        else:
            done.append(reading.envelope.pk)
    Envelope.objects.filter(pk__in=done).update(state=Envelope.DONE, due_at=None, problem="")
    note(envelopes, now)


def summary(bad: list[Refusal], of: int) -> str:
    return bad[0].why if of == 1 else f"{len(bad)} of {of} items could not be taken. The first: {bad[0].why}"


def set_aside(envelope: Envelope, why: str) -> None:
    """Into quarantine, the raw bytes kept, for a person to look at."""
    envelope.state, envelope.due_at, envelope.problem = Envelope.QUARANTINED, None, why
    envelope.save(update_fields=["state", "due_at", "problem"])


def note(envelopes: list[Envelope], now: datetime) -> None:
    """When each app's hook last brought something."""
    hooks = {envelope.app_id for envelope in envelopes if envelope.account_id is None}
    App.objects.filter(pk__in=hooks).update(last_hook_at=now)

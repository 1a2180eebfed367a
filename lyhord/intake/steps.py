"""What the worker does here on the database. What speaks with networks is in `sources`."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from django.db import transaction
from django.db.models import Q, QuerySet

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import AccountSide, Unreadable
from lyhord.channels.models import Account, State
from lyhord.channels.registry import NoSuchConnector
from lyhord.intake import actions, files
from lyhord.intake.actions import Reading
from lyhord.intake.models import Envelope, Refusal, Source
from lyhord.lib import patience, work

log = logging.getLogger(__name__)

BATCH = 200
ALONE = 20  # envelopes that failed before, each read by itself, in one call
LONGEST_READ = 8.0  # seconds for one envelope; the next event is handled within ten (R09)
BACK_OFF = timedelta(seconds=10)  # doubled at each attempt
LONGEST_WAIT = BACK_OFF * 2**work.TRIES + work.LEASE  # longer than anything here ever waits


def read_envelopes(now: datetime) -> int:
    """Read up to 200 envelopes that wait, and some that failed before; how many were taken in hand.

    One that ended the process (out of memory, say) comes back with others of its batch. So whatever was tried before
    is read alone, and only the one at fault ever uses up its tries.
    """
    waiting = Envelope.objects.filter(state=Envelope.WAITING)
    new = fresh(waiting.filter(attempts=0), now)
    read(new, now)
    taken = len(new)
    for _ in range(ALONE):
        again = work.claim_batch(waiting.filter(attempts__gt=0), now, most=1)
        if not again:
            break
        read(again, now)
        taken += 1
    return taken


def fresh(waiting: QuerySet[Envelope], now: datetime) -> list[Envelope]:
    """What people wrote to us comes before what is only overheard (R15)."""
    heard = overheard()
    taken = work.claim_batch(waiting.exclude(connector__in=heard), now, most=BATCH)
    if heard and len(taken) < BATCH:
        taken += work.claim_batch(waiting.filter(connector__in=heard), now, most=BATCH - len(taken))
    return taken


def overheard() -> list[str]:
    """Connectors of places where nobody can be answered, such as feeds: nobody there waits for us."""
    nobody = AccountSide(id=0, native="", handle="", settings={}, secrets={})
    return [name for name, each in registry.connectors().items() if not each.abilities(nobody).verbs]


def read(envelopes: Sequence[Envelope], now: datetime) -> None:
    told = actions.without_doubles(envelopes)
    readings = [reading for envelope in told if (reading := reading_of(envelope, now))]
    if readings:
        actions.take_all(readings, now)
        note_success(
            {reading.envelope.account_id for reading in readings if reading.envelope.account_id}, now
        )


def reading_of(envelope: Envelope, now: datetime) -> Reading | None:
    """What the parser makes of it; None if nothing, and then the envelope was set aside or put off."""
    if envelope.is_blank:
        return Reading(envelope, [])
    if envelope.attempts > work.TRIES:
        give_up(envelope, envelope.problem or "Reading it ended the worker each time.", now)
        return None
    try:
        connector = registry.get(envelope.connector)
        headers = orjson.loads(envelope.headers)
        with patience.within(LONGEST_READ):
            items = list(connector.parse(bytes(envelope.raw), headers, envelope.url, envelope.method))
    except Unreadable as problem:
        return Reading(envelope, [problem])
    except NoSuchConnector as problem:
        put_off(envelope, str(problem), now)
        return None
    except patience.TookTooLong as problem:
        put_off(envelope, str(problem), now)
        return None
    except Exception as problem:
        log.warning("A parser failed", extra={"envelope": envelope.pk, "kind": type(problem).__name__})
        put_off(envelope, f"The parser failed: {type(problem).__name__}.", now)
        return None
    return Reading(envelope, items)


def put_off(envelope: Envelope, why: str, now: datetime) -> None:
    """Try again later; after the last try it is set aside."""
    if envelope.attempts >= work.TRIES:
        give_up(envelope, why, now)
        return
    wait = BACK_OFF * 2 ** (envelope.attempts - 1)
    Envelope.objects.filter(pk=envelope.pk).update(due_at=now + wait, problem=why)


@transaction.atomic
def give_up(envelope: Envelope, why: str, now: datetime) -> None:
    """The whole of it counts as one that was not understood."""
    Refusal.objects.create(envelope=envelope, kind=Refusal.UNREADABLE, position=0, why=why, at=now)
    actions.set_aside(envelope, why)


def note_success(accounts: set[int], now: datetime) -> None:
    for account in Account.objects.filter(pk__in=accounts):
        channels.note_success(account, now)


def ensure_sources(now: datetime) -> int:
    """Open the sources of accounts that are new; how many were opened."""
    opened = 0
    for account in Account.objects.filter(state=State.ACTIVE, sources=None).select_related("app"):
        for way in registry.get(account.connector).abilities(channels.side_of(account)).receive:
            if way != "hook":
                opened += Source.objects.get_or_create(account=account, way=way, defaults={"due_at": now})[1]
    return opened


def mend_times(now: datetime) -> int:
    """Take up what a clock that ran ahead left for a time far off; how much that was (R13).

    A clock that was put right again must not let what came meanwhile wait until then. Nothing that waits to be read
    waits so long by rule, and a source that was read "later than now" was read under such a clock.
    """
    ahead = now + timedelta(minutes=1)  # clocks of several machines differ a little
    late = Q(attempts=0, due_at__gt=ahead) | Q(due_at__gt=now + LONGEST_WAIT)
    mended = Envelope.objects.filter(late, state=Envelope.WAITING).update(due_at=now)
    odd = Source.objects.filter(is_on=True, last_at__gt=ahead)
    return mended + odd.update(due_at=now, last_at=now)


def remove_files(now: datetime) -> int:
    """Remove what a deletion left to be removed. It was tried at once; this is for what was interrupted."""
    return files.remove(now)

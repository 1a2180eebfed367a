"""What the worker does here on the database. What speaks with networks is in `sources`."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

import orjson

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Unreadable
from lyhord.channels.models import Account, State
from lyhord.channels.registry import NoSuchConnector
from lyhord.intake import actions, files
from lyhord.intake.actions import Reading
from lyhord.intake.models import Envelope, Source
from lyhord.lib import work

log = logging.getLogger(__name__)

BATCH = 200
ALONE = 20  # envelopes that failed before, each read by itself, in one call
BACK_OFF = timedelta(seconds=10)  # doubled at each attempt


def read_envelopes(now: datetime) -> int:
    """Read up to 200 envelopes that wait, and some that failed before; how many were taken in hand.

    One that ended the process (out of memory, say) comes back with others of its batch. So whatever was tried before
    is read alone, and only the one at fault ever uses up its tries.
    """
    waiting = Envelope.objects.filter(state=Envelope.WAITING)
    fresh = work.claim_batch(waiting.filter(attempts=0), now, most=BATCH)
    read(fresh, now)
    taken = len(fresh)
    for _ in range(ALONE):
        again = work.claim_batch(waiting.filter(attempts__gt=0), now, most=1)
        if not again:
            break
        read(again, now)
        taken += 1
    return taken


def read(envelopes: Iterable[Envelope], now: datetime) -> None:
    readings = [reading for envelope in envelopes if (reading := reading_of(envelope, now))]
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
        actions.set_aside(envelope, envelope.problem or "Reading it ended the worker each time.")
        return None
    try:
        connector = registry.get(envelope.connector)
        headers = orjson.loads(envelope.headers)
        items = list(connector.parse(bytes(envelope.raw), headers, envelope.url, envelope.method))
    except Unreadable as problem:
        return Reading(envelope, [problem])
    except NoSuchConnector as problem:
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
        actions.set_aside(envelope, why)
        return
    wait = BACK_OFF * 2 ** (envelope.attempts - 1)
    Envelope.objects.filter(pk=envelope.pk).update(due_at=now + wait, problem=why)


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


def remove_files(now: datetime) -> int:
    """Remove what a deletion left to be removed. It was tried at once; this is for what was interrupted."""
    return files.remove(now)

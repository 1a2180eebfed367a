"""Holding the streams of accounts, a thread each, under a lease that is renewed while it runs."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
from django.utils import timezone

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.models import Account, State
from lyhord.intake.models import Source
from lyhord.intake.sources.polling import POLL, STREAM, Overtaken, claimed, due, failed, keep, poll

HELD_FOR = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=20)
PAUSE = timedelta(seconds=2)  # before a stream that ended is opened anew
Clock = Callable[[], datetime]


def due_streams(now: datetime) -> list[tuple[int, int]]:
    """(account, source) that nobody holds, to be given to `stream`."""
    return due(now, [STREAM])


def stream(source_id: int, stop: threading.Event, worker: str, clock: Clock = timezone.now) -> int:
    """Hold a stream until it ends, `stop` is set, or the lease is lost; how many envelopes it gave.

    Runs in a thread of its own. The account is polled once the stream is due, since few networks replay what was
    said while nobody listened; the polls that go on meanwhile close the moment before the stream stands.
    """
    source = claimed(source_id, clock(), HELD_FOR)
    if source is None:
        return 0
    Source.objects.filter(pk=source.pk).update(held_by=worker)
    close_gap(source.account, clock())
    try:
        with channels.http_client(source.account, is_stream=True) as http:
            brought = listen(source, http, stop, worker, clock)
    except Overtaken:
        return 0
    except Exception as problem:
        failed(source, problem, clock())
        return 0
    let_go(source, worker, clock())
    return brought


def close_gap(account: Account, now: datetime) -> None:
    for source in Source.objects.filter(account=account, way=POLL, is_on=True):
        # Only one that waits for its time: an earlier claim or back-off stays.
        Source.objects.filter(pk=source.pk, attempts=0).update(due_at=now)
        poll(source.pk, now)


def listen(source: Source, http: httpx.Client, stop: threading.Event, worker: str, clock: Clock) -> int:
    brought = 0
    renewed_at = clock()
    connector, side = registry.get(source.account.connector), channels.side_of(source.account)
    for arrival in connector.stream(http, side, source.cursor):
        now = clock()
        brought += keep(source, arrival, now)
        if stop.is_set():
            break
        if source.attempts or now >= renewed_at + RENEW_EVERY:
            if not renewed(source, worker, now):
                break
            renewed_at = now
    return brought


def renewed(source: Source, worker: str, now: datetime) -> bool:
    """Whether the stream is still ours, and still wanted."""
    mine = Source.objects.filter(pk=source.pk, held_by=worker, is_on=True, account__state=State.ACTIVE)
    if source.attempts:
        channels.note_success(source.account, now)
    source.attempts = 0
    return bool(mine.update(due_at=now + HELD_FOR, attempts=0, problem=""))


def let_go(source: Source, worker: str, now: datetime) -> None:
    """Ended well. One that ended without a word is opened more slowly each time."""
    again = now + PAUSE * 2 ** min(source.attempts, 6) if source.attempts else now + PAUSE
    Source.objects.filter(pk=source.pk, held_by=worker).update(held_by="", due_at=again)


def release(worker: str, now: datetime) -> int:
    """Let go of all streams of a worker that ends, so that others need not wait for the lease."""
    return Source.objects.filter(held_by=worker).update(held_by="", due_at=now)

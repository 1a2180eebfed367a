"""Reading accounts by poll and backfill.

What a network brings becomes an envelope, saved in one transaction with the cursor: a reader killed anywhere neither
skips nor repeats. No network call is made inside a transaction.
"""

import logging
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Arrival, Trouble
from lyhord.channels.models import Account, State
from lyhord.intake import actions
from lyhord.intake.models import Envelope, Source
from lyhord.lib import backoff, work
from lyhord.lib.errors import LyhordError
from lyhord.lib.failpoints import failpoint
from lyhord.staff import audit, mandates
from lyhord.staff.models import User

log = logging.getLogger(__name__)

POLL, STREAM, BACKFILL = "poll", "stream", "backfill"
LEASE = timedelta(minutes=5)  # of a poll or a backfill; longer than any single call may take


class Overtaken(LyhordError):
    """Another reader of the same source went ahead; ours stops."""


# Which are due ----------------------------------------------------------------------------------------------------


def due_sources(now: datetime) -> list[tuple[int, int]]:
    """(account, source) to be given to `poll`."""
    return due(now, [POLL, BACKFILL])


def due(now: datetime, ways: list[str]) -> list[tuple[int, int]]:
    sources = Source.objects.filter(way__in=ways, is_on=True, due_at__lte=now, account__state=State.ACTIVE)
    return list(sources.order_by("due_at").values_list("account", "pk"))


@transaction.atomic
def start_backfill(account: Account, since: datetime, by: User, now: datetime) -> Source:
    """Read what lies further back, as far as the network lets us."""
    mandates.require(by, "manage_accounts", account)
    wish = {"since": since, "cursor": "", "is_on": True, "due_at": now, "attempts": 0, "problem": ""}
    source, _created = Source.objects.update_or_create(account=account, way=BACKFILL, defaults=wish)
    audit.record("account.backfilled", account, by=by, now=now, since=since)
    return source


# Poll and backfill ------------------------------------------------------------------------------------------------


def poll(source_id: int, now: datetime) -> int:
    """Read one source to its end; how many envelopes that gave. Does nothing if another worker has it."""
    source = claimed(source_id, now, LEASE)
    if source is None:
        return 0
    brought = 0
    wait: timedelta | None = None
    try:
        with channels.http_client(source.account) as http:
            for arrival in arrivals(source, http, now):
                failpoint("intake.sources.before_keep")
                brought += keep(source, arrival, now)
                failpoint("intake.sources.after_keep")
                wait = arrival.wait or wait
    except Overtaken:
        return brought
    except Exception as problem:
        failed(source, problem, now)
        return brought
    failpoint("intake.sources.before_finish")
    finished(source, wait, now)
    return brought


def claimed(source_id: int, now: datetime, lease: timedelta) -> Source | None:
    rows = Source.objects.filter(pk=source_id, is_on=True, account__state=State.ACTIVE)
    mine = work.claim(rows.select_related("account__app"), now, lease=lease, most=1)
    return mine[0] if mine else None


def arrivals(source: Source, http: httpx.Client, now: datetime) -> Iterator[Arrival]:
    connector, side = registry.get(source.account.connector), channels.side_of(source.account)
    if source.way == BACKFILL:
        return connector.backfill(http, side, source.cursor, source.since or now)
    return connector.poll(http, side, source.cursor, now)


@transaction.atomic
def keep(source: Source, arrival: Arrival, now: datetime) -> bool:
    """Save what arrived and how far we are; True if it was new. Raises Overtaken."""
    before, cursor = source.cursor, arrival.cursor or source.cursor
    moved = Source.objects.filter(pk=source.pk, cursor=before).update(cursor=cursor, last_at=now)
    if not moved:
        raise Overtaken(f"Source {source.pk} is being read by somebody else.")
    envelope = received(source.account, arrival, now) if arrival.raw else None
    failpoint("intake.sources.before_commit")
    source.cursor, source.last_at = cursor, now
    return envelope is not None


def received(account: Account, arrival: Arrival, now: datetime) -> Envelope | None:
    return actions.receive(
        account.app, account, arrival.raw, arrival.headers, arrival.url, arrival.method, now
    )


def finished(source: Source, wait: timedelta | None, now: datetime) -> None:
    if source.way == BACKFILL:
        Source.objects.filter(pk=source.pk).update(is_on=False, due_at=None, attempts=0, problem="")
    else:
        abilities = registry.get(source.account.connector).abilities(channels.side_of(source.account))
        due_at = now + (wait or abilities.poll_every)
        Source.objects.filter(pk=source.pk).update(due_at=due_at, last_at=now, attempts=0, problem="")
    channels.note_success(source.account, now)


def failed(source: Source, problem: Exception, now: datetime) -> None:
    """Wait as the network asks, or longer each time; the account's page tells why."""
    why, hint, state = words(problem)
    if not isinstance(problem, LyhordError | httpx.HTTPError):
        log.exception("A source could not be read", extra={"source": source.pk})
    # Not before the network says; with chance in it, so that not all come back at once.
    due_at = backoff.retry_at(now, source.attempts, backoff.seconds_until(hint, now), random.SystemRandom())
    Source.objects.filter(pk=source.pk).update(due_at=due_at, problem=why, held_by="")
    channels.note_problem(source.account, why, now, state=state)


def words(problem: Exception) -> tuple[str, datetime | None, str]:
    """Why, when again, and the state that the account has now."""
    if isinstance(problem, Trouble):
        return str(problem), problem.at, problem.account_state
    if isinstance(problem, LyhordError):
        return str(problem), None, ""
    if isinstance(problem, httpx.TimeoutException):
        return _("The network did not answer in time."), None, ""
    if isinstance(problem, httpx.HTTPError):
        return _("The network could not be reached, or broke off."), None, ""
    return _("Reading failed: %(kind)s.") % {"kind": type(problem).__name__}, None, ""

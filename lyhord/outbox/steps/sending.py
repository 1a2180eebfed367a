"""Send what is due: claim, look once more, speak with the network outside of any transaction, write down what came of it."""

import logging
import random
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Denied, Local, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.channels.models import State as AccountState
from lyhord.lib import sabotage, work
from lyhord.lib.errors import LyhordError
from lyhord.lib.failpoints import failpoint
from lyhord.lib.text import N_
from lyhord.outbox import queries, rules
from lyhord.outbox.actions import holding, moving
from lyhord.outbox.models import Dispatch, State

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than the 30 seconds that a call to a network may take
LOOK_AGAIN = timedelta(seconds=2)
DENIED = "lyhord: not allowed now"
CHANCE = random.Random()  # noqa: S311 - spreads retries, keeps no secret


def due_dispatches(now: datetime, most: int = 100) -> list[tuple[int, int]]:
    """(account, dispatch) of what may leave now, the oldest first; an account has one slot, which the caller keeps."""
    return list(queries.due(now).values_list("account_id", "pk")[:most])


def send(dispatch_id: int, now: datetime) -> None:
    """Take one dispatch to its network, if it is still ours to take. `now` is the moment of this very call."""
    failpoint("outbox.before_claim")
    dispatch = take(dispatch_id, now)
    if dispatch is None:
        return
    failpoint("outbox.after_claim")
    outcome = speak(dispatch, now)
    failpoint("outbox.after_send")
    record(dispatch, outcome, now)
    failpoint("outbox.after_record")


@transaction.atomic
def take(dispatch_id: int, now: datetime) -> Dispatch | None:
    """Claim it, and look for all that may have changed since it was written."""
    rows = Dispatch.objects.filter(pk=dispatch_id, state__in=queries.WAITING)
    rows = rows.select_related("account__app", "thread", "answers__thread", "newest", "by")
    for dispatch in work.claim(rows, now, lease=LEASE, most=1):
        if dispatch.state == State.SENDING and not may_repeat(dispatch, now):
            moving.move(
                dispatch,
                State.UNSURE,
                now,
                was=[State.SENDING],
                due_at=now,
                problem=N_("The program ended while sending."),
            )
        elif must_wait(dispatch, now):
            # Not an attempt: nothing was tried.
            Dispatch.objects.filter(pk=dispatch.pk).update(
                due_at=now + LOOK_AGAIN, attempts=dispatch.attempts - 1
            )
        elif not set_aside(dispatch, now):
            begin(dispatch, now)
            return dispatch
    return None


def may_repeat(dispatch: Dispatch, now: datetime) -> bool:
    """A worker died while sending this. The same key again is safe where the network honours it, for a time."""
    if sabotage.is_on("outbox.resend_unsure"):
        return True
    connector = registry.get(dispatch.account.connector)
    safe = connector.abilities(channels.side_of(dispatch.account)).idempotency != "none"
    return safe and now - dispatch.state_at < rules.KEY_LIFE


def must_wait(dispatch: Dispatch, now: datetime) -> bool:
    if dispatch.account.state in (AccountState.PAUSED, AccountState.BROKEN):
        return True
    earlier = queries.earlier_in_lane(dispatch.lane, dispatch.pk, dispatch.made_at)
    return earlier.exists() or queries.wide_hold(dispatch, now) is not None


def set_aside(dispatch: Dispatch, now: datetime) -> bool:
    """Hold it for a person if it became wrong while it waited."""
    by_hold = queries.lane_hold(dispatch, now)
    reason = by_hold.reason if by_hold is not None else became_wrong(dispatch)
    if not reason:
        return False
    was = [State.QUEUED, State.SENDING]
    return moving.move(dispatch, State.HELD, now, was=was, hold_reason=reason, hold=by_hold)


def became_wrong(dispatch: Dispatch) -> str:
    """Why this must not be sent unseen; "" when all is as it was. What a person released she has looked at."""
    if dispatch.account.state == AccountState.RETIRED:
        return N_("The account was retired.")
    if dispatch.verb in rules.REPLIES and queries.newer_word(dispatch) is not None:
        return N_("The customer wrote again after this was written.")
    if dispatch.released_at is not None:
        return ""
    if dispatch.answers is not None and dispatch.answers.deleted_at is not None:
        return N_("The post that this is about was deleted.")
    if dispatch.by is not None and not dispatch.by.is_active:
        return N_("Who wrote this does not work here any more.")
    return ""


def begin(dispatch: Dispatch, now: datetime) -> None:
    """From here on nobody can undo it. A repeat keeps the moment of its first attempt, by which keys are honoured."""
    since = dispatch.state_at if dispatch.state == State.SENDING else now
    moving.move(dispatch, State.SENDING, now, was=queries.WAITING, due_at=now + LEASE, state_at=since)


def speak(dispatch: Dispatch, now: datetime) -> Outcome:
    """Hand it to the connector. Never raises: what we do not understand is Unsure."""
    connector = registry.get(dispatch.account.connector)
    outgoing = outgoing_of(dispatch)
    try:
        side = channels.side_of(dispatch.account)
        if dispatch.verb == "reply":
            answer = connector.can_reply(side, outgoing, queries.last_word_at(dispatch), now)
            if isinstance(answer, Denied):
                return Refused(answer.why, code=DENIED)
        client = channels.http_client(dispatch.account)
    except LyhordError as problem:  # keys or addresses that are wrong: nothing was said yet
        return Retry(str(problem))
    with client:
        failpoint("outbox.before_send")
        try:
            return connector.send(client, side, outgoing, now)
        except Exception:
            log.exception(
                "The connector %s broke while sending.", connector.name, extra={"dispatch": dispatch.pk}
            )
            return Unsure(N_("The program stumbled while sending."))


def outgoing_of(dispatch: Dispatch) -> Outgoing:
    if sabotage.is_on("outbox.no_key"):
        dispatch.key = uuid4()
    return queries.outgoing(dispatch)


def record(dispatch: Dispatch, outcome: Outcome, now: datetime) -> None:
    """Write down what came of it. Only `Sent` counts from whatever state the row has by now: it stands there."""
    if isinstance(outcome, Sent):
        record_sent(dispatch, outcome, now)
    elif isinstance(outcome, Retry):
        record_retry(dispatch, outcome, now)
    elif isinstance(outcome, Refused):
        record_refused(dispatch, outcome, now)
    elif isinstance(outcome, Local):
        record_local(dispatch, now)
    else:
        record_unsure(dispatch, outcome, now)


@transaction.atomic
def record_sent(dispatch: Dispatch, outcome: Sent, now: datetime) -> None:
    was = [State.SENDING, State.UNSURE, State.QUEUED, State.HELD, State.DROPPED]
    moving.stands(dispatch, outcome.evidence, now, was=was, native=outcome.native or "", link=outcome.link)
    channels.note_success(dispatch.account, now)


@transaction.atomic
def record_retry(dispatch: Dispatch, outcome: Retry, now: datetime) -> None:
    """Nothing was done. The network's own word says when; after eight tries a person looks."""
    if not is_ours(dispatch):
        return
    account = dispatch.account
    channels.note_problem(account, outcome.why, now)
    again = rules.after_retry(dispatch.attempts, account.failures, outcome.at, now, CHANCE)
    if again.account_until is not None:
        holding.hold(f"a{account.pk}", outcome.why, "network", now, until=again.account_until)
    if again.at is None:
        why = N_("The network did not take it, however often it was tried.")
        moving.move(dispatch, State.HELD, now, was=[State.SENDING], hold_reason=why, problem=outcome.why)
    else:
        moving.move(dispatch, State.QUEUED, now, was=[State.SENDING], due_at=again.at, problem=outcome.why)


@transaction.atomic
def record_refused(dispatch: Dispatch, outcome: Refused, now: datetime) -> None:
    """The account's state may be the cause: then the dispatch waits for it, and nothing is lost."""
    if not is_ours(dispatch):
        return
    if outcome.account_state:
        channels.note_problem(dispatch.account, outcome.why, now, state=outcome.account_state)
        moving.move(dispatch, State.QUEUED, now, was=[State.SENDING], due_at=now, problem=outcome.why)
    elif outcome.code == DENIED:
        moving.move(dispatch, State.HELD, now, was=[State.SENDING], hold_reason=outcome.why)
    else:
        moving.move(dispatch, State.REFUSED, now, was=[State.SENDING], problem=outcome.why)


@transaction.atomic
def record_local(dispatch: Dispatch, now: datetime) -> None:
    if is_ours(dispatch):
        moving.move(dispatch, State.HANDED_OVER, now, was=[State.SENDING])


@transaction.atomic
def record_unsure(dispatch: Dispatch, outcome: Unsure, now: datetime) -> None:
    if not is_ours(dispatch):
        return
    if sabotage.is_on("outbox.resend_unsure"):
        moving.move(dispatch, State.QUEUED, now, was=[State.SENDING], due_at=now, problem=outcome.why)
        return
    due = now + rules.READ_BACK_AFTER
    moving.move(dispatch, State.UNSURE, now, was=[State.SENDING], due_at=due, problem=outcome.why)


def is_ours(dispatch: Dispatch) -> bool:
    """Whether the row is still at the attempt that we made; a slow worker's lease may have lapsed meanwhile."""
    return Dispatch.objects.filter(pk=dispatch.pk, state=State.SENDING, attempts=dispatch.attempts).exists()

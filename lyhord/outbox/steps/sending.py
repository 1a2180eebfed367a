"""Send what is due: claim, look once more, speak with the network outside of any transaction, write down what came of it."""

import logging
import random
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Abilities, Denied, Local, Outcome, Outgoing, Refused, Retry, Sent, Unsure
from lyhord.channels.models import Account
from lyhord.channels.models import State as AccountState
from lyhord.intake import actions as intake
from lyhord.lib import sabotage, work
from lyhord.lib.errors import LyhordError
from lyhord.lib.failpoints import failpoint
from lyhord.lib.text import N_
from lyhord.outbox import files, queries, rules
from lyhord.outbox.actions import asking, enclosing, holding, moving
from lyhord.outbox.files import BadFile
from lyhord.outbox.models import Dispatch, State

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than the 30 seconds that a call to a network may take
LOOK_AGAIN = timedelta(seconds=2)
DENIED = "lyhord: not allowed now"
LOST_FILE = "lyhord: a file is missing"
CHANCE = random.Random()  # noqa: S311 - spreads retries, keeps no secret


def due_dispatches(now: datetime, most: int = 100) -> list[tuple[int, int]]:
    """(account, dispatch) of what may leave now, the oldest first; an account has one slot, which the caller keeps.

    Where that many wait, the first of each other account comes too: a long queue of one hides nobody else's words.
    """
    found = list(queries.due(now).values_list("account_id", "pk")[:most])
    if len(found) < most:
        return found
    return found + list(queries.first_due(now, besides={account for account, _pk in found}))


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
    return abilities_of(dispatch).does_once(dispatch.verb) and now - dispatch.state_at < rules.KEY_LIFE


def abilities_of(dispatch: Dispatch) -> Abilities:
    return registry.get(dispatch.account.connector).abilities(channels.side_of(dispatch.account))


def must_wait(dispatch: Dispatch, now: datetime) -> bool:
    if dispatch.account.state in (AccountState.PAUSED, AccountState.BROKEN):
        return True
    earlier = queries.earlier_in_lane(dispatch.lane, dispatch.pk, dispatch.made_at)
    if earlier.exists() or queries.wide_hold(dispatch, now) is not None:
        return True
    if not sabotage.is_on("outbox.no_catching_up") and queries.is_catching_up(dispatch.account, now):
        return True
    return rules.is_open(dispatch.account.failures) and is_probed(dispatch, now)


def is_probed(dispatch: Dispatch, now: datetime) -> bool:
    """Whether another one is on its way to a network that has failed us: its outcome is waited for.

    The account's row is locked, so that of several workers one alone goes ahead.
    """
    if sabotage.is_on("outbox.no_breaker"):
        return False
    Account.objects.select_for_update().get(pk=dispatch.account_id)
    others = Dispatch.objects.filter(account=dispatch.account_id, state=State.SENDING, due_at__gt=now)
    return others.exclude(pk=dispatch.pk).exists()


def set_aside(dispatch: Dispatch, now: datetime) -> bool:
    """Hold it for a person if it became wrong while it waited."""
    if sabotage.is_on("outbox.no_second_look"):
        return False
    by_hold = queries.lane_hold(dispatch, now)
    reason = by_hold.reason if by_hold is not None else asking.became_wrong(dispatch)
    if not reason:
        return False
    was = [State.QUEUED, State.SENDING]
    return moving.move(dispatch, State.HELD, now, was=was, hold_reason=reason, hold=by_hold)


def begin(dispatch: Dispatch, now: datetime) -> None:
    """From here on nobody can undo it. A repeat keeps the moment of its first attempt, by which keys are honoured."""
    since = dispatch.state_at if dispatch.state == State.SENDING else now
    moving.move(dispatch, State.SENDING, now, was=queries.WAITING, due_at=now + LEASE, state_at=since)


def speak(dispatch: Dispatch, now: datetime) -> Outcome:
    """Hand it to the connector. Never raises: what we do not understand is Unsure."""
    connector = registry.get(dispatch.account.connector)
    try:
        outgoing = outgoing_of(dispatch)
    except BadFile as problem:
        return Refused(str(problem), code=LOST_FILE)
    try:
        side = channels.side_of(dispatch.account)
        if dispatch.verb == "reply":
            answer = connector.can_reply(side, outgoing, queries.last_word_at(dispatch), now)
            if isinstance(answer, Denied):
                return Refused(answer.why, code=DENIED)
            outgoing = tagged(dispatch, outgoing, answer.tag)
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


def tagged(dispatch: Dispatch, outgoing: Outgoing, tag: str) -> Outgoing:
    """The ordinary window ended while it waited: its tag is kept before the network hears it. One that it has stays."""
    if dispatch.tag or not tag:
        return outgoing
    dispatch.tag = tag
    Dispatch.objects.filter(pk=dispatch.pk).update(tag=tag)
    return replace(outgoing, tag=tag)


def outgoing_of(dispatch: Dispatch) -> Outgoing:
    if sabotage.is_on("outbox.no_key"):
        dispatch.key = uuid4()
    enclosed = files.handed(enclosing.enclosures_of(dispatch))
    return replace(queries.outgoing(dispatch), files=enclosed)


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
    native, aliases = outcome.native or "", outcome.aliases
    moving.stands(dispatch, outcome.evidence, now, was=was, native=native, link=outcome.link, aliases=aliases)
    channels.note_success(dispatch.account, now)


@transaction.atomic
def record_retry(dispatch: Dispatch, outcome: Retry, now: datetime) -> None:
    """Nothing was done. The network's own word says when; after eight tries a person looks."""
    if not is_ours(dispatch):
        return
    account = dispatch.account
    channels.note_problem(account, outcome.why, now)
    tries_until = last_try(dispatch)
    again = rules.after_retry(
        dispatch.attempts, account.failures, outcome.at, now, CHANCE, tries_until=tries_until
    )
    if again.account_until is not None and not sabotage.is_on("outbox.no_breaker"):
        leave_alone(dispatch, outcome, again.account_until, now)
    if again.at is None:
        why = N_("The network did not take it, however often it was tried.")
        moving.move(dispatch, State.HELD, now, was=[State.SENDING], hold_reason=why, problem=outcome.why)
        if tries_until is not None and is_dead(account, dispatch):
            channels.note_problem(account, outcome.why, now, state="disabled")
    else:
        moving.move(dispatch, State.QUEUED, now, was=[State.SENDING], due_at=again.at, problem=outcome.why)


def leave_alone(dispatch: Dispatch, outcome: Retry, until: datetime, now: datetime) -> None:
    """Hold back all that the network counts together, where it was its own word; else what is sent from this account."""
    account = dispatch.account
    shared = abilities_of(dispatch).limits if outcome.at is not None and outcome.at > now else "sending"
    bound = (
        Account.objects.filter(app=account.app_id)
        if shared == "app"
        else Account.objects.filter(pk=account.pk)
    )
    ids = list(bound.order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        holding.hold(f"a{pk}", outcome.why, "network", now, until=until)
    if shared != "sending":
        intake.put_off(ids, until)


def last_try(dispatch: Dispatch) -> datetime | None:
    """When we give up, where the channel says for how long it is tried; counted from when somebody last meant it."""
    lasts = abilities_of(dispatch).tries_for
    return None if lasts is None else (dispatch.released_at or dispatch.made_at) + lasts


def is_dead(account: Account, dispatch: Dispatch) -> bool:
    """Whether nothing at all went through since this was first tried: then the fault is not in this one."""
    since = dispatch.released_at or dispatch.made_at
    return account.last_success_at is None or account.last_success_at <= since


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

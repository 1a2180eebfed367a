"""What became of it: read back after a lost answer, own posts that came in, and what networks report later."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lyhord.channels import actions as channels
from lyhord.channels import registry
from lyhord.channels.contract import Retry, Sent, Unsure
from lyhord.channels.models import State as AccountState
from lyhord.intake.models import Post, Report
from lyhord.lib import work
from lyhord.lib.errors import LyhordError
from lyhord.outbox import queries, rules
from lyhord.outbox.actions import holding, moving
from lyhord.outbox.models import Bounce, Dispatch, Hold, Receipt, State

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
REPORTS_WAIT = timedelta(minutes=10)  # a report may come before the answer that names its post
ON_ITS_WAY = (State.SENDING, State.UNSURE)


def unsure_dispatches(now: datetime, most: int = 100) -> list[tuple[int, int]]:
    """(account, dispatch) of those that are to be looked for on their network now."""
    rows = Dispatch.objects.filter(state=State.UNSURE, due_at__lte=now).order_by("due_at", "pk")
    return list(rows.exclude(account__state=AccountState.RETIRED).values_list("account_id", "pk")[:most])


def settle_unsure(dispatch_id: int, now: datetime) -> None:
    """Look on the network, twice at most; what stays unsure then is for a person, who sees it from the beginning."""
    rows = Dispatch.objects.filter(pk=dispatch_id, state=State.UNSURE).select_related(
        "account__app", "thread", "answers"
    )
    for dispatch in work.claim(rows, now, lease=LEASE, most=1):
        conclude(dispatch, look(dispatch, now), now)


def look(dispatch: Dispatch, now: datetime) -> Sent | Unsure | Retry:
    connector = registry.get(dispatch.account.connector)
    try:
        side = channels.side_of(dispatch.account)
        with channels.http_client(dispatch.account) as client:
            return connector.settle(client, side, queries.outgoing(dispatch), now)
    except LyhordError as problem:
        return Unsure(str(problem))
    except Exception:
        log.exception(
            "The connector %s broke while reading back.", connector.name, extra={"dispatch": dispatch.pk}
        )
        return Unsure(dispatch.problem)


@transaction.atomic
def conclude(dispatch: Dispatch, found: Sent | Unsure | Retry, now: datetime) -> None:
    if isinstance(found, Sent):
        moving.stands(
            dispatch,
            "read_back",
            now,
            was=[State.UNSURE],
            native=found.native or "",
            link=found.link,
            aliases=found.aliases,
        )
    elif isinstance(found, Retry):  # certain that nothing stands there
        due = max(found.at or now, now)
        moving.move(dispatch, State.QUEUED, now, was=[State.UNSURE], due_at=due, problem=found.why)
    else:
        again = rules.next_read_back(dispatch.state_at, now)
        Dispatch.objects.filter(pk=dispatch.pk, state=State.UNSURE).update(due_at=again)


def take_echoes(now: datetime, most: int = 100) -> int:
    """Own posts that came in while we did not know whether ours had been sent: they settle it. Gives how many."""
    rows = Dispatch.objects.filter(state__in=ON_ITS_WAY, verb__in=["reply", "post"])
    rows = rows.select_related("account", "thread", "answers__thread")
    return sum(take_echo(dispatch, now) for dispatch in rows.order_by("-state_at")[:most])


@transaction.atomic
def take_echo(dispatch: Dispatch, now: datetime) -> bool:
    for post in queries.unreceipted_own_posts(dispatch):
        if rules.same_words(dispatch.text, post.text) and not is_of_another(post, dispatch):
            return moving.stands(dispatch, "echo", now, was=ON_ITS_WAY, native=post.native, link=post.link)
    return False


def is_of_another(post: Post, dispatch: Dispatch) -> bool:
    """The same words to two people in one thread: what it answers tells whose it is."""
    if not post.parent or (dispatch.answers is not None and dispatch.answers.native == post.parent):
        return False
    others = Dispatch.objects.filter(
        account=dispatch.account_id, state__in=ON_ITS_WAY, answers__native=post.parent
    )
    return others.exclude(pk=dispatch.pk).exists()


def take_reports(now: datetime, most: int = 500) -> int:
    """What networks told of dispatches and accounts. Erasures are not ours to take."""
    rows = Report.objects.filter(taken_at=None, kind__in=["read", "delivered", "account"]).select_related(
        "account"
    )
    return sum(take_report(report, now) for report in rows.order_by("pk")[:most])


@transaction.atomic
def take_report(report: Report, now: datetime) -> bool:
    if not apply(report, now) and now - report.at < REPORTS_WAIT:
        return False
    return bool(Report.objects.filter(pk=report.pk, taken_at=None).update(taken_at=now))


def apply(report: Report, now: datetime) -> bool:
    """False: it names a post of which there is no receipt (yet)."""
    if report.kind == "account":
        note_account(report, now)
        return True
    if report.kind == "read":
        return mark_read(report)
    dispatch = told_of(report)
    if dispatch is None:
        return False
    if report.ok:
        moving.stands(dispatch, "webhook", now, was=ON_ITS_WAY, native=native_of(report))
    else:
        was = [State.SENT, *ON_ITS_WAY]
        if moving.move(dispatch, State.REFUSED, now, was=was, problem=report.text):
            came_back(dispatch, report)
    return True


def came_back(dispatch: Dispatch, report: Report) -> None:
    told = {
        "account_id": dispatch.account_id,
        "domain": rules.domain(dispatch.person),
        "is_soft": rules.is_soft(report.text),
        "at": report.at,
    }
    Bounce.objects.update_or_create(dispatch=dispatch, defaults=told)


def note_account(report: Report, now: datetime) -> None:
    """Intake may have told the account already, and a person may have mended it since: old news breaks nothing."""
    known = [report.account.last_problem_at, report.account.checked_at]
    if not any(at is not None and at >= report.at for at in known):
        channels.note_problem(report.account, report.text, now, state=report.text)


def told_of(report: Report) -> Dispatch | None:
    """By our own key, which some networks give back, or by the id of what we sent."""
    dispatches = Dispatch.objects.filter(account=report.account_id)
    key = as_key(report.item)
    if key is not None:
        return dispatches.filter(key=key).first()
    found = queries.receipts_by_native([report.account_id], [report.item]) if report.item else {}
    return dispatches.filter(pk=found.get((report.account_id, report.item), 0)).first()


def as_key(item: str) -> UUID | None:
    try:
        return UUID(item)
    except ValueError:
        return None


def native_of(report: Report) -> str:
    return "" if as_key(report.item) else report.item


def mark_read(report: Report) -> bool:
    """One message, or all to that person up to the moment."""
    receipts = Receipt.objects.filter(account=report.account_id)
    if report.item:
        found = queries.receipts_by_native([report.account_id], [report.item])
        return bool(receipts.filter(dispatch__in=found.values()).update(read_at=report.at))
    receipts.filter(dispatch__person=report.person, read_at=None, at__lte=report.at).update(read_at=report.at)
    return True


def lift_ended(now: datetime) -> int:
    """Holds whose time is over."""
    return sum(
        1 for held in Hold.objects.filter(lifted_at=None, until__lte=now) if holding.lift(held, now) >= 0
    )

"""What pages show of clocks: those of one conversation, why they are due when they are, and what still has no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from lyhord.channels import queries as channels
from lyhord.desk.models import Clock, Conversation, Ownership
from lyhord.desk.queries import hours as plans
from lyhord.desk.queries.inbox import slots
from lyhord.desk.queries.views import UNANSWERED
from lyhord.desk.reckoning import WHICH
from lyhord.lib.hours import Hours, NeverOpen, openings
from lyhord.staff.models import User

PATIENCE = 60  # minutes in which a complaint has an answer, where nobody says otherwise
MOST = 1000
MOST_GAPS = 3
THERE = Exists(
    Clock.objects.filter(conversation=OuterRef("pk"))
)  # the gate of a page: nothing more is read without


def clocks(conversation: int) -> list[Clock]:
    """The first answer before the resolution; empty: nothing is promised here."""
    rows = Clock.objects.filter(conversation=conversation).select_related("decided_by", "target")
    return sorted(rows, key=lambda one: WHICH.index(one.which))


@dataclass(frozen=True)
class Gap:
    """A time between the beginning and the due moment in which nobody is there."""

    closes_at: datetime
    opens_at: datetime


@dataclass(frozen=True)
class Because:
    """Why a clock is due when it is."""

    which: str
    due_at: datetime
    target: timedelta
    in_open: bool
    gaps: list[Gap]
    is_cut: bool  # there are more gaps than are told


@dataclass(frozen=True)
class Milestones:
    came_at: datetime
    owned_at: datetime | None
    owner: str
    answered_at: datetime | None
    resolved_at: datetime | None


def milestones(conversation: Conversation) -> Milestones:
    owned = Ownership.objects.filter(conversation=conversation, is_first=True).select_related("user").first()
    return Milestones(
        conversation.opened_at,
        owned.since if owned else None,
        str(owned.user) if owned else "",
        conversation.first_answer_at,
        conversation.closed_at,
    )


def because(conversation: Conversation, rows: Sequence[Clock], now: datetime) -> list[Because]:
    kept = plans.plan([conversation.brand_id], conversation.opened_at, now)
    opened = kept.hours(conversation.brand_id, conversation.account_id)
    found = []
    for clock in rows:
        if clock.target is None or clock.due_at is None:
            continue
        rule = kept.rule(conversation, clock.target, clock.which)
        if rule.target is None:
            continue
        gaps = gaps_between(rule.hours, clock.started_at, clock.due_at)
        is_in_open = rule.hours is not None and opened is not None
        found.append(
            Because(
                clock.which, clock.due_at, rule.target, is_in_open, gaps[:MOST_GAPS], len(gaps) > MOST_GAPS
            )
        )
    return found


def gaps_between(opened: Hours | None, start: datetime, end: datetime) -> list[Gap]:
    """At most one more than is told."""
    found: list[Gap] = []
    if opened is None:
        return found
    last = start
    try:
        for opens, closes in openings(opened, start):
            if opens > last and opens <= end:
                found.append(Gap(last, opens))
            last = closes
            if closes >= end or len(found) > MOST_GAPS:
                break
    except NeverOpen:
        pass
    return found


# Complaints without an answer (IN-04) ------------------------------------------------------------------------------


def unanswered_complaints(user: User, now: datetime, minutes: int = PATIENCE) -> int:
    """Complaints of the accounts that she sees which have waited longer than so, up to MOST. What we want is none."""
    accounts = channels.account_ids_visible_to(user)
    if not accounts:
        return 0
    older = connection.ops.adapt_datetimefield_value(now - timedelta(minutes=minutes))
    sql = (
        f"SELECT COUNT(*) FROM (SELECT 1 FROM desk_conversation c WHERE c.account_id IN ({slots(accounts)})"  # noqa: S608
        f" AND c.kind = 'complaint' AND {UNANSWERED} AND c.waiting_since <= %s LIMIT {MOST}) AS counted"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*accounts, older])
        return int(cursor.fetchone()[0])

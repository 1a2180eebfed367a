"""What a department may read of a case: the question's own thread and the ticked words. This module alone feeds its page and mails."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from lyhord.desk.models import Request, RequestTurn
from lyhord.desk.queries.departments import customer_due
from lyhord.lib import crypto


@dataclass(frozen=True)
class Shown:
    """A ticked word. Who the customer is stays inside."""

    at: datetime
    is_hers: bool
    text: str  # "": deleted since
    lang: str
    is_deleted: bool


@dataclass(frozen=True)
class Asked:
    """A question as its department sees it."""

    request: Request
    turns: list[RequestTurn]
    shown: list[Shown]
    waits_since: datetime | None  # the customer, for us
    customer_due: datetime | None
    can_answer: bool


def by_secret(secret: str, now: datetime) -> Request | None:
    """The question that this link leads to, until it ends; None: there is none, or no more."""
    if not secret.isascii():
        return None
    rows = Request.objects.filter(digest=crypto.digest(secret), expires_at__gt=now)
    return rows.select_related("department__brand", "conversation", "by").first()


def asked(row: Request, now: datetime) -> Asked:
    """A withdrawn question shows nothing but that it is."""
    is_gone = row.state == Request.State.WITHDRAWN
    case = row.conversation
    return Asked(
        row,
        [] if is_gone else thread_of(row),
        [] if is_gone else shown_of(row),
        None if is_gone else case.waiting_since,
        None if is_gone else customer_due(case),
        not is_gone and row.expires_at > now,
    )


def thread_of(row: Request) -> list[RequestTurn]:
    turns = row.turns.exclude(kind=RequestTurn.REMINDER).select_related("by")
    return list(turns.prefetch_related(Prefetch("files")).order_by("pk"))


def shown_of(row: Request) -> list[Shown]:
    """The ticked words as they stand now: what was deleted since is gone here too."""
    found = []
    for turn in row.shown.select_related("post", "dispatch").order_by("at", "pk"):
        if turn.post is not None:
            gone = turn.post.deleted_at is not None
            found.append(
                Shown(turn.at, not turn.post.is_own, "" if gone else turn.post.text, turn.post.lang, gone)
            )
        elif turn.dispatch is not None:
            found.append(Shown(turn.at, False, turn.dispatch.text, turn.dispatch.lang, False))
    return found

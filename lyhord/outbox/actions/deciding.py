"""What people decide about something that waits: undo it, let it go, drop it, or say that it stands."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.models import Account
from lyhord.lib import sabotage
from lyhord.lib.errors import LyhordError
from lyhord.outbox import queries, rules
from lyhord.outbox.actions import moving
from lyhord.outbox.models import Dispatch, State
from lyhord.staff import audit, mandates
from lyhord.staff.mandates import NotYours
from lyhord.staff.models import User

OUTCOMES = ("stands", "does_not_stand", "send_again")


class TooLate(LyhordError):
    """It is not in the state any more in which this could be done."""


@transaction.atomic
def undo(dispatch: Dispatch, by: User, now: datetime) -> None:
    """Take back one's own before it leaves: either undone and not sent, or sent and said so. Twice is once."""
    mandates.require(by, "undo", dispatch)
    if dispatch.by_id != by.pk:
        raise NotYours(_("Only the person who wrote it can undo it."))
    was = [State.QUEUED, State.HELD]
    if sabotage.is_on("outbox.undo_late"):
        was += [State.SENDING, State.SENT]
    if moving.move(dispatch, State.UNDONE, now, was=was, hold=None):
        audit.record("dispatch.undone", dispatch, by=by, now=now)
    elif dispatch.state != State.UNDONE:
        raise TooLate(_("It is too late to undo: it has left already."))


@transaction.atomic
def release(dispatch: Dispatch, by: User, now: datetime) -> None:
    """Send what was held or refused all the same: the person has seen why, and what came since.

    Nothing of it stands there, and she may have written again: under which tag it goes is asked anew.
    """
    mandates.require(by, rules.mandate(dispatch.verb), dispatch)
    newest = queries.words_of_person(dispatch).order_by("-pk").first() or dispatch.newest
    again(dispatch, [State.HELD, State.REFUSED], now, released_at=now, newest=newest, tag="")
    audit.record("dispatch.released", dispatch, by=by, now=now)


@transaction.atomic
def drop(dispatch: Dispatch, by: User, now: datetime) -> None:
    """It shall not be sent, or not be tried again."""
    mandates.require(by, rules.mandate(dispatch.verb), dispatch)
    was = [State.QUEUED, State.HELD, State.REFUSED, State.UNSURE]
    if dispatch.state == State.UNSURE:
        mandates.require(by, "settle", dispatch)
    if not moving.move(dispatch, State.DROPPED, now, was=was, hold=None):
        raise TooLate(_("It is settled already. Load the page again to see how."))
    audit.record("dispatch.dropped", dispatch, by=by, now=now)


DROPPED_AT_ONCE = 500


def drop_bounced(account: Account, by: User, now: datetime, domain: str | None = None) -> int:
    """What came back to this account (to this domain) is not tried again; how many, at most 500 a call."""
    mandates.require(by, "reply", account)
    rows = queries.bounces_visible_to(by).filter(account=account)
    if domain is not None:
        rows = rows.filter(domain=domain)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:DROPPED_AT_ONCE])
    return sum(dropped(pk, by, now) for pk in ids)


def dropped(pk: int, by: User, now: datetime) -> bool:
    try:
        drop(Dispatch.objects.select_related("account").get(pk=pk), by, now)
    except (TooLate, NotYours):  # somebody else was faster; or it is more than a reply, and not hers to drop
        return False
    return True


@transaction.atomic
def settle(dispatch: Dispatch, outcome: str, by: User, now: datetime, link: str = "") -> None:
    """A person has looked on the network: it "stands" there, "does_not_stand", or shall be sent ("send_again")."""
    mandates.require(by, "settle", dispatch)
    if outcome == "stands":
        done = moving.stands(dispatch, "person", now, was=[State.UNSURE], link=link)
    elif outcome == "does_not_stand":
        done = moving.move(dispatch, State.DROPPED, now, was=[State.UNSURE])
    elif outcome == "send_again":
        done = moving.move(dispatch, State.QUEUED, now, was=[State.UNSURE], due_at=now, attempts=0)
    else:
        raise ValueError(f"{outcome!r} is none of {OUTCOMES}.")
    if not done:
        raise TooLate(_("It is settled already. Load the page again to see how."))
    audit.record("dispatch.settled", dispatch, by=by, now=now, outcome=outcome, link=link)


def again(dispatch: Dispatch, was: list[State], now: datetime, **values: object) -> None:
    """Back into the queue, with all tries before it."""
    if not moving.move(
        dispatch, State.QUEUED, now, was=was, due_at=now, attempts=0, hold=None, hold_reason="", **values
    ):
        raise TooLate(_("It is settled already. Load the page again to see how."))


@transaction.atomic
def hand_over(dispatch: Dispatch, native: str, link: str, now: datetime) -> None:
    """The room that owns the network has it: the receipt. Called a second time it changes nothing."""
    moving.stands(dispatch, "answer", now, was=[State.HANDED_OVER], native=native, link=link)


@transaction.atomic
def done_by_hand(dispatch: Dispatch, by: User, now: datetime, link: str = "") -> None:
    """Somebody posted it, or called, where no program can; `link` is the proof. Safe to call twice.

    For answers alone, and of whom may answer: nobody looked in vain for it, as with `settle`. Raises TooLate.
    """
    mandates.require(by, "reply", dispatch)
    if dispatch.state == State.SENT:
        return
    if dispatch.verb != "reply" or not moving.stands(dispatch, "person", now, was=[State.UNSURE], link=link):
        raise TooLate(_("It is settled already. Load the page again to see how."))
    audit.record("dispatch.done_by_hand", dispatch, by=by, now=now, link=link)

"""Holds: a lane, an account, or everything stands still, and goes on where it was."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.channels.models import Account
from lyhord.outbox import queries
from lyhord.outbox.actions import moving
from lyhord.outbox.models import Dispatch, Hold, State
from lyhord.staff import audit, mandates
from lyhord.staff.models import User
from lyhord.web import changes

EVERYTHING = "*"


@transaction.atomic
def hold(lane: str, reason: str, source: str, now: datetime, until: datetime | None = None) -> Hold:
    """What was queued in `lane` before now waits until the hold is lifted; "*", "b3" and "a12" also hold what comes.

    The same lane, source and reason again is the same hold, with the later `until`.
    """
    known = queries.open_holds(now).filter(lane=lane, source=source, reason=reason).first()
    if known is not None and is_wide(lane):
        if known.until is not None and (until is None or until > known.until):
            known.until = until
            known.save(update_fields=["until"])
        return known
    made = Hold.objects.create(lane=lane, reason=reason, source=source, since=now, until=until)
    if not is_wide(lane):
        for dispatch in Dispatch.objects.filter(lane=lane, state=State.QUEUED, made_at__lt=now).order_by(
            "pk"
        ):
            keep(dispatch, made, now)
    return made


@transaction.atomic
def hold_account(
    account: Account, reason: str, by: User, now: datetime, until: datetime | None = None
) -> Hold:
    """A person lets nothing leave from one account, until she lifts it or `until`."""
    mandates.require(by, "hold", account)
    held = hold(f"a{account.pk}", reason.strip(), f"person:{by.pk}", now, until)
    audit.record("account.held", account, by=by, now=now, reason=reason, until=until)
    changes.note("outbox", 0, int(now.timestamp() * 1000), now=now)
    return held


def is_wide(lane: str) -> bool:
    return lane == EVERYTHING or (lane[:1] in {"a", "b"} and lane[1:].isdigit())


@dataclass(frozen=True)
class OfBrand:
    """A whole brand, as mandates are asked about it."""

    brand_id: int
    team_ids: tuple[int, ...] = ()


def require(by: User, verb: str, lane: str) -> None:
    """Everything is an administrator's; a brand is for its leads, and so is what is smaller."""
    if lane == EVERYTHING:
        mandates.require_administrator(by)
    elif lane[0] == "b" and lane[1:].isdigit():
        mandates.require(by, verb, OfBrand(int(lane[1:])))
    elif lane[0] == "a" and lane[1:].isdigit():
        mandates.require(by, verb, Account.objects.get(pk=int(lane[1:])))
    else:
        dispatch = Dispatch.objects.filter(lane=lane).select_related("account").first()
        mandates.require(by, verb, dispatch)


def keep(dispatch: Dispatch, by_hold: Hold, now: datetime) -> bool:
    return moving.move(
        dispatch, State.HELD, now, was=[State.QUEUED], hold_reason=by_hold.reason, hold=by_hold
    )


@transaction.atomic
def lift(held: Hold, now: datetime, by: User | None = None) -> int:
    """Let go what this hold kept; gives how many. Wide holds keep nothing aside: what they stopped is simply due."""
    if not Hold.objects.filter(pk=held.pk, lifted_at=None).update(lifted_at=now):
        return 0
    kept = list(Dispatch.objects.filter(hold=held, state=State.HELD).order_by("pk"))
    for dispatch in kept:
        moving.move(dispatch, State.QUEUED, now, was=[State.HELD], due_at=now, hold=None, hold_reason="")
    if by is not None:
        audit.record("hold.lifted", held, by=by, now=now, lane=held.lane)
    return len(kept)


@transaction.atomic
def lift_as(held: Hold, by: User, now: datetime) -> int:
    """A person lifts a hold that she sees."""
    require(by, "lift_hold", held.lane)
    count = lift(held, now, by)
    changes.note("outbox", 0, int(now.timestamp() * 1000), now=now)
    return count


@transaction.atomic
def lift_lane(lane: str, source: str, now: datetime) -> int:
    """Lift what `source` put on a lane: reopening lifts what closing held."""
    return sum(lift(held, now) for held in Hold.objects.filter(lane=lane, source=source, lifted_at=None))


def stop_lane(brand: int | None) -> str:
    return EVERYTHING if brand is None else f"b{brand}"


@transaction.atomic
def stop_all(by: User, now: datetime, reason: str = "", brand: int | None = None) -> Hold:
    """The stop button: from now on nothing leaves but what is on its way this very moment.

    Of one brand by its leads; of the whole installation (`brand` None) by administrators.
    """
    lane = stop_lane(brand)
    require(by, "hold", lane)
    reason = reason.strip() or _("%(name)s pressed the stop button.") % {"name": by}
    held = hold(lane, reason, f"person:{by.pk}", now)
    audit.record("outbox.stopped", held, by=by, now=now, reason=reason, lane=lane)
    changes.note("outbox", 0, int(now.timestamp() * 1000), now=now)
    return held


@transaction.atomic
def resume_all(by: User, now: datetime, brand: int | None = None) -> None:
    """Lift every stop of that brand, or of everything; each thing that waited leaves once."""
    lane = stop_lane(brand)
    require(by, "lift_hold", lane)
    for held in Hold.objects.filter(lane=lane, lifted_at=None):
        lift(held, now)
        audit.record("outbox.resumed", held, by=by, now=now, lane=lane)
    changes.note("outbox", 0, int(now.timestamp() * 1000), now=now)

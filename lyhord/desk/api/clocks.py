"""The API of targets and clocks: the same as the pages."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.channels import queries as channels
from lyhord.desk import actions
from lyhord.desk.actions import hours as setting
from lyhord.desk.actions.hours import TargetGiven
from lyhord.desk.api.shared import RowShown, router, row_of, visible
from lyhord.desk.models import Clock, Target
from lyhord.desk.queries import Row, speed, trial
from lyhord.desk.queries import clocks as queries
from lyhord.desk.queries import hours as plans
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen

Pausing = Literal["waiting", "snoozed", "department"]


class TargetBody(Given):
    account: Id | None = Field(None, description="null: every account of the brand.")
    kind: Words = Field("", max_length=12, description="Empty: everything that needs an answer.")
    flow: Words = Field("", max_length=10)
    is_urgent: bool = False
    first: int | None = Field(None, ge=1, description="Seconds; null: no promise.")
    first_warn: int = Field(0, ge=0, description="So many seconds before.")
    first_too_late: int | None = Field(None, ge=1)
    first_in_open: bool = Field(True, description="false: round the clock.")
    first_pauses: list[Pausing] = []
    resolution: int | None = Field(None, ge=1)
    resolution_warn: int = Field(0, ge=0)
    resolution_too_late: int | None = Field(None, ge=1)
    resolution_in_open: bool = True
    resolution_pauses: list[Pausing] = ["waiting", "snoozed", "department"]
    reopening: Literal["on", "anew"] = Field(
        "on", description="Opened again, the clock goes on or starts anew."
    )


class TargetNew(TargetBody):
    brand: Id


class TargetShown(Schema):
    id: int
    brand_id: int
    account_id: int | None
    kind: str
    flow: str
    is_urgent: bool
    first: int | None
    first_warn: int
    first_too_late: int | None
    first_in_open: bool
    first_pauses: list[str]
    resolution: int | None
    resolution_warn: int
    resolution_too_late: int | None
    resolution_in_open: bool
    resolution_pauses: list[str]
    reopening: str


class KeptShown(Schema):
    account: str
    conversations: int
    first: float | None = Field(description="Share answered in time; null: nothing promised.")
    resolution: float | None


class SpeedAsked(Given):
    days: Literal["7", "28", "90"] = "28"
    brand: Id | None = None
    kind: Words = Field("", max_length=12)


class SpeedShown(Schema):
    connector: str = Field(description="Empty: all together.")
    conversations: int
    answered: int
    closed: int
    solved: int = Field(description="Closed, and never opened again.")
    solved_share: float
    promised: int
    breached: int
    kept_share: float | None
    first_median: float | None = Field(description="Minutes, round the clock.")
    first_p90: float | None
    resolved_median: float | None
    resolved_p90: float | None


class ComplaintsAsked(Given):
    minutes: int = Field(queries.PATIENCE, ge=0, le=1_000_000)


class ComplaintsShown(Schema):
    waiting: int = Field(description="Unanswered for longer than so; at most 1000 are counted.")
    minutes: int


class ClockShown(Schema):
    which: str = Field(description="first or resolution")
    target_id: int | None
    started_at: datetime
    stopped_at: datetime | None
    paused_at: datetime | None
    paused_why: str
    worked: int = Field(description="Seconds that counted, until `as_of`, the pause or the end.")
    warn_at: datetime | None
    due_at: datetime | None
    too_late_at: datetime | None
    breached_at: datetime | None
    stage: int = Field(description="0 fine, 1 warned, 2 breached, 3 too late")
    decision: str = Field(description="answer, privately, close, before (older than the promise) or empty")
    decided_by_id: int | None
    decided_at: datetime | None
    reason: str
    as_of: datetime


class AcknowledgeGiven(Given):
    why: Words = Field("", max_length=500)


class DecideGiven(Given):
    decision: Literal["answer", "privately", "close"]
    reason: Words = Field("", max_length=500, description="Needed to close.")


# Targets ----------------------------------------------------------------------------------------------------------


@router.get("/clocks/targets", response=list[TargetShown])
def targets(request: StaffRequest) -> list[Target]:
    """What your brands promise."""
    return list(plans.targets_visible_to(request.user).order_by("pk"))


@router.post("/clocks/targets", response={201: TargetShown})
def make_target(request: StaffRequest, given: TargetNew) -> Target:
    """Promise something."""
    mandates.require(request.user, setting.VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, _("brand"))
    return setting.save_target(brand, target_given(request, given), by=request.user, now=timezone.now())


@router.put("/clocks/targets/{int:pk}", response=TargetShown)
def change_target(request: StaffRequest, pk: int, given: TargetBody) -> Target:
    """Change what is promised; open clocks are reckoned anew."""
    mandates.require(request.user, setting.VERB)
    row = get_object_or_404(plans.targets_visible_to(request.user), pk=pk)
    told = target_given(request, given)
    return setting.save_target(row.brand, told, by=request.user, now=timezone.now(), row=row)


@router.delete("/clocks/targets/{int:pk}", response={204: None})
def delete_target(request: StaffRequest, pk: int) -> None:
    """Promise it no more."""
    mandates.require(request.user, setting.VERB)
    row = get_object_or_404(plans.targets_visible_to(request.user), pk=pk)
    setting.delete_target(row, by=request.user, now=timezone.now())


@router.post("/clocks/targets/try", response=list[KeptShown])
def try_target(request: StaffRequest, given: TargetNew) -> list[trial.Kept]:
    """What last week would have looked like with this target, by account. Nothing is changed."""
    mandates.require(request.user, setting.VERB)
    brand = chosen(staff.brands_visible_to(request.user), given.brand, _("brand"))
    told = target_given(request, given)
    unsaved = Target(brand=brand, **vars(told))
    setting.check_times(unsaved)
    accounts = channels.accounts_visible_to(request.user).filter(brand=brand, is_rehearsal=False)
    asked = [told.account] if told.account else list(accounts.order_by("name", "pk"))
    return trial.last_week(unsaved, asked, timezone.now())


def target_given(request: StaffRequest, given: TargetBody) -> TargetGiven:
    told = given.model_dump(exclude={"brand", "account"})
    account = None
    if given.account is not None:
        account = chosen(channels.accounts_visible_to(request.user), given.account, _("account"))
    return TargetGiven(account=account, **told)


# Reports ----------------------------------------------------------------------------------------------------------


@router.get("/clocks/speed", response=list[SpeedShown])
def how_fast(request: StaffRequest, asked: Query[SpeedAsked]) -> list[speed.Speed]:
    """First answer and resolution by network, beside what was solved."""
    brand = None
    if asked.brand is not None:
        brand = chosen(staff.brands_visible_to(request.user), asked.brand, _("brand")).pk
    return speed.speed(request.user, days=int(asked.days), brand=brand, kind=asked.kind, now=timezone.now())


@router.get("/clocks/complaints", response=ComplaintsShown)
def complaints(request: StaffRequest, asked: Query[ComplaintsAsked]) -> dict[str, int]:
    """Complaints that have no answer yet; the inbox lists them in the view `complaints`."""
    waiting = queries.unanswered_complaints(request.user, timezone.now(), asked.minutes)
    return {"waiting": waiting, "minutes": asked.minutes}


# One conversation -------------------------------------------------------------------------------------------------


@router.get("/conversations/{int:pk}/clocks", response=list[ClockShown])
def clocks(request: StaffRequest, pk: int) -> list[Clock]:
    """Its two clocks; empty: nothing is promised."""
    visible(request, pk)
    return queries.clocks(pk)


@router.post("/conversations/{int:pk}/acknowledge", response=RowShown)
def acknowledge(request: StaffRequest, pk: int, given: AcknowledgeGiven) -> Row:
    """She knows that we have her word: ends the first clock, and it alone."""
    actions.acknowledge(visible(request, pk), why=given.why, by=request.user, now=timezone.now())
    return row_of(request, pk)


@router.post("/conversations/{int:pk}/decide-late", response=RowShown)
def decide_late(request: StaffRequest, pk: int, given: DecideGiven) -> Row:
    """What becomes of what is too late to answer."""
    actions.decide_late(
        visible(request, pk), given.decision, reason=given.reason, by=request.user, now=timezone.now()
    )
    return row_of(request, pk)

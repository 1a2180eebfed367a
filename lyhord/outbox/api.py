"""The API of what we want done on networks, and of what stands still."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from lyhord.channels import queries as channels
from lyhord.outbox import actions, queries
from lyhord.outbox.models import Dispatch, Hold
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, by_id, chosen

router = Router(tags=["outbox"])

StateName = Literal[
    "queued", "sending", "sent", "handed_over", "unsure", "refused", "held", "undone", "dropped"
]


class ReceiptShown(Schema):
    native: str
    link: str
    evidence: str = Field(description="answer, read_back, webhook, echo or person")
    at: datetime
    read_at: datetime | None


class DispatchShown(Schema):
    id: int
    account: int
    thread: int | None
    verb: str
    answers: int | None = Field(description="The post that is answered, hidden, liked and so on.")
    person: str
    text: str
    lang: str
    is_public: bool
    tag: str = Field(
        description="Under which the network takes it after its ordinary time; empty: none needed."
    )
    template: dict[str, Any] = Field(
        description="name, language and values of an approved template; {}: none."
    )
    is_automatic: bool = Field(description="No person wrote these words.")
    key: UUID
    state: str
    why: str = Field(description="Why it is held, refused or unsure.")
    by: int | None = Field(description="null: a rule.")
    made_at: datetime
    due_at: datetime | None
    sent_at: datetime | None
    state_at: datetime
    attempts: int
    version: int
    receipt: ReceiptShown | None


class HoldShown(Schema):
    id: int
    lane: str = Field(description="* everything, a12 everything of account 12, else one lane.")
    reason: str
    source: str
    since: datetime
    until: datetime | None


class DispatchesAsked(Paging):
    state: list[StateName] = Field(default_factory=list, description="May be given several times; none: all.")
    account: Id | None = None


class SettleGiven(Given):
    outcome: Literal["stands", "does_not_stand", "send_again"]
    link: Words = Field("", max_length=1000, pattern=r"^(https?://\S+)?$")


class HoldGiven(Given):
    account: Id
    reason: Words = Field(min_length=1, max_length=300)
    until: AwareDatetime | None = None


class StopGiven(Given):
    brand: Id | None = Field(None, description="null: the whole installation, for administrators.")
    reason: Words = Field(min_length=1, max_length=300)


class Stopped(Schema):
    is_stopped: bool = Field(description="Everything, or a brand of yours, stands still.")
    waiting: int


class Lifted(Schema):
    released: int = Field(description="How many were kept by this hold alone and go on now.")


def shown(dispatch: Dispatch) -> DispatchShown:
    same = (
        "verb", "person", "text", "lang", "is_public", "tag", "template", "is_automatic", "key", "state", "made_at", "due_at", "sent_at", "state_at", "attempts",
        "version",
    )  # fmt: skip
    why = dispatch.hold_reason or dispatch.problem
    receipt = getattr(dispatch, "receipt", None)
    return DispatchShown(
        **{name: getattr(dispatch, name) for name in same},
        id=dispatch.pk,
        account=dispatch.account_id,
        thread=dispatch.thread_id,
        answers=dispatch.answers_id,
        why=_(why) if why else "",
        by=dispatch.by_id,
        receipt=ReceiptShown.from_orm(receipt) if receipt is not None else None,
    )


def visible(request: StaffRequest) -> QuerySet[Dispatch]:
    return queries.dispatches_visible_to(request.user).select_related("receipt", "account")


@router.get("/dispatches", response=Listed[DispatchShown])
def dispatches(request: StaffRequest, asked: Query[DispatchesAsked]) -> Page:
    """What we wanted done on networks, newest first."""
    rows = visible(request)
    if asked.state:
        rows = rows.filter(state__in=asked.state)
    if asked.account:
        rows = rows.filter(account=asked.account)
    return by_id(rows, asked, shown, newest_first=True)


@router.get("/dispatches/{int:pk}", response=DispatchShown)
def dispatch(request: StaffRequest, pk: int) -> DispatchShown:
    """One dispatch, with its proof."""
    return shown(get_object_or_404(visible(request), pk=pk))


@router.post("/dispatches/{int:pk}/undo", response=DispatchShown)
def undo(request: StaffRequest, pk: int) -> DispatchShown:
    """Take back your own before it leaves. 409 once it has left."""
    row = get_object_or_404(visible(request), pk=pk)
    actions.undo(row, request.user, timezone.now())
    return shown(row)


@router.post("/dispatches/{int:pk}/settle", response=DispatchShown)
def settle(request: StaffRequest, pk: int, given: SettleGiven) -> DispatchShown:
    """Say of one whose answer was lost what you saw on the network."""
    row = get_object_or_404(visible(request), pk=pk)
    actions.settle(row, given.outcome, request.user, timezone.now(), given.link)
    return shown(Dispatch.objects.select_related("receipt").get(pk=pk))


@router.post("/dispatches/{int:pk}/release", response=DispatchShown)
def release(request: StaffRequest, pk: int) -> DispatchShown:
    """Send what was held or refused all the same."""
    row = get_object_or_404(visible(request), pk=pk)
    actions.release(row, request.user, timezone.now())
    return shown(row)


@router.post("/dispatches/{int:pk}/drop", response=DispatchShown)
def drop(request: StaffRequest, pk: int) -> DispatchShown:
    """It shall not be sent, or not be tried again."""
    row = get_object_or_404(visible(request), pk=pk)
    actions.drop(row, request.user, timezone.now())
    return shown(row)


class DomainShown(Schema):
    domain: str
    n: int


class FindingShown(Schema):
    """Much that came back to one account."""

    account: int
    hard: int = Field(description="Never arrive.")
    soft: int = Field(description="May arrive another day.")
    newest_at: datetime
    domains: list[DomainShown] = Field(description="The five that most of it was for.")
    further: int = Field(description="Domains that are not named.")


class DropBouncedGiven(Given):
    account: Id
    domain: Words | None = Field(None, max_length=253, description="null: all that came back to the account.")


class Dropped(Schema):
    dropped: int = Field(description="At most 500 a call; call again until it is 0.")


@router.get("/bounced", response=list[FindingShown])
def bounced(request: StaffRequest) -> list[FindingShown]:
    """Accounts to which five or more messages came back, each as one finding."""
    return [
        FindingShown(
            account=found.account.pk,
            hard=found.hard,
            soft=found.soft,
            newest_at=found.newest_at,
            domains=[DomainShown(domain=name, n=n) for name, n in found.domains],
            further=found.further,
        )
        for found in queries.findings(request.user)
    ]


@router.post("/bounced/drop", response=Dropped)
def drop_bounced(request: StaffRequest, given: DropBouncedGiven) -> Dropped:
    """What came back is not tried again."""
    account = chosen(channels.accounts_visible_to(request.user), given.account, "account")
    return Dropped(dropped=actions.drop_bounced(account, request.user, timezone.now(), given.domain))


# Holds --------------------------------------------------------------------------------------------------------------


@router.get("/holds", response=Listed[HoldShown])
def holds(request: StaffRequest, paging: Query[Paging]) -> Page:
    """What stands still now, and why. Newest first."""
    return by_id(
        queries.holds_visible_to(request.user, timezone.now()), paging, hold_shown, newest_first=True
    )


def hold_shown(row: Hold) -> HoldShown:
    same = ("lane", "source", "since", "until")
    return HoldShown(
        **{name: getattr(row, name) for name in same}, id=row.pk, reason=_(row.reason) if row.reason else ""
    )


@router.post("/holds", response={201: HoldShown})
def hold_account(request: StaffRequest, given: HoldGiven) -> HoldShown:
    """Nothing leaves from an account until the hold is lifted, or `until`."""
    account = chosen(channels.accounts_visible_to(request.user), given.account, "account")
    now = timezone.now()
    return hold_shown(actions.hold_account(account, given.reason, request.user, now, given.until))


@router.delete("/holds/{int:pk}", response=Lifted)
def lift(request: StaffRequest, pk: int) -> Lifted:
    """Lift a hold; what it kept leaves in its order."""
    now = timezone.now()
    row = get_object_or_404(queries.holds_visible_to(request.user, now), pk=pk)
    return Lifted(released=actions.lift_as(row, request.user, now))


@router.get("/outbox", response=Stopped)
def state(request: StaffRequest) -> Stopped:
    """Whether the stop button is pressed, and how many dispatches of yours wait."""
    waiting = queries.listed_count(request.user, queries.WAITING)
    return Stopped(is_stopped=bool(queries.stops_for(request.user, timezone.now())), waiting=waiting)


@router.post("/outbox/stop-all", response=HoldShown)
def stop_all(request: StaffRequest, given: StopGiven) -> HoldShown:
    """The stop button: nothing leaves any more, but what is on its way this very moment."""
    return hold_shown(actions.stop_all(request.user, timezone.now(), given.reason, given.brand))


@router.post("/outbox/resume-all", response=Stopped)
def resume_all(request: StaffRequest, brand: Annotated[Id | None, Query()] = None) -> Stopped:
    """Lift the stop of everything, or of one brand; each thing that waited leaves once."""
    actions.resume_all(request.user, timezone.now(), brand)
    return state(request)

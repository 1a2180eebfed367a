"""The API of hand-overs, decisions and what needs somebody."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.referrals import OnePlace
from lyhord.desk.api.shared import RowShown, router, row_of, visible
from lyhord.desk.models import HandOver, Nightmare, Routing
from lyhord.desk.queries import Row, load
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Team, User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen, form_key


class HandOverShown(Schema):
    id: int
    conversation: int
    giver: int = Field(description="Has it until somebody accepts.")
    to_person: int | None
    to_team: int | None
    reason: str = Field(description="shift, skill, mandate, load or other")
    note: str = Field(description="For who takes over; never sent.")
    by: int
    at: datetime
    until: datetime = Field(description="Not accepted by then it stays with the giver.")
    state: str = Field(description="open, accepted, declined, withdrawn or lapsed")
    answer: str = Field(description="Why it was declined.")

    @staticmethod
    def resolve_conversation(row: HandOver) -> int:
        return row.conversation_id

    @staticmethod
    def resolve_giver(row: HandOver) -> int:
        return row.giver_id

    @staticmethod
    def resolve_to_person(row: HandOver) -> int | None:
        return row.to_user_id

    @staticmethod
    def resolve_to_team(row: HandOver) -> int | None:
        return row.to_team_id

    @staticmethod
    def resolve_by(row: HandOver) -> int:
        return row.by_id


class HandOverGiven(Given):
    """One of `person` and `team`."""

    person: Id | None = None
    team: Id | None = None
    reason: Words = Field("other", max_length=8, description="shift, skill, mandate, load or other")
    note: Words = Field("", max_length=1000)


class ShiftEndGiven(Given):
    ids: list[Id] = Field(min_length=1, max_length=200, description="Of conversations that are yours.")
    person: Id | None = None
    team: Id | None = None
    note: Words = Field("", max_length=1000)


class ShiftEndShown(Schema):
    changed: list[int]
    refused: dict[int, str]


class Declined(Given):
    why: Words = Field(min_length=1, max_length=300)


class DecisionGiven(Given):
    reason: Words = Field(min_length=1, max_length=300, description="Why it needs no owner for now.")


def to_of(request: StaffRequest, person: int | None, team: int | None) -> User | Team:
    if (person is None) == (team is None):
        raise OnePlace(_("Name one: a person or a team."))
    if person is not None:
        return chosen(staff.users_visible_to(request.user), person, "person")
    return chosen(staff.teams_visible_to(request.user), team or 0, "team")


def offer(request: StaffRequest, pk: int) -> HandOver:
    return get_object_or_404(load.hand_overs_visible_to(request.user).select_related("conversation"), pk=pk)


@router.post("/conversations/{int:pk}/hand-overs", response={201: HandOverShown})
def hand_over(request: StaffRequest, pk: int, given: HandOverGiven) -> HandOver:
    """Offer it. Whoever has it keeps it until somebody accepts."""
    mandates.require(request.user, "assign")
    row = visible(request, pk)
    return actions.hand_over(
        row, to_of(request, given.person, given.team), reason=given.reason, note=given.note, by=request.user,
        form_key=form_key(request), now=timezone.now(),
    )  # fmt: skip


@router.get("/conversations/{int:pk}/hand-overs", response=list[HandOverShown])
def hand_overs_of(request: StaffRequest, pk: int) -> list[HandOver]:
    """All of this conversation, the newest first."""
    return list(HandOver.objects.filter(conversation=visible(request, pk)).order_by("-pk")[:100])


@router.get("/hand-overs", response=list[HandOverShown])
def hand_overs(request: StaffRequest) -> list[HandOver]:
    """Those that wait for your answer."""
    return load.offers_for(request.user)


@router.post("/hand-overs", response=ShiftEndShown)
def hand_over_all(request: StaffRequest, given: ShiftEndGiven) -> actions.Done:
    """The end of a shift: each is offered by itself; what refuses one leaves the others."""
    mandates.require(request.user, "assign")
    to = to_of(request, given.person, given.team)
    key, now = form_key(request), timezone.now()
    return actions.hand_over_all(given.ids, to, note=given.note, by=request.user, form_key=key, now=now)


@router.post("/hand-overs/{int:pk}/accept", response=RowShown)
def accept_hand_over(request: StaffRequest, pk: int) -> Row:
    """It is yours from now on."""
    mandates.require(request.user, "assign")
    row = actions.accept(offer(request, pk), by=request.user, now=timezone.now())
    return row_of(request, row.pk)


@router.post("/hand-overs/{int:pk}/decline", response=HandOverShown)
def decline_hand_over(request: StaffRequest, pk: int, given: Declined) -> HandOver:
    """Say why; it stays with who offers it."""
    mandates.require(request.user, "assign")
    actions.decline(offer(request, pk), given.why, by=request.user, now=timezone.now())
    return offer(request, pk)


@router.post("/hand-overs/{int:pk}/withdraw", response=HandOverShown)
def withdraw_hand_over(request: StaffRequest, pk: int) -> HandOver:
    """It is offered no more, and stays with the giver."""
    mandates.require(request.user, "assign")
    actions.withdraw(offer(request, pk), by=request.user, now=timezone.now())
    return offer(request, pk)


@router.post("/conversations/{int:pk}/decide", response=RowShown)
def decide(request: StaffRequest, pk: int, given: DecisionGiven) -> Row:
    """It needs no owner for now; her next word ends that."""
    mandates.require(request.user, "close")
    actions.decide(visible(request, pk), given.reason, by=request.user, now=timezone.now())
    return row_of(request, pk)


@router.post("/conversations/{int:pk}/give-back", response=RowShown)
def give_back(request: StaffRequest, pk: int) -> Row:
    """Back to the queue, from somebody who does not work here any more."""
    mandates.require(request.user, "assign")
    actions.give_back(visible(request, pk), "left", by=request.user, now=timezone.now())
    return row_of(request, pk)


@router.post("/conversations/{int:pk}/note-nightmare", response=RowShown)
def note_nightmare(request: StaffRequest, pk: int) -> Row:
    """A lead has taken note of a case that goes badly."""
    mandates.require(request.user, "route")
    actions.note_nightmare(visible(request, pk), by=request.user, now=timezone.now())
    return row_of(request, pk)


# What needs somebody ----------------------------------------------------------------------------------------------


class NeedsOwnerShown(Schema):
    conversation: int
    why: str = Field(description="nobody, team, language, skill, slot, topic or rule: what was missing")
    at: datetime

    @staticmethod
    def resolve_conversation(row: Routing) -> int:
        return row.conversation_id


class NightmareShown(Schema):
    conversation: int
    reasons: dict[str, int] = Field(
        description="wait: hours; transfers; share: per cent of answers off the shelf"
    )
    at: datetime
    seen_by: int | None
    seen_at: datetime | None = Field(description="null: no lead has taken note.")

    @staticmethod
    def resolve_conversation(row: Nightmare) -> int:
        return row.conversation_id

    @staticmethod
    def resolve_seen_by(row: Nightmare) -> int | None:
        return row.seen_by_id


@router.get("/team/needs-owner", response=list[NeedsOwnerShown])
def needs_owner(request: StaffRequest) -> list[Routing]:
    """Who waits longest first; at most 100."""
    return load.needs_owner(request.user)


@router.get("/team/nightmares", response=list[NightmareShown])
def nightmares(request: StaffRequest) -> list[Nightmare]:
    """Open cases that go badly; first those of which no lead took note."""
    return load.nightmares(request.user)

"""Sending customers on, with a receipt, so that nobody tells her story twice (IN-18)."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from lyhord.channels import queries as channels
from lyhord.desk import actions, queries
from lyhord.desk.api.shared import ReferralShown, TurnShown, router, visible
from lyhord.desk.models import Conversation, Referral
from lyhord.lib.errors import LyhordError
from lyhord.staff import queries as staff
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen, form_key


class OnePlace(LyhordError):
    """Several places were named, or none."""

    status = 422


class ReferGiven(Given):
    """One of `account`, `person`, `team`, or `name` with `address`."""

    account: Id | None = Field(None, description="Another account of ours, where she writes next.")
    person: Id | None = Field(None, description="A colleague, who gets the conversation.")
    team: Id | None = Field(None, description="A team, which gets the conversation.")
    name: Words = Field("", max_length=100, description="Who takes over at `address`.")
    address: Words = Field("", max_length=500, description="A mail address, a telephone number or a form.")
    why: Words = Field("", max_length=1000, description="For whoever takes over; never sent.")


class ReferredShown(Schema):
    referral: ReferralShown
    receipt: str = Field(description="Words for her, in her language: check them and send them as a reply.")
    draft: int | None = Field(description="The draft that holds them; null: you cannot answer here.")


class NamedShown(Schema):
    id: int
    name: str


class PlacesShown(Schema):
    accounts: list[NamedShown]
    people: list[NamedShown]
    teams: list[NamedShown]


class ToldShown(Schema):
    conversation: int
    number: int
    account: str
    turns: list[TurnShown]


@router.get("/conversations/{int:pk}/places", response=PlacesShown)
def places(request: StaffRequest, pk: int) -> PlacesShown:
    """Where this customer can be sent on."""
    row = visible(request, pk)
    found = queries.places(request.user, row, queries.colleagues(row.account_id))
    return PlacesShown(
        accounts=[NamedShown(id=one.pk, name=one.name) for one in found.accounts],
        people=[NamedShown(id=one.pk, name=str(one)) for one in found.people],
        teams=[NamedShown(id=one.pk, name=one.name) for one in found.teams],
    )


@router.get("/conversations/{int:pk}/referrals", response=list[ReferralShown])
def referrals(request: StaffRequest, pk: int) -> list[queries.ReferralRow]:
    """Those from here and to here, the newest first."""
    return queries.referrals(visible(request, pk))


@router.post("/conversations/{int:pk}/referrals", response={201: ReferredShown})
def refer(request: StaffRequest, pk: int, given: ReferGiven) -> ReferredShown:
    """Send the customer on. Nothing is sent to her: the receipt is drafted, and yours to send."""
    row = visible(request, pk)
    done = actions.refer(
        row,
        to_of(request, given),
        why=given.why,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
    )
    return ReferredShown(
        referral=shown(row, done.referral.pk),
        receipt=done.receipt,
        draft=done.draft.pk if done.draft else None,
    )


def to_of(request: StaffRequest, given: ReferGiven) -> actions.To:
    named = [one for one in (given.account, given.person, given.team, given.name or given.address) if one]
    if len(named) != 1:
        raise OnePlace(_("Name one: an account, a person, a team, or a name with an address."))
    by = request.user
    if given.account:
        return chosen(channels.accounts_visible_to(by).select_related("brand"), given.account, "account")
    if given.person:
        return chosen(staff.users_visible_to(by), given.person, "person")
    if given.team:
        return chosen(staff.teams_visible_to(by), given.team, "team")
    return actions.Elsewhere(given.name, given.address)


def shown(row: Conversation, referral: int) -> ReferralShown:
    return ReferralShown.from_orm(next(one for one in queries.referrals(row) if one.id == referral))


@router.get("/conversations/{int:pk}/referrals/{int:referral}/history", response=list[ToldShown])
def history(request: StaffRequest, pk: int, referral: int) -> list[queries.Told]:
    """All that she told before, the oldest conversation first; also of accounts that you do not see."""
    return queries.history(one(request, pk, referral))


@router.post("/conversations/{int:pk}/referrals/{int:referral}/part", response=list[ReferralShown])
def part(request: StaffRequest, pk: int, referral: int) -> list[queries.ReferralRow]:
    """What came in is another matter after all."""
    actions.part_referral(one(request, pk, referral), by=request.user, now=timezone.now())
    return queries.referrals(visible(request, pk))


def one(request: StaffRequest, pk: int, referral: int) -> Referral:
    visible(request, pk)
    rows = queries.referrals_visible_to(request.user).filter(Q(conversation=pk) | Q(joined=pk))
    return get_object_or_404(rows.select_related("conversation__account", "by"), pk=referral)

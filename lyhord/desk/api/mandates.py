"""What you may, and who stands for what."""

from decimal import Decimal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import router
from lyhord.desk.models import Responsibility
from lyhord.desk.queries import mandate
from lyhord.desk.queries import responsibilities as raci
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, NoSuch, Words

VERB = "set_mandates"


def setting(request: StaffRequest) -> User:
    """Who sets mandates somewhere; asked before any row is looked up."""
    mandates.require(request.user, VERB)
    return request.user


def brand_of(request: StaffRequest, pk: int) -> Brand:
    return get_object_or_404(staff.brands_visible_to(setting(request)), pk=pk)


# What you may --------------------------------------------------------------------------------------------------------


class MayShown(Schema):
    verb: str
    may: bool
    others: list[int] = Field(description="Who may, where you may not.")


class CanShown(Schema):
    remedy: int
    name: str
    at_once: bool
    most: Decimal | None = Field(description="null: no limit, or not at once.")
    beyond: list[int] = Field(description="Who grants more, the least mandate first.")


class EffectShown(Schema):
    """The last 28 days."""

    answered: int
    closed: int
    stayed_closed: int
    minutes: float | None = Field(description="To the first answer, the median.")
    granted: int
    approved_unchanged: int
    approved: int


class InBrandShown(Schema):
    brand: int
    roles: list[str]
    verbs: list[MayShown]
    remedies: list[CanShown]


class MineShown(Schema):
    person: int
    trust: str
    brands: list[InBrandShown]
    effect: EffectShown


@router.get("/me/mandate", response=MineShown)
def my_mandate(request: StaffRequest) -> MineShown:
    """What you may, up to how much, who may beyond it, and what your cases did."""
    by = request.user
    effect = mandate.effect(by, queries.conversations_visible_to(by), timezone.now())
    return MineShown(
        person=by.pk,
        trust=mandate.trust_of(by),
        brands=[in_brand_shown(one) for one in mandate.of_person(by, by)],
        effect=EffectShown.from_orm(effect),
    )


def in_brand_shown(one: mandate.InBrand) -> InBrandShown:
    return InBrandShown(
        brand=one.brand.pk,
        roles=one.roles,
        verbs=[
            MayShown(verb=may.verb, may=may.may, others=[] if may.may else [who.pk for who in may.others])
            for may in one.verbs
        ],
        remedies=[
            CanShown(
                remedy=can.remedy.pk, name=can.remedy.name, at_once=can.reach is not None,
                most=can.reach.most if can.reach else None, beyond=[who.pk for who in can.beyond],
            )
            for can in one.remedies
        ],
    )  # fmt: skip


# Who stands for what -------------------------------------------------------------------------------------------------


class PartiesShown(Schema):
    topic: str = Field(description="A shipped topic's code, or own: and the id of an own topic.")
    own_name: str
    parties: dict[str, list[str]] = Field(description="R, A, C, I: team:3, person:7, role:lead")


class PartiesGiven(Given):
    R: list[Words] = Field(default_factory=list, max_length=50, description="Responsible")
    A: list[Words] = Field(default_factory=list, max_length=50, description="Accountable: one alone")
    C: list[Words] = Field(default_factory=list, max_length=50, description="Consulted")
    I: list[Words] = Field(default_factory=list, max_length=50, description="Informed")  # noqa: E741 - as RACI has it


def topic_shown(row: raci.Row) -> PartiesShown:
    parties = {letter: row.keys(letter) for letter in Responsibility.Letter.values}
    return PartiesShown(topic=row.topic, own_name=row.own_name, parties=parties)


@router.get("/brands/{int:pk}/responsibilities", response=list[PartiesShown])
def responsibilities(request: StaffRequest, pk: int) -> list[PartiesShown]:
    """For each topic: who does the work, answers for it, is asked, is told."""
    brand = get_object_or_404(staff.brands_visible_to(request.user), pk=pk)
    return [topic_shown(row) for row in raci.matrix(brand)]


@router.put("/brands/{int:pk}/responsibilities/{topic}", response=PartiesShown)
def set_responsible(request: StaffRequest, pk: int, topic: str, given: PartiesGiven) -> PartiesShown:
    """All that stand for one topic, instead of those before."""
    brand = brand_of(request, pk)
    actions.set_responsible(brand, topic, given.dict(), by=request.user, now=timezone.now())
    found = next((row for row in raci.matrix(brand) if row.topic == topic), None)
    if found is None:
        raise NoSuch("There is no such topic.")
    return topic_shown(found)

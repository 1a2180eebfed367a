"""The API of routing: how a brand gives, and its rules with their trial."""

from datetime import datetime
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import actions, rule_choices, rule_words
from lyhord.desk.api.shared import router
from lyhord.desk.models import RoutingPolicy, RoutingRule, RoutingRuleVersion
from lyhord.desk.queries import routing
from lyhord.desk.queries.rule_trial import Trial
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, NoSuch, Words, chosen

VERB = "route"


class RoutingPolicyShown(Schema):
    brand: int
    is_on: bool = Field(description="New conversations go to people on duty by themselves.")
    slots: int
    sticky_days: int
    keep_hours: int
    accept_minutes: int
    owner_minutes: int
    nightmare_hours: int
    nightmare_transfers: int
    nightmare_share: int
    fallback_team: int | None
    fallback_person: int | None

    @staticmethod
    def resolve_brand(row: RoutingPolicy) -> int:
        return row.brand_id

    @staticmethod
    def resolve_fallback_team(row: RoutingPolicy) -> int | None:
        return row.fallback_team_id

    @staticmethod
    def resolve_fallback_person(row: RoutingPolicy) -> int | None:
        return row.fallback_person_id


class RoutingPolicyGiven(Given):
    """Numbers that are not named stay; both fallbacks are as told here."""

    is_on: bool | None = None
    slots: int | None = None
    sticky_days: int | None = None
    keep_hours: int | None = None
    accept_minutes: int | None = None
    owner_minutes: int | None = None
    nightmare_hours: int | None = None
    nightmare_transfers: int | None = None
    nightmare_share: int | None = None
    fallback_team: Id | None = None
    fallback_person: Id | None = None


class RoutingRuleShown(Schema):
    id: int
    brand: int
    place: int = Field(description="Among those of the brand, from 0 on.")
    name: str
    when: dict[str, Any] = Field(
        description="Conditions that must all hold; empty: every conversation. Lists: kinds, topics, own_topics, languages, "
        "accounts, networks, flows, uses, purposes, sentiments, places, customers, hours, words. Numbers that must be "
        "reached: followers_from, priority_from, earlier_from."
    )
    then: dict[str, Any] = Field(
        description="team, person or needs_owner; tags; priority; alert (the leads are told)."
    )
    goes_on: bool = Field(description="The rules behind it are asked too.")
    is_on: bool
    is_tried: bool = Field(description="As it stands; only then it can be switched on.")
    version: int
    words: str = Field(description="The rule in words.")


class RoutingRuleGiven(Given):
    name: Words = Field(min_length=1, max_length=80)
    when: dict[str, Any] = Field(default_factory=dict)
    then: dict[str, Any] = Field(default_factory=dict)
    goes_on: bool = False


class NewRoutingRule(RoutingRuleGiven):
    brand: Id


class Switched(Given):
    is_on: bool


class Placed(Given):
    place: int = Field(ge=0, le=10_000)


class SampleShown(Schema):
    id: int
    number: int
    subject: str
    is_other: bool = Field(description="Another rule takes it today.")


class Taker(Schema):
    rule: int | None = Field(description="null: no rule.")
    conversations: int


class TrialShown(Schema):
    looked_at: int
    is_all: bool = Field(description="false: only the newest of the week were looked at.")
    took: int
    stopped: int = Field(description="Of these, those that rules behind it would not see.")
    instead: list[Taker]
    samples: list[SampleShown]

    @staticmethod
    def resolve_instead(found: Trial) -> list[Taker]:
        return [Taker(rule=pk or None, conversations=n) for pk, n in found.instead.most_common()]


class RuleVersionShown(Schema):
    at: datetime
    by: int
    what: str = Field(description="made, changed, tried, on, off, moved or removed")
    version: int
    name: str
    when: dict[str, Any]
    then: dict[str, Any]
    goes_on: bool

    @staticmethod
    def resolve_by(row: RoutingRuleVersion) -> int:
        return row.by_id


class BrandAsked(Given):
    brand: Id | None = Field(None, description="None: the first that you see, by name.")


def brand_of(request: StaffRequest, pk: int | None) -> Brand:
    brands = staff.brands_visible_to(request.user)
    if pk is not None:
        return chosen(brands, pk, "brand")
    found = brands.order_by("name", "pk").first()
    if found is None:
        raise NoSuch(_("You work for no brand yet."))
    return found


def shown(rule: RoutingRule) -> RoutingRuleShown:
    known = rule_choices.choices(rule.brand)
    ids = [one.pk for one in routing.rules_of(rule.brand)]
    when = "; ".join(rule_words.conditions(rule.when, known))
    then = "; ".join(rule_words.consequences(rule.then, known))
    return RoutingRuleShown(
        id=rule.pk, brand=rule.brand_id, place=ids.index(rule.pk), name=rule.name, when=rule.when, then=rule.then,
        goes_on=rule.goes_on, is_on=rule.is_on, is_tried=rule.is_tried, version=rule.version, words=f"{when} → {then}",
    )  # fmt: skip


def one(request: StaffRequest, pk: int) -> RoutingRule:
    return get_object_or_404(routing.rules_visible_to(request.user).select_related("brand"), pk=pk)


def changeable(request: StaffRequest, pk: int) -> RoutingRule:
    mandates.require(request.user, VERB)
    return one(request, pk)


@router.get("/routing/policy", response=RoutingPolicyShown)
def routing_policy(request: StaffRequest, asked: Query[BrandAsked]) -> RoutingPolicy:
    """How a brand gives its conversations."""
    return routing.policy_of(brand_of(request, asked.brand))


@router.put("/routing/policy", response=RoutingPolicyShown)
def set_routing_policy(
    request: StaffRequest, given: RoutingPolicyGiven, asked: Query[BrandAsked]
) -> RoutingPolicy:
    """Give them otherwise from now on."""
    mandates.require(request.user, VERB)
    brand = brand_of(request, asked.brand)
    told = given.dict(exclude_unset=True)
    team, person = told.pop("fallback_team", None), told.pop("fallback_person", None)
    return actions.set_policy(
        brand,
        is_on=told.pop("is_on", None),
        fallback_team=chosen(staff.teams_visible_to(request.user), team, "team") if team else None,
        fallback_person=chosen(staff.users_visible_to(request.user), person, "person") if person else None,
        by=request.user,
        now=timezone.now(),
        **{name: value for name, value in told.items() if value is not None},
    )


@router.get("/routing/rules", response=list[RoutingRuleShown])
def rules(request: StaffRequest, asked: Query[BrandAsked]) -> list[RoutingRuleShown]:
    """In the order in which they are asked."""
    return [shown(rule) for rule in routing.rules_of(brand_of(request, asked.brand))]


@router.post("/routing/rules", response={201: RoutingRuleShown})
def make_rule(request: StaffRequest, given: NewRoutingRule) -> RoutingRuleShown:
    """At the end, switched off."""
    mandates.require(request.user, VERB)
    brand = brand_of(request, given.brand)
    told = given.dict(exclude={"brand"})
    return shown(actions.make_rule(brand, **told, by=request.user, now=timezone.now()))


@router.get("/routing/rules/{int:pk}", response=RoutingRuleShown)
def rule(request: StaffRequest, pk: int) -> RoutingRuleShown:
    """As it stands, and in words."""
    return shown(one(request, pk))


@router.put("/routing/rules/{int:pk}", response=RoutingRuleShown)
def change_rule(request: StaffRequest, pk: int, given: RoutingRuleGiven) -> RoutingRuleShown:
    """What it asks or does is a new version, which is off until it was tried."""
    row = changeable(request, pk)
    return shown(actions.change_rule(row, **given.dict(), by=request.user, now=timezone.now()))


@router.delete("/routing/rules/{int:pk}", response={204: None})
def remove_rule(request: StaffRequest, pk: int) -> None:
    """It is asked no more; its versions stay."""
    actions.remove_rule(changeable(request, pk), by=request.user, now=timezone.now())


@router.post("/routing/rules/{int:pk}/try", response=TrialShown)
def try_rule(request: StaffRequest, pk: int) -> Trial:
    """What it would have done to the conversations of the last seven days; nothing is changed."""
    return actions.try_rule(changeable(request, pk), by=request.user, now=timezone.now())


@router.put("/routing/rules/{int:pk}/switch", response=RoutingRuleShown)
def switch_rule(request: StaffRequest, pk: int, given: Switched) -> RoutingRuleShown:
    """On or off; on only as it was tried."""
    row = changeable(request, pk)
    return shown(actions.switch_rule(row, given.is_on, by=request.user, now=timezone.now()))


@router.put("/routing/rules/{int:pk}/place", response=RoutingRuleShown)
def move_rule(request: StaffRequest, pk: int, given: Placed) -> RoutingRuleShown:
    """Among those of the brand."""
    row = changeable(request, pk)
    return shown(actions.move_rule(row, given.place, by=request.user, now=timezone.now()))


@router.get("/routing/rules/{int:pk}/versions", response=list[RuleVersionShown])
def rule_versions(request: StaffRequest, pk: int) -> list[RoutingRuleVersion]:
    """Who changed what, the newest first."""
    return routing.versions(one(request, pk))

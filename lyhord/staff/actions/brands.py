"""Brands, teams, and what a role may do in them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates, rules
from lyhord.staff.actions.shared import BadName, name_of, rights_changed
from lyhord.staff.models import Brand, Mandate, Role, Team, User

CHANNEL_MODELS = ("separated", "integrated", "mixed")


class NoSuchMandate(LyhordError):
    """A role or verb that does not exist."""

    status = 422


@transaction.atomic
def make_brand(
    name: str, *, by: User, now: datetime, channel_model: str = "integrated", must_sign: bool = True
) -> Brand:
    mandates.require_administrator(by)
    brand = Brand.objects.create(
        name=free_brand_name(name), channel_model=known_model(channel_model), must_sign=must_sign
    )
    audit.record("brand.made", brand, by=by, now=now, name=brand.name)
    return brand


@transaction.atomic
def change_brand(
    brand: Brand, *, name: str, channel_model: str, must_sign: bool, by: User, now: datetime
) -> Brand:
    mandates.require(by, "manage_brands", brand)
    brand.name = free_brand_name(name, brand)
    brand.channel_model, brand.must_sign = known_model(channel_model), must_sign
    brand.save()
    told: dict[str, Any] = {"name": brand.name, "channel_model": brand.channel_model, "must_sign": must_sign}
    audit.record("brand.changed", brand, by=by, now=now, **told)
    return brand


@transaction.atomic
def make_team(brand: Brand, name: str, *, by: User, now: datetime) -> Team:
    mandates.require(by, "manage_brands", brand)
    team = Team.objects.create(brand=brand, name=free_team_name(brand, name))
    audit.record("team.made", team, by=by, now=now, name=team.name)
    return team


@transaction.atomic
def rename_team(team: Team, name: str, *, by: User, now: datetime) -> Team:
    mandates.require(by, "manage_brands", team)
    before, team.name = team.name, free_team_name(team.brand, name, team)
    team.save(update_fields=["name"])
    audit.record("team.renamed", team, by=by, now=now, before=before, name=team.name)
    return team


def free_brand_name(text: str, own: Brand | None = None) -> str:
    name = name_of(text)
    others = Brand.objects.exclude(pk=own.pk if own else 0).values_list("name", flat=True)
    if is_taken(name, others):
        raise BadName(_("There is a brand of this name already. Choose another."))
    return name


def free_team_name(brand: Brand, text: str, own: Team | None = None) -> str:
    name = name_of(text)
    others = brand.teams.exclude(pk=own.pk if own else 0).values_list("name", flat=True)
    if is_taken(name, others):
        raise BadName(_("The brand has a team of this name already. Choose another."))
    return name


def is_taken(name: str, others: Iterable[str]) -> bool:
    # Compared here: SQLite takes "å" and "Å" for different letters even where case is to be ignored.
    return name.casefold() in {other.casefold() for other in others}


def known_model(name: str) -> str:
    if name not in CHANNEL_MODELS:
        raise BadName(_("A channel model is separated, integrated or mixed."))
    return name


@transaction.atomic
def set_mandate(
    role: str,
    verb: str,
    *,
    is_allowed: bool,
    most: Decimal | None = None,
    team: Team | None,
    by: User,
    now: datetime,
) -> Mandate:
    """Say otherwise than the rules for one role; `team` None: in every team."""
    mandates.require_administrator(by)
    known_mandate(role, verb)
    row, _made = Mandate.objects.update_or_create(
        role=role, verb=verb, team=team, defaults={"is_allowed": is_allowed, "most": most}
    )
    told: dict[str, Any] = {
        "role": role,
        "of": verb,
        "team": team.pk if team else None,
        "is_allowed": is_allowed,
        "most": most,
    }
    audit.record("mandate.set", team, by=by, now=now, **told)
    tell_holders(role, team, now)
    return row


@transaction.atomic
def forget_mandate(role: str, verb: str, *, team: Team | None, by: User, now: datetime) -> bool:
    """Back to the rules. Gives whether there was anything to forget."""
    mandates.require_administrator(by)
    known_mandate(role, verb)
    gone = Mandate.objects.filter(role=role, verb=verb, team=team).delete()[0] > 0
    if gone:
        told: dict[str, Any] = {"role": role, "of": verb, "team": team.pk if team else None}
        audit.record("mandate.forgotten", team, by=by, now=now, **told)
        tell_holders(role, team, now)
    return gone


def known_mandate(role: str, verb: str) -> None:
    if role not in Role.values or verb not in rules.VERBS:
        raise NoSuchMandate(_("There is no such role or mandate."))


def tell_holders(role: str, team: Team | None, now: datetime) -> None:
    holders = User.objects.filter(memberships__role=role)
    for holder in (holders.filter(memberships__team=team) if team else holders).distinct():
        rights_changed(holder, now)

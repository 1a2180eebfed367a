"""Colleagues whom another system knew."""

from datetime import datetime

from django.db import transaction

from lyhord.staff import audit, mandates
from lyhord.staff.actions.links import free_address
from lyhord.staff.actions.shared import name_of
from lyhord.staff.models import Membership, Role, Team, User


@transaction.atomic
def bring_person(email: str, name: str, team: Team, *, is_invited: bool, by: User, now: datetime) -> User:
    """An agent of the team, without a password: inactive, or `is_invited`, so that somebody sends her a link from the
    page of people. Nothing is sent from here. Raises mandates.NotYours, AlreadyHere, BadAddress, BadName.
    """
    mandates.require(by, "manage_people", team)
    user = User.objects.create_user(
        free_address(email), None, name=name_of(name), language=by.language, is_active=is_invited
    )
    Membership.objects.create(user=user, team=team, role=Role.AGENT)
    audit.record("person.brought", user, by=by, now=now, team=team.pk, is_invited=is_invited)
    return user

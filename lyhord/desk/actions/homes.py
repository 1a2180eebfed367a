"""Which view somebody begins with, and in which order views stand."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.actions.viewing import OfTeam
from lyhord.desk.models import HomeView, SavedView
from lyhord.staff import audit, mandates
from lyhord.staff.models import Role, Team, User


@transaction.atomic
def begin_with(query: str | None, *, by: User, now: datetime) -> None:
    """Her own first view; None: that of her roles again."""
    audit.record("view.home_set", by, by=by, now=now, query=query)
    if query is None:
        HomeView.objects.filter(user=by).delete()
        return
    HomeView.objects.update_or_create(user=by, defaults={"query": short(query)})


@transaction.atomic
def begin_role_with(team: Team, role: str, query: str | None, *, by: User, now: datetime) -> None:
    """The first view of who has this role in this team, unless she chose one herself."""
    mandates.require(by, "share_view", OfTeam(team))
    if role not in Role.values:
        raise NotPossible(_("There is no such role."))
    audit.record("view.home_set", team, by=by, now=now, role=role, query=query)
    if query is None:
        HomeView.objects.filter(team=team, role=role).delete()
        return
    HomeView.objects.update_or_create(team=team, role=role, defaults={"query": short(query)})


@transaction.atomic
def move_view(view: SavedView, by_steps: int, *, by: User, now: datetime) -> None:
    """Earlier (-1) or later (1) among those of the same owner."""
    if view.team is not None:
        mandates.require(by, "share_view", OfTeam(view.team))
    elif view.user_id != by.pk:
        raise mandates.NotYours(_("This view belongs to somebody else."))
    audit.record("view.moved", view, by=by, now=now, steps=by_steps)
    rows = SavedView.objects.filter(user=view.user, team=view.team).order_by("position", "pk")
    number(moved([row.pk for row in rows], view.pk, by_steps))


def moved(order: Sequence[int], pk: int, by_steps: int) -> list[int]:
    """`order` with this one so many places on; at either end it stays there."""
    left = [one for one in order if one != pk]
    place = max(0, min(len(left), list(order).index(pk) + by_steps))
    return [*left[:place], pk, *left[place:]]


def number(order: Sequence[int]) -> None:
    for position, pk in enumerate(order, 1):
        SavedView.objects.filter(pk=pk).exclude(position=position).update(position=position)


def short(query: str) -> str:
    if len(query) > 500:
        raise NotPossible(_("A view has a query of at most 500 characters."))
    return query

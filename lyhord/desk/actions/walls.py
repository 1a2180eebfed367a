"""Screens on a wall."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import Wall
from lyhord.lib import crypto
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, Team, User

MOST = 20


@transaction.atomic
def make_wall(
    brand: Brand,
    name: str,
    *,
    team: Team | None,
    shows_names: bool,
    late_minutes: int,
    by: User,
    now: datetime,
) -> tuple[Wall, str]:
    """A screen and its token, which stands nowhere else."""
    mandates.require(by, "share_view", team if team is not None else brand)
    name = " ".join(clean(name).split())
    if not name or len(name) > 60:
        raise NotPossible(_("A screen has a name of 1 to 60 characters."))
    if not 1 <= late_minutes <= 10_080:
        raise NotPossible(_("A complaint is late after 1 minute to 7 days."))
    if Wall.objects.filter(brand=brand, ended_at=None).count() >= MOST:
        raise NotPossible(_("There are %(most)d screens already. End one first.") % {"most": MOST})
    token = secrets.token_urlsafe(24)
    wall = Wall.objects.create(
        brand=brand, team=team, name=name, digest=crypto.digest(token), shows_names=shows_names, late_minutes=late_minutes,
        made_by=by, made_at=now,
    )  # fmt: skip
    audit.record("wall.made", wall, by=by, now=now, name=name)
    return wall, token


@transaction.atomic
def end_wall(wall: Wall, *, by: User, now: datetime) -> None:
    """Its link opens nothing any more."""
    mandates.require(by, "share_view", wall.team if wall.team is not None else wall.brand)
    if Wall.objects.filter(pk=wall.pk, ended_at=None).update(ended_at=now):
        audit.record("wall.ended", wall, by=by, now=now, name=wall.name)

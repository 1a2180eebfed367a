"""Who works here, in which teams, and who no longer does."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.staff import audit, mandates
from lyhord.staff.actions.shared import (
    forget_sessions,
    name_of,
    require_over,
    rights_changed,
    set_password,
)
from lyhord.staff.models import AccessLink, ApiKey, Brand, Membership, Role, Team, User

FIRST_START = 7_502

Memberships = Iterable[tuple[Team, str]]


class AlreadySetUp(LyhordError):
    """The first administrator was made before."""

    status = 404


class LastAdministrator(LyhordError):
    """Nobody would be left who can let people in."""


class NoSuchRole(LyhordError):
    """A role that does not exist."""

    status = 422


@transaction.atomic
def make_first_administrator(
    *, email: str, name: str, password: str, organisation: str, language: str, now: datetime
) -> User:
    """The person who sets up this installation, with a first brand and team. Raises AlreadySetUp, WeakPassword."""
    # Two browsers at once: on PostgreSQL the second waits here; SQLite has one writer from the start.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_START])
    if User.objects.exists():
        raise AlreadySetUp(_("lyhord is set up already. Ask an administrator for an invitation."))
    user = User(email=email.strip().lower(), name=name_of(name), language=language, is_administrator=True)
    set_password(user, password)
    user.save()
    brand = Brand.objects.create(name=name_of(organisation))
    with translation.override(language):
        team = Team.objects.create(brand=brand, name=_("Customer service"))
    Membership.objects.create(user=user, team=team, role=Role.ADMINISTRATOR)
    audit.record("installation.set_up", user, by=user, now=now)
    return user


@transaction.atomic
def deactivate(user: User, *, by: User, now: datetime) -> None:
    """From now on the person cannot log in; her sessions, links and API keys are dead."""
    require_over(by, user)
    if user.is_administrator:
        require_another_administrator(user)
    User.objects.filter(pk=user.pk).update(
        is_active=False, is_on_duty=False, on_duty_since=None, session_round=F("session_round") + 1
    )
    ApiKey.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    AccessLink.objects.filter(user=user, used_at=None, expires_at__gt=now).update(expires_at=now)
    user.refresh_from_db()
    audit.record("person.deactivated", user, by=by, now=now)
    rights_changed(user, now)


@transaction.atomic
def reactivate(user: User, *, by: User, now: datetime) -> None:
    """The person may log in again, with the password that she had. Her API keys stay dead."""
    require_over(by, user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record("person.reactivated", user, by=by, now=now)
    rights_changed(user, now)


@transaction.atomic
def set_memberships(user: User, memberships: Memberships, *, by: User, now: datetime) -> None:
    """Exactly these teams and roles, among those teams that `by` may manage; others stay as they are."""
    wanted = known_roles(memberships)
    had = {(one.team_id, one.role): one for one in user.memberships.select_related("team")}
    keys = {(team.pk, role) for team, role in wanted}
    for team, _role in wanted:
        mandates.require(by, "manage_people", team)
    added = [(team, role) for team, role in wanted if (team.pk, role) not in had]
    removed = [
        one for key, one in had.items() if key not in keys and mandates.allows(by, "manage_people", one.team)
    ]
    if not added and not removed:
        return
    Membership.objects.filter(pk__in=[one.pk for one in removed]).delete()
    Membership.objects.bulk_create([Membership(user=user, team=team, role=role) for team, role in added])
    told: dict[str, Any] = {
        "added": [[team.pk, role] for team, role in added],
        "removed": [[one.team_id, one.role] for one in removed],
    }
    audit.record("person.memberships", user, by=by, now=now, **told)
    rights_changed(user, now)


def known_roles(memberships: Memberships) -> list[tuple[Team, str]]:
    wanted = list(dict.fromkeys(memberships))
    unknown = next((role for _team, role in wanted if role not in Role.values), None)
    if unknown is not None:
        raise NoSuchRole(_("There is no role %(role)s.") % {"role": unknown})
    return wanted


@transaction.atomic
def set_administrator(user: User, is_administrator: bool, *, by: User, now: datetime) -> None:
    """Give or take the right over the whole installation. Takes effect at the person's next request."""
    mandates.require_administrator(by)
    if user.is_administrator == is_administrator:
        return
    if not is_administrator:
        require_another_administrator(user)
    user.is_administrator = is_administrator
    user.session_round += 1
    user.save(update_fields=["is_administrator", "session_round"])
    audit.record("person.administrator", user, by=by, now=now, is_administrator=is_administrator)
    rights_changed(user, now)


def require_another_administrator(user: User) -> None:
    others = User.objects.filter(is_administrator=True, is_active=True).exclude(pk=user.pk)
    # Locked, so that two administrators cannot remove each other at the same moment.
    if not list(others.select_for_update()):
        raise LastAdministrator(
            _("%(name)s is the last administrator. Make somebody else administrator first.")
            % {"name": user.name}
        )


def second_factor_due(user: User, now: datetime) -> datetime:
    """When the days of grace end for this person. They begin when the rule first meets her."""
    if user.factor_due_at is None:
        due_at = now + timedelta(days=settings.LYHORD_MFA_GRACE_DAYS)
        User.objects.filter(pk=user.pk, factor_due_at=None).update(factor_due_at=due_at)
        user.factor_due_at = due_at
    return user.factor_due_at


@transaction.atomic
def end_sessions_of(user: User, *, by: User, now: datetime) -> None:
    """Log a person out everywhere, as for a lost machine. Her API keys go on."""
    require_over(by, user)
    forget_sessions(user)
    audit.record("person.sessions_ended", user, by=by, now=now)
    rights_changed(user, now)


@transaction.atomic
def reset_second_factor(user: User, *, by: User, now: datetime) -> None:
    """For a lost telephone: the person sets up a new second factor at her next log-in."""
    require_over(by, user)
    Authenticator.objects.filter(user=user).delete()
    # No second days of grace: she had one.
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1, factor_due_at=now)
    user.refresh_from_db()
    audit.record("person.second_factor_reset", user, by=by, now=now)
    rights_changed(user, now)

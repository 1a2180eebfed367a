"""What is read of the people who work here. Lists begin at the gate: `..._visible_to(person)`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import F, Q, QuerySet

from lyhord.staff import mandates, rules
from lyhord.staff.models import (
    AccessLink,
    ApiKey,
    AuditEvent,
    Brand,
    LogIn,
    Mandate,
    ProviderIdentity,
    Role,
    Team,
    User,
)


def brands_visible_to(person: User) -> QuerySet[Brand]:
    """Brands are walls of sight."""
    if not person.is_active:
        return Brand.objects.none()
    if person.is_administrator:
        return Brand.objects.all()
    return Brand.objects.filter(teams__memberships__user=person).distinct()


def teams_visible_to(person: User) -> QuerySet[Team]:
    return Team.objects.filter(brand__in=brands_visible_to(person))


def users_visible_to(person: User) -> QuerySet[User]:
    """Herself and who shares a brand with her."""
    if not person.is_active:
        return User.objects.none()
    if person.is_administrator:
        return User.objects.all()
    return User.objects.filter(
        Q(pk=person.pk)
        | Q(pk__in=User.objects.filter(memberships__team__brand__in=brands_visible_to(person)))
    )


def people_managed_by(person: User) -> QuerySet[User]:
    """Who stands in the list of people: of brands where the person has `manage_people`."""
    if person.is_administrator and person.is_active:
        return User.objects.all()
    brands = mandates.brands_where(person, "manage_people")
    return User.objects.filter(pk__in=User.objects.filter(memberships__team__brand__in=brands))


def teams_managed_by(person: User) -> QuerySet[Team]:
    if person.is_administrator and person.is_active:
        return Team.objects.all()
    return Team.objects.filter(brand__in=mandates.brands_where(person, "manage_people"))


def colleagues(brand_ids: Collection[int]) -> QuerySet[User]:
    """Active people of these brands, by name: to assign to, to mention."""
    members = User.objects.filter(memberships__team__brand__in=brand_ids)
    return User.objects.filter(Q(pk__in=members), is_active=True).order_by("name", "pk")


def on_duty(
    brand_ids: Collection[int] | None = None, team_ids: Collection[int] | None = None
) -> QuerySet[User]:
    """Who has switched herself on duty, longest first. None: of all."""
    people = User.objects.filter(is_active=True, is_on_duty=True)
    if brand_ids is not None:
        people = people.filter(pk__in=User.objects.filter(memberships__team__brand__in=brand_ids))
    if team_ids is not None:
        people = people.filter(pk__in=User.objects.filter(memberships__team__in=team_ids))
    return people.order_by("on_duty_since", "pk")


def brand_ids(person: User) -> list[int]:
    return list(brands_visible_to(person).values_list("pk", flat=True))


def team_ids(person: User) -> list[int]:
    """Teams that the person is a member of; an administrator need not be in any."""
    return list(person.memberships.values_list("team_id", flat=True).distinct())


def waits_for_password(person: User, now: datetime) -> bool:
    """Invited, and the invitation can still be taken."""
    links = AccessLink.objects.filter(
        user=person, kind=AccessLink.INVITATION, used_at=None, expires_at__gt=now
    )
    return not person.has_usable_password() and links.exists()


def api_keys(person: User) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(user=person).order_by("-made_at")


def log_ins(person: User, now: datetime) -> list[LogIn]:
    """The person's sessions that still live, last seen first."""
    living = Session.objects.filter(expire_date__gt=now).values("session_key")
    return list(
        LogIn.objects.filter(user=person, session__in=living).order_by(
            F("seen_at").desc(nulls_last=True), "-pk"
        )
    )


# The audit log --------------------------------------------------------------------------------------------------


def audit_visible_to(person: User) -> QuerySet[AuditEvent]:
    """All of it for administrators; leads see what was done within their brands."""
    if person.is_administrator and person.is_active:
        return AuditEvent.objects.all()
    return AuditEvent.objects.filter(brand__in=mandates.brands_where(person, "see_audit"))


def audit_page(
    person: User,
    *,
    before: int | None = None,
    actor: int | None = None,
    verb: str = "",
    thing: str = "",
    most: int = 50,
) -> list[AuditEvent]:
    """Newest first, one more than `most` if there are more. `thing`: "outbox.dispatch" or "outbox.dispatch:17"."""
    events = audit_visible_to(person).select_related("actor", "detail", "brand")
    if before is not None:
        events = events.filter(pk__lt=before)
    if actor is not None:
        events = events.filter(actor=actor)
    if verb:
        events = events.filter(verb=verb)
    if thing:
        kind, _, number = thing.partition(":")
        events = events.filter(object_kind=kind)
        if number:
            events = events.filter(object_id=int(number) if number.isdecimal() and len(number) < 19 else -1)
    return list(events.order_by("-pk")[: most + 1])


def audit_verbs(person: User) -> list[str]:
    return list(audit_visible_to(person).order_by("verb").values_list("verb", flat=True).distinct())


# The table of mandates ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """May this role do this? `row` is what the installation says; None: the rules count."""

    role: str
    is_allowed: bool
    is_usual: bool
    row: Mandate | None


def mandate_table(team: Team | None = None) -> list[tuple[str, list[Cell]]]:
    """Verb by verb, each with a cell a role, as it stands for `team` (None: for every team)."""
    rows = {(row.role, row.verb): row for row in Mandate.objects.filter(team=team)}
    return [
        (verb, [cell(role, verb, rows.get((role, verb))) for role in Role.values])
        for verb in sorted(rules.VERBS)
    ]


def cell(role: str, verb: str, row: Mandate | None) -> Cell:
    usual = rules.may(role, verb)
    allowed = usual if row is None else row.is_allowed
    return Cell(role, allowed, allowed == usual and (row is None or row.most is None), row)


def by_brand(teams: Iterable[Team]) -> list[tuple[Brand, list[Team]]]:
    """Brands by name, each with its teams by name."""
    found: dict[int, tuple[Brand, list[Team]]] = {}
    for team in sorted(teams, key=lambda team: (team.brand.name, team.name)):
        found.setdefault(team.brand_id, (team.brand, []))[1].append(team)
    return list(found.values())


# The second factor ----------------------------------------------------------------------------------------------


FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none


def has_second_factor(person: User) -> bool:
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def has_app(person: User) -> bool:
    """An authenticator app on a telephone."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def passkeys(person: User) -> list[Authenticator]:
    rows = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    return list(rows.order_by("created_at", "pk"))


def provider_identity(person: User) -> ProviderIdentity | None:
    return ProviderIdentity.objects.filter(user=person).order_by("-linked_at").first()


def recovery_codes_left(person: User) -> int:
    row = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0

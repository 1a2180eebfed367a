"""Who works here and what was done, as an export tells it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, QuerySet

from lyhord.moving.exports.scope import Scope
from lyhord.staff import queries as staff
from lyhord.staff.models import AuditEvent, Membership, Team, User

PERSON = ("id", "name", "email", "is_active", "is_administrator", "teams", "language", "speaks", "joined_at")
TEAM = ("id", "brand", "name", "members")
EVENT = (
    "id", "at", "actor", "verb", "object_kind", "object_id", "brand", "sequence", "hash", "details",
)  # fmt: skip


def people(scope: Scope) -> QuerySet[User]:
    """Of these brands alone: who works for another one too is told with her teams here."""
    rows = User.objects.all() if scope.person is None else staff.users_visible_to(scope.person)
    here = User.objects.filter(memberships__team__brand__in=scope.brands)
    mine = Membership.objects.filter(team__brand__in=scope.brands).select_related("team__brand")
    return rows.filter(pk__in=here.values("pk")).prefetch_related(Prefetch("memberships", mine))


def person(rows: list[User]) -> Iterable[dict[str, Any]]:
    plain = ("name", "email", "is_active", "is_administrator", "language", "speaks", "joined_at")
    for row in rows:
        teams = sorted(f"{one.team.brand.name}/{one.team.name}: {one.role}" for one in row.memberships.all())
        yield {name: getattr(row, name) for name in plain} | {"id": row.pk, "teams": teams}


def teams(scope: Scope) -> QuerySet[Team]:
    rows = Team.objects.all() if scope.person is None else staff.teams_visible_to(scope.person)
    return rows.filter(brand__in=scope.brands).select_related("brand").prefetch_related("memberships__user")


def team(rows: list[Team]) -> Iterable[dict[str, Any]]:
    for row in rows:
        members = sorted({one.user.email for one in row.memberships.all()})
        yield {"id": row.pk, "brand": row.brand.name, "name": row.name, "members": members}


def events(scope: Scope) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.all() if scope.person is None else staff.audit_visible_to(scope.person)
    return rows.filter(brand__in=scope.brands).select_related("actor", "brand", "detail")


def event(rows: list[AuditEvent]) -> Iterable[dict[str, Any]]:
    """Without what is sealed under a person's own key."""
    plain = ("at", "verb", "object_kind", "object_id", "sequence", "hash")
    for row in rows:
        detail = getattr(row, "detail", None)
        yield {name: getattr(row, name) for name in plain} | {
            "id": row.pk,
            "actor": row.actor.email if row.actor else None,
            "brand": row.brand.name if row.brand else None,
            "details": detail.plain if detail is not None else {},
        }

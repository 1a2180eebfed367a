"""The one gate for writing: may this person do this, to that?"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.staff import rules
from lyhord.staff.models import Mandate, User


class Subject(Protocol):
    """What a mandate is asked about: anything that belongs to a brand and to teams (none: the whole brand)."""

    @property
    def brand_id(self) -> int: ...
    @property
    def team_ids(self) -> Iterable[int]: ...


class NotYours(LyhordError):
    """The person lacks the mandate."""


def require(by: User, verb: str, subject: Subject | None = None, amount: Decimal | None = None) -> None:
    """Raise NotYours unless `by` may do `verb` to `subject` (None: to the installation), up to `amount`."""
    if not allows(by, verb, subject, amount):
        raise NotYours(_("You do not have the mandate for this. Ask your team lead or an administrator."))


def allows(by: User, verb: str, subject: Subject | None = None, amount: Decimal | None = None) -> bool:
    if not by.is_active:
        return False
    if by.is_administrator:
        return True
    return any(role_allows(role, team, verb, amount) for role, team in roles(by, subject))


def roles(by: User, subject: Subject | None) -> list[tuple[str, int]]:
    """The person's roles that count for `subject`, each with the team that gives it."""
    memberships = by.memberships.select_related("team")
    if subject is None:
        return [(membership.role, membership.team_id) for membership in memberships]
    teams = set(subject.team_ids)
    return [
        (membership.role, membership.team_id)
        for membership in memberships
        if membership.team.brand_id == subject.brand_id and (not teams or membership.team_id in teams)
    ]


def role_allows(role: str, team: int, verb: str, amount: Decimal | None) -> bool:
    rows = Mandate.objects.filter(role=role, verb=verb)
    row = rows.filter(team=team).first() or rows.filter(team=None).first()
    if row is None:
        return rules.may(role, verb) and amount is None
    return row.is_allowed and (amount is None or row.most is None or amount <= row.most)

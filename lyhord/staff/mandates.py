"""The one gate for writing: may this person do this, to that?"""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from django.utils.translation import gettext as _

from lyhord.lib.errors import LyhordError
from lyhord.staff import rules
from lyhord.staff.models import Mandate, Membership, User
from lyhord.web.statements import Kept

NAMED = 3  # in a refusal


class Subject(Protocol):
    """What a mandate is asked about: anything that belongs to a brand and to teams (none: the whole brand)."""

    @property
    def brand_id(self) -> int: ...
    @property
    def team_ids(self) -> Iterable[int]: ...


class NotYours(LyhordError):
    """The person lacks the mandate."""

    status = 403  # of the API


def require(by: User, verb: str, subject: Subject | None = None, amount: Decimal | None = None) -> None:
    """Raise NotYours unless `by` may do `verb` to `subject` (None: anywhere at all), up to `amount`."""
    if not allows(by, verb, subject, amount):
        raise NotYours(refusal(by, verb, subject))


def refusal(by: User, verb: str, subject: Subject | None) -> str:
    """Refused with the names of who may (RE-11): colleagues of the same brand, so that nothing is told beyond it."""
    names = [str(one) for one in who_may(by, verb, subject)[:NAMED]]
    if not names:
        return _("You do not have the mandate for this. Ask your team lead or an administrator.")
    return _("You do not have the mandate for this. Who may: %(names)s.") % {"names": ", ".join(names)}


def who_may(by: User, verb: str, subject: Subject | None = None) -> list[User]:
    """Colleagues of `by` whose role allows it there, those on duty first. None: in any of her brands."""
    brands = set(by.memberships.values_list("team__brand", flat=True))
    given = Membership.objects.filter(team__brand__in=brands, user__is_active=True).exclude(user=by)
    if subject is not None:
        teams = list(subject.team_ids)
        given = given.filter(team__brand=subject.brand_id)
        given = given.filter(team__in=teams) if teams else given
    rows = list(Mandate.objects.filter(verb=verb))
    able = {
        one.user
        for one in given.select_related("user")
        if role_allows(one.role, one.team_id, verb, None, rows)
    }
    return sorted(able, key=lambda one: (not one.is_on_duty, one.name, one.pk))


def require_administrator(by: User) -> None:
    """For what concerns the whole installation: brands, administrators."""
    if not (by.is_active and by.is_administrator):
        raise NotYours(_("Only an administrator of the whole installation can do this."))


def allows(by: User, verb: str, subject: Subject | None = None, amount: Decimal | None = None) -> bool:
    if not by.is_active:
        return False
    if by.is_administrator:
        return True
    given = roles(by, subject)
    rows = own_rows(verb, {membership.role for membership in given})
    return any(role_allows(one.role, one.team_id, verb, amount, rows) for one in given)


def roles(by: User, subject: Subject | None) -> list[Membership]:
    """The person's memberships that count for `subject`."""
    memberships = list(by.memberships.select_related("team"))
    if subject is None:
        return memberships
    teams = set(subject.team_ids)
    return [
        membership
        for membership in memberships
        if membership.team.brand_id == subject.brand_id and (not teams or membership.team_id in teams)
    ]


def own_rows(verb: str, for_roles: set[str]) -> list[Mandate]:
    """What this installation says otherwise than `rules.MAY`."""
    return list(Mandate.objects.filter(verb=verb, role__in=for_roles)) if for_roles else []


def role_allows(role: str, team: int, verb: str, amount: Decimal | None, rows: Iterable[Mandate]) -> bool:
    """A row for the team counts before a row for every team, and that before the rules."""
    found = {row.team_id: row for row in rows if row.role == role}
    row = found.get(team) or found.get(None)
    if row is None:
        return rules.may(role, verb) and amount is None
    return row.is_allowed and (amount is None or row.most is None or amount <= row.most)


def brands_where(by: User, verb: str) -> set[int]:
    """The brands in which some role of the person's allows `verb`. For lists; administrators are asked beforehand."""
    given = roles(by, None)
    rows = own_rows(verb, {membership.role for membership in given})
    return {
        one.team.brand_id
        for one in given
        if by.is_active and role_allows(one.role, one.team_id, verb, None, rows)
    }


def verbs_anywhere(by: Any) -> frozenset[str]:
    """All that the person may do somewhere: for menus and buttons, looked up once a request. `require` asks anew."""
    if not getattr(by, "is_authenticated", False) or not by.is_active:
        return frozenset()
    if by.is_administrator:
        return rules.VERBS
    if "verbs_anywhere" not in by.__dict__:
        given = roles_of(by.pk)
        # A handful of rows, what the installation decided otherwise: all of them, so that the statement is one.
        by.__dict__["verbs_anywhere"] = allowed_to(tuple(given), tuple(decided())) if given else frozenset()
    found: frozenset[str] = by.__dict__["verbs_anywhere"]
    return found


roles_of = Kept[tuple[str, int]](
    lambda user: Membership.objects.filter(user=user).values_list("role", "team_id").order_by("pk")
)
decided = Kept[tuple[str, str, int | None, bool]](
    lambda: Mandate.objects.values_list("role", "verb", "team_id", "is_allowed").order_by("pk")
)


@lru_cache(maxsize=256)  # follows from what it is given, which is read at each request
def allowed_to(
    given: tuple[tuple[str, int], ...], rows: tuple[tuple[str, str, int | None, bool], ...]
) -> frozenset[str]:
    own = [
        Mandate(role=role, verb=verb, team_id=team, is_allowed=allowed) for role, verb, team, allowed in rows
    ]
    return frozenset(
        verb
        for verb in rules.VERBS
        if any(
            role_allows(role, team, verb, None, [row for row in own if row.verb == verb])
            for role, team in given
        )
    )

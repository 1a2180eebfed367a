"""What can be granted, by whom, up to how much; and what was granted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from lyhord.desk import approving
from lyhord.desk.models import Conversation, Grant, Remedy, RemedyLevel
from lyhord.desk.queries.sight import conversations_visible_to
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Mandate, Membership, User

VERB = "grant"
YEAR = timedelta(days=366)


def remedies_visible_to(user: User) -> QuerySet[Remedy]:
    return Remedy.objects.filter(brand__in=staff.brands_visible_to(user))


def in_use(brand: int) -> QuerySet[Remedy]:
    return Remedy.objects.filter(brand=brand, retired_at=None).order_by("name", "pk")


# The mandate -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """Up to how much somebody grants at once; None: no limit."""

    most: Decimal | None

    def covers(self, amount: Decimal | None) -> bool:
        return approving.covers(self.most, amount)


def may(by: User, remedy: Remedy, amount: Decimal | None, subject: mandates.Subject | None = None) -> bool:
    """Whether `by` grants this much at once. `subject`: the account of the case, whose teams count; None: the brand."""
    found = reach(by, remedy, subject)
    return found is not None and found.covers(amount)


def reach(by: User, remedy: Remedy, subject: mandates.Subject | None = None) -> Reach | None:
    """None: not at all."""
    return reaches([by], [remedy], subject or remedy.brand).get((by.pk, remedy.pk))


def reaches(
    people: Iterable[User], remedies: Iterable[Remedy], subject: mandates.Subject
) -> dict[tuple[int, int], Reach]:
    """(person, remedy) -> up to how much, for those who may grant it at all; in three statements."""
    active, wanted = [one for one in people if one.is_active], list(remedies)
    by_role, by_person = levels_of(wanted)
    roles = roles_that_grant([one.pk for one in active], subject)
    found = {}
    for person in active:
        hers = roles.get(person.pk, set())
        for remedy in wanted:
            if (level := level_of(person, remedy.pk, hers, by_role, by_person)) is not None:
                found[person.pk, remedy.pk] = level
    return found


Levels = dict[tuple[int, Any], Decimal | None]


def levels_of(remedies: list[Remedy]) -> tuple[Levels, Levels]:
    rows = list(RemedyLevel.objects.filter(remedy__in=remedies))
    by_role: Levels = {(row.remedy_id, row.role): row.most for row in rows if row.role}
    by_person: Levels = {(row.remedy_id, row.user_id): row.most for row in rows if row.user_id}
    return by_role, by_person


def level_of(person: User, remedy: int, roles: set[str], by_role: Levels, by_person: Levels) -> Reach | None:
    """A level of her own counts instead of her roles'."""
    if person.is_administrator:
        return Reach(None)
    if not roles:
        return None
    if (remedy, person.pk) in by_person:
        return Reach(by_person[remedy, person.pk])
    hers = [by_role[remedy, role] for role in roles if (remedy, role) in by_role]
    return Reach(approving.highest(hers)) if hers else None


def roles_that_grant(people: list[int], subject: mandates.Subject) -> dict[int, set[str]]:
    """The roles of each by which she may grant anything there."""
    return roles_allowing(VERB, people, subject)


def roles_allowing(verb: str, people: list[int], subject: mandates.Subject) -> dict[int, set[str]]:
    given = Membership.objects.filter(user__in=people, team__brand=subject.brand_id)
    teams = set(subject.team_ids)
    if teams:
        given = given.filter(team__in=teams)
    rows = list(Mandate.objects.filter(verb=verb))
    found: dict[int, set[str]] = {}
    for user, role, team in given.values_list("user", "role", "team"):
        if mandates.role_allows(role, team, verb, None, rows):
            found.setdefault(user, set()).add(role)
    return found


@dataclass(frozen=True)
class Offer:
    """A remedy as it can be had in one conversation, by one person."""

    remedy: Remedy
    reach: Reach | None  # None: she asks for each


def offers(user: User, conversation: Conversation) -> list[Offer]:
    rows = list(in_use(conversation.brand_id))
    found = reaches([user], rows, conversation.account)
    return [Offer(row, found.get((user.pk, row.pk))) for row in rows]


# What was granted ------------------------------------------------------------------------------------------------


def grants_visible_to(user: User) -> QuerySet[Grant]:
    rows = Grant.objects.filter(conversation__in=conversations_visible_to(user))
    return rows.select_related("remedy", "conversation__account", "by", "approver", "decided_by")


def grants(conversation: int) -> list[Grant]:
    """Of one case, the newest first."""
    rows = Grant.objects.filter(conversation=conversation).select_related(
        "remedy", "by", "approver", "decided_by"
    )
    return list(rows.order_by("-pk")[:20])


@dataclass(frozen=True)
class Monthly:
    month: datetime
    remedy: Remedy
    n: int
    amount: Decimal | None  # in the remedy's unit


def sums(user: User, since: datetime) -> list[Monthly]:
    """What was granted each month, the newest first; of conversations that she sees."""
    rows = Grant.objects.filter(state="granted", at__gte=since)
    rows = rows.filter(conversation__in=conversations_visible_to(user))
    cells = (
        rows.annotate(month=TruncMonth("at"))
        .values("month", "remedy")
        .annotate(n=Count("pk"), total=Sum("amount"))
        .order_by("-month", "remedy__name", "remedy")
    )
    named = {row.pk: row for row in Remedy.objects.filter(pk__in={one["remedy"] for one in cells})}
    return [Monthly(one["month"], named[one["remedy"]], one["n"], one["total"]) for one in cells]

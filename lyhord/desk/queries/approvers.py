"""Who is asked: one person by name, chosen by `approving.in_line`."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils import timezone

from lyhord.channels.models import Account
from lyhord.desk import approving
from lyhord.desk.models import ApprovalTerms, DeciderShift, Grant, Proposal, Remedy
from lyhord.desk.queries.people import colleagues
from lyhord.desk.queries.remedies import reaches, roles_allowing
from lyhord.staff.models import User

APPROVE = "approve"
LEADS = "set_mandates"


def for_remedy(
    remedy: Remedy,
    amount: Decimal | None,
    account: Account,
    *,
    by: User,
    now: datetime,
    asked: Sequence[int] = (),
) -> User | None:
    """Who decides on a remedy above the mandate of `by`; None: nobody may."""
    people = [one for one in colleagues(account.pk) if one.pk != by.pk]
    found = reaches(people, [remedy], account)
    most = {person: level.most for (person, _remedy), level in found.items() if level.covers(amount)}
    return first_of([one for one in people if one.pk in most], most, account, now, asked)


def for_reply(account: Account, *, by: User, now: datetime, asked: Sequence[int] = ()) -> User | None:
    """Who reads a reply of `by` before it leaves; None: nobody may."""
    people = [one for one in colleagues(account.pk) if one.pk != by.pk]
    may = roles_allowing(APPROVE, [one.pk for one in people], account)
    able = [one for one in people if one.is_administrator or one.pk in may]
    # Administrators of the installation are asked where nobody of the brand may, not before her own lead.
    first: dict[int, Decimal | None] = {one.pk: Decimal(0) for one in able if one.pk in may}
    return first_of(able, {one.pk: first.get(one.pk) for one in able}, account, now, asked)


def leads(account: Account) -> list[User]:
    """Who sets the mandates here: told when somebody lets the time pass."""
    people = colleagues(account.pk)
    may = roles_allowing(LEADS, [one.pk for one in people], account)
    return [one for one in people if one.pk in may]


def first_of(
    people: Iterable[User],
    most: dict[int, Decimal | None],
    account: Account,
    now: datetime,
    asked: Sequence[int],
) -> User | None:
    rows = {one.pk: one for one in people}
    if not rows:
        return None
    fast, waiting = fast_decider(account.brand_id, now), waits_for(rows)
    candidates = [
        approving.Candidate(
            pk,
            is_on_duty=one.is_on_duty,
            is_fast=fast is not None and fast.pk == pk,
            most=most[pk],
            waiting=waiting[pk],
        )
        for pk, one in rows.items()
    ]
    return rows[approving.in_line(candidates, asked)[0]]


def waits_for(people: Iterable[int]) -> Counter[int]:
    """How many decisions wait for each."""
    found: Counter[int] = Counter()
    rows: list[Any] = [Grant.objects.filter(state="asked"), Proposal.objects.filter(state="open")]
    for kind in rows:
        told = kind.filter(approver__in=list(people)).values_list("approver").annotate(n=Count("pk"))
        found.update(dict(told.order_by()))
    return found


def terms(brand: int) -> timedelta:
    """How long one approver is waited for."""
    row = ApprovalTerms.objects.filter(brand=brand).first()
    return timedelta(minutes=row.minutes) if row else approving.TERMS


# Fast deciders (RE-12) ---------------------------------------------------------------------------------------------


def shifts(brand: int) -> list[DeciderShift]:
    rows = DeciderShift.objects.filter(brand=brand).select_related("user")
    return list(rows.order_by("weekday", "begins"))


def fast_decider(brand: int, now: datetime) -> User | None:
    """Who decides fast at this hour; at most one."""
    local = timezone.localtime(now, timezone.get_default_timezone())
    for row in shifts(brand):
        if row.user.is_active and approving.holds(approving.Shift(row.weekday, row.begins, row.ends), local):
            return row.user
    return None

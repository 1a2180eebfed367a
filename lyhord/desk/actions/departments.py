"""Departments: who answers for them, how soon, and who is reminded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from lyhord.desk import chain
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import (
    Department,
    DepartmentAddress,
    DepartmentMember,
    DepartmentReminder,
    OpeningHours,
)
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User

VERB = "manage_departments"
MOST_PEOPLE = 100


@dataclass(frozen=True)
class Reminding:
    """Minutes after the answer is due (below 0: before), and whom; neither: the department itself."""

    minutes: int
    user: int | None = None
    address: str = ""


@dataclass(frozen=True)
class DepartmentGiven:
    name: str
    about: str = ""
    language: str = ""
    target_minutes: int = 480
    hours: int | None = None  # None: round the clock
    pauses_clock: bool = False
    people: Sequence[int] = ()
    addresses: Sequence[str] = ()
    reminders: Sequence[Reminding] = tuple(Reminding(minutes) for minutes in chain.USUAL)


@transaction.atomic
def make_department(brand: Brand, given: DepartmentGiven, *, by: User, now: datetime) -> Department:
    mandates.require(by, VERB, brand)
    row = Department(brand=brand)
    filled(row, given)
    settle(row, given)
    audit.record("department.made", row, by=by, now=now, name=row.name)
    return row


@transaction.atomic
def change_department(row: Department, given: DepartmentGiven, *, by: User, now: datetime) -> Department:
    """Questions that wait keep the time by which they were to be answered."""
    mandates.require(by, VERB, row)
    row = Department.objects.select_for_update().get(pk=row.pk)
    filled(row, given)
    settle(row, given)
    audit.record("department.changed", row, by=by, now=now, name=row.name, target=row.target_minutes)
    return row


@transaction.atomic
def retire_department(row: Department, *, by: User, now: datetime) -> Department:
    """It is asked no more; what waits there still can be answered."""
    return moved(row, now, "department.retired", by, now)


@transaction.atomic
def bring_back_department(row: Department, *, by: User, now: datetime) -> Department:
    return moved(row, None, "department.brought_back", by, now)


def moved(row: Department, at: datetime | None, told: str, by: User, now: datetime) -> Department:
    mandates.require(by, VERB, row)
    if (row.retired_at is None) != (at is None):
        Department.objects.filter(pk=row.pk).update(retired_at=at)
        audit.record(told, row, by=by, now=now)
    row.retired_at = at
    return row


# What is given -----------------------------------------------------------------------------------------------------


def filled(row: Department, given: DepartmentGiven) -> None:
    name = " ".join(clean(given.name).split())
    if not 0 < len(name) <= 80:
        raise NotPossible(_("Give the department a name of at most 80 characters."))
    others = Department.objects.filter(brand=row.brand_id, name=name).exclude(pk=row.pk)
    if others.exists():
        raise NotPossible(_("There is a department called %(name)s already.") % {"name": name})
    if not 1 <= given.target_minutes <= chain.LONGEST:
        raise NotPossible(_("The time to answer is between one minute and 90 days."))
    if given.language and given.language not in dict(settings.LANGUAGES):
        raise NotPossible(_("Pages and mails are not to be had in that language."))
    row.name, row.about = name, clean(given.about).strip()[:300]
    row.language, row.target_minutes = given.language, given.target_minutes
    row.pauses_clock, row.hours = given.pauses_clock, hours_of(row, given.hours)
    row.save()


def hours_of(row: Department, pk: int | None) -> OpeningHours | None:
    found = OpeningHours.objects.filter(pk=pk, brand=row.brand_id).first() if pk is not None else None
    if pk is not None and found is None:
        raise NotPossible(_("Those opening hours are not there any more."))
    return found


def settle(row: Department, given: DepartmentGiven) -> None:
    """People, addresses and the chain, as they are given and no others."""
    addresses = list(dict.fromkeys(address_of(one) for one in given.addresses if one.strip()))
    if len(addresses) + len(given.people) > MOST_PEOPLE:
        raise NotPossible(
            _("At most %(n)s people and addresses can answer for one department.") % {"n": MOST_PEOPLE}
        )
    row.members.exclude(user__in=given.people).delete()
    for user in people_of(row, given.people):
        DepartmentMember.objects.get_or_create(department=row, user=user)
    row.addresses.exclude(address__in=addresses).delete()
    for address in addresses:
        DepartmentAddress.objects.get_or_create(department=row, address=address)
    chain_of(row, given.reminders)


def people_of(row: Department, pks: Sequence[int]) -> list[User]:
    found = answerable(row, pks)
    if len(found) != len(set(pks)):
        raise NotPossible(_("Somebody chosen here does not work for this brand any more."))
    return found


def answerable(row: Department, pks: Sequence[int]) -> list[User]:
    """People of the brand, and administrators of the whole installation."""
    ours = staff.colleagues([row.brand_id]).filter(pk__in=pks)
    chiefs = User.objects.filter(is_active=True, is_administrator=True, pk__in=pks)
    return list({user.pk: user for user in [*ours, *chiefs]}.values())


def address_of(told: str) -> str:
    address = clean(told).strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise NotPossible(_("%(address)s is no mail address.") % {"address": address[:100]}) from None
    if len(address) > 254:
        raise NotPossible(_("%(address)s is no mail address.") % {"address": address[:100]})
    return address


def chain_of(row: Department, reminders: Sequence[Reminding]) -> None:
    if len(reminders) > chain.MOST_REMINDERS:
        raise NotPossible(_("At most %(n)s reminders can follow each other.") % {"n": chain.MOST_REMINDERS})
    row.reminders.all().delete()
    for one in sorted(reminders, key=lambda one: one.minutes):
        if abs(one.minutes) > chain.LONGEST:
            raise NotPossible(_("A reminder lies at most 90 days before or after."))
        if one.user is not None:
            people_of(row, [one.user])
        DepartmentReminder.objects.create(
            department=row,
            minutes=one.minutes,
            user_id=one.user,
            address=address_of(one.address) if one.address.strip() else "",
        )

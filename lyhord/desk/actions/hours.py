"""Opening hours, who keeps which, and what is promised. Each change lets all open clocks be reckoned anew, by a step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.desk.actions.refusals import NotPossible
from lyhord.desk.models import AccountHours, Conversation, Flow, OpeningHours, Target
from lyhord.lib import calendars, work
from lyhord.lib.hours import DAY
from lyhord.lib.text import clean
from lyhord.staff import audit, mandates
from lyhord.staff.models import Brand, User
from lyhord.web import marks
from lyhord.web.models import Mark

VERB = "set_clocks"
SWEEP = "desk.sweep_clocks"
START = "desk.start_clocks"
LOCK = 7_513
MOST_SPANS = 6  # a day
MOST_DATES = 200
LONGEST = 366 * 24 * 3600  # a target
PAUSES = ("waiting", "snoozed", "department")
KINDS = ("", "question", "complaint", "corporate", "praise", "idea", "chatter")
Week = Sequence[Sequence[Sequence[int]]]


class BadHours(NotPossible):
    """Hours or targets that cannot be."""

    status = 422


@dataclass(frozen=True)
class HoursGiven:
    """As somebody set them."""

    name: str
    zone: str
    week: Week
    country: str = ""
    switched: Sequence[str] = ()
    dates: Sequence[dict[str, Any]] = ()
    is_default: bool = False
    accounts: Collection[int] | None = None  # None: as it was


@dataclass(frozen=True)
class TargetGiven:
    """Times in seconds."""

    account: Account | None = None
    kind: str = ""
    flow: str = ""
    is_urgent: bool = False
    first: int | None = None
    first_warn: int = 0
    first_too_late: int | None = None
    first_in_open: bool = True
    first_pauses: Sequence[str] = ()
    resolution: int | None = None
    resolution_warn: int = 0
    resolution_too_late: int | None = None
    resolution_in_open: bool = True
    resolution_pauses: Sequence[str] = field(default=PAUSES)
    reopening: str = "on"


# Hours ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_hours(
    brand: Brand, given: HoursGiven, *, by: User, now: datetime, row: OpeningHours | None = None
) -> OpeningHours:
    """Make hours, or change `row`. Raises mandates.NotYours, BadHours."""
    mandates.require(by, VERB, brand)
    work.in_order(LOCK)
    made = row or OpeningHours(brand=brand)
    made.name, made.zone, made.country = name_of(given.name, made), zone_of(given.zone), given.country
    if made.country and made.country not in calendars.COUNTRIES:
        raise BadHours(_("The holidays of this country are not known here. Choose another, or none."))
    made.week, made.dates = week_of(given.week), dates_of(given.dates)
    made.switched = sorted({str(name)[:80] for name in given.switched})[:100]
    made.is_default = given.is_default
    if made.is_default:
        OpeningHours.objects.filter(brand=brand).exclude(pk=made.pk).update(is_default=False)
    made.save()
    if given.accounts is not None:
        keep(made, given.accounts, set(channels.account_ids_visible_to(by)))
    audit.record(
        "hours.saved", made, by=by, now=now, name=made.name, zone=made.zone, week=made.week, country=made.country,
        switched=made.switched, dates=made.dates, is_default=made.is_default,
    )  # fmt: skip
    ask_sweep(now)
    return made


def keep(row: OpeningHours, accounts: Collection[int], hers: set[int]) -> None:
    """Of the accounts that she sees, let just these keep these hours."""
    asked = hers & set(accounts)
    known = set(Account.objects.filter(brand=row.brand_id, pk__in=asked).values_list("pk", flat=True))
    AccountHours.objects.filter(hours=row, account__in=hers - known).delete()
    for account in sorted(known):
        AccountHours.objects.update_or_create(account_id=account, defaults={"hours": row})


@transaction.atomic
def delete_hours(row: OpeningHours, *, by: User, now: datetime) -> None:
    """Accounts that kept them keep those of their brand."""
    mandates.require(by, VERB, row.brand)
    audit.record("hours.deleted", row, by=by, now=now, name=row.name)
    row.delete()
    ask_sweep(now)


def name_of(name: str, row: OpeningHours) -> str:
    name = " ".join(clean(name).split())
    if not name or len(name) > 60:
        raise BadHours(_("Give the hours a name of at most 60 characters."))
    if OpeningHours.objects.filter(brand=row.brand_id, name=name).exclude(pk=row.pk).exists():
        raise BadHours(_("There are hours “%(name)s” already. Choose another name.") % {"name": name})
    return name


def zone_of(zone: str) -> str:
    if zone not in available_timezones():
        raise BadHours(
            _("“%(zone)s” is no time zone. Choose one such as Europe/Stockholm.") % {"zone": zone[:60]}
        )
    return zone


def week_of(week: Week) -> list[list[list[int]]]:
    if len(week) != 7:
        raise BadHours(_("A week has seven days, from Monday on."))
    return [spans_of(day) for day in week]


def spans_of(spans: Sequence[Sequence[int]]) -> list[list[int]]:
    """In order, touching spans joined. Raises BadHours."""
    if len(spans) > MOST_SPANS:
        raise BadHours(_("A day has at most %(most)d spans.") % {"most": MOST_SPANS})
    found: list[list[int]] = []
    for span in sorted(spans, key=list):
        opens, closes = span if len(span) == 2 else (0, 0)
        if not 0 <= opens < closes <= DAY:
            raise BadHours(_("Each span must close after it opens, between 0:00 and 24:00."))
        if found and opens < found[-1][1]:
            raise BadHours(_("Two spans of a day lie over each other. Let one end before the next begins."))
        if found and opens == found[-1][1]:
            found[-1][1] = closes
        else:
            found.append([opens, closes])
    return found


def dates_of(dates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    if len(dates) > MOST_DATES:
        raise BadHours(_("At most %(most)d dates of your own are kept.") % {"most": MOST_DATES})
    found = {}
    for one in dates:
        try:
            on = date.fromisoformat(str(one["on"])).isoformat()
        except (KeyError, ValueError) as problem:
            raise BadHours(_("Give each date as year, month and day, such as 2026-12-23.")) from problem
        why = " ".join(clean(str(one.get("why", ""))).split())[:120]
        found[on] = {"on": on, "spans": spans_of(one.get("spans", [])), "why": why}
    return [found[on] for on in sorted(found)]


# Targets ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_target(
    brand: Brand, given: TargetGiven, *, by: User, now: datetime, row: Target | None = None
) -> Target:
    """Promise something, or change what is promised. Raises mandates.NotYours, BadHours."""
    mandates.require(by, VERB, given.account or brand)
    work.in_order(LOCK)
    check_scope(brand, given, row)
    is_first = not Target.objects.filter(brand=brand).exists()
    made = row or Target(brand=brand)
    for name, value in vars(given).items():
        setattr(made, name, value)
    check_times(made)
    made.save()
    told = {name: value for name, value in vars(given).items() if name != "account"}
    audit.record("target.saved", made, by=by, now=now, account=made.account_id, **told)
    if is_first:
        # What was there before comes by the sweep, which calls nothing too late.
        newest = Conversation.objects.aggregate(most=Max("pk"))["most"]
        marks.put(START, newest or 0)
    ask_sweep(now)
    return made


@transaction.atomic
def delete_target(row: Target, *, by: User, now: datetime) -> None:
    mandates.require(by, VERB, row.account or row.brand)
    audit.record("target.deleted", row, by=by, now=now, account=row.account_id, kind=row.kind, flow=row.flow)
    row.delete()
    ask_sweep(now)


def check_scope(brand: Brand, given: TargetGiven, row: Target | None) -> None:
    if given.account is not None and given.account.brand_id != brand.pk:
        raise BadHours(_("%(name)s belongs to another brand.") % {"name": given.account.name})
    if given.kind not in KINDS or given.flow not in {"", *Flow.values}:
        raise BadHours(_("Choose a kind and a queue from the lists."))
    same = Target.objects.filter(
        brand=brand, account=given.account, kind=given.kind, flow=given.flow, is_urgent=given.is_urgent
    )
    if same.exclude(pk=row.pk if row else 0).exists():
        raise BadHours(_("There is a target for just this already. Change that one."))


def check_times(row: Target) -> None:
    if row.first is None and row.resolution is None:
        raise BadHours(_("Set a time for the first answer, for the resolution, or for both."))
    for name in ("first", "resolution"):
        target, warn, late = (getattr(row, f"{name}{part}") for part in ("", "_warn", "_too_late"))
        if (
            any(value is not None and not 0 <= value <= LONGEST for value in (target, warn, late))
            or target == 0
        ):
            raise BadHours(_("A time is at least a second and at most a year."))
        if target is None and (warn or late):
            raise BadHours(_("A warning and a limit need a target. Set it, or clear them."))
        if target is not None and warn >= target:
            raise BadHours(_("The warning comes before the target: make it shorter than the target."))
        if target is not None and late is not None and late <= target:
            raise BadHours(_("Too late comes after the target: make it longer than the target."))
        if not set(getattr(row, f"{name}_pauses")) <= set(PAUSES):
            raise BadHours(_("A clock can pause while waiting, snoozed or with a department."))
        setattr(row, f"{name}_pauses", sorted(getattr(row, f"{name}_pauses")))
    if row.reopening not in Target.Reopening.values:
        raise BadHours(_("Choose whether the clock goes on or starts anew when a matter is opened again."))


def ask_sweep(now: datetime) -> None:
    """All open clocks anew, from the first. A value of its own, so that a sweep under way knows of it."""
    Mark.objects.get_or_create(name=SWEEP)
    Mark.objects.filter(name=SWEEP).update(value=-int(now.timestamp() * 1_000_000))


@transaction.atomic
def begin(brand: Brand, *, by: User, now: datetime) -> None:
    """What is usual, for a brand that has nothing yet. Raises mandates.NotYours, NotPossible."""
    mandates.require(by, VERB, brand)
    if OpeningHours.objects.filter(brand=brand).exists() or Target.objects.filter(brand=brand).exists():
        raise NotPossible(_("Hours or targets are there already. Change those."))
    office = [[[9 * 60, 17 * 60]]] * 5 + [[], []]
    given = HoursGiven(_("Office hours"), settings.TIME_ZONE, office, is_default=True)
    save_hours(brand, given, by=by, now=now)
    usual = TargetGiven(first=3600, first_warn=900, first_too_late=24 * 3600, resolution=16 * 3600)
    save_target(brand, usual, by=by, now=now)
    urgent = TargetGiven(is_urgent=True, first=900, first_warn=300, resolution=4 * 3600, first_in_open=False)
    save_target(brand, urgent, by=by, now=now)

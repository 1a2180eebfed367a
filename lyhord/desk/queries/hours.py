"""Opening hours as plain values, with the holidays of the years in question, and the targets beside them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db.models import QuerySet

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.desk import promises
from lyhord.desk.models import AccountHours, Conversation, OpeningHours, Target
from lyhord.desk.promises import Matter
from lyhord.desk.reckoning import Rule
from lyhord.lib import calendars
from lyhord.lib.hours import Hours, Span
from lyhord.staff import queries as staff
from lyhord.staff.models import User

AHEAD = 2  # years whose holidays are known beforehand


def hours_visible_to(user: User) -> QuerySet[OpeningHours]:
    return OpeningHours.objects.filter(brand__in=staff.brands_visible_to(user)).select_related("brand")


def kept_by(user: User, rows: Iterable[OpeningHours]) -> dict[int, list[Account]]:
    """The accounts that keep each of these hours, as far as she sees them."""
    found: dict[int, list[Account]] = {row.pk: [] for row in rows}
    kept = AccountHours.objects.filter(hours__in=found, account__in=channels.account_ids_visible_to(user))
    for one in kept.select_related("account").order_by("account__name", "account"):
        found[one.hours_id].append(one.account)
    return found


def targets_visible_to(user: User) -> QuerySet[Target]:
    """Of her brands; those of an account only if she sees it."""
    rows = Target.objects.filter(brand__in=staff.brands_visible_to(user)).select_related("brand", "account")
    hers = channels.account_ids_visible_to(user)
    return rows.filter(account=None) | rows.filter(account__in=hers)


def plain(row: OpeningHours, since: int, until: int) -> Hours:
    """`since`, `until`: the first and the last year of which holidays may matter."""
    own = tuple((one["on"], spans_of(one["spans"])) for one in row.dates)
    week = tuple(spans_of(day) for day in row.week)
    return made(row.zone, week, row.country, tuple(sorted(row.switched)), own, since, until)


def spans_of(spans: Iterable[Iterable[int]]) -> tuple[Span, ...]:
    return tuple((opens, closes) for opens, closes in spans)


@lru_cache(maxsize=256)
def made(
    zone: str,
    week: tuple[tuple[Span, ...], ...],
    country: str,
    switched: tuple[str, ...],
    own: tuple[tuple[str, tuple[Span, ...]], ...],
    since: int,
    until: int,
) -> Hours:
    """A date of one's own counts before a holiday."""
    shut = {
        one.day: ()
        for year in range(since, until + 1)
        for one in (calendars.holidays(country, year) if country else ())
        if one.is_usual != (one.name in switched)
    }
    dates: dict[date, tuple[Span, ...]] = {**shut, **{date.fromisoformat(day): spans for day, spans in own}}
    return Hours(zone, week, tuple(sorted(dates.items())))


@dataclass(frozen=True)
class Plan:
    """All that clocks are reckoned by."""

    targets: dict[int, list[Target]]  # by brand
    defaults: dict[int, Hours]  # by brand
    own: dict[int, Hours]  # by account

    def hours(self, brand: int, account: int) -> Hours | None:
        """None: nobody said when it is open, so it always is."""
        return self.own.get(account) or self.defaults.get(brand)

    def target(self, row: Conversation) -> Target | None:
        told = Matter(row.account_id, row.kind, row.flow, row.is_urgent, row.needs_answer, row.is_spam)
        return promises.target_of(self.targets.get(row.brand_id, []), told)

    def rule(self, row: Conversation, target: Target | None, which: str) -> Rule:
        return promises.rule_of(target, which, self.hours(row.brand_id, row.account_id))


def plan(brands: Iterable[int], earliest: datetime, now: datetime) -> Plan:
    ids = set(brands)
    years = min(earliest.year, now.year - 1), now.year + AHEAD
    targets: dict[int, list[Target]] = {}
    for target in Target.objects.filter(brand__in=ids):
        targets.setdefault(target.brand_id, []).append(target)
    rows = {row.pk: row for row in OpeningHours.objects.filter(brand__in=ids)}
    kept = AccountHours.objects.filter(hours__in=rows).values_list("account", "hours")
    return Plan(
        targets,
        {row.brand_id: plain(row, *years) for row in rows.values() if row.is_default},
        {account: plain(rows[pk], *years) for account, pk in kept},
    )


def hours_of_account(account: int, brand: int, now: datetime) -> Hours | None:
    """The hours that an account keeps, its own or its brand's; None: always open. For rules that ask whether we are open."""
    return plan([brand], now, now).hours(brand, account)

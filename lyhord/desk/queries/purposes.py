"""Why we do this: the newest words of a brand, its goals beside what was reached, and who has read it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lyhord.channels.models import Account
from lyhord.desk.models import DepartmentMember, Purpose, PurposeReading
from lyhord.desk.queries.use import Line, lines
from lyhord.staff.models import Brand, Membership, User

DAYS = 28


@dataclass(frozen=True)
class Measure:
    most: float
    is_less_better: bool = False
    is_minutes: bool = False


MEASURES = {
    "answered": Measure(100),  # percent of conversations
    "minutes": Measure(100_000, is_less_better=True, is_minutes=True),  # to the first answer, median
    "closed": Measure(100),
    "reopened": Measure(100, is_less_better=True),
    "negative": Measure(100, is_less_better=True),  # of which the newest words are not content
}


@dataclass(frozen=True)
class Goal:
    measure: str
    target: float
    now: float | None  # None: nothing was measured
    is_met: bool
    is_minutes: bool


@dataclass(frozen=True)
class Group:
    """A team or a department, and who of it has read the newest words."""

    name: str
    is_department: bool
    read: int
    people: int
    missing: list[str]


def newest(brand: Brand) -> Purpose | None:
    return Purpose.objects.filter(brand=brand).select_related("by").order_by("-version").first()


def goals(row: Purpose, now: datetime) -> list[Goal]:
    """Beside what was reached in the last 28 days, of the whole brand: counts alone, so all who work for it may see them."""
    accounts = Account.objects.filter(brand=row.brand_id, is_rehearsal=False).values_list("pk", flat=True)
    found = lines(accounts, now - timedelta(days=DAYS), now).get(("all", ""), Line(""))
    return [
        goal(one["measure"], float(one["target"]), found) for one in row.goals if one["measure"] in MEASURES
    ]


def goal(name: str, target: float, found: Line) -> Goal:
    value = reached(name, found)
    measure = MEASURES[name]
    is_met = value is not None and (value <= target if measure.is_less_better else value >= target)
    return Goal(name, target, value, is_met, measure.is_minutes)


def reached(name: str, found: Line) -> float | None:
    if not found.conversations:
        return None
    if name == "minutes":
        return found.minutes
    return 100 * found.share(int(getattr(found, name)))


def has_read(row: Purpose, user: User) -> bool:
    return PurposeReading.objects.filter(purpose=row, user=user).exists()


def receipts(row: Purpose) -> list[Group]:
    """Per department and per team, in the order of their names."""
    read = set(PurposeReading.objects.filter(purpose=row).values_list("user", flat=True))
    active = {"user__is_active": True}
    members = Membership.objects.filter(team__brand=row.brand_id, **active)
    teams = members.values_list("team__name", "user", "user__name")
    experts = DepartmentMember.objects.filter(
        department__brand=row.brand_id, department__retired_at=None, **active
    )
    found: dict[tuple[bool, str], dict[int, str]] = {}
    for name, user, who in teams:
        found.setdefault((False, name), {})[user] = who
    for name, user, who in experts.values_list("department__name", "user", "user__name"):
        found.setdefault((True, name), {})[user] = who
    return [
        Group(
            name,
            is_department,
            len(read & people.keys()),
            len(people),
            sorted(people[pk] for pk in people.keys() - read),
        )
        for (is_department, name), people in sorted(found.items())
    ]

"""The end of a day: what came in, who has it or what was decided, and what is left behind (IN-02, IN-03)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lyhord.channels import queries as channels
from lyhord.desk.models import Conversation, DayKept, Decision, Filing, Ownership
from lyhord.intake.models import Post
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, User
from lyhord.web import marks

MOST_LEFT = 100
PATIENCE = timedelta(minutes=10)  # a post that is not filed by then is worth a look


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def span(day: date) -> tuple[datetime, datetime]:
    """The day in the installation's zone; 23 or 25 hours when clocks change."""
    begin = datetime.combine(day, time(), zone())
    return begin, datetime.combine(day + timedelta(days=1), time(), zone())


def today(now: datetime) -> date:
    return now.astimezone(zone()).date()


def unowned(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """Open, with nobody who works here, and no decision since she wrote last."""
    decided = Decision.objects.filter(conversation=OuterRef("pk")).filter(
        Q(at__gte=OuterRef("waiting_since")) | Q(conversation__waiting_since=None)
    )
    open_ones = rows.filter(status="open", is_spam=False)
    return open_ones.filter(Q(assignee=None) | Q(assignee__is_active=False)).filter(~Exists(decided))


@dataclass(frozen=True)
class Counts:
    """Of some accounts, on one day."""

    came_in: int
    with_owner: int
    decided: int
    left: int
    left_before: int
    not_filed: int
    owner_median: int | None  # seconds from coming in to the first owner
    owner_p90: int | None


def counts(accounts: Collection[int], day: date, now: datetime) -> Counts:
    begin, end = span(day)
    began = Conversation.objects.filter(
        account__in=accounts, opened_at__gte=begin, opened_at__lt=end, is_spam=False
    )
    came_in = began.count()
    left = unowned(began).count()
    with_owner = began.filter(assignee__is_active=True).count()
    before = Conversation.objects.filter(account__in=accounts, opened_at__lt=begin)
    seconds = owner_seconds(accounts, begin, end)
    return Counts(
        came_in=came_in, with_owner=with_owner, decided=came_in - left - with_owner, left=left,
        left_before=unowned(before).count(), not_filed=not_filed(accounts, now), owner_median=share_of(seconds, 0.5),
        owner_p90=share_of(seconds, 0.9),
    )  # fmt: skip


def not_filed(accounts: Collection[int], now: datetime) -> int:
    waiting = Post.objects.filter(pk__gt=marks.get("desk.file_posts"), account__in=accounts, filing=None)
    aside = Filing.objects.filter(outcome=Filing.WAITING, post__account__in=accounts, at__lt=now - PATIENCE)
    return waiting.filter(stored_at__lt=now - PATIENCE).count() + aside.count()


def owner_seconds(accounts: Collection[int], begin: datetime, end: datetime) -> list[int]:
    """How long each that began then waited for its first owner; sorted."""
    rows = Ownership.objects.filter(
        is_first=True, conversation__account__in=accounts, conversation__opened_at__gte=begin,
        conversation__opened_at__lt=end, conversation__is_spam=False,
    )  # fmt: skip
    return sorted(seconds or 0 for seconds in rows.values_list("seconds", flat=True))


def share_of(values: list[int], share: float) -> int | None:
    """The value that this share of them does not pass; None: there are none."""
    if not values:
        return None
    return values[ceil(len(values) * share) - 1]


@dataclass(frozen=True)
class Left:
    """One that was left behind, as its line shows it."""

    id: int
    number: int
    subject: str
    customer: str
    account: str
    account_id: int
    kind: str
    opened_at: datetime
    waiting_since: datetime | None
    former: str  # who has it and does not work here any more


@dataclass(frozen=True)
class Day:
    day: date
    counts: Counts
    left: list[Left]  # the oldest first
    is_today: bool


def day(user: User, chosen: date, now: datetime) -> Day:
    """Of the accounts that she sees."""
    accounts = account_ids(user)
    _begin, end = span(chosen)
    rows = unowned(Conversation.objects.filter(account__in=accounts, opened_at__lt=end))
    shown = rows.select_related("customer", "account", "assignee").order_by("opened_at", "pk")[:MOST_LEFT]
    return Day(chosen, counts(accounts, chosen, now), lefts(shown), chosen == today(now))


def account_ids(user: User) -> list[int]:
    rows = channels.accounts_visible_to(user).filter(is_rehearsal=False)
    return list(rows.values_list("pk", flat=True))


def lefts(rows: Iterable[Conversation]) -> list[Left]:
    return [
        Left(
            id=row.pk, number=row.number, subject=row.subject or row.snippet, customer=row.customer.name,
            account=row.account.name, account_id=row.account_id, kind=row.kind, opened_at=row.opened_at,
            waiting_since=row.waiting_since, former=str(row.assignee) if row.assignee is not None else "",
        )
        for row in rows
    ]  # fmt: skip


def kept_days(user: User, days: int = 28) -> list[DayKept]:
    """The newest first, of brands that she sees."""
    rows = DayKept.objects.filter(brand__in=staff.brands_visible_to(user)).select_related("brand")
    return list(rows.order_by("-day", "brand__name")[: days * max(1, Brand.objects.count())])


def owner_report(user: User, days: int, now: datetime) -> tuple[int, int | None, int | None]:
    """Time to owner over so many days: how many, median and p90 in seconds."""
    begin, _end = span(today(now) - timedelta(days=days - 1))
    seconds = owner_seconds(account_ids(user), begin, now)
    return len(seconds), share_of(seconds, 0.5), share_of(seconds, 0.9)


def single_owner(user: User, days: int, now: datetime) -> tuple[int, int]:
    """Of cases closed lately: how many there are, and how many had one owner from first to last (CA-13)."""
    closed = Conversation.objects.filter(
        account__in=account_ids(user),
        status="closed",
        is_spam=False,
        closed_at__gte=now - timedelta(days=days),
    )
    owned = closed.filter(Exists(Ownership.objects.filter(conversation=OuterRef("pk"))))
    others = Ownership.objects.filter(conversation=OuterRef("pk")).exclude(user=F("conversation__assignee"))
    return owned.count(), owned.filter(~Exists(others)).count()

"""What a screen on the wall shows: numbers, and no words of anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet, Sum

from lyhord.channels.models import Account
from lyhord.desk.models import IN_WORK, Conversation, Tally, Wall
from lyhord.lib import crypto
from lyhord.staff import mandates
from lyhord.staff.models import User

MOST = 100  # more is "99+"
SOON = timedelta(minutes=15)
MOST_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Board:
    waits: int  # for us
    free: int  # has nobody
    open: int
    oldest: datetime | None  # since when somebody waits
    complaints: int  # without an answer for longer than the screen says (IN-04)
    soon: int  # a promised time ends within a quarter of an hour
    late: int  # a promised time has ended
    people: list[tuple[str, int]]  # open conversations of each, the most first; empty: names are not shown


def wall_of(token: str) -> Wall | None:
    rows = Wall.objects.filter(digest=crypto.digest(token), ended_at=None)
    return rows.select_related("brand", "team").first()


def walls_visible_to(user: User) -> QuerySet[Wall]:
    """Those of the brands for which she may share views."""
    rows = (
        Wall.objects.filter(ended_at=None).select_related("brand", "team", "made_by").order_by("name", "pk")
    )
    seen = [
        row.pk
        for row in rows
        if mandates.allows(user, "share_view", row.team if row.team is not None else row.brand)
    ]
    return rows.filter(pk__in=seen)


def accounts_of(wall: Wall) -> list[int]:
    """Those of its brand; of its team those that it works with. An account without teams is everybody's."""
    rows = Account.objects.filter(brand=wall.brand, is_rehearsal=False)
    if wall.team is not None:
        rows = rows.filter(Q(teams=wall.team) | Q(teams=None))
    return list(rows.values_list("pk", flat=True).distinct())


def board(wall: Wall, now: datetime) -> Board:
    accounts = accounts_of(wall)
    cells = Tally.objects.filter(account__in=accounts, status="open", is_spam=False)
    sums = cells.aggregate(
        open=Sum("n"), waits=Sum("n", filter=Q(waits=True)), free=Sum("n", filter=Q(assignee=0))
    )
    rows = Conversation.objects.filter(IN_WORK, account__in=accounts)
    waiting = rows.filter(waiting_since__isnull=False)
    before = now - timedelta(minutes=wall.late_minutes)
    return Board(
        waits=sums["waits"] or 0,
        free=sums["free"] or 0,
        open=sums["open"] or 0,
        oldest=waiting.aggregate(at=Min("waiting_since"))["at"],
        complaints=few(waiting.filter(kind="complaint", waiting_since__lt=before)),
        soon=few(rows.filter(due_at__gte=now, due_at__lt=now + SOON)),
        late=few(rows.filter(due_at__lt=now)),
        people=people(accounts) if wall.shows_names else [],
    )


def few(rows: QuerySet[Conversation]) -> int:
    """At most a hundred are counted."""
    return len(rows.order_by().values_list("pk")[:MOST])


def people(accounts: Sequence[int]) -> list[tuple[str, int]]:
    cells = Tally.objects.filter(account__in=accounts, status="open", is_spam=False).exclude(assignee=0)
    held = dict(cells.values_list("assignee").annotate(sum=Sum("n")).values_list("assignee", "sum"))
    names = User.objects.filter(pk__in=held, is_active=True)
    found = [(person.first_name, held[person.pk]) for person in names if held[person.pk]]
    return sorted(found, key=lambda one: (-one[1], one[0]))[:MOST_PEOPLE]

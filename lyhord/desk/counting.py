"""Saved views: what each holds, how many, and which one somebody begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from django.core.cache import cache
from django.http import QueryDict

from lyhord.channels import queries as channels
from lyhord.desk.forms import filters_of, view_of
from lyhord.desk.models import HomeView, SavedView
from lyhord.desk.queries.lines import lines
from lyhord.desk.queries.sight import saved_views
from lyhord.staff.models import User

MOST_COUNTED = 100  # "99+": nobody reads a larger number, and no list is walked to its end for it
MOST_VIEWS = 12  # whose number is told in the rail
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Counted:
    view: SavedView
    n: int | None  # None: it is a search, which is not counted

    @property
    def told(self) -> str:
        if self.n is None:
            return ""
        return "99+" if self.n >= MOST_COUNTED else str(self.n)


def counted(user: User) -> list[Counted]:
    """Her views with how many stand in each, at most ten seconds old."""
    shown = saved_views(user)
    accounts = channels.account_ids_visible_to(user)
    return [
        Counted(view, count(user, view, accounts) if at < MOST_VIEWS else None)
        for at, view in enumerate(shown)
    ]


def count(user: User, view: SavedView, accounts: Sequence[int]) -> int | None:
    told = QueryDict(view.query)
    if told.get("view") == "search":
        return None
    key = f"desk.view.{view.pk}.{user.pk}.{hash((view.query, tuple(accounts)))}"
    n: int | None = cache.get(key)
    if n is None:
        page = lines(user, view_of(told), filters=filters_of(told), limit=MOST_COUNTED, accounts=accounts)
        n = len(page.rows)
        cache.set(key, n, SECONDS)
    return n


def home(user: User) -> str:
    """The query string that she begins with: her own choice, else that of a role of hers; "": all open."""
    own = HomeView.objects.filter(user=user).values_list("query", flat=True).first()
    if own is not None:
        return own
    held = list(user.memberships.values_list("team", "role"))
    rows = HomeView.objects.filter(team__in=[team for team, _role in held]).order_by("pk")
    return next((row.query for row in rows if (row.team_id, row.role) in held), "")


def homes(user: User, teams: Sequence[int]) -> list[HomeView]:
    return list(HomeView.objects.filter(team__in=teams).select_related("team").order_by("team__name", "role"))


def plain(query: str) -> str:
    """A query string with only what a view holds: no page, no pointer to a conversation."""
    told = parse_qs(query.lstrip("?"), keep_blank_values=False)
    return urlencode(
        {name: values[0] for name, values in told.items() if name not in {"after", "ids", "query"}}
    )

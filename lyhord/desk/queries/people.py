"""Who is here, and who could take it."""

from dataclasses import dataclass
from datetime import datetime

from lyhord.channels.models import Account
from lyhord.desk.models import Presence
from lyhord.staff.models import Membership, User


@dataclass(frozen=True, slots=True)
class Present:
    user_id: int
    name: str
    doing: str  # viewing | writing | away


def present(conversation: int, *, now: datetime) -> list[Present]:
    """Who has it open right now, who writes first."""
    return presences([conversation], now=now).get(conversation, [])


def presences(conversations: list[int], *, now: datetime) -> dict[int, list[Present]]:
    rows = Presence.objects.filter(conversation__in=conversations, until__gt=now)
    found: dict[int, list[Present]] = {}
    for conversation, user, name, email, doing in rows.order_by("-doing", "user__name").values_list(
        "conversation", "user", "user__name", "user__email", "doing"
    ):
        found.setdefault(conversation, []).append(Present(user, name or email, doing))
    return found


def colleagues(account: int) -> list[User]:
    """Who sees the account and may be given its conversations: those on duty first."""
    place = Account.objects.get(pk=account)
    teams = list(place.team_ids)
    members = Membership.objects.filter(team__brand=place.brand_id)
    if teams:
        members = members.filter(team__in=teams)
    people = User.objects.filter(is_active=True)
    return list(
        (people.filter(pk__in=members.values("user")) | people.filter(is_administrator=True)).order_by(
            "-is_on_duty", "name", "pk"
        )
    )

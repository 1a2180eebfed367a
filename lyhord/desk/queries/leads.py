"""Who leads the people of an account: those to be told when something goes wrong there."""

from lyhord.channels.models import Account
from lyhord.staff import mandates
from lyhord.staff.models import Membership, User


def leads_of(account: Account, verb: str = "route") -> list[User]:
    """Members of its teams (of the brand, where it has none) who have the mandate to route."""
    teams = set(account.team_ids)
    members = Membership.objects.filter(team__brand=account.brand_id, user__is_active=True)
    if teams:
        members = members.filter(team__in=teams)
    given = list(members.values_list("user", "team", "role"))
    rows = mandates.own_rows(verb, {role for _user, _team, role in given})
    found = {user for user, team, role in given if mandates.role_allows(role, team, verb, None, rows)}
    return list(User.objects.filter(pk__in=found).order_by("pk"))

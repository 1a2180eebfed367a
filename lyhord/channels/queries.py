"""Which accounts somebody may see. Every room asks here: an account is the wall of sight."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from lyhord.channels.models import Account
from lyhord.staff.models import User


def accounts_visible_to(user: User) -> QuerySet[Account]:
    """All for an administrator; else those of her brands that are open to every team or to one of hers."""
    if not user.is_active:
        return Account.objects.none()
    if user.is_administrator:
        return Account.objects.all()
    memberships = user.memberships.all()
    teams = Account.teams.through.objects.filter(account=OuterRef("pk"))
    hers = teams.filter(team__in=memberships.values("team"))
    return Account.objects.filter(
        ~Exists(teams) | Q(Exists(hers)), brand__in=memberships.values("team__brand")
    )


def account_ids_visible_to(user: User) -> list[int]:
    return list(accounts_visible_to(user).order_by("pk").values_list("pk", flat=True))


def audiences(user: User) -> list[str]:
    """The audiences of `web.Change` that she hears: everybody's, her own, her accounts' and her teams'."""
    accounts = [f"a{pk}" for pk in account_ids_visible_to(user)]
    teams = user.memberships.order_by("team").values_list("team", flat=True).distinct()
    return ["*", f"u{user.pk}", *accounts, *(f"t{pk}" for pk in teams)]

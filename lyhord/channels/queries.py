"""Which accounts somebody may see. Every room asks here: an account is the wall of sight."""

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from lyhord.channels import registry, rules
from lyhord.channels.contract import Abilities, AccountSide
from lyhord.channels.models import Account, State
from lyhord.staff import mandates
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


def may_see_inventory(user: User) -> bool:
    """Who looks after accounts: those who may pause or manage one somewhere, or see how the house is."""
    return bool({"manage_accounts", "pause_account", "see_health"} & mandates.verbs_anywhere(user))


def inventory(user: User) -> QuerySet[Account]:
    """Her accounts with all that the list shows, those in trouble first, the retired last."""
    order = Case(
        When(state=State.BROKEN, then=0),
        When(state=State.PAUSED, then=1),
        When(state=State.RETIRED, then=3),
        default=2,
    )
    rows = accounts_visible_to(user).select_related("brand", "owner", "app").prefetch_related("teams")
    return rows.order_by(order, "name", "pk")


def facts_of(account: Account) -> rules.Facts:
    ways = abilities_of(account).receive
    return rules.Facts(
        state=account.state,
        state_why=account.state_why,
        admins=account.admins,
        is_verified=account.is_verified,
        expires_at=account.expires_at,
        last_success_at=account.last_success_at,
        failures=account.failures,
        has_owner=account.owner_id is not None,
        is_asked=bool({"poll", "stream"} & set(ways)),
    )


def side_for_abilities(account: Account) -> AccountSide:
    """Without secrets: what an account can depends on its settings and on what was learnt."""
    return AccountSide(
        id=account.pk,
        native=account.native,
        handle=account.handle,
        settings=account.settings,
        secrets={},
        state=account.learnt,
        public_url=settings.LYHORD_PUBLIC_URL,
    )


def abilities_of(account: Account) -> Abilities:
    """What the account can, as its connector says."""
    return registry.get(account.connector).abilities(side_for_abilities(account))

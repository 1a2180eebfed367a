"""Which accounts somebody may see. Every room asks here: an account is the wall of sight."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Sum, When

from lyhord.channels import registry, rules
from lyhord.channels.contract import Abilities, AccountSide
from lyhord.channels.models import Account, Cause, Gap, Heard, State
from lyhord.lib import sentences
from lyhord.staff import mandates
from lyhord.staff.models import Membership, User
from lyhord.web.statements import Kept

SENTENCES = "sentences"  # in what an account learnt: what its notes with values were made of


def accounts_visible_to(user: User) -> QuerySet[Account]:
    """All for an administrator; else those of her brands that are open to every team or to one of hers."""
    if not user.is_active:
        return Account.objects.none()
    if user.is_administrator:
        return Account.objects.all()
    return of_brands_and_teams(user.pk)


def of_brands_and_teams(user: int) -> QuerySet[Account]:
    memberships = Membership.objects.filter(user=user)
    teams = Account.teams.through.objects.filter(account=OuterRef("pk"))
    hers = teams.filter(team__in=memberships.values("team"))
    return Account.objects.filter(
        ~Exists(teams) | Q(Exists(hers)), brand__in=memberships.values("team__brand")
    )


def account_ids_visible_to(user: User) -> list[int]:
    return [account.pk for account in accounts_seen_by(user)]


class Seen(NamedTuple):
    """What a list or a choice needs of an account."""

    pk: int
    brand_id: int
    name: str


def accounts_seen_by(user: User) -> list[Seen]:
    """`accounts_visible_to`, in the order of their keys, by statements that are kept: every hot page asks this."""
    if not user.is_active:
        return []
    rows = every_account() if user.is_administrator else accounts_of(user.pk)
    return [Seen(*row) for row in rows]


def seen(rows: QuerySet[Account]) -> "QuerySet[Account, tuple[int, int, str]]":
    return rows.order_by("pk").values_list("pk", "brand_id", "name")


every_account = Kept[tuple[int, int, str]](lambda: seen(Account.objects.all()))
accounts_of = Kept[tuple[int, int, str]](lambda user: seen(of_brands_and_teams(user)))


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


def last_day(account: Account, now: datetime) -> dict[str, int | None]:
    """Posts, and news that were not understood, of the last 24 hours."""
    rows = Heard.objects.filter(account=account, hour__gt=now - timedelta(hours=25))
    return rows.aggregate(posts=Sum("posts"), unknown=Sum("unknown"))


def gaps_of(account: Account, most: int = 20) -> list[Gap]:
    """The newest first."""
    return list(account.gaps.order_by("-begun_at")[:most])


def in_trouble(user: User) -> list[Account]:
    """Her accounts that bring nothing just now, for those who can do something about it."""
    if not may_see_inventory(user):
        return []
    quiet = Gap.objects.filter(account=OuterRef("pk"), ended_at=None).exclude(cause=Cause.DOWN)
    rows = accounts_visible_to(user).exclude(state__in=[State.RETIRED, State.PAUSED])
    return list(rows.filter(Q(state=State.BROKEN) | Exists(quiet)).order_by("name", "pk"))


def looks_after(account: Account) -> list[User]:
    """Who hears of trouble: the owner; without one, the administrators."""
    if account.owner is not None and account.owner.is_active:
        return [account.owner]
    return list(User.objects.filter(is_active=True, is_administrator=True).order_by("pk"))


def notes_of(account: Account) -> list[str]:
    """What the last test told, with its values apart from the words where it has some."""
    kept = account.learnt.get(SENTENCES)
    return [sentences.again(str(note), kept) for note in account.notes]


def facts_of(account: Account, now: datetime) -> rules.Facts:
    ways = abilities_of(account).receive
    day = last_day(account, now)
    quiet = account.gaps.filter(ended_at=None, cause=Cause.QUIET).first()
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
        heard=day["posts"] or 0,
        unknown=day["unknown"] or 0,
        missed=quiet.usual if quiet else None,
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

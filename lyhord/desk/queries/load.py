"""Who has what: open and waiting conversations of each person, and what needs somebody (TR-02, TR-07)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet, Sum

from lyhord.channels import queries as channels
from lyhord.channels.models import Account
from lyhord.desk.models import (
    Capacity,
    Conversation,
    HandOver,
    Nightmare,
    Ownership,
    Routing,
    RoutingPolicy,
    Tally,
)
from lyhord.desk.queries.hands import known_of
from lyhord.staff.models import Membership, User

MOST = 100


@dataclass(frozen=True)
class Load:
    """One person's line."""

    user: User
    waits: int  # open ones whose customer waits for us
    open: int
    slots: int
    has_own_slots: bool  # a number of her own, and not the brand's
    oldest: datetime | None  # since when the first of them waits
    offered: int  # hand-overs that wait for her answer
    languages: list[str]
    teams: list[str]

    @property
    def share(self) -> float:
        if not self.slots:
            return 1.0 if self.waits else 0.0
        return min(1.0, self.waits / self.slots)


def loads(user: User) -> list[Load]:
    """Of who shares a brand with her, and of who left and has something still; those on duty first."""
    accounts = channels.account_ids_visible_to(user)
    held = held_of(accounts)
    teams = teams_of(accounts)
    people = list(
        User.objects.filter(Q(pk__in=held) | Q(pk__in=teams, is_active=True)).order_by(
            "-is_active", "-is_on_duty", "name", "pk"
        )
    )
    ids = [one.pk for one in people]
    own = dict(Capacity.objects.filter(pk__in=ids, slots__isnull=False).values_list("pk", "slots"))
    usual = usual_slots(accounts)
    oldest, offered, known = oldest_of(ids, accounts), offered_to(ids), known_of(people)
    return [
        Load(
            user=one, waits=held.get(one.pk, (0, 0))[1], open=held.get(one.pk, (0, 0))[0],
            slots=own.get(one.pk) if own.get(one.pk) is not None else usual,  # type: ignore[arg-type]
            has_own_slots=one.pk in own, oldest=oldest.get(one.pk), offered=offered.get(one.pk, 0),
            languages=sorted(known.languages[one.pk]), teams=teams.get(one.pk, []),
        )
        for one in people
    ]  # fmt: skip


def held_of(accounts: Collection[int]) -> dict[int, tuple[int, int]]:
    """person -> (open, of these waiting), from the maintained counts alone."""
    cells = Tally.objects.filter(account__in=accounts, assignee__gt=0, status="open", is_spam=False)
    counted = cells.values_list("assignee").annotate(
        open=Sum("n"), waits=Sum("n", filter=Q(waits=True), default=0)
    )
    return {person: (n, waits) for person, n, waits in counted.order_by() if n}


def usual_slots(accounts: Collection[int]) -> int:
    brands = Account.objects.filter(pk__in=accounts).values("brand")
    found = (
        RoutingPolicy.objects.filter(brand__in=brands)
        .order_by("-slots")
        .values_list("slots", flat=True)
        .first()
    )
    return RoutingPolicy._meta.get_field("slots").default if found is None else found


def teams_of(accounts: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    brands = Account.objects.filter(pk__in=accounts).values("brand")
    rows = Membership.objects.filter(team__brand__in=brands).order_by("team__name")
    for person, name in rows.values_list("user", "team__name").distinct():
        found[person].append(name)
    return found


def oldest_of(people: Collection[int], accounts: Collection[int]) -> dict[int, datetime]:
    rows = Conversation.objects.filter(
        assignee__in=people, account__in=accounts, status="open", is_spam=False, waiting_since__isnull=False
    )
    return dict(rows.values_list("assignee").annotate(first=Min("waiting_since")).order_by())


def offered_to(people: Collection[int]) -> dict[int, int]:
    rows = HandOver.objects.filter(state=HandOver.OPEN, to_user__in=people)
    return dict(rows.values_list("to_user").annotate(n=Count("pk")).order_by())


# What needs somebody ----------------------------------------------------------------------------------------------


def needs_owner(user: User) -> list[Routing]:
    """Nobody was found for these; who waits longest stands first."""
    rows = Routing.objects.filter(needs_owner=True).filter(in_work(user, "conversation__"))
    rows = rows.filter(conversation__assignee=None).select_related(
        "conversation__account", "conversation__customer"
    )
    return list(rows.order_by("conversation__waiting_since", "pk")[:MOST])


def nightmares(user: User) -> list[Nightmare]:
    """Cases that go badly and are still open, the newest first; those that no lead took note of before the others."""
    rows = Nightmare.objects.filter(in_work(user, "conversation__"))
    rows = rows.select_related(
        "conversation__account", "conversation__customer", "conversation__assignee", "seen_by"
    )
    return sorted(rows.order_by("-at")[:MOST], key=lambda row: row.seen_at is not None)


def in_work(user: User, before: str = "") -> Q:
    accounts = channels.account_ids_visible_to(user)
    told = {"account__in": accounts, "status": "open", "is_spam": False}
    return Q(**{before + name: value for name, value in told.items()})


def transfers(conversations: Iterable[int]) -> dict[int, int]:
    """How often each changed hands after the first owner (CA-05)."""
    rows = Ownership.objects.filter(conversation__in=list(conversations)).values_list("conversation")
    return {pk: n - 1 for pk, n in rows.annotate(n=Count("pk")).order_by()}


# Hand-overs -------------------------------------------------------------------------------------------------------


def hand_overs_visible_to(user: User) -> QuerySet[HandOver]:
    accounts = channels.account_ids_visible_to(user)
    return HandOver.objects.filter(conversation__account__in=accounts)


def offers_for(user: User) -> list[HandOver]:
    """Those that wait for her answer, or for that of a team of hers; the first to lapse first."""
    teams = user.memberships.values("team")
    rows = hand_overs_visible_to(user).filter(Q(to_user=user) | Q(to_team__in=teams), state=HandOver.OPEN)
    return list(told(rows.exclude(giver=user)).order_by("until", "pk")[:MOST])


def offers_of(user: User) -> list[HandOver]:
    """What she has offered and nobody answered yet."""
    rows = hand_overs_visible_to(user).filter(Q(giver=user) | Q(by=user), state=HandOver.OPEN)
    return list(told(rows).order_by("until", "pk")[:MOST])


def told(rows: QuerySet[HandOver]) -> QuerySet[HandOver]:
    return rows.select_related(
        "conversation__account", "conversation__customer", "giver", "to_user", "to_team", "by"
    )


def open_offer(conversation: int) -> HandOver | None:
    return told(HandOver.objects.filter(conversation=conversation, state=HandOver.OPEN)).first()


def held_by(user: User) -> list[Conversation]:
    """What she has in hand: for the end of her shift; who waits longest first."""
    rows = Conversation.objects.filter(assignee=user, status="open", is_spam=False)
    shown = rows.filter(account__in=channels.account_ids_visible_to(user)).select_related(
        "account", "customer"
    )
    return sorted(
        shown.order_by("-last_at")[:MOST],
        key=lambda row: (row.waiting_since is None, row.waiting_since or row.last_at),
    )

"""What happens to conversations when nobody answers: offers that lapse, and what absent people hold."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from lyhord.desk.actions import giving_back, handing
from lyhord.desk.models import Capacity, Conversation, HandOver, Ownership, RoutingPolicy, Status, Tally
from lyhord.staff.models import User

MOST = 100


def end_hand_overs(now: datetime) -> int:
    """Offers whose time is over, and those whose conversation went elsewhere or was closed."""
    moot = ~Q(conversation__assignee=F("giver")) | Q(conversation__status=Status.CLOSED)
    rows = HandOver.objects.filter(Q(until__lte=now) | moot, state=HandOver.OPEN)
    found = list(rows.select_related("conversation").order_by("until", "pk")[:MOST])
    for offer in found:
        handing.lapse(offer.conversation, offer.pk, now)
    return len(found)


def hand_back(now: datetime) -> int:
    """What customers wait for with people who left goes back at once, with people who are off duty after a while."""
    policies = {policy.brand_id: policy for policy in RoutingPolicy.objects.filter(is_on=True)}
    if not policies:
        return 0
    Capacity.objects.filter(away_since__isnull=False, user__is_on_duty=True, user__is_active=True).update(
        away_since=None
    )
    moved = 0
    for person in absent(policies):
        moved += of_one(person, policies, now)
    return moved


def absent(policies: dict[int, RoutingPolicy]) -> list[User]:
    """Who is not here and has what customers wait for: from the counts alone."""
    cells = Tally.objects.filter(
        account__brand__in=policies, assignee__gt=0, status="open", waits=True, is_spam=False, n__gt=0
    )
    holders = cells.values("assignee")
    return list(User.objects.filter(Q(is_active=False) | Q(is_on_duty=False), pk__in=holders).order_by("pk"))


def of_one(person: User, policies: dict[int, RoutingPolicy], now: datetime) -> int:
    since = away_since(person, now)
    over = Q(pk__in=[])
    for brand, policy in policies.items():
        kept = now - timedelta(hours=policy.keep_hours)
        if not person.is_active:
            over |= Q(brand=brand)
        elif since <= kept:
            # What she was given while away waits for her as long.
            over |= Q(~Exists(given_after(kept)), brand=brand)
    rows = waiting_with(person).filter(over).order_by("waiting_since", "pk")
    found = list(rows[:MOST])
    why = giving_back.AWAY if person.is_active else giving_back.LEFT
    for row in found:
        giving_back.give_back(row, why, by=None, now=now)
    return len(found)


def given_after(moment: datetime) -> QuerySet[Ownership]:
    return Ownership.objects.filter(conversation=OuterRef("pk"), until=None, since__gt=moment)


def away_since(person: User, now: datetime) -> datetime:
    row = Capacity.objects.get_or_create(user=person)[0]
    if row.away_since is None:
        row.away_since = now
        row.save(update_fields=["away_since"])
    return row.away_since


def waiting_with(person: User) -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        assignee=person, status=Status.OPEN, is_spam=False, waiting_since__isnull=False
    )

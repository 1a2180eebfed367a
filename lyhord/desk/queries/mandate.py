"""What one person may do here, up to how much, who may beyond that, and what her cases did (RE-10, RE-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Q, QuerySet

from lyhord.desk.models import Conversation, DeciderShift, Grant, Proposal, Remedy, Trust
from lyhord.desk.queries.remedies import Reach, in_use, reaches
from lyhord.outbox.models import Dispatch
from lyhord.staff import mandates, rules
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Mandate, Membership, User

DAYS = 28
MOST_TIMES = 2_000  # first answers that a median is taken of
OF_HERSELF = frozenset({"see", "presence"})


@dataclass(frozen=True)
class May:
    """One mandate: whether she has it, and who else does."""

    verb: str
    may: bool
    others: list[User]


@dataclass(frozen=True)
class Can:
    """One remedy: up to how much she grants at once, and who grants more."""

    remedy: Remedy
    reach: Reach | None
    beyond: list[User]


@dataclass(frozen=True)
class InBrand:
    brand: Brand
    roles: list[str]
    verbs: list[May]
    remedies: list[Can]
    shifts: list[DeciderShift]


def of_person(person: User, seen_by: User) -> list[InBrand]:
    """In each brand where both are at home; a person asks for herself, a lead for her people."""
    brands = Brand.objects.filter(pk__in=staff.brands_visible_to(person).values("pk"))
    brands = brands.filter(pk__in=staff.brands_visible_to(seen_by).values("pk"))
    return [in_brand(person, brand) for brand in brands.order_by("name", "pk")]


def in_brand(person: User, brand: Brand) -> InBrand:
    people = list(staff.colleagues([brand.pk]))
    roles = person.memberships.filter(team__brand=brand).values_list("role", flat=True)
    return InBrand(
        brand=brand,
        roles=sorted(set(roles)),
        verbs=verbs(person, brand, people),
        remedies=remedies(person, brand, people),
        shifts=list(DeciderShift.objects.filter(brand=brand, user=person).order_by("weekday", "begins")),
    )


def verbs(person: User, brand: Brand, people: Sequence[User]) -> list[May]:
    given = list(Membership.objects.filter(team__brand=brand).values_list("user", "role", "team"))
    rows = list(Mandate.objects.all())
    found = []
    for verb in sorted(rules.VERBS - OF_HERSELF):
        own = [row for row in rows if row.verb == verb]
        able = {user for user, role, team in given if mandates.role_allows(role, team, verb, None, own)}
        others = [one for one in people if one.pk in able and one.pk != person.pk]
        others.sort(key=lambda one: (not one.is_on_duty, one.name))
        found.append(May(verb, person.is_administrator or person.pk in able, others))
    return found


def remedies(person: User, brand: Brand, people: Sequence[User]) -> list[Can]:
    rows = list(in_use(brand.pk))
    everybody = {one.pk: one for one in [*people, person]}
    found = reaches(everybody.values(), rows, brand)
    return [Can(row, found.get((person.pk, row.pk)), beyond(person, row, everybody, found)) for row in rows]


def beyond(
    person: User, remedy: Remedy, people: dict[int, User], found: dict[tuple[int, int], Reach]
) -> list[User]:
    """Who grants more than she, the least mandate first."""
    hers = found.get((person.pk, remedy.pk))
    if hers is not None and hers.most is None:
        return []
    more = [
        (level, pk)
        for (pk, row), level in found.items()
        if row == remedy.pk
        and pk != person.pk
        and (hers is None or not hers.covers(level.most) or level.most is None)
    ]
    more.sort(key=lambda one: (one[0].most is None, one[0].most or 0, one[1]))
    return [people[pk] for _level, pk in more]


def trust_of(person: User) -> str:
    return Trust.objects.filter(user=person).values_list("level", flat=True).first() or Trust.Level.FREE


# What her cases did (RE-10) ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """The last 28 days of one person, or of all who work on the same accounts."""

    answered: int  # replies that reached the network
    closed: int
    stayed_closed: int
    minutes: float | None  # to the first answer, the median
    granted: int
    approved_unchanged: int  # of her proposals
    approved: int


def effect(person: User | None, conversations: QuerySet[Conversation], now: datetime) -> Effect:
    """`conversations`: those that the reader sees. Person None: of everybody."""
    since = now - timedelta(days=DAYS)
    own = Q() if person is None else Q(by=person)
    sent = Dispatch.objects.filter(own, verb="reply", state="sent", sent_at__gte=since)
    sent = sent.filter(turn__conversation__in=conversations)
    closed = conversations.filter(closed_at__gte=since)
    closed = closed.exclude(closed_by=None) if person is None else closed.filter(closed_by=person)
    ended = closed.filter(status="closed").count()
    approved = Proposal.objects.filter(
        own, state=Proposal.State.SENT, decided_at__gte=since, conversation__in=conversations
    )
    grants = Grant.objects.filter(own, state="granted", at__gte=since, conversation__in=conversations)
    return Effect(
        answered=sent.count(),
        closed=closed.count(),
        stayed_closed=ended,
        minutes=first_answers(person, conversations, since),
        granted=grants.count(),
        approved=approved.count(),
        approved_unchanged=approved.filter(sent_text="").count(),
    )


def first_answers(
    person: User | None, conversations: QuerySet[Conversation], since: datetime
) -> float | None:
    answered = conversations.filter(first_answer_at__gte=since)
    if person is not None:
        answered = answered.filter(assignee=person)
    times = answered.order_by("-first_answer_at").values_list("opened_at", "first_answer_at")[:MOST_TIMES]
    minutes = [(first - opened).total_seconds() / 60 for opened, first in times if first is not None]
    return median(minutes) if minutes else None

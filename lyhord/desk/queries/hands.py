"""Who could take a conversation right now: on duty, with the mandate, with what she knows and how much she has."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Sum

from lyhord.channels.models import Account
from lyhord.desk.matching import Hand
from lyhord.desk.models import Capacity, RoutingPolicy, Skill, Tally
from lyhord.staff import mandates
from lyhord.staff.models import Membership, User

SAME = {"no": "nb", "nn": "nb"}  # who reads one form of Norwegian reads the other


def language_of(code: str) -> str:
    base = code.lower().partition("-")[0]
    return "" if base == "und" else SAME.get(base, base)


@dataclass
class Known:
    """What is recorded of the people of a brand: a skill that nobody has cannot be asked of anybody."""

    languages: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # of each person
    skills: dict[int, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def has_languages(self) -> bool:
        return any(self.languages.values())

    def somebody_has(self, skill: str) -> bool:
        return any(skill in known for known in self.skills.values())


def held_by(people: Iterable[int]) -> dict[int, int]:
    """How many open conversations of each wait for us, from the maintained counts alone."""
    cells = Tally.objects.filter(assignee__in=list(people), status="open", waits=True, is_spam=False)
    return dict(cells.values_list("assignee").annotate(held=Sum("n")).order_by())


def known_of(people: Iterable[User]) -> Known:
    known, mine = Known(), {one.pk: one for one in people}
    for one in mine.values():
        known.languages[one.pk].update(language_of(code) for code in one.speaks.split())
    for row in Skill.objects.filter(user__in=mine):
        if row.kind == Skill.Kind.LANGUAGE:
            known.languages[row.user_id].add(language_of(row.code))
        known.skills[row.user_id][row.key] = row.level
    return known


class Hands:
    """The people of some brands as the router needs them; read once for a batch."""

    def __init__(self, policies: Iterable[RoutingPolicy]) -> None:
        self.policies = {policy.brand_id: policy for policy in policies}
        self.members: dict[int, list[tuple[int, int, str]]] = defaultdict(list)  # brand: person, team, role
        rows = Membership.objects.filter(team__brand__in=self.policies, user__is_active=True)
        for brand, person, team, role in rows.values_list("team__brand", "user", "team", "role"):
            self.members[brand].append((person, team, role))
        self.people = User.objects.in_bulk({person for rows in self.members.values() for person, *_ in rows})
        self.known = known_of(self.people.values())
        self.own_rows = mandates.own_rows(
            "reply", {role for rows in self.members.values() for *_, role in rows}
        )
        self.held = held_by(self.people)
        self.capacity = Capacity.objects.in_bulk(list(self.people))
        self.made: dict[tuple[int, int], Hand] = {}  # (brand, person)
        self.of_accounts: dict[int, list[Hand]] = {}

    def of(self, account: Account) -> list[Hand]:
        """Those on duty who may answer there."""
        if account.pk not in self.of_accounts:
            teams = set(account.team_ids)
            here = [
                (person, team, role)
                for person, team, role in self.members[account.brand_id]
                if (not teams or team in teams) and self.people[person].is_on_duty
            ]
            may = {person for person, team, role in here if self.may_reply(person, team, role)}
            self.of_accounts[account.pk] = [self.hand(account.brand_id, person) for person in sorted(may)]
        return self.of_accounts[account.pk]

    def may_reply(self, person: int, team: int, role: str) -> bool:
        if self.people[person].is_administrator:
            return True
        return mandates.role_allows(role, team, "reply", None, self.own_rows)

    def hand(self, brand: int, person: int) -> Hand:
        if (brand, person) not in self.made:
            capacity = self.capacity.get(person)
            own = capacity.slots if capacity is not None else None
            self.made[brand, person] = Hand(
                id=person,
                name=str(self.people[person]),
                languages=frozenset(self.known.languages[person]),
                skills=self.known.skills[person],
                slots=self.policies[brand].slots if own is None else own,
                held=self.held.get(person, 0),
                last_given_at=capacity.last_given_at if capacity is not None else None,
                teams=frozenset(team for one, team, _role in self.members[brand] if one == person),
            )
        return self.made[brand, person]

    def demanded(self, brand: int) -> Known:
        """What the people of this brand are known for, on duty or not."""
        here = {person for person, *_ in self.members[brand]}
        return Known(
            {person: self.known.languages[person] for person in here},
            {person: self.known.skills[person] for person in here},
        )

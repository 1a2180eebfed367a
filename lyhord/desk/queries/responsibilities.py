"""Who stands for which topic (RACI, CA-09)."""

from dataclasses import dataclass

from lyhord.desk import approving
from lyhord.desk.models import Responsibility
from lyhord.staff import queries as staff
from lyhord.staff.models import Brand, Role, Team
from lyhord.triage.topics import queries as own_topics


@dataclass(frozen=True)
class Party:
    key: str  # "team:3", "person:7", "role:lead"
    name: str


@dataclass(frozen=True)
class Row:
    topic: str
    own_name: str  # of an own topic; "": a shipped one, which pages name in the reader's language
    parties: dict[str, list[Party]]  # letter -> who

    def keys(self, letter: str) -> list[str]:
        return [one.key for one in self.parties.get(letter, [])]


def topics() -> list[tuple[str, str]]:
    """Own topics first, then the shipped: (key, own name)."""
    own = [(f"own:{pk}", str(name)) for pk, name in own_topics.choices()]
    return own + [(code, "") for code in approving.TOPICS]


def matrix(brand: Brand) -> list[Row]:
    """Every topic in use, also those that nobody stands for yet."""
    found: dict[str, dict[str, list[Party]]] = {}
    rows = Responsibility.objects.filter(brand=brand).select_related("team", "user")
    for row in rows.order_by("pk"):
        found.setdefault(row.topic, {}).setdefault(row.letter, []).append(party_of(row))
    return [Row(topic, name, found.get(topic, {})) for topic, name in topics()]


def party_of(row: Responsibility) -> Party:
    if row.team is not None:
        return Party(f"team:{row.team_id}", row.team.name)
    if row.user is not None:
        return Party(f"person:{row.user_id}", str(row.user))
    return Party(f"role:{row.role}", str(Role(row.role).label))


def choices(brand: Brand) -> list[tuple[str, list[Party]]]:
    """Who can be chosen: teams, roles, people."""
    teams = Team.objects.filter(brand=brand).order_by("name", "pk")
    return [
        ("team", [Party(f"team:{one.pk}", one.name) for one in teams]),
        ("role", [Party(f"role:{role.value}", str(role.label)) for role in Role]),
        ("person", [Party(f"person:{one.pk}", str(one)) for one in staff.colleagues([brand.pk])]),
    ]

"""Notes from one shift to the next: those of a person's teams, and who has read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from lyhord.desk.models import ShiftNote, ShiftReading
from lyhord.staff import queries as staff
from lyhord.staff.models import Team, User

NEW_FOR = timedelta(days=14)  # later a note that nobody read is history
MOST = 20


@dataclass(frozen=True)
class ShiftShown:
    id: int
    at: datetime
    by: str
    text: str
    is_new: bool  # to her
    readers: list[str]


def teams_of(user: User) -> list[Team]:
    """Hers; an administrator's are all, as she may look after any."""
    rows = staff.teams_visible_to(user).select_related("brand")
    if not user.is_administrator:
        rows = rows.filter(pk__in=staff.team_ids(user))
    return list(rows.order_by("brand__name", "name"))


def notes_of(team: Team, user: User, now: datetime) -> list[ShiftShown]:
    """The newest first."""
    mine = ShiftReading.objects.filter(note=OuterRef("pk"), user=user)
    rows = ShiftNote.objects.filter(team=team).select_related("by").annotate(is_read=Exists(mine))
    found = list(rows.order_by("-pk")[:MOST])
    readers: dict[int, list[str]] = {}
    told = (
        ShiftReading.objects.filter(note__in=found)
        .order_by("at", "pk")
        .values_list("note", "user", "user__name")
    )
    writers = {row.pk: row.by_id for row in found}
    for note, who, name in told:
        if who != writers[note]:
            readers.setdefault(note, []).append(name)
    return [
        ShiftShown(
            row.pk,
            row.at,
            row.by.name,
            row.text,
            not row.is_read and row.at > now - NEW_FOR,
            readers.get(row.pk, []),
        )
        for row in found
    ]


def new_to(user: User, now: datetime) -> QuerySet[ShiftNote]:
    """What she has not read, of her own teams."""
    rows = ShiftNote.objects.filter(team__in=staff.team_ids(user), at__gt=now - NEW_FOR)
    return rows.exclude(readings__user=user)

"""The API of skills and slots: who knows what, and who has how much."""

from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.routing import VERB
from lyhord.desk.api.shared import router
from lyhord.desk.models import Capacity, Skill
from lyhord.desk.queries import load
from lyhord.staff import mandates
from lyhord.staff import queries as staff
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Words


class SkillShown(Schema):
    kind: Literal["topic", "own", "language"]
    code: str = Field(description="Of a topic or a language; the id of a topic of your own.")
    level: int = Field(description="1 basic, 2 good, 3 expert")

    @staticmethod
    def resolve_code(row: Any) -> str:
        return str(row.topic_id) if getattr(row, "topic_id", None) else row.code


class SkillGiven(Given):
    kind: Literal["topic", "own", "language"]
    code: Words = Field(min_length=1, max_length=24)
    level: int = Field(ge=0, le=3, description="0 takes it away.")


class SkillsShown(Schema):
    person: int
    name: str
    languages: list[str] = Field(description="With what the person says in the profile.")
    skills: list[SkillShown]
    slots: int = Field(description="Conversations that wait which the person has at a time.")
    has_own_slots: bool
    is_on_duty: bool
    waits: int = Field(description="Open conversations of hers whose customer waits for us.")
    open: int


class SlotsGiven(Given):
    slots: int | None = Field(description="null: as the brand has it; 0: nothing is given.")


def skills_of(request: StaffRequest, only: int | None = None) -> list[SkillsShown]:
    held: dict[int, list[Skill]] = {}
    for row in Skill.objects.order_by("kind", "code", "topic"):
        held.setdefault(row.user_id, []).append(row)
    return [
        SkillsShown(
            person=row.user.pk, name=str(row.user), languages=row.languages, slots=row.slots,
            skills=[SkillShown.from_orm(skill) for skill in held.get(row.user.pk, [])],
            has_own_slots=row.has_own_slots, is_on_duty=row.user.is_on_duty, waits=row.waits, open=row.open,
        )
        for row in load.loads(request.user)
        if only in {None, row.user.pk}
    ]  # fmt: skip


def person_of(request: StaffRequest, pk: int) -> User:
    return get_object_or_404(staff.colleagues(staff.brand_ids(request.user)), pk=pk)


@router.get("/routing/skills", response=list[SkillsShown])
def skills(request: StaffRequest) -> list[SkillsShown]:
    """Who knows what, and who has how much."""
    return skills_of(request)


@router.put("/routing/skills/{int:pk}", response=list[SkillShown])
def set_skill(request: StaffRequest, pk: int, given: SkillGiven) -> list[Skill]:
    """`pk`: the person. Gives all of hers."""
    mandates.require(request.user, VERB)
    person = person_of(request, pk)
    actions.set_skill(person, given.kind, given.code, given.level, by=request.user, now=timezone.now())
    return list(Skill.objects.filter(user=person).order_by("kind", "code", "topic"))


@router.put("/routing/skills/{int:pk}/slots", response=SlotsGiven)
def set_slots(request: StaffRequest, pk: int, given: SlotsGiven) -> Capacity:
    """How many conversations that wait a person has at a time. `pk`: the person."""
    mandates.require(request.user, VERB)
    return actions.set_slots(person_of(request, pk), given.slots, by=request.user, now=timezone.now())

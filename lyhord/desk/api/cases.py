"""Cases by the API: what they are, closing with an outcome, steps, number, and similar ones."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Schema
from pydantic import AwareDatetime, Field

from lyhord.desk import actions
from lyhord.desk.api.endings import EndingGiven
from lyhord.desk.api.shared import RowShown, router, row_of, visible
from lyhord.desk.models import CaseType, Conversation, ProcessStep
from lyhord.desk.queries import Row, casefile, similar
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words, chosen


class CaseGiven(EndingGiven):
    type: Id | None = None
    due_at: AwareDatetime | None = None


class MakeGiven(Given):
    type: Id | None = None
    is_complaint: bool = False


class CaseStepShown(Schema):
    id: int
    name: str
    role: str
    due_at: datetime | None
    is_done: bool
    is_skipped: bool
    reason: str
    is_current: bool
    is_late: bool


class CaseMomentShown(Schema):
    state: str
    at: datetime


class CaseShown(Schema):
    conversation: int
    number: int
    state: str = Field(description="new, acknowledged, owned, in_work, answered, resolved or reopened")
    asks: bool = Field(description="Closing needs a reply and an outcome.")
    type_id: int | None
    type: str
    source: str = Field(description="judged, person or rule")
    opened_at: datetime
    due_at: datetime | None
    is_late: bool
    outcome: str
    cause: str
    action: str
    result: str
    compensation: str
    lesson: str
    resolved_at: datetime | None
    steps: list[CaseStepShown]
    remedies: list[str]
    moments: list[CaseMomentShown]


class SimilarShown(Schema):
    conversation: int
    number: int
    words: str
    likeness: float
    outcome: str
    cause: str
    action: str
    result: str


class NumberShown(Schema):
    draft: int
    text: str


class ReasonGiven(Given):
    reason: Words = Field(min_length=1, max_length=300)


def shown(conversation: Conversation) -> CaseShown:
    file = casefile.casefile(conversation, timezone.now())
    if file is None:
        raise Http404  # it is no case: as if there were none
    case = file.case
    names = (
        "source", "opened_at", "due_at", "outcome", "cause", "action", "result", "compensation", "lesson", "resolved_at",
    )  # fmt: skip
    return CaseShown(
        **{name: getattr(case, name) for name in names}, conversation=conversation.pk, number=conversation.number,
        state=file.state, asks=file.asks, type_id=case.type_id, type=case.type.name if case.type else "",
        is_late=file.is_late, steps=[step_shown(row) for row in file.steps], remedies=file.remedies,
        moments=[CaseMomentShown(state=state, at=at) for state, at in file.moments],
    )  # fmt: skip


def step_shown(row: casefile.StepRow) -> CaseStepShown:
    return CaseStepShown(
        id=row.step.pk, name=row.step.name, role=row.step.role, due_at=row.due_at, is_done=row.tick is not None,
        is_skipped=bool(row.tick and row.tick.is_skipped), reason=row.tick.reason if row.tick else "",
        is_current=row.is_current, is_late=row.is_late,
    )  # fmt: skip


def type_of(conversation: Conversation, pk: int | None) -> CaseType | None:
    rows = CaseType.objects.filter(brand=conversation.brand_id, retired_at=None)
    return None if pk is None else chosen(rows, pk, "type")


@router.get("/conversations/{int:pk}/case", response=CaseShown)
def case(request: StaffRequest, pk: int) -> CaseShown:
    """The case of this conversation; 404 where it is none."""
    return shown(visible(request, pk))


@router.post("/conversations/{int:pk}/case", response=CaseShown)
def make_case(request: StaffRequest, pk: int, given: MakeGiven) -> CaseShown:
    """Handle it as a case from now on."""
    row = visible(request, pk)
    kind = type_of(row, given.type)
    actions.make_case(
        row, by=request.user, now=timezone.now(), case_type=kind, is_complaint=given.is_complaint
    )
    return shown(visible(request, pk))


@router.delete("/conversations/{int:pk}/case", response=RowShown)
def no_case(request: StaffRequest, pk: int) -> Row:
    """No complaint after all: closing asks for nothing."""
    actions.no_case(visible(request, pk), by=request.user, now=timezone.now())
    return row_of(request, pk)


@router.patch("/conversations/{int:pk}/case", response=CaseShown)
def describe_case(request: StaffRequest, pk: int, given: CaseGiven) -> CaseShown:
    """Write down what is known; closes nothing. Only what is given changes."""
    row = visible(request, pk)
    more: dict[str, Any] = {}
    if "type" in given.model_fields_set:
        more["case_type"] = type_of(row, given.type)
    if "due_at" in given.model_fields_set:
        more["due_at"] = given.due_at
    actions.describe_case(row, given.ending(), by=request.user, now=timezone.now(), **more)
    return shown(row)


@router.post("/conversations/{int:pk}/case/number", response=NumberShown)
def give_number(request: StaffRequest, pk: int) -> NumberShown:
    """The number of her case as your draft, in her language; nothing is sent."""
    link = settings.LYHORD_PUBLIC_URL + "/%(lang)s/help/case/%(token)s/"
    draft = actions.give_number(visible(request, pk), by=request.user, now=timezone.now(), link=link)
    return NumberShown(draft=draft.pk, text=draft.text)


@router.get("/conversations/{int:pk}/case/similar", response=list[SimilarShown])
def alike(request: StaffRequest, pk: int) -> list[SimilarShown]:
    """At most three closed cases that are most like it, the likest first."""
    return [
        SimilarShown(
            conversation=row.case.conversation_id, number=row.case.conversation.number, words=row.words[:500],
            likeness=round(row.likeness, 3), outcome=row.case.outcome, cause=row.case.cause, action=row.case.action,
            result=row.case.result,
        )
        for row in similar.similar(request.user, visible(request, pk))
    ]  # fmt: skip


def step_of(request: StaffRequest, pk: int, step: int) -> tuple[Conversation, ProcessStep]:
    row = visible(request, pk)
    return row, get_object_or_404(ProcessStep, pk=step, type__brand=row.brand_id)


@router.put("/conversations/{int:pk}/case/steps/{int:step}", response=CaseShown)
def tick(request: StaffRequest, pk: int, step: int) -> CaseShown:
    """This step is done."""
    row, wanted = step_of(request, pk, step)
    actions.tick(row, wanted, by=request.user, now=timezone.now())
    return shown(row)


@router.delete("/conversations/{int:pk}/case/steps/{int:step}", response=CaseShown)
def untick(request: StaffRequest, pk: int, step: int) -> CaseShown:
    """It is not done after all."""
    row, wanted = step_of(request, pk, step)
    actions.untick(row, wanted, by=request.user, now=timezone.now())
    return shown(row)


@router.post("/conversations/{int:pk}/case/steps/{int:step}/skip", response=CaseShown)
def skip(request: StaffRequest, pk: int, step: int, given: ReasonGiven) -> CaseShown:
    """Leave it out, and say why."""
    row, wanted = step_of(request, pk, step)
    actions.skip(row, wanted, given.reason, by=request.user, now=timezone.now())
    return shown(row)

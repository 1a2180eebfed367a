"""What closed cases taught: lessons, the second look, results."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.desk import actions
from lyhord.desk.api.shared import router
from lyhord.desk.queries import casefile, lessons, results
from lyhord.staff import mandates
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, Words


class LessonShown(Schema):
    id: int
    conversation: int
    number: int
    topic: str
    outcome: str
    cause: str
    action: str
    result: str
    lesson: str
    resolved_at: datetime | None


class LessonsAsked(Given):
    q: Words = Field("", max_length=200)
    topic: Words = Field("", max_length=24)
    all: bool = Field(False, description="Also closed cases without a lesson.")
    before: Id | None = Field(None, description="`next` of the page before.")


class LessonsPage(Schema):
    items: list[LessonShown]
    next: int | None


class LookGiven(Given):
    is_well: bool
    note: Words = Field("", max_length=500)


class OfTypeShown(Schema):
    name: str
    closed: int
    solved: int
    share_solved: float
    began_bad: int
    recovered: int
    share_recovered: float
    late: int


class ResultsShown(Schema):
    days: int
    outcomes: dict[str, int]
    types: list[OfTypeShown]
    all: OfTypeShown
    mentions: int
    answered: int
    acknowledged: int
    share_seen: float
    looked: int
    looked_well: int


class ResultsAsked(Given):
    days: Literal["7", "28", "90", "365"] = "28"


@router.get("/lessons", response=LessonsPage)
def lessons_(request: StaffRequest, asked: Query[LessonsAsked]) -> LessonsPage:
    """What was learned, the newest first."""
    page = lessons.bank(
        request.user, q=asked.q, topic=asked.topic, only_lessons=not asked.all, before=asked.before
    )
    items = [
        LessonShown(
            id=one.pk, conversation=one.conversation_id, number=one.conversation.number, topic=one.conversation.topic,
            outcome=one.outcome, cause=one.cause, action=one.action, result=one.result, lesson=one.lesson,
            resolved_at=one.resolved_at,
        )
        for one in page.cases
    ]  # fmt: skip
    return LessonsPage(items=items, next=page.next)


@router.get("/second-look", response=list[LessonShown])
def second_look(request: StaffRequest) -> list[LessonShown]:
    """Closed complaints that wait for a second pair of eyes."""
    names = ("outcome", "cause", "action", "result", "lesson", "resolved_at")
    return [
        LessonShown(
            **{name: getattr(one, name) for name in names}, id=one.pk, conversation=one.conversation_id,
            number=one.conversation.number, topic=one.conversation.topic,
        )
        for one in casefile.to_look_at(request.user)
    ]  # fmt: skip


@router.post("/second-look/{int:pk}", response={204: None})
def looked(request: StaffRequest, pk: int, given: LookGiven) -> None:
    """What you found."""
    mandates.require(request.user, "manage_cases")
    row = get_object_or_404(casefile.cases_visible_to(request.user), pk=pk)
    actions.look_again(row, given.is_well, given.note, by=request.user, now=timezone.now())


@router.get("/cases/results", response=ResultsShown)
def results_(request: StaffRequest, asked: Query[ResultsAsked]) -> results.Results:
    """The share that was solved, who was won back, and how many were seen."""
    return results.results(request.user, days=int(asked.days), now=timezone.now())

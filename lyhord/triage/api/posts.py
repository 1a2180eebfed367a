"""The API of what we think that a post is, and of people's word against it."""

from datetime import datetime
from typing import Any, Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from ninja import Schema
from pydantic import Field

from lyhord.intake import queries as intake
from lyhord.staff.requests import StaffRequest
from lyhord.triage import actions, queries
from lyhord.triage.api.shared import router
from lyhord.triage.models import Assessment, Correction
from lyhord.web.api import Given, Words

Head = Literal["kind", "topic", "own_topic", "sentiment", "urgency", "language", "spam"]


class Reason(Schema):
    part: str
    points: int
    text: str


class AssessmentShown(Schema):
    post: int
    post_version: int
    at: datetime
    model: str
    language: str
    language_confidence: float
    kind: str
    kind_confidence: float
    kind_second: str = Field(description="What it may be instead; empty: nothing.")
    kind_second_confidence: float
    topic: str
    topic_confidence: float
    own_topic: int | None = Field(description="The operator's own topic; null: none of them fits.")
    own_topic_confidence: float
    sentiment: int = Field(description="-1, 0 or 1")
    sentiment_score: float
    needs_answer: bool
    answer_score: float = Field(description="0 to 1")
    is_urgent: bool
    urgency_score: float = Field(description="0 to 1")
    is_abusive: bool
    abuse_score: float = Field(description="0 to 1")
    priority: int = Field(description="The text's own part, 0 to 100.")
    private: list[dict[str, Any]] = Field(
        description="Where personal data stands: type, start, end in code points."
    )
    sensitive: list[str] = Field(
        description="health, money, minors, harassment, legal: somebody's own matter."
    )
    is_asking: bool = Field(description="Something is asked of us; else it gives a view or tells.")
    purpose: str = Field(
        description="press, recruitment, sales-lead, influence, stakeholder, legal-threat, or empty."
    )
    journey: str = Field(description="before, during or after the purchase or use, or empty.")
    reasons: list[Reason]
    situation: str
    scores: dict[str, float] = Field(description="What may cross the line of impropriety, each 0 to 1.")
    flags: list[str] = Field(
        description="The lines that it is over, and `influence`: an unhappy author whom many follow."
    )


class CorrectionGiven(Given):
    head: Head
    label: Words = Field(min_length=1, max_length=24)


class CorrectionShown(Schema):
    id: int
    head: str
    was: str
    label: str
    post_version: int
    by: int = Field(alias="by_id")
    at: datetime


def sentence(reason: dict[str, Any]) -> str:
    """A reason in the reader's language. Its template was marked where it was written."""
    return str(gettext(reason["why"]) % reason.get("values", {}))


def shown(told: Assessment) -> AssessmentShown:
    same = [name for name in AssessmentShown.model_fields if name not in {"post", "own_topic", "reasons"}]
    return AssessmentShown(
        **{name: getattr(told, name) for name in same},
        post=told.post_id,
        own_topic=told.own_topic_id,
        reasons=[Reason(part=one["part"], points=one["points"], text=sentence(one)) for one in told.reasons],
    )


@router.get("/posts/{int:pk}/assessment", response=AssessmentShown)
def assessment(request: StaffRequest, pk: int) -> AssessmentShown:
    """What we think of a post, with reasons. 404 also where it is not judged yet, or by nobody: our own posts."""
    posts = intake.posts_visible_to(request.user)
    return shown(get_object_or_404(Assessment, post__in=posts.filter(pk=pk)))


@router.post("/posts/{int:pk}/assessment/correct", response=AssessmentShown)
def correct(request: StaffRequest, pk: int, given: CorrectionGiven) -> AssessmentShown:
    """Say what it is instead. It stays so, whatever is judged later."""
    post = get_object_or_404(intake.posts_visible_to(request.user), pk=pk)
    return shown(actions.correct(post, given.head, given.label, by=request.user, now=timezone.now()))


@router.get("/posts/{int:pk}/assessment/corrections", response=list[CorrectionShown])
def corrections(request: StaffRequest, pk: int) -> list[Correction]:
    """What people said instead, oldest first."""
    post = get_object_or_404(intake.posts_visible_to(request.user), pk=pk)
    return list(queries.corrections(post))

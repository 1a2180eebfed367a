"""The case beside a conversation: where it stands, what was agreed, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery

from lyhord.channels import queries as channels
from lyhord.desk import casework
from lyhord.desk.models import (
    Case,
    CaseState,
    CaseType,
    Conversation,
    Expertise,
    Field,
    FollowUp,
    Join,
    ProcessStep,
    ProcessTick,
    Turn,
)
from lyhord.staff.models import User

NOT_SAID = ["refused", "undone", "dropped"]
SAID = Q(dispatch__verb="reply", what="") & ~Q(dispatch__state__in=NOT_SAID)

# Whether something stands beside a conversation, in the statement that reads it: none of it costs one of its own.
GATES: dict[str, Any] = {
    "has_followups": Exists(FollowUp.objects.filter(conversation=OuterRef("pk"), done_at=None)),
    "has_joins": Exists(Join.objects.filter(Q(kept=OuterRef("pk")) | Q(gone=OuterRef("pk")), undone_at=None)),
    "has_fields": Exists(Field.objects.filter(brand=OuterRef("brand"), retired_at=None)),
    "is_expert": Exists(Expertise.objects.filter(customer=OuterRef("customer"), is_expert=True)),
}


def cases_visible_to(user: User) -> QuerySet[Case]:
    return Case.objects.filter(conversation__account__in=channels.account_ids_visible_to(user))


def is_answered(conversation: int) -> bool:
    """Whether words of ours went to her, from here or with another tool."""
    return Turn.objects.filter(SAID | Q(post__is_own=True), conversation=conversation).exists()


def type_for(brand: int, topic: str) -> CaseType | None:
    """What complaints of this topic are handled as."""
    if not topic:
        return None
    return CaseType.objects.filter(brand=brand, topic=topic, retired_at=None).order_by("pk").first()


def opening(row: Conversation, kind: CaseType | None) -> dict[str, Any]:
    """What a case begins with."""
    due = row.opened_at + timedelta(hours=kind.hours) if kind is not None and kind.hours else None
    return {
        "type": kind, "opened_at": row.opened_at, "due_at": due, "sentiment_first": row.sentiment,
        "sentiment_last": row.sentiment,
    }  # fmt: skip


def with_facts(cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases, each with what its state follows from."""
    here = Turn.objects.filter(conversation=OuterRef("conversation"))
    replied = here.filter(SAID | Q(post__is_own=True)).order_by("-at").values("at")[:1]
    return cases.select_related("conversation").annotate(
        replied_at=Subquery(replied, output_field=DateTimeField()),
        has_notes=Exists(here.filter(note__isnull=False)),
        has_ticks=Exists(ProcessTick.objects.filter(case=OuterRef("pk"))),
        is_seen=Exists(here.filter(what="like")),
    )


def facts(case: Any) -> casework.Facts:
    """Of a case that `with_facts` gave."""
    row, replied = case.conversation, case.replied_at
    return casework.Facts(
        is_closed=row.status == "closed",
        was_reopened=case.reopened_at is not None and (replied is None or replied < case.reopened_at),
        is_answered=replied is not None and row.waiting_since is None,
        is_in_work=case.has_notes or case.has_ticks or replied is not None,
        has_owner=row.assignee_id is not None,
        is_acknowledged=case.number_given_at is not None or case.is_seen,
    )


@dataclass(frozen=True)
class StepRow:
    """One step of the process, and what became of it here."""

    step: ProcessStep
    due_at: datetime | None
    tick: ProcessTick | None
    is_current: bool
    is_late: bool


@dataclass(frozen=True)
class CaseFile:
    """All that is shown of a case."""

    case: Case
    state: str
    asks: bool  # closing needs an outcome
    steps: list[StepRow]
    remedies: list[str]
    moments: list[tuple[str, datetime]]
    is_late: bool


def casefile(conversation: Conversation, now: datetime) -> CaseFile | None:
    """None: it is no case."""
    case = with_facts(Case.objects.filter(conversation=conversation)).select_related(
        "conversation__account", "type", "resolved_by", "lesson_by"
    ).first()  # fmt: skip
    if case is None:
        return None
    state = casework.state(facts(case))
    is_open = state != CaseState.RESOLVED
    return CaseFile(
        case=case,
        state=state,
        asks=casework.is_complaint(conversation.use, case.is_complaint, is_spam=conversation.is_spam),
        steps=steps_of(case, now) if case.type_id else [],
        remedies=lines(case.type.remedies) if case.type else [],
        moments=list(case.moments.order_by("at", "pk").values_list("state", "at")),
        is_late=is_open and case.due_at is not None and case.due_at < now,
    )


def steps_of(case: Case, now: datetime) -> list[StepRow]:
    """In their order; retired ones only where they were ticked."""
    ticks = {tick.step_id: tick for tick in case.ticks.select_related("by")}
    rows = ProcessStep.objects.filter(type=case.type_id).order_by("position", "pk")
    shown = [one for one in rows if one.retired_at is None or one.pk in ticks]
    current = next((one.pk for one in shown if one.pk not in ticks), None)
    return [step_row(case, one, ticks.get(one.pk), one.pk == current, now) for one in shown]


def step_row(
    case: Case, step: ProcessStep, tick: ProcessTick | None, is_current: bool, now: datetime
) -> StepRow:
    due = case.opened_at + timedelta(hours=step.hours) if step.hours else None
    return StepRow(step, due, tick, is_current, due is not None and tick is None and due < now)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def types_of(brands: Iterable[int]) -> list[CaseType]:
    return list(CaseType.objects.filter(brand__in=list(brands), retired_at=None).order_by("name", "pk"))


def asking(user: User, ids: Iterable[int]) -> int:
    """How many of these ask for an outcome before they are closed."""
    rows = Conversation.objects.filter(
        pk__in=list(ids), account__in=channels.account_ids_visible_to(user), is_spam=False
    ).exclude(status="closed").exclude(case__is_complaint=False)  # fmt: skip
    asks = Q(use="complaint") | Q(case__is_complaint=True) | Q(case__source__in=["person", "rule"])
    return rows.filter(asks).exclude(case__outcome__in=casework.OUTCOMES).count()


def to_look_at(user: User, *, most: int = 100) -> list[Case]:
    """Closed complaints drawn for a second look, the oldest first (CA-02)."""
    rows = cases_visible_to(user).filter(look_at__isnull=False, looked_at=None, is_settled=True)
    shown = rows.select_related("conversation__customer", "conversation__account", "resolved_by", "type")
    return list(shown.order_by("look_at", "pk")[:most])

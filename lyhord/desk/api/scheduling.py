"""Replies that leave later."""

from datetime import datetime

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AwareDatetime, Field

from lyhord.desk import actions, queries
from lyhord.desk.api.shared import router, visible
from lyhord.desk.api.writing import LONGEST, Seen
from lyhord.desk.models import ScheduledReply
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Id, NoSuch, Words, chosen, form_key


class ScheduleGiven(Given):
    text: Words = Field(min_length=1, max_length=LONGEST)
    send_at: AwareDatetime = Field(
        description="With its offset from UTC; at least a minute ahead, at most a year."
    )
    is_public: bool
    seen: Seen = Field(description="`newest_turn` as you read it. What is said after it holds the reply.")
    strand: Id | None = Field(None, description="Where it goes; null: where the customer waits.")
    close: bool = Field(False, description="Close the conversation when it leaves.")


class RescheduleGiven(Given):
    seen: Seen
    text: Words | None = Field(None, min_length=1, max_length=LONGEST)
    send_at: AwareDatetime | None = None


class ScheduledShown(Schema):
    id: int
    conversation_id: int
    text: str
    is_public: bool
    closes: bool
    send_at: datetime
    window_until: datetime | None = Field(
        description="The network takes no answer here from then on, which is before `send_at`; null: it does."
    )
    state: str = Field(description="waiting, held, sent or cancelled.")
    problem: str = Field(description="Why it is held.")
    by_id: int
    dispatch_id: int | None


@router.get("/scheduled-replies", response=list[ScheduledShown])
def scheduled(request: StaffRequest, mine: bool = False) -> list[ScheduledReply]:
    """All that wait or are held and that you may see, the next first; at most 200."""
    return queries.scheduled_replies(request.user, mine=mine)


@router.get("/conversations/{int:pk}/scheduled-replies", response=list[ScheduledShown])
def scheduled_here(request: StaffRequest, pk: int) -> list[ScheduledReply]:
    """What waits in this conversation."""
    visible(request, pk)
    return queries.scheduled_in(pk)


@router.post("/conversations/{int:pk}/scheduled-replies", response={201: ScheduledShown})
def schedule(request: StaffRequest, pk: int, given: ScheduleGiven) -> ScheduledReply:
    """A reply that leaves at its time. If anybody writes before then, it is held and not sent."""
    visible(request, pk)
    detail = queries.conversation(request.user, pk)
    number = given.strand or (detail.answer_strand if detail else None)
    if number is None:
        raise NoSuch(_("There is nothing here that could be answered."))
    strands = queries.strands_visible_to(request.user).filter(conversation=pk)
    return actions.schedule(
        chosen(strands.select_related("thread__account__app", "identity"), number, "strand"),
        given.text,
        given.send_at,
        zone="UTC",
        seen=given.seen,
        is_public=given.is_public,
        by=request.user,
        form_key=form_key(request),
        now=timezone.now(),
        closes=given.close,
    )


def one(request: StaffRequest, pk: int, number: int) -> ScheduledReply:
    return get_object_or_404(queries.scheduled_visible_to(request.user), pk=number, conversation=pk)


@router.patch("/conversations/{int:pk}/scheduled-replies/{int:number}", response=ScheduledShown)
def reschedule(request: StaffRequest, pk: int, number: int, given: RescheduleGiven) -> ScheduledReply:
    """Other words or another time; what was held waits again."""
    return actions.change_scheduled(
        one(request, pk, number),
        by=request.user,
        now=timezone.now(),
        seen=given.seen,
        text=given.text,
        send_at=given.send_at,
    )


@router.delete("/conversations/{int:pk}/scheduled-replies/{int:number}", response=ScheduledShown)
def cancel(request: StaffRequest, pk: int, number: int) -> ScheduledReply:
    """It does not leave; its words are a draft of yours."""
    return actions.cancel_scheduled(one(request, pk, number), by=request.user, now=timezone.now())

"""What stands between a customer and us over all channels, and what to know before writing to her."""

from datetime import datetime
from typing import Literal

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.customers import queries as customers
from lyhord.desk import meeting, queries
from lyhord.desk.api.shared import router
from lyhord.desk.queries.asked import Said, asked_elsewhere
from lyhord.desk.queries.timeline import Moment, timeline
from lyhord.desk.queries.warnings import warnings
from lyhord.staff.requests import StaffRequest
from lyhord.web.api import Given, Listed, Page, Paging, Words


class MomentShown(Schema):
    at: datetime
    kind: str = Field(description="`post`, `reply`, `note` or `event`.")
    text: str
    who: str
    is_ours: bool
    is_public: bool
    connector: str
    account: int
    conversation: int | None = Field(description="null: said to others, within our hearing.")
    number: int | None
    state: str = Field(description="Of a reply: `queued`, `sent`, ...")
    what: str = Field(description="Of an event: `closed`, `assigned`, ...")
    post: int | None


class TimelineAsked(Paging):
    channel: Words = Field("", max_length=40, description="The name of a connector.")
    kind: Literal["", "post", "reply", "note", "event"] = ""
    limit: int = Field(30, ge=1, le=100)


class CheckGiven(Given):
    text: Words = Field(max_length=100_000)
    kind: Literal["public", "private"] = "public"


class UnmetShown(Schema):
    code: str
    value: str
    found: str


class CheckShown(Schema):
    """Nothing of this refuses a reply by API: whoever calls decides."""

    sent_before: datetime | None = Field(description="When this person was sent these very words.")
    unmet: list[UnmetShown] = Field(description="Wishes of hers that the words do not meet.")


class AnsweredShown(Schema):
    text: str
    at: datetime
    by: str


class DifferenceShown(Schema):
    what: str
    here: str
    there: str


class AskedShown(Schema):
    link: int
    conversation: int
    is_hers: bool = Field(description="The same customer, elsewhere.")
    share: float = Field(description="Of the words, 0 to 1.")
    question: str
    answer: AnsweredShown | None
    differences: list[DifferenceShown] = Field(description="Where our answers here and there say otherwise.")


def moment_shown(one: Moment) -> MomentShown:
    same = (
        "at",
        "kind",
        "text",
        "who",
        "is_ours",
        "is_public",
        "conversation",
        "number",
        "state",
        "what",
        "post",
    )
    return MomentShown(
        **{name: getattr(one, name) for name in same}, connector=one.account.connector, account=one.account.pk
    )


def difference_shown(one: meeting.Difference) -> DifferenceShown:
    return DifferenceShown(what=one.what, here=one.one, there=one.other)


def answer_shown(said: Said | None) -> AnsweredShown | None:
    return AnsweredShown(text=said.text, at=said.at, by=said.by) if said else None


@router.get("/customers/{int:pk}/timeline", response=Listed[MomentShown])
def customer_timeline(request: StaffRequest, pk: int, asked: Query[TimelineAsked]) -> Page:
    """Everything over all channels that you see, newest first."""
    customer = get_object_or_404(customers.customers_visible_to(request.user), pk=pk)
    found = timeline(
        request.user, customer, channel=asked.channel, kind=asked.kind, after=asked.after, most=asked.limit
    )
    return {"items": [moment_shown(one) for one in found.moments], "next": found.next}


@router.post("/conversations/{int:pk}/check", response=CheckShown)
def check_words(request: StaffRequest, pk: int, given: CheckGiven) -> CheckShown:
    """What to know before these words leave. Changes nothing."""
    rows = queries.conversations_visible_to(request.user).select_related("account", "customer")
    conversation = get_object_or_404(rows, pk=pk)
    found = warnings(conversation, given.text, given.kind, timezone.now())
    unmet = [UnmetShown(code=one.code, value=one.value, found=one.found) for one in found.unmet]
    return CheckShown(sent_before=found.sent_before, unmet=unmet)


@router.get("/conversations/{int:pk}/asked-elsewhere", response=list[AskedShown])
def asked_again(request: StaffRequest, pk: int) -> list[AskedShown]:
    """The same question in other conversations, with the answer given there."""
    conversation = get_object_or_404(queries.conversations_visible_to(request.user), pk=pk)
    return [
        AskedShown(
            link=one.link, conversation=one.conversation.pk, is_hers=one.is_hers, share=one.share, question=one.question,
            answer=answer_shown(one.answer), differences=[difference_shown(difference) for difference in one.differences],
        )
        for one in asked_elsewhere(request.user, conversation).found
    ]  # fmt: skip

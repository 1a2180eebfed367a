"""Conversations: lists, one by one, their turns, the customer's card."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404
from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from lyhord.channels.contract import Allowed, Denied, Instead
from lyhord.desk import actions, queries
from lyhord.desk.api.shared import ReferralShown, RowShown, TurnShown, router, row_of, visible
from lyhord.desk.models import Flow, Status, Turn, Use
from lyhord.desk.queries import Card, Detail, Filters, OwnTopic, StrandRow, TurnRow
from lyhord.staff.models import User
from lyhord.staff.requests import StaffRequest
from lyhord.web import show
from lyhord.web.api import Given, Id, Listed, Page, Paging, Words, chosen, page

View = Literal[
    "open",
    "mine",
    "unassigned",
    "service",
    "community",
    "corporate",
    "due",
    "too_late",
    "complaints",
    "waiting",
    "snoozed",
    "closed",
    "spam",
]


class Narrowing(Given):
    """A view and its filters."""

    view: View = "open"
    q: Words = Field(
        "",
        max_length=300,
        description="Narrows the view: words, a name, a number, and the operators of /search.",
    )
    account: Id | None = None
    tag: Words = Field("", max_length=60)
    lang: Words = Field("", max_length=12)
    kind: Words = Field("", max_length=12)
    status: Status | None = None
    flow: Flow | None = None
    assignee: Id | Literal[0] | None = Field(None, description="A person; 0: nobody.")
    customer: Id | None = None
    use: Use | None = None
    purpose: Words = Field("", max_length=16, description="press, influence, recruitment and so on.")
    viewpoint: bool | None = Field(None, description="true: who gives a view; false: who does not.")
    own_topic: Id | None = Field(None, description="One of your own topics: words of hers were judged so.")
    field: Id | None = Field(None, description="One of your own fields, which holds `value`.")
    value: Words = Field("", max_length=300)


class ConversationsAsked(Narrowing, Paging):
    limit: int = Field(50, ge=1, le=100)


class ConversationsShown(Listed[RowShown]):
    unknown: list[str] = Field(description="Parts of `q` that mean nothing, and were left out.")
    looked_back_to: datetime | None = Field(
        description="The words of `q` are said so often that they were looked for so far only. null: to the beginning."
    )


class StrandShown(Schema):
    id: int
    thread_id: int
    is_public: bool
    handle: str
    name: str
    link: str
    waiting_since: datetime | None
    ended_at: datetime | None
    can_reply: bool
    longest: int | None = Field(description="How long an answer may be; null: it takes none.")


class OwnTopicShown(Schema):
    id: int
    name: str


class SecondShown(Schema):
    post: int
    kind: str
    confidence: float


class ConversationShown(RowShown):
    sensitive: list[str] = Field(
        description="What her newest words touch: health, money, minors, harassment, legal. Answer in private."
    )
    second: SecondShown | None = Field(description="The other reading of her newest words; null: none.")
    brand_id: int
    team_id: int | None
    strands: list[StrandShown]
    answer_strand: int | None = Field(description="Where the next answer goes by default.")
    because: str = Field(
        description="Why there: wished, usual; empty where she waits there or there is no choice."
    )
    reply_until: datetime | None = Field(
        description="Until when the network takes an answer in `answer_strand`; null: no limit, or none is taken now."
    )
    reply_tag: str = Field(
        description="The ordinary time is over; a person's answer still goes, under this tag of the network."
    )
    reply_denied: str = Field(description="Why no answer is taken there now; empty: it is.")
    instead: list[Instead] = Field(
        description="What is possible after `reply_until`, or now where none is taken: private, public, template, "
        "tag (words that a person wrote), link."
    )
    newest_turn: int | None = Field(description="Send it as `seen` with your answer.")
    own_topic: OwnTopicShown | None = Field(description="Your own topic of her newest words that have one.")
    situation: str
    private_after_public: str
    told_again: int = Field(
        description="Words of hers here that tell what she had told elsewhere; what we want is 0."
    )
    referrals: list[ReferralShown] = Field(description="From here or to here, the newest first.")


class TurnsAsked(Paging):
    since: Id | None = Field(None, description="Only turns after this one.")


class IdentityShown(Schema):
    id: int
    connector: str
    handle: str
    name: str
    profile: str
    is_blocked: bool
    blocks_us: bool = Field(description="Nothing of ours reaches her there, the network says.")
    last_at: datetime


class AnswerShown(Schema):
    text: str
    at: datetime
    by: str
    conversation: int


class CardShown(Schema):
    customer: int
    name: str
    language: str
    note: str
    since: datetime
    identities: list[IdentityShown]
    earlier: list[RowShown] = Field(description="Other conversations that you see, newest first.")
    open_count: int
    last_answer: AnswerShown | None


class NextShown(Schema):
    id: int | None


class PresentShown(Schema):
    user_id: int
    name: str
    doing: str


class PresentGiven(Given):
    doing: Literal["viewing", "writing", "away", "gone"]


class ReadGiven(Given):
    turn: Id | None = Field(None, description="How far; null: all that is there.")


class ColleagueShown(Schema):
    id: int
    name: str
    is_on_duty: bool


@router.get("/conversations", response=ConversationsShown)
def conversations(request: StaffRequest, asked: Query[ConversationsAsked]) -> dict[str, Any]:
    """A view of the inbox, filtered."""
    found = queries.inbox(
        request.user, asked.view, filters=filters_of(asked), after=asked.after or None, limit=asked.limit
    )
    return {
        "items": found.rows,
        "next": found.next,
        "unknown": [f"{one.name}:{one.value}" for one in found.unknown],
        "looked_back_to": found.looked_back_to,
    }


def filters_of(asked: Narrowing) -> Filters:
    same = (
        "q",
        "account",
        "tag",
        "lang",
        "kind",
        "assignee",
        "customer",
        "purpose",
        "viewpoint",
        "own_topic",
        "field",
        "value",
    )
    return Filters(
        **{name: getattr(asked, name) for name in same},
        status=asked.status or "",
        flow=asked.flow or "",
        use=asked.use or "",
    )


@router.get("/conversations/counts", response=dict[str, int])
def counts(request: StaffRequest) -> dict[str, int]:
    """How many stand in each view."""
    return queries.counts(request.user)


@router.get("/conversations/next", response=NextShown)
def next_waiting(request: StaffRequest, after: Id | None = None) -> NextShown:
    """The conversation that has waited longest for us, behind `after`."""
    if after is not None:
        chosen(queries.conversations_visible_to(request.user), after, "conversation")
    return NextShown(id=queries.waits_next(request.user, after))


@router.get("/conversations/{int:pk}", response=ConversationShown)
def conversation(request: StaffRequest, pk: int) -> ConversationShown:
    """One conversation, with its strands."""
    detail = queries.conversation(request.user, pk)
    if detail is None:
        raise Http404
    row = RowShown.from_orm(row_of(request, pk))
    return ConversationShown(
        **row.dict(),
        brand_id=detail.conversation.brand_id,
        team_id=detail.conversation.team_id,
        because=detail.because,
        strands=[strand_shown(strand) for strand in detail.strands],
        answer_strand=detail.answer_strand,
        **reply_shown(detail, timezone.now()),
        newest_turn=detail.newest_turn,
        own_topic=own_topic_shown(detail.own),
        sensitive=detail.sensitive,
        second=SecondShown.from_orm(detail.second) if detail.second else None,
        situation=detail.situation,
        private_after_public=detail.private_after_public,
        told_again=detail.told_again,
        referrals=[ReferralShown.from_orm(one) for one in detail.referrals],
    )


def reply_shown(detail: Detail, now: datetime) -> dict[str, Any]:
    """What the network says of an answer where the next one goes."""
    told: Allowed | Denied = Allowed()
    if detail.answered is not None:
        kind = "public" if detail.answered.thread.is_public else "private"
        told = queries.may_answer(detail.conversation, detail.answered, kind, "", now)
    is_denied = isinstance(told, Denied)
    return {
        "reply_until": None if is_denied else told.until,
        "reply_tag": "" if isinstance(told, Denied) else told.tag,
        "reply_denied": show.said(told.why) if isinstance(told, Denied) else "",
        "instead": list(told.instead),
    }


def own_topic_shown(own: OwnTopic | None) -> OwnTopicShown | None:
    return None if own is None or own.topic is None else OwnTopicShown(id=own.topic, name=own.name)


def strand_shown(strand: StrandRow) -> StrandShown:
    same = [name for name in StrandShown.model_fields if name != "longest"]
    return StrandShown(
        **{name: getattr(strand, name) for name in same},
        longest=strand.length.limit if strand.length else None,
    )


@router.get("/conversations/{int:pk}/turns", response=Listed[TurnShown])
def turns(request: StaffRequest, pk: int, asked: Query[TurnsAsked]) -> Page:
    """All that was said and done, in the order in which it came to us."""
    visible(request, pk)
    last = max(asked.last_id() or 0, asked.since or 0)
    ids = Turn.objects.filter(conversation=pk, pk__gt=last).order_by("pk").values_list("pk", flat=True)
    rows = {row.id: row for row in queries.turns(pk, only=ids[: asked.limit + 1], most=asked.limit + 1)}
    found: list[TurnRow] = [rows[key] for key in sorted(rows)]
    return page(found, asked.limit, lambda row: (row.id,), lambda row: row)


@router.get("/conversations/{int:pk}/card", response=CardShown)
def card(request: StaffRequest, pk: int) -> CardShown:
    """The customer beside the conversation: who she is, what she asked before, what we last told her."""
    row = visible(request, pk)
    return card_shown(queries.card(request.user, row.customer_id, without=pk))


def card_shown(found: Card) -> CardShown:
    return CardShown(
        customer=found.customer.pk,
        name=found.name,
        language=found.customer.language,
        note=found.customer.note,
        since=found.since,
        identities=[IdentityShown.from_orm(one) for one in found.identities],
        earlier=[RowShown.from_orm(one) for one in found.earlier],
        open_count=found.open_count,
        last_answer=AnswerShown.from_orm(found.last_answer) if found.last_answer else None,
    )


@router.get("/conversations/{int:pk}/colleagues", response=list[ColleagueShown])
def colleagues(request: StaffRequest, pk: int) -> list[User]:
    """Who could take it, those on duty first."""
    return queries.colleagues(visible(request, pk).account_id)


@router.get("/conversations/{int:pk}/presence", response=list[PresentShown])
def presence(request: StaffRequest, pk: int) -> list[queries.Present]:
    """Who has it open right now."""
    visible(request, pk)
    return queries.present(pk, now=timezone.now())


@router.put("/conversations/{int:pk}/presence", response=list[PresentShown])
def present(request: StaffRequest, pk: int, given: PresentGiven) -> list[queries.Present]:
    """Say that you are here; to be said again within 20 seconds. Gives the others."""
    return actions.present(visible(request, pk), given.doing, by=request.user, now=timezone.now())


@router.post("/conversations/{int:pk}/read", response=RowShown)
def read(request: StaffRequest, pk: int, given: ReadGiven) -> queries.Row:
    """Not bold for you any more."""
    actions.mark_read(visible(request, pk), by=request.user, now=timezone.now(), turn=given.turn)
    return row_of(request, pk)


@router.post("/conversations/{int:pk}/unread", response=RowShown)
def unread(request: StaffRequest, pk: int) -> queries.Row:
    """Bold for you again, from the customer's newest word on."""
    actions.mark_unread(visible(request, pk), by=request.user, now=timezone.now())
    return row_of(request, pk)
